package kubernetes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
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

// inCluster turns every other host of a site into pods. It lets flows use both families of
// addresses, because policies cannot express one of them; TestFamily covers that.
func inCluster(d *model.Deployment) *model.Deployment {
	for _, p := range d.Permits {
		p.Connection.Flow.Family = ""
	}
	for i, h := range d.Hosts {
		if i%2 == 0 {
			d.Site.Firewall.Pods = append(d.Site.Firewall.Pods, &model.Pods{Host: h.ID, Namespace: []string{"front", "back"}[i/2%2], Labels: map[string]string{"app": h.ID}})
		}
	}
	return d
}

// A side and a connection are what the program netpol reads.
type side struct {
	IP        string
	Namespace string            `json:",omitempty"`
	Labels    map[string]string `json:",omitempty"`
}

type connection struct {
	From, To  side
	Transport string
	Port      int
}

// judged returns which connections policies permit, according to cyclonus.
func judged(t *testing.T, files []gen.File, connections []connection) []bool {
	t.Helper()
	dir := t.TempDir()
	var names []string
	for i, f := range files {
		names = append(names, filepath.Join(dir, fmt.Sprintf("%d.yml", i)))
		if err := os.WriteFile(names[i], f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	input, err := json.Marshal(connections)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(readers.Tool(t, "netpol"), names...)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []bool
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// connectionsOf returns probes of the pods of a site, and whether the site permits each, for
// the permits that network policies can express.
func connectionsOf(t *testing.T, d *model.Deployment) (all []connection, want []bool) {
	t.Helper()
	wants := func(p *model.Permit) bool {
		return (policy.Options{}).Wants(p) && len(p.Groups) == 0 && len(p.SourcePorts) == 0 && p.Connection.Flow.Source == nil
	}
	for _, h := range d.Hosts {
		if d.Site.Firewall.PodsOf(h.ID) == nil {
			continue
		}
		for _, p := range prove.Probes(d, h, prove.Options{}, 0) {
			own, peer := p.To, p.From
			if p.Out {
				own, peer = p.From, p.To
			}
			other, several := sideOf(d, peer)
			mine, shared := sideOf(d, own)
			if several || shared || p.SourcePort != 0 {
				continue
			}
			c := connection{From: other, To: mine, Transport: p.Transport, Port: p.Port}
			packet := p.Packet
			packet.SourcePort = 61000
			permitted := reach.In(d, h, wants, packet)
			if p.Out {
				c.From, c.To = mine, other
				permitted = reach.Out(d, h, wants, packet)
			}
			// A connection between pods has to pass both policies.
			if other.Namespace != "" {
				x := d.Host(other.Labels["app"])
				if p.Out {
					permitted = permitted && reach.In(d, x, wants, packet)
				} else {
					permitted = permitted && reach.Out(d, x, wants, packet)
				}
			}
			all, want = append(all, c), append(want, permitted)
		}
	}
	return all, want
}

// sideOf returns the side with an address, and whether several pods could have the address.
func sideOf(d *model.Deployment, a netip.Addr) (s side, several bool) {
	s.IP = a.String()
	for _, pods := range d.Site.Firewall.Pods {
		for _, at := range d.Host(pods.Host).Addresses {
			if n, ok := model.ParseNetwork(at); ok && n.Contains(a) {
				several = several || s.Namespace != "" && s.Labels["app"] != pods.Labels["app"]
				s.Namespace, s.Labels = pods.Namespace, pods.Labels
			}
		}
	}
	return s, several
}

// TestSites compares what policies of an office and of random sites permit, as judged by cyclonus,
// with the sites.
func TestSites(t *testing.T) {
	sites := []*model.Deployment{inCluster(policytest.Office(t, "free")), inCluster(policytest.Office(t, "listed"))}
	for seed := range uint64(20) {
		sites = append(sites, inCluster(policytest.Random(t, seed, "linux")))
	}
	tried, permitted := 0, 0
	for _, d := range sites {
		files, found := GenerateSite(d, policy.Settings{Partial: true})
		if found.HasErrors() {
			t.Fatal(found)
		}
		all, want := connectionsOf(t, d)
		wrong := 0
		for i, got := range judged(t, files, all) {
			tried++
			if want[i] {
				permitted++
			}
			if got != want[i] && wrong < 5 {
				wrong++
				t.Errorf("site %s: %+v is permitted: %t, want %t", d.Site.ID, all[i], got, want[i])
			}
		}
	}
	t.Logf("%d connections, %d of them permitted", tried, permitted)
	if tried < 50_000 || permitted < 300 {
		t.Error("too few connections")
	}
}

// TestSpoiled makes typical mistakes of generators in policies: the comparison must notice each.
func TestSpoiled(t *testing.T) {
	d := inCluster(policytest.Office(t, "listed"))
	files, _ := GenerateSite(d, policy.Settings{Partial: true})
	all, want := connectionsOf(t, d)
	for name, spoil := range map[string]func(string) string{
		"a mask is a bit wider": func(s string) string { return strings.ReplaceAll(s, "10.30.0.0/20", "10.30.0.0/19") },
		"UDP in place of TCP":   func(s string) string { return strings.Replace(s, "protocol: TCP", "protocol: UDP", 1) },
		"the next port":         func(s string) string { return strings.Replace(s, "port: 8443", "port: 8444", 1) },
		"no IPv6":               func(s string) string { return strings.ReplaceAll(s, "2001:db8:30::/64", "2001:db8:31::/64") },
		"all that goes out":     func(s string) string { return strings.Replace(s, "    - Egress\n", "", 1) },
		"another namespace":     func(s string) string { return strings.ReplaceAll(s, "metadata.name: back", "metadata.name: front") },
		"management":            func(s string) string { return strings.Replace(s, "10.9.0.0/24", "10.8.0.0/24", 1) },
	} {
		var spoiled []gen.File
		changed := false
		for _, f := range files {
			data := spoil(string(f.Data))
			changed = changed || data != string(f.Data)
			spoiled = append(spoiled, gen.File{Path: f.Path, Data: []byte(data)})
		}
		if !changed {
			t.Errorf("%s: nothing is spoiled", name)
		} else if slices.Equal(judged(t, spoiled, all), want) {
			t.Errorf("%s: not noticed", name)
		}
	}
}

// TestHostile puts hostile texts into all fields for people. The policy that a cluster reads must
// not depend on them.
func TestHostile(t *testing.T) {
	read := func(text string) any {
		d := policytest.Hostile(t, text)
		d.Site.Firewall.Pods = []*model.Pods{{Host: d.Hosts[0].ID, Namespace: "tool", Labels: map[string]string{"app": "tool"}}}
		files, _ := GenerateSite(d, policy.Settings{Partial: true})
		if len(files) != 1 {
			t.Fatalf("%q: %d files", text, len(files))
		}
		judged(t, files, []connection{}) // which reads strictly
		dec := yaml.NewDecoder(bytes.NewReader(files[0].Data))
		var document map[string]any
		if err := dec.Decode(&document); err != nil {
			t.Fatalf("%q: %v\n%s", text, err, files[0].Data)
		}
		if dec.Decode(new(any)) == nil {
			t.Errorf("%q: there is a second document", text)
		}
		if metadata := document["metadata"].(map[string]any); len(metadata["name"].(string)) > 253 || len(metadata["labels"].(map[string]any)["portspec/site"].(string)) > maxLabel {
			t.Errorf("%q: a name is too long: %v", text, metadata)
		}
		return document["spec"]
	}
	want := fmt.Sprint(read("x"))
	if !strings.Contains(want, "10.2.0.0/16") || !strings.Contains(want, "7443") {
		t.Fatalf("unexpected policy: %s", want)
	}
	for _, text := range policytest.HostileTexts {
		if got := fmt.Sprint(read(text)); got != want {
			t.Errorf("%q: the policy is %s, want %s", text, got, want)
		}
	}
}

// TestFamily checks that a flow over one family of addresses is not permitted over both.
func TestFamily(t *testing.T) {
	d := inCluster(policytest.Office(t, "free"))
	for i, h := range d.Hosts {
		if d.Site.Firewall.PodsOf(h.ID) == nil {
			d.Site.Firewall.Pods = append(d.Site.Firewall.Pods, &model.Pods{Host: h.ID, Namespace: "all", Labels: map[string]string{"app": fmt.Sprint(i)}})
		}
	}
	made := func() (rules int, lacking string) {
		files, found := GenerateSite(d, policy.Settings{Partial: true})
		for _, f := range files {
			rules += bytes.Count(f.Data, []byte("- from:"))
		}
		return rules, fmt.Sprint(found)
	}
	before, _ := made()
	for _, p := range d.Permits {
		p.Connection.Flow.Family = "ipv6"
	}
	after, lacking := made()
	if management := 2 * len(d.Hosts); after > management || after >= before {
		t.Errorf("%d rules, of which %d are for management; %d without a family", after, management, before)
	}
	if !strings.Contains(lacking, "the firewall cannot limit it to IPv6") {
		t.Errorf("no finding in %s", lacking)
	}
}

// TestTooLarge checks that a policy that no cluster stores is refused.
func TestTooLarge(t *testing.T) {
	d := inCluster(policytest.Office(t, "free"))
	m := d.Site.Firewall.Management[0]
	for i := range 40_000 {
		m.From = append(m.From, fmt.Sprintf("10.%d.%d.0/28", 100+i/256, i%256))
	}
	_, found := GenerateSite(d, policy.Settings{Partial: true})
	if !slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Code == diag.TooManyRules && f.Severity == diag.Error }) {
		t.Error("no finding")
	}
}

// TestLabel checks that labels stay within their limits, and are different for different names.
func TestLabel(t *testing.T) {
	valid := regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	seen := map[string]string{}
	for _, id := range []string{"ha", strings.Repeat("a", 63), strings.Repeat("a", 80), strings.Repeat("a", 81), "..", "web\nkind", "webkind", "web kind", strings.Repeat("a-", 50)} {
		got := label(id)
		if !valid.MatchString(got) {
			t.Errorf("label(%q) is %q, which no cluster takes", id, got)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%q and %q have the label %q", other, id, got)
		}
		seen[got] = id
	}
	if label("ha") != "ha" {
		t.Errorf("label(ha) is %q", label("ha"))
	}
}
