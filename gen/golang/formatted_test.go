package golang

import (
	"go/format"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// everything generates code for real and artificial products and sites, with and without options
// that leave out something. Prefixes and types are inserted into formatted files.
func everything(t *testing.T) []gen.File {
	c := &model.Catalog{Products: append(slices.Clip(embedded(t).Products), shapesProduct(), hostileProduct(), colliding(), &model.Product{ID: "bare"})}
	all, _ := Generate(&model.Catalog{Products: []*model.Product{longProduct()}})
	for _, o := range combinations() {
		if o.Prefix != "" || o.Type != "" {
			continue
		}
		files, _ := o.Generate(c)
		all = append(all, files...)
		for _, p := range c.Products {
			data, _ := o.File(p)
			all = append(all, gen.File{Path: p.ID + ".go", Data: data})
		}
	}
	for _, d := range testSites(t) {
		files, _ := GenerateSite(d)
		all = append(all, files...)
	}
	return all
}

// longProduct has some texts and ids that are too long for gofmt to align.
func longProduct() *model.Product {
	p := shapesProduct()
	p.ID = "long"
	f := p.Flows[0]
	f.Purpose, f.Note = strings.Repeat("a very long purpose ", 60_000), "short"
	for _, n := range []int{2, 39, 200, 38, 1, 37, 500, 3} {
		p.Features = append(p.Features, &model.Feature{ID: "f" + strings.Repeat("x", n), Name: "F", Default: "on"})
	}
	return p
}

// TestFormatted checks that gofmt does not change generated code, since the generator aligns
// rows and blocks of constants itself.
func TestFormatted(t *testing.T) {
	all := everything(t)
	for _, f := range all {
		want, err := format.Source(f.Data)
		if err != nil {
			t.Errorf("%s: %v", f.Path, err)
			continue
		}
		if line, got, wanted := difference(string(f.Data), string(want)); line > 0 {
			t.Errorf("%s:%d: %.200q\ngofmt wants %.200q", f.Path, line, got, wanted)
		}
	}
	if len(all) < 200 {
		t.Errorf("%d files", len(all))
	}
}

// difference returns the first line in which texts differ, or 0.
func difference(a, b string) (line int, inA, inB string) {
	if a == b {
		return 0, "", ""
	}
	for line = 1; ; line++ {
		inA, a, _ = strings.Cut(a, "\n")
		inB, b, _ = strings.Cut(b, "\n")
		if inA != inB || a == "" || b == "" {
			return line, inA, inB
		}
	}
}
