package markdown_test

import (
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/bench/products"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

func BenchmarkGenerate(b *testing.B) {
	products.Benchmark(b, func(c *model.Catalog) ([]gen.File, diag.List) {
		return markdown.Options{}.Generate(c, func(gen.Step) *gen.Diagrams { return nil })
	})
}
