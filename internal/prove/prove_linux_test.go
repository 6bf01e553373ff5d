package prove

import (
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// cases returns the rules of a deployment for a target.
func cases(t testing.TB, target string, d *model.Deployment) []Case {
	t.Helper()
	all, found := Cases(target, d, d.Hosts, policy.Settings{Partial: true})
	if found.HasErrors() {
		t.Fatal(found)
	}
	return all
}

// caseOf returns the case of one host.
func caseOf(t testing.TB, target string, d *model.Deployment, host string) Case {
	t.Helper()
	all := cases(t, target, d)
	return all[slices.IndexFunc(all, func(c Case) bool { return c.Host.ID == host })]
}

func TestProve(t *testing.T) {
	t.Parallel()
	for _, target := range Targets() {
		for _, outbound := range []string{"free", "listed"} {
			d := policytest.Office(t, outbound)
			prove(t, target, d, 9000, 50)
		}
	}
}

// TestProveTranslated sends packets where addresses are translated between zones, with the
// addresses by which hosts know each other.
func TestProveTranslated(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		d := policytest.Zoned(t, seed, "linux")
		if len(d.Site.NAT) == 0 {
			t.Errorf("seed %d has no translations", seed)
		}
		prove(t, Targets()[int(seed)%len(Targets())], d, 1000, 10)
	}
}

// TestProveSites proves a sample of what make prove does, and some random sites.
func TestProveSites(t *testing.T) {
	t.Parallel()
	for _, target := range Targets() {
		for _, d := range policytest.Examples(t) {
			if d.Site.ID == "campus" { // most of its hosts are alike
				d.Hosts = slices.DeleteFunc(d.Hosts, func(h *model.Deployed) bool { return h.ID != "ums1" && h.OS == "linux" })
			}
			prove(t, target, d, 10000, 10)
		}
		prove(t, target, policytest.Random(t, uint64(len(target)), "linux"), 100, 1)
	}
}

// prove tests, with at least as many packets as probes, that a target's rules permit what the
// deployment permits.
func prove(t *testing.T, target string, d *model.Deployment, probes, permitted int) {
	t.Helper()
	r, err := Run(t.Context(), d, cases(t, target, d), Options{Probes: probes})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s, site %s: %d probes, %d of them permitted", target, d.Site.ID, r.Probes, r.Permitted)
	if r.Probes < probes || r.Permitted < permitted {
		t.Errorf("only %d probes, %d of them permitted", r.Probes, r.Permitted)
	}
	for _, p := range r.Disagreements[:min(20, len(r.Disagreements))] {
		t.Errorf("%s: %s: %s, want %t", target, p.Host, p, p.Want)
	}
}

// TestReload replaces rules again and again while new connections arrive, by the same rules and
// by those of a site with free outbound traffic: no connection is lost. It leaves out
// firewalld, which flushes its table when it reloads.
func TestReload(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"nftables", "iptables"} {
		t.Run(target, func(t *testing.T) { reload(t, target) })
	}
}

func reload(t *testing.T, target string) {
	d := policytest.Office(t, "listed")
	c := caseOf(t, target, d, "ums")
	rules := []Rules{c.Rules, caseOf(t, target, policytest.Office(t, "free"), "ums").Rules}
	rig, err := NewRig(t.Context(), d, c.Host, Options{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer rig.Close()
	if err := rig.Load(t.Context(), c.Rules); err != nil {
		t.Fatal(err)
	}
	var permitted []Probe
	for _, p := range rig.probes {
		if p.Want && !p.Out && p.SourcePort == 0 {
			permitted = append(permitted, p)
		}
	}
	const reloads = 20
	reloading := make(chan error)
	go func() {
		for i := range reloads {
			if err := rig.Load(t.Context(), rules[i/2%2]); err != nil {
				reloading <- err
				return
			}
		}
		close(reloading)
	}()
	sent, lost := 0, 0
	for done := false; !done; {
		select {
		case err := <-reloading:
			if err != nil {
				t.Fatal(err)
			}
			done = true
		default:
		}
		passed, err := rig.try(t.Context(), false, permitted, slow)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range passed {
			sent++
			if !p {
				lost++
			}
		}
	}
	t.Logf("%d connections during %d reloads", sent, reloads)
	if sent < 500 || lost > 0 {
		t.Errorf("%d of %d connections were lost during %d reloads", lost, sent, reloads)
	}
}
