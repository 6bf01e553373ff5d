package check_test

import (
	"testing"

	"github.com/portspec/portspec/internal/bench/products"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/model"
)

func BenchmarkCheck(b *testing.B) {
	products.Each(b, func(c *model.Catalog) {
		for _, p := range c.Products {
			check.Product(p, check.Options{})
		}
	})
}
