package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/nftables"
	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// rulesets are what nftables would load on the hosts of a deployment.
func rulesets(t *testing.T, d *model.Deployment) []*nftables.Ruleset {
	t.Helper()
	all, found := nftables.Rulesets(d, d.Hosts, policy.Settings{Partial: true})
	if found.HasErrors() {
		t.Fatal(found)
	}
	return all
}

// listed loads rulesets with the real nft, one after the other, and reads what it lists.
func listed(t *testing.T, texts []string) []*evidence.Machine {
	t.Helper()
	dir := t.TempDir()
	script := ""
	for i, text := range texts {
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		script += fmt.Sprintf("nft flush ruleset; nft -f %s; nft -j list ruleset >%[1]s.json\n", name)
	}
	readers.InNetwork(t, dir, script, "nft")
	var all []*evidence.Machine
	for i := range texts {
		name := filepath.Join(dir, fmt.Sprint(i)+".json")
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, machine(t, string(data)))
	}
	return all
}

// machine reads evidence.
func machine(t testing.TB, texts ...string) *evidence.Machine {
	t.Helper()
	var files []*evidence.File
	for i, text := range texts {
		f, err := evidence.Read(fmt.Sprintf("file%d", i), []byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	m, err := evidence.Join(files)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func run(t testing.TB, d *model.Deployment, host string, m *evidence.Machine, o Options) *Report {
	t.Helper()
	r, err := Run(d, d.Host(host), m, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestGenerated loads what is generated for the example sites and for random ones, and
// finds that it agrees.
func TestGenerated(t *testing.T) {
	deployments := policytest.Examples(t)
	for i := range 40 {
		deployments = append(deployments, policytest.Random(t, uint64(i), "linux"))
	}
	var texts []string
	var of []*model.Deployment
	var hosts []string
	for _, d := range deployments {
		for _, r := range rulesets(t, d) {
			texts, of, hosts = append(texts, string(r.Text)), append(of, d), append(hosts, r.Host.ID)
		}
	}
	covered := 0
	for i, m := range listed(t, texts) {
		r := run(t, of[i], hosts[i], m, Options{Partial: true})
		for _, thing := range r.Things {
			covered++
			if thing.Verdict != Covered {
				t.Errorf("%s %s: %+v", of[i].Site.ID, hosts[i], thing)
			}
		}
	}
	if len(texts) < 48 || covered < 1000 {
		t.Errorf("only %d rulesets with %d things", len(texts), covered)
	}
}

// TestSpoiled spoils a ruleset in the ways in which rulesets go wrong.
func TestSpoiled(t *testing.T) {
	d := policytest.Office(t, "listed")
	original := ""
	for _, r := range rulesets(t, d) {
		if r.Host.ID == "ums" {
			original = string(r.Text)
		}
	}
	replace := func(old, new string) string { return strings.Replace(original, old, new, 1) }
	without := func(pattern string) string { return regexp.MustCompile(pattern).ReplaceAllString(original, "") }
	added := func(rule string) string {
		return original + "\ninsert rule inet portspec input " + rule + "\n"
	}
	appended := func(rule string) string {
		return original + "\nadd rule inet portspec input " + rule + "\n"
	}
	for _, x := range []struct {
		name, text string
		verdict    Verdict
		about      string
		says       string
	}{
		{"a port is missing", without(`(?m)^\t\telements = \{\n\s+10\.30\.0\.0/20 \. tcp \. 8443 .*\n\t\t\}\n`), Missing, "flow", "10.30.0.0/20 tcp 8443"},
		{"a wider mask", replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/19 . tcp . 8443"), TooWide, "rule", "it also permits 10.30.16.0/20 tcp 8443"},
		{"a narrower mask", replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/21 . tcp . 8443"), Missing, "flow", "not let in: 10.30.8.0/21 tcp 8443"},
		{"UDP for TCP", replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/20 . udp . 8443"), TooWide, "rule", "udp 8443 from port 30006-65535"},
		{"more ports", replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/20 . tcp . 8443-8450"), TooWide, "rule", "10.30.0.0/20 tcp 8444-8450"},
		{"another port", replace("10.30.0.0/20 . tcp . 8443", "10.30.0.0/20 . tcp . 8444"), Undocumented, "rule", "8444"},
		{"no IPv6", without(`(?m)^\s+ip6 saddr .* @in6 accept\n`), Missing, "flow", "2001:db8:30::/64 tcp 8443"},
		{"no management", without(`(?m)^.*@in_management.*\n`), Missing, "flow", "tcp 22"},
		{"the way back", replace("iif \"lo\" accept", "iif \"lo\" accept\n\t\ttcp sport 8443 accept"), TooWide, "rule", "tcp from port 8443"},
		{"nothing is dropped", regexp.MustCompile(`(?m)^\t\tcounter drop$`).ReplaceAllString(replace("policy drop;", "policy accept;"), ""), TooWide, "policy", "it permits"},
		{"outbound is free", regexp.MustCompile(`(?m)^\t\tcounter reject .*$`).ReplaceAllString(replace("hook output priority filter; policy drop;", "hook output priority filter; policy accept;"), ""), TooWide, "policy", "it permits"},
		{"a source port is not checked", replace("10.30.0.0/20 . udp . 30005 . 1024-65535", "10.30.0.0/20 . udp . 1-65535 . 1024-65535"), TooWide, "rule", "10.30.0.0/20 udp 1024-65535 from port 1-30004"},
		{"shadowed by a block", added("ip saddr 10.30.0.0/16 drop"), Shadowed, "rule", "rule"},
		{"shadowed by what is too wide", added("ip saddr 10.0.0.0/8 tcp dport 8443 accept"), Shadowed, "rule", "never takes effect"},
		{"behind the last rule", appended("tcp dport 9999 accept"), Shadowed, "rule", "never takes effect"},
		{"another address", added("ip daddr 10.1.0.99 tcp dport 9999 accept"), WrongAddress, "rule", "10.1.0.11"},
		{"an interface", added("iifname \"eth0\" tcp dport 9999 accept"), CannotTell, "rule", "depends on the interface eth0"},
		{"a mark", added("meta mark 7 drop"), CannotTell, "flow", "meta mark"},
		{"another table", original + "\ntable inet other {\n\tchain c {\n\t\ttype filter hook input priority 10; policy accept;\n\t\ttcp dport 8443 drop\n\t}\n}\n", Missing, "flow", "table inet other"},
		{"redirected", original + "\ntable ip nat {\n\tchain c {\n\t\ttype nat hook prerouting priority -100; policy accept;\n\t\ttcp dport 8443 redirect to :9000\n\t}\n}\n", CannotTell, "flow", "redirect"},
		{"no table at all", "", TooWide, "policy", "nothing filters it"},
	} {
		t.Run(x.name, func(t *testing.T) {
			if x.text == original {
				t.Fatal("nothing is spoiled")
			}
			r := run(t, d, "ums", listed(t, []string{x.text})[0], Options{Partial: true})
			if !slices.ContainsFunc(r.Things, func(thing Thing) bool {
				return thing.Verdict == x.verdict && thing.About == x.about && strings.Contains(thing.Detail, x.says)
			}) {
				for _, thing := range r.Things {
					if thing.Verdict != Covered {
						t.Logf("%+v", thing)
					}
				}
				t.Errorf("no %s %s with %q", x.verdict, x.about, x.says)
			}
		})
	}
}

// TestRemoved takes each element out of a ruleset: the flow that it is for is missing.
func TestRemoved(t *testing.T) {
	d := policytest.Office(t, "listed")
	for _, r := range rulesets(t, d) {
		element := regexp.MustCompile(`(?m)^\t\t\t(\S.*) comment "([^ "]+).*",\n`)
		var texts, flows []string
		for _, at := range element.FindAllSubmatchIndex(r.Text, -1) {
			text := string(r.Text[:at[0]]) + string(r.Text[at[1]:])
			texts = append(texts, strings.Replace(text, "\t\telements = {\n\t\t}\n", "", 1))
			flows = append(flows, string(r.Text[at[4]:at[5]]))
		}
		if len(texts) < 3 {
			t.Errorf("%s has %d elements", r.Host.ID, len(texts))
		}
		for i, m := range listed(t, texts) {
			report := run(t, d, r.Host.ID, m, Options{Partial: true})
			if !slices.ContainsFunc(report.Things, func(x Thing) bool { return x.Verdict == Missing && slices.Contains(x.Flows, flows[i]) }) {
				t.Errorf("%s: %s is not missed", r.Host.ID, flows[i])
			}
		}
	}
}

// TestUncertain has what no rule can express: it is missing where nothing passes, covered
// where all does, and otherwise it is not known.
func TestUncertain(t *testing.T) {
	d := policytest.Office(t, "listed")
	h := d.Host("ums")
	lacking := policy.Of(d.Site, h, policy.Options{}).Lacking
	if len(lacking) == 0 {
		t.Fatal("the site lacks nothing")
	}
	verdicts := func(input, output string) map[Verdict]int {
		all := make(map[Verdict]int)
		rules := "*filter\n:INPUT " + input + " [0:0]\n:OUTPUT " + output + " [0:0]\nCOMMIT\n"
		for _, x := range run(t, d, "ums", machine(t, rules, "# Generated by ip6tables-save\n"+rules), Options{}).Things {
			if x.About == "flow" && slices.ContainsFunc(lacking, func(l *policy.Lack) bool {
				return slices.Contains(x.Flows, l.Permit.Connection.Product.ID+"/"+l.Permit.Connection.Flow.ID)
			}) {
				all[x.Verdict]++
			}
		}
		return all
	}
	if got := verdicts("ACCEPT", "ACCEPT"); got[Covered] == 0 || len(got) != 1 {
		t.Errorf("everything passes: %v", got)
	}
	if got := verdicts("DROP", "DROP"); got[Missing] == 0 || len(got) != 1 {
		t.Errorf("nothing passes: %v", got)
	}
	for _, r := range rulesets(t, d) {
		if r.Host != h {
			continue
		}
		report := run(t, d, "ums", listed(t, []string{string(r.Text)})[0], Options{})
		if _, unknown := report.Agrees(); !unknown {
			t.Error("no verdict is cannot tell, although the ruleset leaves something out")
		}
	}
}

// TestRules judges single rules of iptables beside those that the site needs.
func TestRules(t *testing.T) {
	d := policytest.Office(t, "free")
	for _, x := range []struct {
		rule string
		want Verdict // "" if there is nothing to say
	}{
		{"-p udp --sport 67 --dport 68 -j ACCEPT", ""}, // answers of DHCP
		{"-p icmp -m icmp --icmp-type 3 -j ACCEPT", ""},
		{"-p icmp -m icmp --icmp-type 8 -j ACCEPT", Undocumented},
		{"-p icmp -j ACCEPT", Undocumented},
		{"-d 224.0.0.251/32 -p udp --dport 5353 -j ACCEPT", Undocumented},
		{"-d 10.1.0.12/32 -p tcp --dport 81 -j ACCEPT", WrongAddress},
		{"-d 10.1.0.0/24 -p tcp --dport 81 -j ACCEPT", Undocumented},
		{"-i lo -j ACCEPT", ""},
		{"-m conntrack --ctstate ESTABLISHED -j ACCEPT", ""},
		{"-s 127.0.0.0/8 -j ACCEPT", ""},
		{"-s 10.30.0.0/20 -p tcp --dport 8443 -j ACCEPT", Covered},
		{"-s 10.30.1.0/24 -p tcp --dport 8443 -j ACCEPT", Covered},
		{"-s 10.30.0.0/16 -p tcp --dport 8443 -j ACCEPT", TooWide},
		{"-p tcp --dport 81 -m recent --name x -j ACCEPT", CannotTell},
		{"-p tcp --dport 81 -j NFQUEUE --queue-num 1", CannotTell},
		{"-p tcp --dport 81 -j DROP", ""},
		{"-p tcp --dport 81 -j REJECT --reject-with tcp-reset", ""},
		{"-j LAST", ""},
	} {
		m := machine(t, "*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:LAST - [0:0]\n-A LAST -m addrtype --dst-type LOCAL -j RETURN\n-A LAST -j DROP\n-A INPUT "+x.rule+"\nCOMMIT\n")
		var got Verdict
		for _, thing := range run(t, d, "ums", m, Options{Partial: true}).Things {
			if thing.About == "rule" {
				got = thing.Verdict
			}
		}
		if got != x.want {
			t.Errorf("%s is %q, want %q", x.rule, got, x.want)
		}
	}
}
