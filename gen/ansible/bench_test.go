package ansible_test

import (
	"testing"

	"github.com/portspec/portspec/gen/ansible"
	"github.com/portspec/portspec/internal/bench/products"
)

func BenchmarkGenerate(b *testing.B) { products.Benchmark(b, ansible.Generate) }
