package mermaid_test

import (
	"testing"

	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/bench/products"
)

func BenchmarkGenerate(b *testing.B) { products.Benchmark(b, mermaid.Generate) }
