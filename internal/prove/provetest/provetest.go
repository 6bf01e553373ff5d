// Package provetest compares the rules that targets write with their sites: readers of the
// rules report which packets pass.
package provetest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/prove"
	"github.com/portspec/portspec/internal/sample"
)

// Sites calls agree for the example sites, for random ones whose hosts have an operating
// system, and for more; agree compares a site with what is written for it, and returns how
// many packets it tried.
func Sites(t *testing.T, os string, agree func(*testing.T, *model.Deployment) int, more ...*model.Deployment) {
	t.Helper()
	sites := append(policytest.Examples(t), more...)
	for seed := range uint64(sample.Size(12, 40)) {
		sites = append(sites, policytest.Random(t, seed, os))
	}
	probes := 0
	for _, d := range sites {
		probes += agree(t, d)
	}
	if probes < sample.Size(50_000, 100_000) {
		t.Errorf("only %d probes", probes)
	}
}

// Agree compares the rules of a host with its site, and returns how many packets it tried;
// passes reports whether the rules let a packet pass.
func Agree(t *testing.T, d *model.Deployment, h *model.Deployed, passes func(prove.Probe) bool) int {
	t.Helper()
	probes, wrong := prove.Probes(d, h, prove.Options{}, 0), 0
	for _, p := range probes {
		if passes(p) == p.Want {
			continue
		}
		if wrong++; wrong <= 5 {
			t.Errorf("site %s, %s: %s, out %t, is permitted: %t, want %t", d.Site.ID, h.ID, p, p.Out, !p.Want, p.Want)
		}
	}
	return len(probes)
}

// Ports reads a port, or a range whose ends are joined by a hyphen.
func Ports(t testing.TB, s, hyphen string) model.PortRange {
	t.Helper()
	from, to, span := strings.Cut(s, hyphen)
	if !span {
		to = from
	}
	a, err := strconv.Atoi(from)
	if err != nil {
		t.Fatal(err)
	}
	b, err := strconv.Atoi(to)
	if err != nil {
		t.Fatal(err)
	}
	return model.PortRange{From: a, To: b}
}
