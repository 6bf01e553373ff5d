package between

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// deployment has clients in one zone, servers in another, and something that is everywhere.
func deployment() *model.Deployment {
	d := &model.Deployment{Site: &model.Site{ID: "s", Zones: []*model.NetworkZone{{ID: "a"}, {ID: "b"}, {ID: "c"}}, Firewall: &model.Firewall{}}}
	end := func(id, zone string, addresses ...string) *model.End {
		h := &model.Deployed{Host: &model.Host{ID: id, Count: 1, Addresses: addresses}, NetZone: zone}
		d.Hosts = append(d.Hosts, h)
		return &model.End{Host: h, NetZone: zone}
	}
	clients := []*model.End{end("c1", "a", "10.1.0.1", "2001:db8::1"), end("c2", "a", "10.1.0.2")}
	servers := []*model.End{end("s1", "b", "10.2.0.1"), end("s2", "b", "10.2.0.2", "2001:db8:2::2"), end("s3", "a", "10.1.0.3")}
	permit := func(flow, transport string, port int, from, to []*model.End) *model.Permit {
		p := &model.Permit{Transport: transport, From: from, To: to, Connection: &model.Connection{
			Product: &model.Product{ID: "p"}, Flow: &model.Flow{ID: flow}, Listener: &model.Listener{ID: "l"}, To: &model.Component{ID: "c"}, Transport: transport,
		}}
		if port > 0 {
			p.Ports = []model.PortRange{{From: port, To: port}}
		}
		d.Permits = append(d.Permits, p)
		return p
	}
	permit("web", "tcp", 443, clients, servers)
	permit("files", "tcp", 445, clients, servers)
	permit("owned", "tcp", 22, clients, servers)
	permit("anybody", "udp", 53, []*model.End{{Any: true}}, servers[:1])
	permit("nowhere", "tcp", 80, clients, []*model.End{end("lost", "", "10.9.0.1")})
	permit("unnamed", "tcp", 81, clients, []*model.End{end("named", "b")})
	permit("esp", "esp", 0, clients[:1], servers[:1])
	d.Site.Firewall.Permits = []*model.PermitRecord{{Flow: "p/owned", Owner: "Ann", Until: "2027-01-31"}}
	return d
}

// Rules are merged by zones, ends and services, and by nothing that makes them permit more.
func TestRules(t *testing.T) {
	p := Of(deployment(), policy.Options{}, Device{}.refuses)
	var got []string
	for _, r := range p.Rules {
		got = append(got, fmt.Sprint(r.From, " ", r.To, " ", r.Sources, " ", r.Destinations, " ", r.Services, " ", r.Flows, " ", r.Record.Owner))
	}
	want := []string{
		"a b [0.0.0.0/0] [10.2.0.1/32] [udp 53] [p/anybody] ",
		"a b [10.1.0.1/32] [10.2.0.1/32] [esp] [p/esp] ",
		"a b [10.1.0.1/32 10.1.0.2/32 2001:db8::1/128] [10.2.0.1/32 10.2.0.2/32 2001:db8:2::2/128] [tcp 443 tcp 445] [p/files p/web] ",
		"a b [10.1.0.1/32 10.1.0.2/32 2001:db8::1/128] [10.2.0.1/32 10.2.0.2/32 2001:db8:2::2/128] [tcp 22] [p/owned] Ann",
		"c b [0.0.0.0/0] [10.2.0.1/32] [udp 53] [p/anybody] ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rules are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var lacking []string
	for _, l := range p.Lacking {
		lacking = append(lacking, l.Text())
	}
	want = []string{
		"flow p/nowhere, tcp to c.l: no known zone for lost",
		"flow p/unnamed, tcp to c.l: no known address for named",
	}
	if !slices.Equal(lacking, want) {
		t.Errorf("lacking are %q, want %q", lacking, want)
	}
}

// Removing a flow removes what it permits, and nothing else.
func TestRemoved(t *testing.T) {
	permitted := func(d *model.Deployment) map[string]bool {
		all := make(map[string]bool)
		for _, r := range Of(d, policy.Options{}, Device{}.refuses).Rules {
			for _, s := range r.Sources {
				for _, x := range r.Destinations {
					for _, service := range r.Services {
						all[fmt.Sprint(r.From, s, r.To, x, service)] = true
					}
				}
			}
		}
		return all
	}
	before := permitted(deployment())
	d := deployment()
	d.Permits = slices.DeleteFunc(d.Permits, func(p *model.Permit) bool { return p.Connection.Flow.ID == "files" })
	after := permitted(d)
	for key := range before {
		if after[key] == strings.HasSuffix(key, "tcp 445") {
			t.Errorf("%s is permitted: %t", key, after[key])
		}
	}
	if len(after) >= len(before) {
		t.Errorf("%d permits, then %d", len(before), len(after))
	}
}

// Days in the far future mean that there is no last day, and devices could not store them.
func TestLastDay(t *testing.T) {
	for until, want := range map[string]bool{"": false, "2027-01-31": true, "2035-12-31": true, "2036-01-01": false, "9999-12-31": false} {
		if _, _, ok := (&Rule{Record: model.PermitRecord{Until: until}}).LastDay(); ok != want {
			t.Errorf("%s: %t", until, ok)
		}
	}
}

// Names depend on content: equal content has the same name, and other content another.
func TestNames(t *testing.T) {
	a := Of(deployment(), policy.Options{}, Device{}.refuses).Rules
	b := Of(deployment(), policy.Options{}, Device{}.refuses).Rules
	seen := make(map[string]bool)
	for i := range a {
		if a[i].Name() != b[i].Name() || seen[a[i].Name()] || len(a[i].Name()) > 31 {
			t.Errorf("%s and %s", a[i].Name(), b[i].Name())
		}
		seen[a[i].Name()] = true
	}
	if name := AddressName(netip.MustParsePrefix("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128")); len(name) > 63 || strings.ContainsAny(name, ":/") {
		t.Error(name)
	}
}

// Text for people is reduced to characters that have no meaning in any syntax, and is truncated.
func TestAbout(t *testing.T) {
	r := &Rule{Flows: []string{"p/f", strings.Repeat("x", 200)}, Record: model.PermitRecord{Owner: "A\nnext\"; exit", Ticket: "N?1!"}}
	if got := r.About(40); got != "ticket N_1_ owner A_next__ exit p/f x..." {
		t.Errorf("%q", got)
	}
}

// The work grows with the number of hosts, not with its square.
func TestManyHosts(t *testing.T) {
	work := func(hosts int) float64 {
		d := deployment()
		d.Site.Firewall.Management = []*model.Management{{ID: "admins", From: []string{"10.200.0.1"}, Transport: "tcp", Ports: []int{22}}}
		d.Site.Zones[2].Networks = []string{"10.200.0.0/16"}
		for i := range hosts {
			h := &model.Deployed{Host: &model.Host{ID: fmt.Sprint("h", i), Count: 1, Addresses: []string{fmt.Sprintf("10.8.%d.%d", i/200, 1+i%200)}}, NetZone: "b"}
			d.Hosts = append(d.Hosts, h)
			p := *d.Permits[0]
			p.To = []*model.End{{Host: h, NetZone: "b"}, {Host: d.Hosts[0]}}
			d.Permits = append(d.Permits, &p)
		}
		return testing.AllocsPerRun(1, func() { Of(d, policy.Options{}, Device{}.refuses) })
	}
	if few, many := work(300), work(1200); many > 6*few {
		t.Errorf("four times as many hosts need %.0f allocations in place of %.0f", many, few)
	}
}

// What a device does not accept is reported for its own flow, not for flows that share a rule with
// it.
func TestRefused(t *testing.T) {
	d := deployment()
	d.Permits = nil
	from, to := []*model.End{{Host: d.Hosts[0], NetZone: "a"}}, []*model.End{{Host: d.Hosts[2], NetZone: "b"}}
	for flow, kind := range map[string]int{"ping": 8, "time": 13} {
		d.Permits = append(d.Permits, &model.Permit{Transport: "icmp", From: from, To: to, Connection: &model.Connection{
			Product: &model.Product{ID: "p"}, Flow: &model.Flow{ID: flow}, Listener: &model.Listener{ID: "l", ICMP: []model.ICMP{{Type: kind}}}, To: &model.Component{ID: "c"}, Transport: "icmp",
		}})
	}
	p := Of(d, policy.Options{}, Device{Takes: func(s Service) bool { return s.ICMP.Type == 8 }}.refuses)
	if len(p.Rules) != 1 || fmt.Sprint(p.Rules[0].Flows, p.Rules[0].Services) != "[p/ping] [icmp 8]" {
		t.Errorf("%d rules: %+v", len(p.Rules), p.Rules[0])
	}
	if len(p.Lacking) != 1 || p.Lacking[0].Text() != "flow p/time, icmp to c.l: the firewall has no name for its message" {
		t.Errorf("lacking: %+v", p.Lacking[0].Text())
	}
}
