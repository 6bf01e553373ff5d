package load

import (
	"io/fs"
	"testing"

	"cuelang.org/go/cue"

	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/load/decode"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/judge"
	"github.com/portspec/portspec/internal/workspace"
)

// generated returns a workspace of generated products.
func generated(b *testing.B, products int) (files fs.FS, dirs []string) {
	b.Helper()
	dir := b.TempDir()
	if err := workload.Catalog(dir, products); err != nil {
		b.Fatal(err)
	}
	snap, _, err := workspace.Open(dir, "", workspace.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	return snap, snap.Dirs
}

// perProduct reports times per product.
func perProduct(b *testing.B, products int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*products), "ns/product")
}

// BenchmarkLoad loads generated products.
func BenchmarkLoad(b *testing.B) {
	const products = 40
	files, dirs := generated(b, products)
	for b.Loop() {
		if r, err := loadDirs(b.Context(), files, dirs); err != nil || r.Findings.HasErrors() {
			b.Fatal(err, r.Findings)
		}
	}
	perProduct(b, products)
}

// BenchmarkDecode decodes an evaluated batch.
func BenchmarkDecode(b *testing.B) {
	files, dirs := generated(b, batchSize)
	l := newLoading(Loader{})
	l.Files, l.Schema = files, eval.SchemaDir(files)
	r := l.ReadingOf(dirs, false)
	pkgs := judge.Instances(r, dirs)
	_, unwritten := l.Schemas.Specialize(r, pkgs)
	var values []cue.Value
	for _, inst := range pkgs {
		v := l.build(inst).Value.LookupPath(cue.ParsePath("product"))
		if err := v.Err(); err != nil {
			b.Fatal(err)
		}
		values = append(values, v)
	}
	for b.Loop() {
		for _, v := range values {
			if p, _ := decode.Product(decode.New(eval.TreeOf(v, unwritten))); len(p.Flows) == 0 {
				b.Fatal("no product was decoded")
			}
		}
	}
	perProduct(b, batchSize)
}
