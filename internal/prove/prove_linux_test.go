package prove

import (
	"regexp"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/nftables"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// cases are the rulesets of a deployment.
func cases(t testing.TB, d *model.Deployment) []Case {
	t.Helper()
	rulesets, found := nftables.Rulesets(d, d.Hosts, policy.Settings{Partial: true})
	if found.HasErrors() {
		t.Fatal(found)
	}
	var all []Case
	for _, r := range rulesets {
		all = append(all, Case{r.Host, r.Text})
	}
	return all
}

func TestProve(t *testing.T) {
	for _, outbound := range []string{"free", "listed"} {
		d := policytest.Office(t, outbound)
		r, err := Run(t.Context(), d, cases(t, d), Options{Probes: 12000})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("outbound %s: %d probes, %d to be permitted", outbound, r.Probes, r.Permitted)
		if r.Probes < 12000 || r.Permitted < 50 {
			t.Errorf("only %d probes, %d to be permitted", r.Probes, r.Permitted)
		}
		for _, p := range r.Disagreements[:min(20, len(r.Disagreements))] {
			t.Errorf("%s: %s, want %t", p.Host, p, p.Want)
		}
	}
}

// TestProveTranslated sends packets with the addresses that hosts know others by, where
// addresses are translated between zones.
func TestProveTranslated(t *testing.T) {
	probes, permitted := 0, 0
	for seed := range uint64(3) {
		d := policytest.Zoned(t, seed, "linux")
		if len(d.Site.NAT) == 0 {
			t.Errorf("seed %d translates nothing", seed)
		}
		r, err := Run(t.Context(), d, cases(t, d), Options{})
		if err != nil {
			t.Fatal(err)
		}
		probes, permitted = probes+r.Probes, permitted+r.Permitted
		for _, p := range r.Disagreements[:min(20, len(r.Disagreements))] {
			t.Errorf("seed %d: %s: %s, want %t", seed, p.Host, p, p.Want)
		}
	}
	t.Logf("%d probes, %d to be permitted", probes, permitted)
	if permitted < 50 {
		t.Errorf("only %d of %d probes to be permitted", permitted, probes)
	}
}

// TestProveFails spoils a ruleset in the ways in which generators go wrong: each has
// to be caught.
func TestProveFails(t *testing.T) {
	d := policytest.Office(t, "listed")
	replace := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	without := func(pattern string) func(string) string {
		return func(s string) string { return regexp.MustCompile(pattern).ReplaceAllString(s, "") }
	}
	for name, spoil := range map[string]func(string) string{
		"a port is missing":            without(`(?m)^\s+10\.30\.0\.0/20 \. tcp \. 8443 .*\n`),
		"a mask is a bit wider":        replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/19 . tcp . 8443"),
		"a mask is a bit narrower":     replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/21 . tcp . 8443"),
		"UDP in place of TCP":          replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/20 . udp . 8443"),
		"the next port":                replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/20 . tcp . 8444"),
		"every port":                   replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/20 . tcp . 1-65535"),
		"IPv6 is forgotten":            without(`(?m)^\s+ip6 saddr .* @in6 accept\n`),
		"a flow that is gone":          replace("10.30.0.0/20 . tcp . 8443", "10.1.0.12 . tcp . 30001,\n10.30.0.0/20 . tcp . 8443"),
		"management is forgotten":      without(`(?m)^.*@in_management.*\n`),
		"the way back is open":         replace("iif \"lo\" accept", "iif \"lo\" accept\ntcp sport 8443 accept\nudp sport 30005 accept"),
		"nothing is dropped":           replace("policy drop;", "policy accept;\n"),
		"what goes out is free":        replace("hook output priority filter; policy drop;", "hook output priority filter; policy accept;"),
		"neighbours are not found":     without(`(?m)^.*nd-neighbor-solicit.*\n`),
		"a source port is not checked": replace("10.30.0.0/20 . udp . 30005 . 1024-65535", "10.30.0.0/20 . udp . 1-65535 . 1024-65535"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, c := range cases(t, d) {
				if c.Host.ID != "ums" {
					continue
				}
				spoiled := spoil(string(c.Ruleset))
				if spoiled == string(c.Ruleset) {
					t.Fatal("nothing is spoiled")
				}
				if strings.HasPrefix(name, "nothing") || strings.HasPrefix(name, "what goes") { // what is at the end, too
					spoiled = regexp.MustCompile(`(?m)^\t\tcounter drop$|^\t\tcounter reject .*$`).ReplaceAllString(spoiled, "\t\tcounter accept")
				}
				r, err := Run(t.Context(), d, []Case{{c.Host, []byte(spoiled)}}, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if len(r.Disagreements) == 0 {
					t.Errorf("%d probes found nothing", r.Probes)
				}
			}
		})
	}
}

// TestReload replaces a ruleset over and over while new connections arrive: none is
// lost.
func TestReload(t *testing.T) {
	d := policytest.Office(t, "listed")
	var c Case
	for _, x := range cases(t, d) {
		if x.Host.ID == "ums" {
			c = x
		}
	}
	own, peers := Addresses(c.Host), peersOf(d, c.Host)
	rig, err := newRig(t.Context(), own, peers, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rig.Close()
	if err := rig.listen(t.Context(), c.Host, own); err != nil {
		t.Fatal(err)
	}
	if err := rig.load(t.Context(), c.Ruleset); err != nil {
		t.Fatal(err)
	}
	var permitted []Probe
	for _, p := range Probes(d, c.Host, Options{}, 0) {
		if p.Want && !p.Out && p.SourcePort == 0 {
			permitted = append(permitted, p)
		}
	}
	const reloads = 20
	reloading := make(chan error)
	go func() {
		for range reloads {
			if err := rig.load(t.Context(), c.Ruleset); err != nil {
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
		passed := make([]bool, len(permitted))
		// Shorter than the system waits before it sends a lost packet again.
		err := rig.world.do(func() error { return sendBatch(permitted, passed, slow) })
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
