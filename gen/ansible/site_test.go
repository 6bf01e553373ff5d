package ansible

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// backendSite returns a site with backendProduct and every kind of host: with addresses of both
// families, with only a name, with neither, and several that are alike.
func backendSite(t *testing.T) *model.Deployment {
	t.Helper()
	p := backendProduct()
	p.Flows[1].Phase = "installation"
	return policytest.Resolved(t, &model.Catalog{Products: []*model.Product{p}}, &model.Site{
		ID: "head-office",
		Products: []*model.Use{{
			Product: "demo", Ports: map[string]map[string]model.PortRange{"server": {"update": {From: 6000, To: 6000}}},
		}},
		Zones: []*model.NetworkZone{{ID: "dmz", Networks: []string{"192.0.2.0/24"}}},
		Hosts: []*model.Host{
			{ID: "demo-1", OS: "windows", Addresses: []string{"192.0.2.1", "2001:db8::1"}, Names: []string{"demo.example"}, Count: 1, Runs: []model.Place{"demo/server", "demo/balancer"}},
			{ID: "clients", OS: "linux", Addresses: []string{"198.51.100.0/24", "2001:db8:1::/64"}, Count: 50, Runs: []model.Place{"demo/client"}},
			{ID: "laptop", OS: "linux", Names: []string{"laptop.example"}, Count: 1, Runs: []model.Place{"demo/client"}},
			{ID: "all", Addresses: []string{"198.51.100.7"}, Count: 1},
		},
	})
}

// inventoried is a site as ansible-inventory prints it.
type inventoried struct {
	Meta struct {
		Hostvars map[string]map[string]any
	} `json:"_meta"`
	groups map[string][]string // hosts and children, sorted
}

func readInventory(t *testing.T, dir string, sources ...string) inventoried {
	t.Helper()
	var args []string
	for _, s := range sources {
		args = append(args, "-i", s)
	}
	out := readers.Ansible(t, dir, "ansible-inventory", append(args, "--list")...)
	if strings.Contains(out, "WARNING") {
		t.Errorf("ansible-inventory warns:\n%s", out[:strings.Index(out, "{")])
	}
	var i inventoried
	var groups map[string]struct{ Hosts, Children []string }
	for _, into := range []any{&i, &groups} {
		if err := json.Unmarshal([]byte(out[strings.Index(out, "{"):]), into); err != nil {
			t.Fatal(err)
		}
	}
	i.groups = make(map[string][]string)
	for name, g := range groups {
		i.groups[name] = slices.Sorted(slices.Values(append(g.Hosts, g.Children...)))
	}
	return i
}

// TestSiteInventory reads the inventories of the example sites with Ansible, and compares groups,
// addresses and sockets with the deployment.
func TestSiteInventory(t *testing.T) {
	t.Parallel()
	checked := "" // the playbook, which is the same for all sites
	for _, d := range append(policytest.Examples(t), backendSite(t)) {
		t.Run(d.Site.ID, func(t *testing.T) {
			files, _ := GenerateSite(d)
			dir := folder(t, files)
			path := "sites/" + d.Site.ID + "/inventory.yml"
			i := slices.IndexFunc(files, func(f gen.File) bool { return f.Path == "examples/site.yml" })
			if playbook := string(files[i].Data); playbook != checked {
				readers.Ansible(t, dir, "ansible-playbook", "-i", path, "--syntax-check", "examples/site.yml")
				checked = playbook
			}
			// The variables of a group of machines are seen on one of them.
			var more strings.Builder
			for _, h := range d.Hosts {
				if isMany(h.Host) {
					fmt.Fprintf(&more, "[%s]\nmachine-of-%s\n", machines(h.ID), h.ID)
				}
			}
			write(t, dir+"/more.ini", []byte(more.String()))
			compareInventory(t, d, readInventory(t, dir, path, "more.ini"))
		})
	}
}

func compareInventory(t *testing.T, d *model.Deployment, i inventoried) {
	t.Helper()
	groups := make(map[string][]string)
	for _, h := range d.Hosts {
		name, member := hostName(h.ID), hostName(h.ID)
		if isMany(h.Host) {
			name, member = "machine-of-"+h.ID, "machines_"+strings.ReplaceAll(h.ID, "-", "_")
			groups[member] = []string{name}
		}
		vars := i.Meta.Hostvars[name]
		if vars == nil {
			t.Fatalf("no host %s", name)
		}
		var at any
		if len(h.Addresses) > 0 {
			at = h.Addresses[0]
		} else if len(h.Names) > 0 {
			at = h.Names[0]
		}
		if isMany(h.Host) {
			same(t, "networks of "+h.ID, vars["portspec_networks"].(map[string]any)[h.ID], toJSON(h.Addresses))
			at = nil
		}
		if vars["ansible_host"] != at {
			t.Errorf("%s is at %v, want %v", h.ID, vars["ansible_host"], at)
		}
		for _, at := range h.Runs {
			g := strings.ReplaceAll(at.Product()+"__"+at.Component(), "-", "_")
			groups[g] = append(groups[g], member)
			product := "product_" + strings.ReplaceAll(at.Product(), "-", "_")
			if !slices.Contains(groups[product], g) {
				groups[product] = append(groups[product], g)
			}
		}
		for kind, id := range map[string]string{"os_": h.OS, "zone_": h.NetZone} {
			if id != "" {
				g := kind + strings.ReplaceAll(id, "-", "_")
				groups[g] = append(groups[g], member)
			}
		}
		if g, ok := vars["portspec_host"].(map[string]any)["alike"].(string); ok {
			groups[g] = append(groups[g], member)
		}
		var got, want []string
		for _, l := range vars["portspec_listeners"].([]any) {
			l := l.(map[string]any)
			got = append(got, fmt.Sprint(l["product"], l["component"], l["listener"], l["protocol"], asJSON(l["ports"]), l["dynamic"], l["bind"]))
		}
		for _, s := range h.Sockets {
			ports := []any{}
			for _, r := range s.Ports {
				if r.From == r.To {
					ports = append(ports, r.From)
				} else {
					ports = append(ports, map[string]int{"from": r.From, "to": r.To})
				}
			}
			want = append(want, fmt.Sprint(key(s.Place.Product()), key(s.Place.Component()), key(s.Listener.ID),
				protocol(s.Transport), asJSON(ports), s.Dynamic, s.Bind))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s listens on\n%s\nwant\n%s", h.ID, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	for g, members := range groups {
		slices.Sort(members)
		if !slices.Equal(i.groups[g], members) {
			t.Errorf("group %s has %v, want %v", g, i.groups[g], members)
		}
		if strings.HasPrefix(g, "alike_") && len(members) <= gen.MostNamed {
			t.Errorf("group %s has %v only", g, members)
		}
	}
	for g := range i.groups {
		if !slices.Contains([]string{"_meta", "all", "ungrouped"}, g) && groups[g] == nil {
			t.Errorf("surplus group %s", g)
		}
	}
}

// TestSiteNames checks that no two rules of a host have the same name: Windows would treat the
// second as a change of the first.
func TestSiteNames(t *testing.T) {
	for _, d := range append(policytest.Examples(t), backendSite(t)) {
		for _, h := range d.Hosts {
			for _, alike := range []bool{false, true} {
				seen := make(map[string]bool)
				for _, r := range hostRulesOf(h, alike).all() {
					if seen[r.name] {
						t.Errorf("%s: %s has two rules %q", d.Site.ID, h.ID, r.name)
					}
					seen[r.name] = true
				}
			}
		}
	}
}

func TestSiteSameBytes(t *testing.T) {
	for _, d := range policytest.Examples(t) {
		first, found := GenerateSite(d)
		for range 5 {
			if again, same := GenerateSite(d); !reflect.DeepEqual(first, again) || !reflect.DeepEqual(found, same) {
				t.Fatal("two runs differ")
			}
		}
		if !slices.IsSortedFunc(first, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) }) {
			t.Error("files are not sorted by path")
		}
	}
}
