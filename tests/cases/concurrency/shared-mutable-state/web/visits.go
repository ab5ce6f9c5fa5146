package web

import (
	"net/http"
	"sync"
	"sync/atomic"
)

var (
	visits  = map[string]int{}
	last    string
	total   int
	counted atomic.Int64
	guard   sync.Mutex
)

var names = []string{"a", "b"}

func show(w http.ResponseWriter, r *http.Request) {
	visits[r.URL.Path]++ // expect: concurrency/shared-mutable-state
	total += 1           // expect: concurrency/shared-mutable-state
	w.WriteHeader(http.StatusOK)
}

func drop(w http.ResponseWriter, r *http.Request) {
	delete(visits, r.URL.Path) // expect: concurrency/shared-mutable-state
	w.WriteHeader(http.StatusNoContent)
}

func guarded(w http.ResponseWriter, r *http.Request) {
	guard.Lock()
	visits[r.URL.Path]++
	guard.Unlock()
	counted.Add(1)
	w.WriteHeader(http.StatusOK)
}

func own(w http.ResponseWriter, r *http.Request) {
	visits := map[string]int{}
	visits[r.URL.Path]++
	count := visits[r.URL.Path]
	w.WriteHeader(http.StatusOK + count - 1)
}

func fill() {
	visits["/"] = 0
	total = 0
}
