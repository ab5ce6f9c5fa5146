package results

import (
	"sync"
	"sync/atomic"
)

func appended(items []string) (found []int) {
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Add(1)
		go func() {
			defer wg.Done()
			found = append(found, ask(item)) // expect: concurrency/loop-or-map-race
		}()
	}
	wg.Wait()
	return found
}

func written(items []string) map[string]int {
	var wg sync.WaitGroup
	found := map[string]int{}
	for _, item := range items {
		wg.Add(1)
		go func(item string) {
			defer wg.Done()
			found[item] = ask(item) // expect: concurrency/loop-or-map-race
		}(item)
	}
	wg.Wait()
	return found
}

func locked(items []string) map[string]int {
	var mu sync.Mutex
	found := map[string]int{}
	for _, item := range items {
		go func() {
			mu.Lock()
			found[item] = ask(item)
			mu.Unlock()
		}()
	}
	return found
}

func placed(items []string) []int {
	var done atomic.Int64
	found := make([]int, len(items))
	for i, item := range items {
		go func() {
			found[i] = ask(item)
			done.Add(1)
		}()
	}
	return found
}

func own(items []string) {
	for _, item := range items {
		go func() {
			var parts []int
			parts = append(parts, ask(item))
			send(parts)
		}()
	}
}

func once(items []string) []int {
	var found []int
	go func() {
		found = append(found, ask(items[0]))
	}()
	return found
}
