package html

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// TestKept tests that what is kept of a product for the pages about all of them is small and
// does not keep its model in memory. The models of a catalogue of thousands of products are
// never in memory together.
func TestKept(t *testing.T) {
	w := worlds(t)["products"]
	var texts [][]byte
	pages := 0
	for _, p := range w.catalog.Products {
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	const copies = 60
	catalog := &model.Catalog{Services: w.catalog.Services}
	for i := range copies {
		catalog.Products = append(catalog.Products, &model.Product{ID: fmt.Sprint("p", i), Version: "1"}) // as in a shelf
	}
	read := func(i int) *model.Product {
		p := &model.Product{}
		if err := json.Unmarshal(texts[i%len(texts)], p); err != nil {
			t.Fatal(err)
		}
		p.ID = fmt.Sprint("p", i)
		return p
	}
	m := New(catalog, nil, Options{})
	used := func() uint64 {
		runtime.GC()
		runtime.GC() // frees what finalizers of the first have released
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	before := used()
	models := make([]*model.Product, 3)
	for i := range models {
		models[i] = read(i)
	}
	whole := (used() - before) / uint64(len(models)) // of one model
	runtime.KeepAlive(models)
	models = nil
	before = used()
	for i := range copies {
		files, _ := m.Product(gen.Step{Product: read(i), Number: i})
		for _, f := range files {
			pages += len(f.Data)
		}
	}
	kept := (used() - before) / copies
	runtime.KeepAlive(m)
	t.Logf("a product has %d bytes of pages and a model of %d; %d are kept", pages/copies, whole, kept)
	if kept > whole/8 || kept > uint64(pages/copies/40) {
		t.Errorf("of a product with %d bytes of pages and a model of %d, %d bytes are kept", pages/copies, whole, kept)
	}
}
