package resolve_test

import (
	"testing"

	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/resolve"
)

// BenchmarkSite resolves a loaded site of the three products.
func BenchmarkSite(b *testing.B) {
	const hosts = 1000
	dir := b.TempDir()
	if err := workload.Site(dir, hosts); err != nil {
		b.Fatal(err)
	}
	r, err := load.Workspace(b.Context(), dir)
	if err != nil || r.Findings.HasErrors() {
		b.Fatal(err, r.Findings)
	}
	b.ReportAllocs()
	for b.Loop() {
		if d, _ := resolve.Site(r.Available, r.Sites[0]); len(d.Hosts) != hosts {
			b.Fatal(len(d.Hosts), "hosts")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/hosts, "ns/host")
}
