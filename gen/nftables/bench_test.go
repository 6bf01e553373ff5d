package nftables

import (
	"testing"

	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/resolve"
)

// stores returns the resolved site of [workload.Firewall].
func stores(t testing.TB, hosts int) *model.Deployment {
	t.Helper()
	dir := t.TempDir()
	if err := workload.Firewall(dir, hosts); err != nil {
		t.Fatal(err)
	}
	r, err := load.Workspace(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	d, found := resolve.Site(r.Available, r.Sites[0])
	if found.HasErrors() {
		t.Fatal(found)
	}
	return d
}

// BenchmarkRulesets makes the rulesets of 1,000 hosts with 20 permits each, from a resolved
// site, without writing them.
func BenchmarkRulesets(b *testing.B) {
	const hosts = 1000
	d := stores(b, hosts)
	for b.Loop() {
		files, found := GenerateSite(d, policy.Settings{})
		if found.HasErrors() || len(files) != 2+2*hosts {
			b.Fatal(len(files), found)
		}
	}
	b.ReportMetric(float64(b.N*hosts*workload.PermitsEach)/b.Elapsed().Seconds(), "permits/s")
}
