package markdown

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// TestKept tests that what is kept of a product for the pages about all of them is small.
func TestKept(t *testing.T) {
	included := embedded(t)
	var texts [][]byte
	for _, p := range included.Products {
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	const copies = 60
	catalog := &model.Catalog{Services: included.Services}
	for i := range copies {
		catalog.Products = append(catalog.Products, &model.Product{ID: fmt.Sprint("p", i), Version: "1"}) // as on a shelf
	}
	sharing := func() ([]*model.Pair, []*model.Crowd) { return nil, nil }
	m := Options{}.New(catalog, Sources{Sharing: sharing})
	used := func() uint64 {
		runtime.GC()
		runtime.GC() // frees what finalizers of the first have released
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	before, pages := used(), 0
	for i := range copies {
		p := &model.Product{}
		if err := json.Unmarshal(texts[i%len(texts)], p); err != nil {
			t.Fatal(err)
		}
		p.ID = fmt.Sprint("p", i)
		files, _ := m.Product(gen.Step{Product: p, Number: i})
		for _, f := range files {
			pages += len(f.Data)
		}
	}
	kept := int(used()-before) / copies
	runtime.KeepAlive(m)
	t.Logf("of a product with %d bytes of pages, %d are kept", pages/copies, kept)
	if kept > pages/copies/11 {
		t.Errorf("of a product with %d bytes of pages, %d bytes are kept", pages/copies, kept)
	}
}

// TestPassed tests that the pages on which a table continues are passed on as they are made,
// and are the same as those that are returned otherwise.
func TestPassed(t *testing.T) {
	long := func(pass func(...gen.File)) []gen.File {
		p := Options{}.flavor().newPage("ports.md", "Find a port")
		p.pass = pass
		p.long(table{head: []md{"Port", "When"}, rows: 3*mostRows + 1, row: func(cells []md, i int) []md { return append(cells, number(i), "always") }})
		return p.files()
	}
	want := long(nil)
	var got []gen.File
	rest := long(func(files ...gen.File) { got = append(got, files...) })
	if len(rest) != 1 || len(got) != 3 || fmt.Sprint(append(rest, got...)) != fmt.Sprint(want) {
		t.Errorf("%d files are passed on and %d returned, of %d", len(got), len(rest), len(want))
	}
}
