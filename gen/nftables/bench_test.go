package nftables

import (
	"testing"

	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/resolve"
)

// BenchmarkRulesets makes the rulesets of 1,000 hosts with 20 permits each, from a resolved
// site, without writing them.
func BenchmarkRulesets(b *testing.B) {
	dir := b.TempDir()
	const hosts = 1000
	if err := workload.Firewall(dir, hosts); err != nil {
		b.Fatal(err)
	}
	r, err := load.Workspace(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	d, found := resolve.Site(r.Available, r.Sites[0])
	if found.HasErrors() {
		b.Fatal(found)
	}
	for b.Loop() {
		files, found := GenerateSite(d, policy.Settings{})
		if found.HasErrors() || len(files) != 2+2*hosts {
			b.Fatal(len(files), found)
		}
	}
	b.ReportMetric(float64(b.N*hosts*workload.PermitsEach)/b.Elapsed().Seconds(), "permits/s")
}
