package html

import (
	"context"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/load"
)

// BenchmarkPages generates the pages of the three products.
func BenchmarkPages(b *testing.B) {
	r, err := load.Workspace(context.Background(), "../..")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		m := New(r.Catalog, nil, Options{})
		for i, p := range r.Catalog.Products {
			m.Product(gen.Step{Product: p, Number: i})
		}
	}
}
