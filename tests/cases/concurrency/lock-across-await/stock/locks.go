package stock

import (
	"errors"
	"sync"
)

type Stock struct {
	mu   sync.RWMutex
	left map[string]int
}

func (s *Stock) take(id string) error {
	s.mu.Lock()
	if id == "" {
		return errors.New("no id") // expect: concurrency/lock-across-await
	}
	s.left[id]--
	s.mu.Unlock()
	return nil
}

func (s *Stock) reload(id string) error {
	s.mu.Lock()
	count, err := load(id)
	if err != nil {
		// Nothing is known of it.
		return err // expect: concurrency/lock-across-await
	}
	s.left[id] = count
	s.mu.Unlock()
	return nil
}

func (s *Stock) opened(id string) error {
	s.mu.Lock()
	if id == "" {
		s.mu.Unlock()
		return errors.New("no id")
	}
	s.left[id]--
	s.mu.Unlock()
	return nil
}

func (s *Stock) deferred(id string) (int, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if id == "" {
		return 0, errors.New("no id")
	}
	return s.left[id], nil
}

func (s *Stock) handedOn() func() {
	s.mu.Lock()
	if len(s.left) == 0 {
		return s.mu.Unlock
	}
	return func() { s.mu.Unlock() }
}

func (s *Stock) inside(ids []string) {
	s.mu.Lock()
	each(ids, func(id string) error {
		if id == "" {
			return errors.New("no id")
		}
		s.left[id]++
		return nil
	})
	s.mu.Unlock()
}
