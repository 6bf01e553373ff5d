// Package policytest provides sites for the tests of targets that write the rules of firewalls:
// the examples, one with both families of addresses, random ones, and ones with hostile texts.
package policytest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/resolve"
)

var embedded = sync.OnceValues(func() (*load.Result, error) { return load.Embedded(context.Background()) })

// Examples returns the sites that come with portspec. They are read anew, as some tests change
// them.
func Examples(t testing.TB) []*model.Deployment {
	t.Helper()
	r, err := load.Workspace(t.Context(), filepath.Join(readers.Dir(), "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	var all []*model.Deployment
	for _, s := range r.Sites {
		all = append(all, Resolved(t, r.Available, s))
	}
	if len(all) < 3 {
		t.Fatalf("%d sites", len(all))
	}
	return all
}

// Resolved resolves a site, which must have no errors.
func Resolved(t testing.TB, c *model.Catalog, s *model.Site) *model.Deployment {
	t.Helper()
	d, found := resolve.Site(c, s)
	if found.HasErrors() {
		t.Fatal(found)
	}
	return d
}

// Office returns a site with Linux hosts that have addresses of both families. Outbound
// traffic is free or listed.
func Office(t testing.TB, outbound string) *model.Deployment {
	t.Helper()
	r, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	return Resolved(t, r.Available, &model.Site{
		ID: "office",
		Products: []*model.Use{{Product: "igel-ums", Features: map[string][]string{
			"database": {"postgresql"}, "network-registration": {"off"},
		}, Without: []string{"os11-device"}}},
		Services: []*model.Location{{What: "active-directory", Endpoints: model.Endpoints{Addresses: []string{"10.1.0.5"}}}},
		Hosts: []*model.Host{
			{ID: "ums", OS: "linux", Addresses: []string{"10.1.0.11", "2001:db8::11"}, Count: 1, Runs: []model.Place{"igel-ums/ums-server"}},
			{ID: "database", OS: "linux", Addresses: []string{"10.1.0.12", "2001:db8::12"}, Count: 1, Runs: []model.Place{"igel-ums/postgresql"}},
			{ID: "console", OS: "windows", Addresses: []string{"10.9.0.77"}, Count: 1, Runs: []model.Place{"igel-ums/ums-console", "igel-ums/ums-web-app"}},
			{ID: "devices", OS: "igel-os", Addresses: []string{"10.30.0.0/20", "2001:db8:30::/64"}, Count: 300, Runs: []model.Place{"igel-ums/os12-device"}},
		},
		Firewall: &model.Firewall{Outbound: outbound, Management: []*model.Management{
			{ID: "admins", From: []string{"10.9.0.0/24", "10.9.0.5", "2001:db8:9::/64"}, Transport: "tcp", Ports: []int{22, 443}},
			{ID: "backup", From: []string{"10.9.0.0/25"}, Transport: "tcp", Ports: []int{22}, Hosts: []string{"database"}},
			{ID: "time", To: []string{"10.1.0.1"}, Transport: "udp", Ports: []int{123}},
		}},
	})
}

// Random returns a site of a random product, with hosts of an operating system. It depends only
// on the seed and that system. Ports, ranges, source ports, protocols, multicast, broadcast,
// flows both ways and with an answer, and networks that overlap, all occur.
func Random(t testing.TB, seed uint64, os string) *model.Deployment {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, seed))
	p := randomProduct(r)
	s := &model.Site{
		ID: fmt.Sprintf("random-%d", seed),
		Firewall: &model.Firewall{Outbound: []string{"free", "listed"}[r.IntN(2)], Management: []*model.Management{
			{ID: "admins", From: []string{"10.200.0.0/24", "fd00:200::/64"}, Transport: "tcp", Ports: []int{22, 3389}},
			{ID: "time", To: []string{"10.0.0.1"}, Transport: "udp", Ports: []int{123}},
		}},
	}
	for i, c := range p.Components {
		h := &model.Host{ID: fmt.Sprintf("host%d", i), OS: os, Count: 1, Runs: []model.Place{model.PlaceOf(p.ID, c.ID)}}
		switch r.IntN(4) {
		case 0: // a group, in a network that others may be in as well
			h.Count, h.Addresses = 30, []string{fmt.Sprintf("10.0.%d.0/%d", 16*r.IntN(4), 20+r.IntN(6)), fmt.Sprintf("fd00:0:%d::/64", i)}
		case 1:
			h.Addresses = []string{fmt.Sprintf("10.0.%d.%d", 16*r.IntN(4), 1+r.IntN(254))}
		default:
			h.Addresses = []string{fmt.Sprintf("10.0.%d.%d", i, 1+r.IntN(254)), fmt.Sprintf("fd00:0:%d::%d", i, 1+r.IntN(999))}
		}
		s.Hosts = append(s.Hosts, h)
	}
	return Resolved(t, &model.Catalog{Products: []*model.Product{p}}, s)
}

// zoneNames are the zones of [Zoned]; each has a network of each family.
var zoneNames = []string{"centre", "branch", "lab"}

// Zoned returns a site of a random product. Its hosts, with an operating system, are in
// zones between which addresses are translated: some have an address of their own in
// another zone, and some share one.
func Zoned(t testing.TB, seed uint64, os string) *model.Deployment {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1<<32+seed))
	p := randomProduct(r)
	s := &model.Site{
		ID: fmt.Sprintf("zoned-%d", seed),
		Firewall: &model.Firewall{Outbound: []string{"free", "listed"}[r.IntN(2)], Management: []*model.Management{
			{ID: "admins", From: []string{"10.0.200.0/24", "fd00:0:0:200::/64"}, Transport: "tcp", Ports: []int{22, 3389}},
			{ID: "time", To: []string{"10.1.201.1"}, Transport: "udp", Ports: []int{123}},
		}},
	}
	for z, id := range zoneNames {
		s.Zones = append(s.Zones, &model.NetworkZone{ID: id, Networks: []string{fmt.Sprintf("10.%d.0.0/16", z), fmt.Sprintf("fd00:0:0:%d00::/56", z)}})
		for other, in := range zoneNames {
			if other == z {
				continue
			}
			switch r.IntN(4) {
			case 0:
				s.NAT = append(s.NAT, &model.Translation{
					ID: "all-" + id + "-" + in, Addresses: s.Zones[z].Networks, Hides: true, Zones: []string{in},
					SeenAs: []string{fmt.Sprintf("192.0.2.%d", 10*z+other), fmt.Sprintf("2001:db8:f::%d", 10*z+other)},
				})
			case 1:
				s.NAT = append(s.NAT, &model.Translation{
					ID: "own-" + id + "-" + in, Addresses: []string{fmt.Sprintf("10.%d.0.0/18", z), fmt.Sprintf("fd00:0:0:%d00::/64", z)}, Zones: []string{in},
					SeenAs: []string{fmt.Sprintf("172.16.%d.0/18", 64*z), fmt.Sprintf("2001:db8:%d::/64", z)},
				})
			}
		}
	}
	for i, c := range p.Components {
		z := r.IntN(len(zoneNames))
		h := &model.Host{ID: fmt.Sprintf("host%d", i), OS: os, Count: 1, Runs: []model.Place{model.PlaceOf(p.ID, c.ID)}}
		switch r.IntN(3) {
		case 0:
			h.Count, h.Addresses = 30, []string{fmt.Sprintf("10.%d.%d.0/%d", z, 16*r.IntN(8), 20+r.IntN(6))}
		default:
			h.Addresses = []string{fmt.Sprintf("10.%d.%d.%d", z, i, 1+r.IntN(254)), fmt.Sprintf("fd00:0:0:%d00::%x", z, 1+r.IntN(999))}
		}
		s.Hosts = append(s.Hosts, h)
	}
	return Resolved(t, &model.Catalog{Products: []*model.Product{p}}, s)
}

func randomProduct(r *rand.Rand) *model.Product {
	p := &model.Product{ID: "p", Name: "Product", Version: "1"}
	next := 1000
	for i := range 3 + r.IntN(4) {
		c := &model.Component{ID: fmt.Sprintf("c%d", i), Name: "Component", Kind: model.Software}
		for k := range 1 + r.IntN(3) {
			l := &model.Listener{ID: fmt.Sprintf("l%d", k), Purpose: "Listen", Bind: "any"}
			switch r.IntN(8) {
			case 0:
				l.Transports, l.ICMP = []string{"icmp"}, []model.ICMP{{Type: 8}}
			case 1:
				l.Transports = []string{[]string{"esp", "gre"}[r.IntN(2)]}
			default:
				l.Transports = [][]string{{"tcp"}, {"udp"}, {"tcp", "udp"}}[r.IntN(3)]
				for range 1 + r.IntN(3) {
					from := next + r.IntN(20)
					to := from + r.IntN(2)*r.IntN(300)
					l.Ports = append(l.Ports, model.PortRange{From: from, To: to})
					next = to + 1
				}
			}
			c.Listeners = append(c.Listeners, l)
		}
		if only := c.Listeners[0]; i == 2 && len(c.Listeners) == 1 && model.HasPorts(only.Transports[0]) {
			only.Ports = []model.PortRange{{From: 1, To: 65535}}
		}
		p.Components = append(p.Components, c)
	}
	for i := range 2 + r.IntN(8) {
		from, to := p.Components[r.IntN(len(p.Components))], p.Components[r.IntN(len(p.Components))]
		l := to.Listeners[r.IntN(len(to.Listeners))]
		f := &model.Flow{
			ID: fmt.Sprintf("f%d", i), Purpose: "Talk", From: []string{from.ID}, To: []model.Target{{Component: to.ID, Listeners: []string{l.ID}}},
			Scope: "network", Delivery: "unicast",
		}
		if model.HasPorts(l.Transports[0]) {
			randomFlow(r, f, l)
		}
		p.Flows = append(p.Flows, f)
	}
	return p
}

// randomFlow varies a flow over a transport with ports.
func randomFlow(r *rand.Rand, f *model.Flow, l *model.Listener) {
	udp := len(l.Transports) == 1 && l.Transports[0] == "udp"
	switch n := r.IntN(9); {
	case n == 0:
		f.Source = &model.SourcePorts{Ports: []model.PortRange{{From: 700, To: 710}}}
	case n == 1:
		f.Source = &model.SourcePorts{Same: true}
	case n == 2:
		f.BothWays = true
	case n == 3 && udp:
		f.Delivery, f.Groups = "multicast", []string{"239.1.2.3", "ff05::1:3"}
	case n == 4 && udp:
		f.Delivery = "broadcast"
	case n == 5:
		f.Family = []string{"ipv4", "ipv6"}[r.IntN(2)]
	case n == 6:
		f.Optional = true
	}
}

// HostileTexts are texts that could end comments, texts, rules and documents.
var HostileTexts = []string{
	"\"; }\nflush ruleset\n#", "x\" accept comment \"", "a\r\nadd rule inet portspec input accept\r\n", "$(reboot)", "`reboot`", "include \"/etc/shadow\"",
	"\u2028accept\u2029", "*/ }", "\\", "\x00", strings.Repeat("long-", 60), "{ 0.0.0.0/0 . tcp . 1-65535 }", "define x = 1;", "'; nft flush ruleset; '",
	"- {a: !!python/x}", "%s%n", "-->", "]]>", "<!--", "--", "</rule><rule><accept/></rule>", "&amp;&#10;", "COMMIT\n*filter\n-P INPUT ACCEPT", "{{ 1 + 1 }}", "{% raw %}",
	"\"\nremark x\npermit ip any any", "!\npermit ip any any", "next\nend\nexit", "\"\nset service ALL", "#> calc <#", "${x}", "\u202eevil", "# comment", "---\nkind: Pod",
}

// Hostile returns a site with a text everywhere that people write, bypassing the schema, which
// rejects most such texts; its first host runs Linux. The text does not affect what is
// permitted.
func Hostile(t testing.TB, text string) *model.Deployment {
	t.Helper()
	id := func(s string) string { return s + strings.ReplaceAll(text, "/", "") } // which parts product and component
	p := &model.Product{
		ID: id("p"), Name: text, Version: text,
		Components: []*model.Component{
			{ID: id("client"), Kind: model.Software},
			{ID: id("server"), Kind: model.Software, Listeners: []*model.Listener{
				{ID: id("api"), Purpose: text, Transports: []string{"tcp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 7443, To: 7443}}}},
				{ID: id("none"), Purpose: text, Transports: []string{"udp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{}, Dynamic: &model.Dynamic{}}},
				{ID: id("ping"), Purpose: text, Transports: []string{"icmp"}, Bind: "any", ICMP: []model.ICMP{{Type: 8}}},
			}},
		},
		Flows: []*model.Flow{{
			ID: id("flow"), From: []string{id("client")}, To: []model.Target{{Component: id("server"), Listeners: []string{id("api"), id("none"), id("ping")}}},
			Purpose: text, Scope: "network", Delivery: "unicast",
		}},
	}
	d, _ := resolve.Site(&model.Catalog{Products: []*model.Product{p}}, &model.Site{
		ID: id("site"), Name: text,
		Hosts: []*model.Host{
			{ID: id("server"), OS: "linux", Addresses: []string{"10.1.0.1"}, Count: 1, Runs: []model.Place{model.PlaceOf(p.ID, id("server"))}},
			{ID: id("client"), Addresses: []string{"10.2.0.0/16"}, Count: 9, Runs: []model.Place{model.PlaceOf(p.ID, id("client"))}},
		},
		Firewall: &model.Firewall{
			Outbound:   "listed",
			Management: []*model.Management{{ID: id("admins"), From: []string{"10.9.0.0/24"}, Transport: "tcp", Ports: []int{22}}},
			Permits:    []*model.PermitRecord{{Flow: p.ID + "/" + id("flow"), Owner: text, Ticket: text}},
		},
	})
	return d
}
