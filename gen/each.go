package gen

import (
	"runtime"
	"slices"
	"sync"

	"github.com/portspec/portspec/internal/diag"
)

// Each generates for all items on all cores. Files and findings come in the order
// of the items, however the work went.
func Each[T any](items []T, generate func(T) ([]File, diag.List)) (files []File, findings diag.List) {
	made, found := make([][]File, len(items)), make([]diag.List, len(items))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(items)) {
		wg.Go(func() {
			for i := range next {
				made[i], found[i] = generate(items[i])
			}
		})
	}
	for i := range items {
		next <- i
	}
	close(next)
	wg.Wait()
	return slices.Concat(made...), slices.Concat(found...)
}
