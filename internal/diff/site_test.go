package diff

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// TestSites resolves the example sites with random ports and names, and compares the rules of
// both sides: applying the delta to the old rules must give the new ones.
func TestSites(t *testing.T) {
	loaded, err := load.Workspace(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Sites) == 0 {
		t.Fatal("no sites in the workspace")
	}
	deltas := 0
	for i := range 30 {
		r := rand.New(rand.NewPCG(*seed+uint64(i), 11))
		site := loaded.Sites[i%len(loaded.Sites)]
		old, new := moved(loaded.Catalog, r), moved(loaded.Catalog, r)
		was, _ := resolve.Site(old, relocated(site, r))
		is, _ := resolve.Site(new, relocated(site, r))
		c := Compare(old, new)
		list := CompareDeployments(was, is, c)
		deltas += len(list)
		if self := CompareDeployments(was, was, Compare(old, old)); len(self) > 0 {
			t.Fatalf("a site differs from itself: %s", encode(self))
		}
		var mirrored []*SiteChange
		for _, x := range list {
			mirrored = append(mirrored, x.mirror())
		}
		sortSite(mirrored)
		if back := CompareDeployments(is, was, c.Mirror()); !bytes.Equal(encode(back), encode(mirrored)) {
			t.Fatalf("seed %d: not a mirror image%s", *seed+uint64(i), around(encode(back), encode(mirrored)))
		}
		if got, want := applied(was, list), ruleTexts(is, nil); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %d rules after applying the delta, want %d", *seed+uint64(i), len(got), len(want))
		}
	}
	t.Logf("30 pairs of sites, %d deltas of rules", deltas)
	if deltas == 0 {
		t.Error("no rules differ")
	}
}

// relocated returns a site in which some hosts are removed, moved, multiplied, or run fewer
// components.
func relocated(s *model.Site, r *rand.Rand) *model.Site {
	made := *s
	made.Hosts = nil
	for _, h := range s.Hosts {
		copied := *h
		switch r.IntN(12) {
		case 0:
			continue
		case 1:
			copied.Addresses = []string{"192.0.2." + strconv.Itoa(r.IntN(200))}
		case 2:
			copied.Count++
		case 3:
			copied.Runs = h.Runs[1:]
		case 4:
			copied.ID += "-renamed"
		}
		made.Hosts = append(made.Hosts, &copied)
	}
	return &made
}

// moved returns a catalogue in which some ports are changed, and some flows and listeners are
// renamed or removed.
func moved(c *model.Catalog, r *rand.Rand) *model.Catalog {
	made := &model.Catalog{Services: c.Services}
	for _, p := range c.Products {
		n := &names{}
		for _, f := range p.Flows {
			if r.IntN(10) == 0 {
				n.flows.add(f.ID, f.ID+"-renamed")
			}
		}
		for _, x := range p.Components {
			for _, l := range x.Listeners {
				if x.Service == "" && r.IntN(10) == 0 {
					within(&n.listeners, x.ID).add(l.ID, l.ID+"-renamed")
				}
			}
		}
		q := n.product(p)
		for _, x := range q.Components {
			for _, l := range x.Listeners {
				if len(l.Ports) > 0 && r.IntN(10) == 0 {
					l.Ports = []model.PortRange{{From: 2000 + r.IntN(60000), To: 64000}}
				}
			}
		}
		q.Flows = slices.DeleteFunc(q.Flows, func(f *model.Flow) bool {
			f.Optional = f.Optional != (r.IntN(10) == 0)
			return r.IntN(20) == 0 && !slices.ContainsFunc(q.Flows, func(g *model.Flow) bool { return slices.Contains(g.InsteadOf, f.ID) })
		})
		made.Products = append(made.Products, q)
	}
	return made
}

// applied returns the rules of a deployment after a delta, as texts without ids, which may have
// been renamed.
func applied(d *model.Deployment, list []*SiteChange) []string {
	gone := make(map[string]int)
	var came []string
	seen := make(map[string]bool)
	for _, x := range list {
		if x.Before != nil {
			// A rule may differ in two ways; it is replaced once.
			key := x.Host + string(encode(x.Before))
			if x.After != nil && seen[key] {
				continue
			}
			seen[key] = true
			gone[x.Host+plain(x.Before)]++
		}
		if x.After != nil {
			came = append(came, x.Host+plain(x.After))
		}
	}
	return slices.Sorted(slices.Values(append(ruleTexts(d, gone), came...)))
}

// ruleTexts returns the rules of a deployment as sorted texts, without some of them.
func ruleTexts(d *model.Deployment, without map[string]int) []string {
	var all []string
	for host, rules := range rulesOf(d, nil) {
		for _, r := range rules {
			text := host + plain(r)
			if without[text] > 0 {
				without[text]--
				continue
			}
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return all
}

func plain(r *Rule) string {
	bare := *r
	bare.Flow, bare.Listener = "", ""
	bare.Ports = merge(r.Ports)
	return string(encode(bare))
}

// TestRules changes each field of a rule: either it is then a different rule, or a change is
// reported.
func TestRules(t *testing.T) {
	m := &maker{r: rand.New(rand.NewPCG(*seed, 13)), full: true}
	var whole Rule
	m.fill(reflect.ValueOf(&whole).Elem())
	whole.Addresses = []string{"10.0.0.1"} // firewalls do not see names, so only a change of addresses is reported
	for _, f := range fieldsOf(reflect.TypeFor[Rule]()) {
		for _, change := range []func(reflect.Value){another, none} {
			var changed Rule
			decode(encode(whole), &changed)
			change(reflect.ValueOf(&changed).Elem().FieldByIndex(f.Index))
			if whole.key() == changed.key() && (len(ruleChanges("h", &whole, &changed)) == 0 || len(ruleChanges("h", &changed, &whole)) == 0) {
				t.Errorf("changing %s is not reported", f.Name)
			}
		}
	}
}

// notInRules lists the fields of a deployment that do not affect rules of hosts, with the
// reason.
var notInRules = map[string]string{
	"Deployment.Site":     "what runs where is in hosts and permits",
	"Deployment.Products": "they are in sockets and permits",
	"Deployment.Permits":  "each is at a host",
	"Deployment.Local":    "they stay inside of a host",
	"Deployed.Name":       "for readers", "Deployed.OS": "it determines sockets and permits",
	"Deployed.OSVersion": "it determines sockets and permits", "Deployed.Names": "there are addresses",
	"Deployed.Count": "a rule names the group", "Deployed.Zone": "it determines permits", "Deployed.NetZone": "it determines permits",
	"Deployed.Runs": "they are in sockets and permits", "Deployed.Ports": "they are in sockets and permits",
	"Deployed.Settings": "they are in ports of sockets and permits",
	"Deployed.Releases": "they are in sockets and permits", "End.Product": "there is a host",
	"Socket.Why": "a reason", "Permit.Why": "a reason",
	"Permit.From": "it is the other side's", "Connection.From": "they are in the permit", "Connection.Transport": "it is the permit's",
	"Connection.When": "it determines the permit", "End.Place": "there is a host", "End.Fixed": "there is a host",
	"End.Location": "there is a host", "End.NetZone": "it determines permits", "End.Zone": "there is a host", "End.Any": "there is a host",
}

// TestEveryFieldOfDeployments checks that changing a field of a deployment changes a rule of a
// host, unless notInRules lists the field.
func TestEveryFieldOfDeployments(t *testing.T) {
	known := make(map[string]bool)
	_, parts := deployment()
	for i, part := range parts {
		for _, f := range fieldsOf(reflect.TypeOf(part).Elem()) {
			name := reflect.TypeOf(part).Elem().Name() + "." + f.Name
			known[name] = true
			deltas := 0
			for _, change := range []func(reflect.Value){another, none} {
				old, _ := deployment()
				new, parts := deployment()
				at := reflect.ValueOf(parts[i]).Elem().FieldByIndex(f.Index)
				if at.Kind() == reflect.Pointer { // pointers are never nil
					change = another
				}
				change(at)
				deltas += len(CompareDeployments(old, new, newChanges()))
			}
			if deltas == 0 && notInRules[name] == "" {
				t.Errorf("changing %s does not change a rule", name)
			}
		}
	}
	for name := range notInRules {
		if !known[name] {
			t.Errorf("no such field: %s", name)
		}
	}
}

// deployment returns two hosts, one of which talks to the other over ICMP, and what they consist
// of.
func deployment() (*model.Deployment, []any) {
	m := &maker{r: rand.New(rand.NewPCG(1, 17)), full: true}
	p, l, f := &model.Product{}, &model.Listener{}, &model.Flow{}
	for _, x := range []any{p, l, f} {
		m.fill(reflect.ValueOf(x).Elem())
	}
	a := &model.Deployed{Host: &model.Host{}, NetZone: "zone"}
	b := &model.Deployed{Host: &model.Host{}, NetZone: "zone"}
	m.fill(reflect.ValueOf(a.Host).Elem())
	m.fill(reflect.ValueOf(b.Host).Elem())
	a.ID, b.ID, a.Count, b.Count = "one", "two", 1, 1
	c := &model.Connection{Product: p, Flow: f, From: p.Components, To: p.Components[0], Listener: l, When: model.When{"f": {{"on"}}}, Phase: "upgrade"}
	why := []model.Reason{{Kind: model.ByDefault}}
	from := &model.End{Host: a, Location: &model.Location{}, Fixed: &model.Endpoints{}}
	to := &model.End{Host: b, Location: &model.Location{}, Fixed: &model.Endpoints{}}
	permit := &model.Permit{
		Connection: c, Transport: "icmp", From: []*model.End{from}, To: []*model.End{to}, Ports: []model.PortRange{{From: 1, To: 2}},
		SourcePorts: []model.PortRange{{From: 1, To: 2}}, Groups: []string{"broadcast"}, Why: why,
	}
	socket := &model.Socket{Place: "p/c", Listener: l, Transport: "icmp", Ports: permit.Ports, Bind: "any", Why: why}
	a.Outbound, b.Inbound, b.Sockets = []*model.Permit{permit}, []*model.Permit{permit}, []*model.Socket{socket}
	a.Inbound, a.Sockets, b.Outbound = []*model.Permit{permit}, []*model.Socket{socket}, []*model.Permit{permit}
	d := &model.Deployment{
		Site: &model.Site{ID: "s"}, Products: []*model.Product{p}, Hosts: []*model.Deployed{a, b},
		Permits: []*model.Permit{permit}, Local: []*model.Permit{permit},
	}
	return d, []any{d, a, b, socket, permit, c, to}
}
