package gen

import (
	"cmp"
	"reflect"
	"slices"
	"sync"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// A Making makes the files of a target for a catalogue, product by product. A catalogue may have
// thousands of products, so their models and files are not in memory together. What a Making
// keeps of a product, for files about the whole catalogue, is small and does not refer to the
// model. Even a part of one of its texts would keep the whole model in memory.
type Making interface {
	// Product makes the files of a product. It is called once for each product, by several
	// goroutines and in any order.
	Product(s Step) ([]File, diag.List)
	// Close makes the files about the whole catalogue, after the last product. It passes
	// them to add as soon as they are made; several goroutines may call add.
	Close(add func(...File)) diag.List
}

// A Step is the work of making files for one product of a catalogue.
type Step struct {
	*model.Product
	Number int            // index among the products of the catalogue
	Newer  *model.Product // the next release in the catalogue; nil for the newest
	// Diagrams returns the product's diagrams; the function is nil if there are none.
	Diagrams func() *Diagrams
	// Shared keeps what [Once] has made for several targets; nil if each makes its own.
	Shared *Shared
}

// Shared keeps values that are made once for a product, one of each type.
type Shared struct{ values sync.Map }

// Once returns what make returns for the product of a step. The makings of other targets get the
// same value, so they must not change it.
func Once[T any](s Step, make func(*model.Product) T) T {
	if s.Shared == nil {
		return make(s.Product)
	}
	value, _ := s.Shared.values.LoadOrStore(reflect.TypeFor[T](), sync.OnceValue(func() T { return make(s.Product) }))
	return value.(func() T)()
}

// All makes the files of a catalogue in memory, sorted by path. draw draws a product; nil means
// that there are no diagrams.
func All(c *model.Catalog, m Making, draw func(Step) *Diagrams) ([]File, diag.List) {
	steps := make([]Step, len(c.Products))
	for i, p := range c.Products {
		steps[i] = Step{Product: p, Number: i, Shared: &Shared{}}
		if i > 0 && c.Products[i-1].ID == p.ID {
			steps[i].Newer = c.Products[i-1]
		}
		if draw != nil {
			steps[i].Diagrams = func() *Diagrams { return draw(steps[i]) }
		}
	}
	made, found := make([][]File, len(steps)), make([]diag.List, len(steps))
	parallel.Do(len(steps), func(i int) { made[i], found[i] = m.Product(steps[i]) })
	files, findings := slices.Concat(made...), slices.Concat(found...)
	var mu sync.Mutex
	findings = append(findings, m.Close(func(more ...File) {
		mu.Lock()
		defer mu.Unlock()
		files = append(files, more...)
	})...)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return files, findings.Sort()
}
