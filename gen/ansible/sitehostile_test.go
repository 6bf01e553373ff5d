package ansible

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/sample"
)

// hostileSite returns a site with hostile text wherever a site or a product has text. Each text
// has its own host.
func hostileSite(t *testing.T, pwned string) *model.Deployment {
	t.Helper()
	p := hostileProduct(pwned)
	hostile := func(i int) string { return strings.ReplaceAll(hostileTexts[i%len(hostileTexts)], "PWNED", pwned) }
	s := &model.Site{
		ID: "hostile", Name: hostile(0), Description: hostile(1),
		Products: []*model.Use{{Product: "demo", Features: map[string][]string{"off": {"on"}, "update": {"yes"}}}},
		Zones:    []*model.NetworkZone{{ID: "on", Name: hostile(2), Networks: []string{"192.0.2.0/24"}}},
		Hosts: []*model.Host{
			{ID: "1e3", Name: hostile(0), OS: "windows", Addresses: []string{"192.0.2.1"}, Count: 1, Runs: []model.Place{"demo/server"}},
			{ID: "null", Name: hostile(3), OS: "windows", Addresses: []string{"192.0.2.2"}, Count: 1, Runs: []model.Place{"demo/client"}},
			{ID: "no", Name: hostile(1), OS: "linux", Addresses: []string{"198.51.100.0/24"}, Count: 3, Runs: []model.Place{"demo/client"}},
		},
	}
	for i := range hostileTexts {
		s.Hosts = append(s.Hosts, &model.Host{ID: "text-" + string(rune('a'+i/26)) + string(rune('a'+i%26)), Name: hostile(i), OSVersion: hostile(i + 1), Count: 1})
	}
	return policytest.Resolved(t, &model.Catalog{Products: []*model.Product{p}}, s)
}

// TestSiteHostile passes hostile text to Ansible and, through the playbook, to firewall modules.
// It must arrive as text. TestLint passes it to the linters.
func TestSiteHostile(t *testing.T) {
	t.Parallel()
	pwned := filepath.Join(t.TempDir(), "pwned")
	d := hostileSite(t, pwned)
	files, _ := GenerateSite(d)
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".sh") {
			continue // it has no text of a spec, and is indented with tabs
		}
		for _, r := range string(f.Data) {
			if r != '\n' && r != ' ' && gen.Visible(string(r)) != string(r) {
				t.Errorf("%s contains %U", f.Path, r)
			}
		}
	}
	dir := folder(t, files)

	// To print variables, Ansible evaluates whatever it takes for a template.
	const inventory = "sites/hostile/inventory.yml"
	out := readers.Ansible(t, dir, "ansible", "-i", inventory, "-c", "local", "all", "-m", "ansible.builtin.debug", "-a", "msg={{ [portspec_host.name | default(''), portspec_site_name, portspec_site_description] }}")
	for _, want := range []string{`{{ lookup('pipe', 'touch`, `{{ 7 * 7 }}`, `!!python/object/apply`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	vars := readInventory(t, dir, inventory).Meta.Hostvars
	for _, h := range d.Hosts {
		if isMany(h.Host) {
			continue
		}
		name := vars[h.ID]["portspec_host"].(map[string]any)["name"]
		if m, ok := name.(map[string]any); ok {
			name = m["__ansible_unsafe"]
		}
		if name != gen.Visible(h.Name) {
			t.Errorf("%s is named %q, want %q", h.ID, name, gen.Visible(h.Name))
		}
	}

	// Ansible has seen the text of every host above.
	limit := "all"
	if !sample.Thorough() {
		limit = "1e3,null,no,text-aa"
	}
	records := play(t, withRecorders(t, files), "-i", inventory, "--limit", limit, "examples/site.yml")
	checkArguments(t, records)
	// The firewall gets ids, not texts.
	described := ""
	for _, r := range records {
		if r.Host == "1e3" && r.Args["name"] == "portspec in tcp 8443" {
			described = r.Args["description"].(string)
		}
	}
	if !strings.HasPrefix(described, "portspec: demo/all, demo/text-aa, demo/text-ab, ") {
		t.Errorf("the rule is described as %q", described)
	}
	if _, err := os.Stat(pwned); err == nil {
		t.Error("hostile text was executed")
	}
}

// TestSiteFindings checks that what the lists of a site leave out is reported.
func TestSiteFindings(t *testing.T) {
	d := backendSite(t)
	_, findings := GenerateSite(d)
	var got []string
	for _, f := range findings {
		if f.Code != diag.NotInSiteRules || f.Hint == "" && f.Severity != diag.Info {
			t.Errorf("%+v", f)
		}
		if f.Severity == diag.Warning {
			got = append(got, f.Message)
		}
	}
	want := []string{
		"ansible: site head-office: no rule for flow demo/all, tcp to server.lost: its port is not known",
		"ansible: site head-office: no rule with laptop for demo/all: firewalls need addresses, but only a name of laptop is known, laptop.example",
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("warnings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var lists []string
	for _, r := range hostRulesOf(d.Host("demo-1"), false).all() {
		if r.lacks != "" {
			lists = append(lists, r.lacks+": "+r.name)
		}
	}
	for _, want := range []string{
		"port: demo server in: all lost tcp with clients",
		"address: demo server in: all web tcp with laptop",
	} {
		if !slices.Contains(lists, want) {
			t.Errorf("no %q among\n%s", want, strings.Join(lists, "\n"))
		}
	}
}
