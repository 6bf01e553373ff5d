package golang_test

import (
	"testing"

	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/internal/bench/products"
)

func BenchmarkGenerate(b *testing.B) { products.Benchmark(b, golang.Generate) }
