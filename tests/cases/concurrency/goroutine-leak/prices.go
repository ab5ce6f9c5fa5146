package prices

import (
	"context"
	"errors"
	"sync"
	"time"
)

var errLate = errors.New("too late")

func first(ctx context.Context, item string) (int, error) {
	answers := make(chan int) // expect: concurrency/goroutine-leak
	go func() {
		answers <- ask(item)
	}()
	select {
	case answer := <-answers:
		return answer, nil
	case <-time.After(time.Second):
		return 0, errLate
	}
}

func buffered(ctx context.Context, item string) (int, error) {
	answers := make(chan int, 1)
	go func() {
		answers <- ask(item)
	}()
	select {
	case answer := <-answers:
		return answer, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func waiting(item string) int {
	answers := make(chan int)
	go func() {
		answers <- ask(item)
	}()
	return <-answers
}

func careful(ctx context.Context, item string) (int, error) {
	answers := make(chan int)
	go func() {
		select {
		case answers <- ask(item):
		case <-ctx.Done():
		}
	}()
	select {
	case answer := <-answers:
		return answer, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func count(items []string) {
	var wg sync.WaitGroup
	for range items {
		go func() {
			wg.Add(1) // expect: concurrency/goroutine-leak
			defer wg.Done()
		}()
	}
	wg.Wait()
}

func nested(items []string) {
	go func() {
		var wg sync.WaitGroup
		wg.Add(len(items))
		for range items {
			go func() { defer wg.Done() }()
		}
		wg.Wait()
	}()
}

func released(ctx context.Context) error {
	inner, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return fetch(inner)
}
