package targets

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

// TestModelsAreForgotten checks that no target keeps a model in memory after its last step. It
// must not keep a part of one of the model's texts either, as that would keep all of them.
// During the steps, only a few models may be in memory.
func TestModelsAreForgotten(t *testing.T) {
	const products, workers = 24, 2
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
	dir := t.TempDir()
	if err := workload.Catalog(dir, products); err != nil {
		t.Fatal(err)
	}
	loader := load.Loader{Shelve: true, Cache: cache.Open(t.TempDir(), cache.Limit, nil)}
	result, err := loader.Workspace(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if result.Findings.HasErrors() {
		t.Fatal(findingLines(result.Findings))
	}
	for _, target := range All {
		if target.products == nil && target.whole == nil {
			continue
		}
		t.Run(target.Name, func(t *testing.T) {
			c := &census{}
			var once sync.Once
			counted := func(m gen.Making) gen.Making {
				return closing{m, func() {
					once.Do(func() {
						c.over.Store(true)
						if n := c.alive(0); n > 0 {
							t.Errorf("%d models or texts of %d products are still in memory after all steps", n, products)
						}
					})
				}}
			}
			own := target
			if target.whole != nil {
				own.whole = func(s *model.Shelf, sites []*model.Deployment) gen.Making { return counted(target.whole(s, sites)) }
			} else {
				own.products = func(s *model.Shelf) gen.Making { return counted(target.products(s)) }
			}
			// Each worker has a product, and that or its texts may still be on the
			// stack of the last step.
			most := 4 * workers * textsEach
			shelf := model.NewShelf(result.Catalog, make([][]string, products), func(place int) (*model.Product, error) {
				if n := c.alive(most); n > most {
					t.Errorf("%d models or texts are in memory at the same time", n)
				}
				p, err := result.Shelf.Read(place)
				if err == nil && p != result.Catalog.Products[place] {
					c.add(p)
				}
				return p, err
			})
			if _, err := Make([]*Job{{Target: own, Products: shelf, Dir: own.Name}}, check.Options{}, func(*Job, ...gen.File) error { return nil }); err != nil {
				t.Fatal(err)
			}
			// The first product with a shared service stays in memory, because
			// services are read from it.
			if n := c.read.Load(); n != (products-1)*textsEach {
				t.Errorf("%d models or texts of %d products were read", n, products)
			}
		})
	}
}

// A closing is a making that calls a function before it closes.
type closing struct {
	gen.Making
	before func()
}

func (c closing) Close(add func(...gen.File)) diag.List {
	c.before()
	return c.Making.Close(add)
}

// A census counts models, and one text of each, that were read and are still in memory.
type census struct {
	read, gone atomic.Int64
	over       atomic.Bool // models that are read after all steps are not counted
}

// textsEach is the number of things that a census counts for each model.
const textsEach = 2

func (c *census) add(p *model.Product) {
	if c.over.Load() {
		return
	}
	c.read.Add(textsEach)
	gone := func(int) { c.gone.Add(1) }
	runtime.AddCleanup(p, gone, 0)
	runtime.AddCleanup(unsafe.StringData(p.Components[0].Name), gone, 0) // all texts are parts of a single string
}

// alive counts what is in memory, and waits until it is as little as expected: cleanups run some
// time after a garbage collection.
func (c *census) alive(expected int) int {
	for wait := time.Millisecond; ; wait *= 2 {
		runtime.GC()
		n := int(c.read.Load() - c.gone.Load())
		if n <= expected || wait > 10*time.Second {
			return n
		}
		time.Sleep(wait)
	}
}
