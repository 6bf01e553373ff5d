package output

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
)

// manyFiles returns the files of a number of products. Folders, names and sizes are similar to
// those of a product with some thirty listeners.
func manyFiles(products int) []gen.File {
	sizes := []struct {
		path string // contains the product's id
		size int
	}{
		{"ansible/examples/%s.yml", 1200},
		{"ansible/vars/%s.yml", 40_000},
		{"go/%s/components.go", 5500},
		{"go/%s/constants.go", 8000},
		{"go/%s/copy.go", 2700},
		{"go/%s/doc.go", 2100},
		{"go/%s/features.go", 6000},
		{"go/%s/flows.go", 15_000},
		{"go/%s/listeners.go", 9000},
		{"go/%s/rules.go", 6000},
		{"go/%s/types.go", 9600},
		{"go/%s/where.go", 900},
		{"markdown/products/%s.md", 60_000},
		{"mermaid/%s.mmd", 4400},
		{"mermaid/%s/database-derby.mmd", 4100},
		{"mermaid/%s/database-oracle.mmd", 4100},
		{"mermaid/%s/gateway-only-on.mmd", 1200},
	}
	files := make([]gen.File, 0, products*len(sizes))
	for i := range products {
		id := fmt.Sprintf("product%04d", i)
		for _, s := range sizes {
			name := fmt.Sprintf(s.path, id)
			data := append([]byte(header), bytes.Repeat([]byte(name+"\n"), s.size/(len(name)+1)+1)[:s.size]...)
			files = append(files, gen.File{Path: name, Data: data})
		}
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// BenchmarkWrite writes the 17,000 files of 1,000 products. Ext4 creates files slowly for some
// minutes after many have been deleted: compare on another file system, or in a folder where
// nothing was deleted.
func BenchmarkWrite(b *testing.B) {
	files := manyFiles(1000)
	write := func(b *testing.B, dir string, changes int) {
		if made, err := outputTo(dir).write(b.Context(), files); err != nil || len(made) != changes {
			b.Fatalf("%d changes, want %d, %v", len(made), changes, err)
		}
	}
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			write(b, filepath.Join(b.TempDir(), "out"), len(files))
		}
	})
	dir := filepath.Join(b.TempDir(), "out")
	write(b, dir, len(files))
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			write(b, dir, 0)
		}
	})
	b.Run("one-changed", func(b *testing.B) {
		one := &files[len(files)/2]
		for b.Loop() {
			one.Data = bytes.Clone(one.Data)
			one.Data[len(one.Data)-1]++
			write(b, dir, 1)
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if changes, err := outputTo(dir).plan(files); err != nil || len(changes) > 0 {
				b.Fatal(len(changes), err)
			}
		}
	})
}
