package resolve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// TestWayBack resolves flows that either side may start, or that are answered at another port,
// between hosts whose systems have different ranges of ports.
func TestWayBack(t *testing.T) {
	ranges := &model.Dynamic{Ranges: []model.DynamicRange{
		{PortRange: model.PortRange{From: 1024, To: 5000}, OS: []string{"windows"}, Versions: &model.Versions{Before: "6.0"}},
		{PortRange: model.PortRange{From: 49152, To: 65535}, OS: []string{"windows"}, Versions: &model.Versions{From: "6.0"}},
		{PortRange: model.PortRange{From: 32768, To: 60999}, OS: []string{"linux"}},
	}}
	dynamic := &model.Listener{ID: "rpc", Transports: []string{"tcp"}, Bind: "any", PortStatement: model.PortStatement{Dynamic: ranges}}
	fixed := &model.Listener{ID: "api", Transports: []string{"udp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 700, To: 700}}}}
	flow := func(f model.Flow, from ...string) *model.Flow {
		f.ID, f.From, f.Scope, f.Delivery = "f", from, "network", "unicast"
		if f.To == nil {
			f.To = []model.Target{{Component: "server", Listeners: []string{"rpc"}}}
		}
		return &f
	}
	toAPI := []model.Target{{Component: "server", Listeners: []string{"api"}}}
	for _, c := range []struct {
		name string
		flow *model.Flow
		want string // permits back: from > to ports
	}{
		{"one way", flow(model.Flow{}, "agent"), ""},
		{"both ways, dynamic", flow(model.Flow{BothWays: true}, "agent"), "both-ways s > lin 32768-60999; both-ways s > new 49152-65535; both-ways s > old 1024-5000"},
		{"both ways, fixed", flow(model.Flow{BothWays: true, To: toAPI}, "agent"), "both-ways s > lin+new+old 700"},
		{"both ways, under a condition", flow(model.Flow{BothWays: true, To: toAPI, BothWaysWhen: model.When{"push": {{"on"}}}}, "agent"), "both-ways s > lin+new+old 700"},
		{"both ways, under another", flow(model.Flow{BothWays: true, To: toAPI, BothWaysWhen: model.When{"push": {{"off"}}}}, "agent"), ""},
		{"nodes", flow(model.Flow{BothWays: true}, "server"), ""},
		{"nodes and others", flow(model.Flow{BothWays: true, To: toAPI}, "server", "agent"), "both-ways s > lin+new+old 700"},
		{"source ports of the talker", flow(model.Flow{BothWays: true, To: toAPI, Source: &model.SourcePorts{Ports: []model.PortRange{{From: 9, To: 9}}}}, "agent"), "both-ways s > lin+new+old 700"},
		{"the same source port", flow(model.Flow{BothWays: true, To: toAPI, Source: &model.SourcePorts{Same: true}}, "agent"), "both-ways s > lin+new+old 700 from 700"},
		{"answer", flow(model.Flow{Reply: &model.Reply{Transport: "udp", Dynamic: ranges}}, "agent"), "reply s > lin 32768-60999; reply s > new 49152-65535; reply s > old 1024-5000"},
		{"answer, fixed", flow(model.Flow{Reply: &model.Reply{Transport: "udp", Ports: []model.PortRange{{From: 8, To: 8}}}}, "agent"), "reply s > lin+new+old 8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &model.Product{
				ID: "p", Version: "1", Flows: []*model.Flow{c.flow}, Features: []*model.Feature{{ID: "push", Default: "on"}},
				Components: []*model.Component{{ID: "agent", Kind: model.Software}, {ID: "server", Kind: model.Software, Listeners: []*model.Listener{dynamic, fixed}}},
			}
			host := func(id, os, release, runs string, n int) *model.Host {
				return &model.Host{ID: id, OS: os, OSVersion: release, Count: 1, Addresses: []string{fmt.Sprintf("10.0.0.%d", n)}, Runs: []model.Place{model.PlaceOf("p", runs)}}
			}
			site := &model.Site{ID: "s", Hosts: []*model.Host{
				host("s", "windows", "10", "server", 1), host("old", "windows", "5.2", "agent", 2),
				host("new", "windows", "10", "agent", 3), host("lin", "linux", "", "agent", 4),
			}}
			d, found := resolve.Site(&model.Catalog{Products: []*model.Product{p}}, site)
			if found.HasErrors() {
				t.Fatal(found)
			}
			var got []string
			for _, permit := range d.Permits {
				if permit.Back == "" {
					continue
				}
				line := fmt.Sprintf("%s %s > %s %s", permit.Back, endIDs(permit.From), endIDs(permit.To), model.FormatPorts(permit.Ports))
				if len(permit.SourcePorts) > 0 {
					line += " from " + model.FormatPorts(permit.SourcePorts)
				}
				got = append(got, line)
			}
			slices.Sort(got)
			if strings.Join(got, "; ") != c.want {
				t.Errorf("%s, want %s", strings.Join(got, "; "), c.want)
			}
		})
	}
}

func endIDs(ends []*model.End) string {
	var all []string
	for _, e := range ends {
		all = append(all, e.ID())
	}
	slices.Sort(all)
	return strings.Join(all, "+")
}

// TestAddresses resolves sites, and compares the findings about their addresses and the zones
// that follow from these.
func TestAddresses(t *testing.T) {
	product := &model.Product{ID: "p", Version: "1", Components: []*model.Component{{ID: "agent", Kind: model.Software}}}
	for _, c := range []struct {
		first, second []string
		count         int
		want          string
	}{
		{[]string{"10.0.0.1"}, []string{"::ffff:10.0.0.1"}, 1, "PS2209"},
		{[]string{"10.0.0.1"}, []string{"10.0.0.1/32"}, 1, "PS2209"},
		{[]string{"2001:DB8::1"}, []string{"2001:db8:0::1"}, 1, "PS2209"},
		{[]string{"10.0.0.1"}, []string{"10.0.0.2"}, 1, ""},
		{[]string{"10.0.0.0"}, []string{"10.0.0.2"}, 1, "PS2225"},
		{[]string{"10.0.0.255"}, []string{"10.0.0.2"}, 1, "PS2225"},
		{[]string{"10.0.0.0/24"}, []string{"10.0.1.2"}, 9, ""},
		{[]string{"10.0.0.4", "10.0.0.5"}, []string{"10.0.0.2"}, 3, "PS2227"},
		{[]string{"10.0.0.4/30"}, []string{"10.0.0.2"}, 4, ""},
		{[]string{"10.0.0.4/30"}, []string{"10.0.0.2"}, 5, "PS2227"},
	} {
		site := &model.Site{
			ID: "s", Zones: []*model.NetworkZone{{ID: "lan", Networks: []string{"10.0.0.0/24"}}, {ID: "all", Networks: []string{"0.0.0.0/0"}}},
			Hosts: []*model.Host{
				{ID: "a", Count: c.count, Addresses: c.first, Runs: []model.Place{"p/agent"}},
				{ID: "b", Count: 1, Addresses: c.second, Runs: []model.Place{"p/agent"}},
			},
		}
		_, found := resolve.Site(&model.Catalog{Products: []*model.Product{product}}, site)
		got := ""
		for _, f := range found {
			got += string(f.Code)
		}
		if got != c.want {
			t.Errorf("%v and %v: %q, want %q", c.first, c.second, got, c.want)
		}
	}
	site := &model.Site{
		ID: "s", Zones: []*model.NetworkZone{{ID: "lan", Networks: []string{"10.0.0.0/24"}}, {ID: "lab", Networks: []string{"10.0.0.64/26", "10.9.0.0/16"}}},
		Hosts: []*model.Host{{ID: "a", Count: 1, Addresses: []string{"10.0.0.7"}, Runs: []model.Place{"p/agent"}}},
		Services: []*model.Location{
			{What: "p/agent", Endpoints: model.Endpoints{Addresses: []string{"10.0.0.65"}}},
			{What: "smb", Endpoints: model.Endpoints{Networks: []string{"10.9.1.0/24"}}},
			{What: "sql", Zone: "lan", Endpoints: model.Endpoints{Networks: []string{"10.9.1.0/24"}}},
			{What: "dns", Endpoints: model.Endpoints{Names: []string{"dns.example.com"}}},
		},
	}
	services := []*model.Service{{ID: "smb"}, {ID: "sql"}, {ID: "dns"}}
	d, _ := resolve.Site(&model.Catalog{Products: []*model.Product{product}, Services: services}, site)
	var zones []string
	for _, l := range d.Site.Services {
		zones = append(zones, l.What+"="+l.Zone)
	}
	if got, want := strings.Join(zones, " "), "p/agent=lab smb=lab sql=lan dns="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if site.Services[0].Zone != "" {
		t.Error("resolving changed the site")
	}
}
