package gen

import (
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/parallel"
)

// Each generates for all items on all cores. Files and findings come in the order
// of the items, however the work went.
func Each[T any](items []T, generate func(T) ([]File, diag.List)) (files []File, findings diag.List) {
	made, found := make([][]File, len(items)), make([]diag.List, len(items))
	parallel.Do(len(items), func(i int) { made[i], found[i] = generate(items[i]) })
	return slices.Concat(made...), slices.Concat(found...)
}
