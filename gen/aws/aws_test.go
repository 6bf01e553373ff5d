package aws

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/prove"
	"github.com/portspec/portspec/internal/reach"
	"github.com/portspec/portspec/internal/readers"
)

// inCloud makes all hosts of a site instances whose system somebody administers.
func inCloud(d *model.Deployment) *model.Deployment {
	d.Site.Firewall.AWS = nil
	for _, h := range d.Hosts {
		if h.OS == "linux" || h.OS == "windows" {
			d.Site.Firewall.AWS = append(d.Site.Firewall.AWS, h.ID)
		}
	}
	return d
}

// A written rule is a rule of a template.
type written struct {
	group, direction string

	Protocol    string              `yaml:"IpProtocol"`
	FromPort    *int                `yaml:"FromPort"`
	ToPort      *int                `yaml:"ToPort"`
	CIDR        string              `yaml:"CidrIp"`
	CIDR6       string              `yaml:"CidrIpv6"`
	Description string              `yaml:"Description"`
	GroupID     map[string][]string `yaml:"GroupId"`
}

// A document is a template as CloudFormation reads it.
type document struct {
	groups []string
	rules  []written
	names  []string // of all resources
}

// read returns the groups and the rules of a template.
func read(t *testing.T, data []byte) document {
	t.Helper()
	var file struct {
		Resources map[string]struct {
			Type       string    `yaml:"Type"`
			Properties yaml.Node `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var d document
	for name, r := range file.Resources {
		d.names = append(d.names, name)
		var group struct {
			Egress  []written `yaml:"SecurityGroupEgress"`
			Ingress []written `yaml:"SecurityGroupIngress"`
		}
		var rule written
		var err error
		switch r.Type {
		case "AWS::EC2::SecurityGroup":
			d.groups = append(d.groups, name)
			err = r.Properties.Decode(&group)
			if len(group.Egress) == 0 {
				t.Errorf("group %s would let everything out", name)
			}
			for _, w := range group.Egress {
				w.group, w.direction = name, "out"
				d.rules = append(d.rules, w)
			}
		case "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress":
			err = r.Properties.Decode(&rule)
			rule.group, rule.direction = rule.GroupID["Fn::GetAtt"][0], map[bool]string{true: "in", false: "out"}[strings.HasSuffix(r.Type, "Ingress")]
			d.rules = append(d.rules, rule)
		default:
			t.Errorf("unknown resource %s", r.Type)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(d.names)
	return d
}

// permits reports whether a rule lets a packet pass.
func (w written) permits(t *testing.T, p prove.Probe) bool {
	peer, direction := p.From, "in"
	if p.Out {
		peer, direction = p.To, "out"
	}
	if w.direction != direction || w.Protocol != "-1" && w.Protocol != p.Transport {
		return false
	}
	text := w.CIDR
	if text == "" {
		text = w.CIDR6
	}
	network, err := netip.ParsePrefix(text)
	if err != nil || (w.CIDR == "") == (w.CIDR6 == "") {
		t.Fatalf("peers of %+v: %v", w, err)
	}
	return network.Contains(peer) && (w.Protocol == "-1" || *w.FromPort <= p.Port && p.Port <= *w.ToPort)
}

// wants are the permits that security groups can express.
func wants(p *model.Permit) bool {
	return (policy.Options{}).Wants(p) && len(p.Groups) == 0 && len(p.SourcePorts) == 0 && p.Connection.Flow.Source == nil
}

// disagreements compares the templates of a site with what it permits.
func disagreements(t *testing.T, d *model.Deployment, files []gen.File) (wrong []prove.Probe, tried int) {
	t.Helper()
	for _, f := range files {
		h := d.Host(strings.TrimSuffix(filepath.Base(f.Path), ".yml"))
		rules := read(t, f.Data).rules
		for _, p := range prove.Probes(d, h, prove.Options{}, 0) {
			if p.SourcePort != 0 {
				continue
			}
			tried++
			packet := p.Packet
			packet.SourcePort = 61000
			want := reach.In(d, h, wants, packet)
			if p.Out {
				want = reach.Out(d, h, wants, packet)
			}
			if slices.ContainsFunc(rules, func(w written) bool { return w.permits(t, p) }) != want {
				p.Want = want
				wrong = append(wrong, p)
			}
		}
	}
	return wrong, tried
}

// TestSites reads the templates of the examples, an office and random sites back, and validates
// them by CloudFormation's own specification.
func TestSites(t *testing.T) {
	sites := append(policytest.Examples(t), policytest.Office(t, "free"), policytest.Office(t, "listed"))
	for seed := range uint64(20) {
		sites = append(sites, policytest.Random(t, seed, "linux"))
	}
	tried, dir := 0, t.TempDir()
	var templates []string
	for _, d := range sites {
		files, found := GenerateSite(inCloud(d), policy.Settings{Partial: true})
		if found.HasErrors() {
			t.Fatal(found)
		}
		wrong, n := disagreements(t, d, files)
		tried += n
		for _, p := range wrong[:min(5, len(wrong))] {
			t.Errorf("site %s: host %s: %s is permitted: %t, want %t", d.Site.ID, p.Host, p, !p.Want, p.Want)
		}
		for _, f := range files {
			document := read(t, f.Data)
			counts := map[string]int{}
			for _, w := range document.rules {
				counts[fmt.Sprint(w.group, w.direction, w.CIDR == "")]++
			}
			for group, n := range counts {
				if n > 60 {
					t.Errorf("%s: %d rules in %s", f.Path, n, group)
				}
			}
			if len(templates) < 12 {
				templates = append(templates, filepath.Join(dir, strings.ReplaceAll(f.Path, "/", "-")))
				writeJSON(t, templates[len(templates)-1], f.Data)
			}
		}
	}
	if tried < 100_000 {
		t.Errorf("only %d probes", tried)
	}
	readers.Run(t, dir, "node", append([]string{readers.NodePath(t, "cloudformation-read.mjs")}, templates...)...)
}

// writeJSON writes a template as JSON, which has the same meaning.
func writeJSON(t *testing.T, name string, data []byte) {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestReaderFails checks that the validator notices a property that does not exist.
func TestReaderFails(t *testing.T) {
	files, _ := GenerateSite(inCloud(policytest.Office(t, "listed")), policy.Settings{Partial: true})
	name := filepath.Join(t.TempDir(), "spoiled.json")
	writeJSON(t, name, []byte(strings.Replace(string(files[0].Data), "FromPort:", "Port:", 1)))
	if out, err := readers.Try(t, "", "node", readers.NodePath(t, "cloudformation-read.mjs"), name); err == nil || !strings.Contains(out, "Port") {
		t.Errorf("no fault: %s", out)
	}
}

// TestSpoiled makes typical mistakes of generators in templates: the comparison must notice each.
func TestSpoiled(t *testing.T) {
	d := inCloud(policytest.Office(t, "listed"))
	files, _ := GenerateSite(d, policy.Settings{Partial: true})
	for name, replaced := range map[string][2]string{
		"a mask is a bit wider":          {"10.30.0.0/20", "10.30.0.0/19"},
		"UDP in place of TCP":            {"IpProtocol: tcp", "IpProtocol: udp"},
		"a port is missing":              {"FromPort: 8443", "FromPort: 8444"},
		"what goes out is free":          {"127.0.0.1/32", "0.0.0.0/0"},
		"management is forgotten":        {"10.9.0.0/24", "10.8.0.0/24"},
		"a family of addresses is wrong": {"2001:db8:30::/64", "2001:db8:31::/64"},
	} {
		var spoiled []gen.File
		for _, f := range files {
			spoiled = append(spoiled, gen.File{Path: f.Path, Data: []byte(strings.ReplaceAll(string(f.Data), replaced[0], replaced[1]))})
		}
		if wrong, _ := disagreements(t, d, spoiled); len(wrong) == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
}

// TestUpdate checks that another permit adds resources and leaves the others alone: a stack
// adds before it removes.
func TestUpdate(t *testing.T) {
	d := inCloud(policytest.Office(t, "free"))
	names := func() map[string][]string {
		files, _ := GenerateSite(d, policy.Settings{Partial: true})
		all := map[string][]string{}
		for _, f := range files {
			all[f.Path] = read(t, f.Data).names
		}
		return all
	}
	before := names()
	d.Site.Firewall.Management[0].Ports = append(d.Site.Firewall.Management[0].Ports, 8022)
	for path, after := range names() {
		for _, name := range before[path] {
			if !slices.Contains(after, name) {
				t.Errorf("%s: %s is gone", path, name)
			}
		}
		if len(after) <= len(before[path]) {
			t.Errorf("%s: nothing is added", path)
		}
	}
}

// TestLimits checks that what exceeds a limit is reported and nothing is written.
func TestLimits(t *testing.T) {
	for n, want := range map[int]string{
		20:  "",
		100: "",
		310: "security groups of 60 rules; an interface has at most 5",
	} {
		d := inCloud(policytest.Office(t, "free"))
		m := d.Site.Firewall.Management[0]
		m.Ports = m.Ports[:0]
		for i := range n {
			m.Ports = append(m.Ports, 2000+2*i)
		}
		m.From = m.From[:1]
		_, found := GenerateSite(d, policy.Settings{Partial: true})
		i := slices.IndexFunc(found, func(f diag.Finding) bool { return f.Code == diag.TooManyRules })
		switch {
		case want == "" && i >= 0:
			t.Errorf("%d rules: %s", n, found[i].Message)
		case want != "" && (i < 0 || found[i].Severity != diag.Error || !strings.Contains(found[i].Message, want)):
			t.Errorf("%d rules: %v, want %q", n, found, want)
		}
	}
}

// TestDistinct checks that rules covered by others are left out, and no others.
func TestDistinct(t *testing.T) {
	one := func(protocol string, from, to int, peer string) rule {
		return rule{traffic: traffic{protocol, from, to}, peer: netip.MustParsePrefix(peer)}
	}
	all := []rule{
		one("tcp", 80, 80, "10.1.0.0/16"),
		one("tcp", 80, 90, "10.0.0.0/8"),
		one("tcp", 80, 90, "10.0.0.0/8"),
		one("tcp", 80, 91, "10.1.0.0/16"),
		one("udp", 80, 80, "10.1.0.0/16"),
		one("icmp", 8, 0, "10.1.0.0/16"),
		one("icmp", 8, -1, "10.1.0.0/16"),
		one("icmp", 3, 4, "10.1.0.0/16"),
		one("47", 0, 0, "fd00::/64"),
		one("47", 0, 0, "fd00::1/128"),
	}
	var got, want []string
	for _, i := range []int{8, 7, 6, 1, 3, 4} {
		want = append(want, all[i].key())
	}
	for _, r := range distinct(all) {
		got = append(got, r.key())
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestHostile puts hostile texts into all fields for people. The rules of the template must not
// depend on them, and it must have only characters that Amazon accepts.
func TestHostile(t *testing.T) {
	made := func(text string) (rules []string) {
		d := inCloud(policytest.Hostile(t, text))
		d.Site.Firewall.AWS = []string{d.Hosts[0].ID}
		files, _ := GenerateSite(d, policy.Settings{Partial: true})
		if len(files) != 1 {
			t.Fatalf("%q: %d files", text, len(files))
		}
		for _, w := range read(t, files[0].Data).rules {
			if w.Description != "" && !regexp.MustCompile(`^[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}$`).MatchString(w.Description) {
				t.Errorf("%q: Amazon refuses the description %q", text, w.Description)
			}
			rules = append(rules, fmt.Sprint(w.direction, w.Protocol, w.FromPort != nil && *w.FromPort == 7443, w.CIDR, w.CIDR6))
		}
		slices.Sort(rules)
		return rules
	}
	want := made("x")
	if len(want) < 4 {
		t.Fatalf("only %q", want)
	}
	for _, text := range policytest.HostileTexts {
		if got := made(text); !slices.Equal(got, want) {
			t.Errorf("%q: rules %q, want %q", text, got, want)
		}
	}
}
