// Package products gives benchmarks the products that generators run on: [Real]
// ones, and as many [Generated] ones as they like.
package products

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

// Real is the catalogue that is embedded in the binary.
func Real() (*model.Catalog, error) {
	return sound(load.Embedded(context.Background()))
}

// Generated is the catalogue of a workspace of package workload.
func Generated(n int) (*model.Catalog, error) {
	dir, err := os.MkdirTemp("", "portspec-products-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := workload.Catalog(dir, n, 1); err != nil {
		return nil, err
	}
	return sound(load.Workspace(context.Background(), dir))
}

func sound(r *load.Result, err error) (*model.Catalog, error) {
	if err != nil {
		return nil, err
	}
	if r.Findings.HasErrors() {
		return nil, fmt.Errorf("%d findings, such as %v", len(r.Findings), r.Findings[0])
	}
	return r.Catalog, nil
}

// Each measures what is done with a catalogue on real and on generated products.
// Beside the time of all of them it reports that of one, so that growth shows.
func Each(b *testing.B, do func(*model.Catalog)) {
	each(b, func(b *testing.B, c *model.Catalog) {
		for b.Loop() {
			do(c)
		}
	})
}

func each(b *testing.B, measure func(*testing.B, *model.Catalog)) {
	for _, of := range []struct {
		name string
		load func() (*model.Catalog, error)
	}{
		{"real", Real},
		{"products=100", func() (*model.Catalog, error) { return Generated(100) }},
	} {
		b.Run(of.name, func(b *testing.B) {
			c, err := of.load()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			measure(b, c)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(c.Products)), "ns/product")
		})
	}
}

// Benchmark measures a generator as [Each] does, and how much it makes.
func Benchmark(b *testing.B, generate func(*model.Catalog) ([]gen.File, diag.List)) {
	each(b, func(b *testing.B, c *model.Catalog) {
		files, size := 0, 0
		for b.Loop() {
			made, _ := generate(c)
			files, size = len(made), 0
			for _, f := range made {
				size += len(f.Data)
			}
		}
		b.ReportMetric(float64(files)/float64(len(c.Products)), "files/product")
		b.ReportMetric(float64(size)/float64(len(c.Products)), "B/product")
	})
}
