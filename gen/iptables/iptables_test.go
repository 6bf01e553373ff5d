package iptables_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/iptables"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/prove"
	"github.com/portspec/portspec/internal/prove/provetest"
	"github.com/portspec/portspec/internal/readers"
)

// rulesets returns the rulesets of a deployment.
func rulesets(t testing.TB, d *model.Deployment, s policy.Settings) []*iptables.Ruleset {
	t.Helper()
	s.Partial = true
	all, found := iptables.Rulesets(d, d.Hosts, s)
	if found.HasErrors() {
		t.Fatal(found)
	}
	return all
}

// TestSites reads back the rules of the example sites and of random ones. They must permit what
// the site permits, and not exceed the limits of iptables.
func TestSites(t *testing.T) { provetest.Sites(t, "linux", agree) }

func FuzzSites(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { agree(t, policytest.Random(t, seed, "linux")) })
}

// agree compares rules with their site, and returns how many packets were tried.
func agree(t *testing.T, d *model.Deployment) (probes int) {
	for _, r := range rulesets(t, d, policy.Settings{}) {
		rules := map[bool][]rule{true: read(t, r.V4), false: read(t, r.V6)}
		probes += provetest.Agree(t, d, r.Host, func(p prove.Probe) bool {
			if p.Out && d.Site.Firewall.Free() {
				return true
			}
			for _, x := range rules[p.From.Is4()] {
				if x.matches(p) {
					return x.target == "ACCEPT"
				}
			}
			return true
		})
	}
	return probes
}

// A rule is a rule as iptables reads it.
type rule struct {
	out              bool
	target, protocol string
	peer             [2]netip.Addr // the other side's addresses; invalid for all
	sports, dports   []model.PortRange
}

var comment = regexp.MustCompile(` -m comment --comment "([^"]*)"`)

// read returns a file's rules for new connections.
func read(t *testing.T, data []byte) []rule {
	t.Helper()
	var all []rule
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(comment.ReplaceAllString(line, ""))
		if len(words) == 0 || words[0] != "-A" {
			continue
		}
		if m := comment.FindStringSubmatch(line); m != nil && len(m[1]) > 255 {
			t.Errorf("a comment of %d bytes", len(m[1]))
		}
		r, other := rule{out: words[1] == "PORTSPEC-OUT"}, false
		for i := 2; i+1 < len(words); i += 2 {
			value := words[i+1]
			switch words[i] {
			case "-m", "--log-prefix", "--reject-with":
			case map[bool]string{false: "-s", true: "-d"}[r.out]:
				r.peer = spanOf(t, value)
			case map[bool]string{false: "--src-range", true: "--dst-range"}[r.out]:
				from, to, _ := strings.Cut(value, "-")
				r.peer = [2]netip.Addr{netip.MustParseAddr(from), netip.MustParseAddr(to)}
			case "-p":
				r.protocol = value
			case "--sports":
				r.sports = portsOf(t, value)
			case "--dports":
				r.dports = portsOf(t, value)
			case "-j":
				r.target = value
			default: // loopback, states, messages, limits: not new connections
				other = true
			}
			if value == "LOG" {
				break
			}
		}
		if !other {
			all = append(all, r)
		}
	}
	return all
}

func spanOf(t *testing.T, s string) [2]netip.Addr {
	t.Helper()
	p, ok := model.ParseNetwork(s)
	if !ok {
		t.Fatalf("%s is not a network", s)
	}
	first, last := policy.Edges(p)
	return [2]netip.Addr{first, last}
}

func portsOf(t *testing.T, s string) (all []model.PortRange) {
	t.Helper()
	room := 15
	for part := range strings.SplitSeq(s, ",") {
		all = append(all, provetest.Ports(t, part, ":"))
		room -= 1 + strings.Count(part, ":")
	}
	if room < 0 {
		t.Errorf("%s is more than multiport takes", s)
	}
	return all
}

func (r rule) matches(p prove.Probe) bool {
	peer, source := p.From, p.SourcePort
	if p.Out {
		peer = p.To
	}
	if source == 0 {
		source = 61000
	}
	has := func(ports []model.PortRange, n int) bool {
		return len(ports) == 0 || slices.ContainsFunc(ports, func(x model.PortRange) bool { return x.From <= n && n <= x.To })
	}
	return r.out == p.Out && (r.protocol == "" || r.protocol == p.Transport) && has(r.sports, source) && has(r.dports, p.Port) &&
		(!r.peer[0].IsValid() || r.peer[0].Compare(peer) <= 0 && peer.Compare(r.peer[1]) <= 0)
}

// TestObserve checks that rules that only observe drop nothing.
func TestObserve(t *testing.T) {
	for _, r := range rulesets(t, policytest.Office(t, "listed"), policy.Settings{Observe: true}) {
		for _, text := range [][]byte{r.V4, r.V6} {
			for _, verdict := range []string{"-j ACCEPT", "-j DROP", "-j REJECT"} {
				if strings.Contains(string(text), verdict) {
					t.Errorf("%s: %s", r.Host.ID, verdict)
				}
			}
			if !strings.Contains(string(text), `--log-prefix "portspec in would drop: "`) {
				t.Errorf("%s: nothing is logged", r.Host.ID)
			}
		}
	}
}

// loaded loads rules into a network namespace with iptables-restore, and lists them as iptables
// prints them.
func loaded(t *testing.T, dir string, r *iptables.Ruleset) string {
	t.Helper()
	for name, text := range map[string][]byte{"h.rules.v4": r.V4, "h.rules.v6": r.V6} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	script := ""
	for _, of := range []string{"iptables 4", "ip6tables 6"} {
		program, family, _ := strings.Cut(of, " ")
		script += fmt.Sprintf("%s-restore --noflush <h.rules.v%s; %s -S; ", program, family, program)
	}
	return readers.InNetwork(t, dir, script, "iptables", "ip6tables")
}

// TestHostile puts hostile texts into all fields for people, past the schema, which refuses most
// of them. What iptables loads must not permit anything else because of them.
func TestHostile(t *testing.T) {
	dir := t.TempDir()
	rules := func(text string) string {
		all := rulesets(t, policytest.Hostile(t, text), policy.Settings{})
		if len(all) != 1 {
			t.Fatalf("%q: %d hosts", text, len(all))
		}
		return regexp.MustCompile(` --comment ("[^"]*"|\S+)`).ReplaceAllString(loaded(t, dir, all[0]), "")
	}
	want := rules("x")
	if !strings.Contains(want, "-s 10.2.0.0/16 -p tcp -m multiport --dports 7443") || !strings.Contains(want, "--icmp-type 8") {
		t.Fatalf("unexpected rules:\n%s", want)
	}
	for _, text := range policytest.HostileTexts {
		if got := rules(text); got != want {
			t.Errorf("%q: iptables has\n%s\nwant\n%s", text, got, want)
		}
	}
}
