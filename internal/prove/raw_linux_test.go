package prove

import (
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/resolve"
)

// tunnels is a site with a flow over each transport that is neither TCP nor UDP, except some.
func tunnels(t *testing.T, without ...string) *model.Deployment {
	t.Helper()
	p := &model.Product{ID: "p", Name: "Product", Version: "1"}
	client, server := &model.Component{ID: "client", Kind: model.Software}, &model.Component{ID: "server", Kind: model.Software}
	p.Components = []*model.Component{client, server}
	for _, transport := range []string{"ah", "esp", "gre", "icmp", "icmpv6", "ospf", "sctp"} {
		if slices.Contains(without, transport) {
			continue
		}
		l := &model.Listener{ID: transport, Purpose: "Listen", Transports: []string{transport}, Bind: "any"}
		switch transport {
		case "icmp":
			l.ICMP = []model.ICMP{{Type: 8}}
		case "icmpv6":
			l.ICMP = []model.ICMP{{Type: 128}}
		case "sctp":
			l.Ports = []model.PortRange{{From: 3868, To: 3869}}
		}
		server.Listeners = append(server.Listeners, l)
		p.Flows = append(p.Flows, &model.Flow{
			ID: transport, Purpose: "Talk", From: []string{"client"}, To: []model.Target{{Component: "server", Listeners: []string{transport}}},
			Scope: "network", Delivery: "unicast",
		})
	}
	d, found := resolve.Site(&model.Catalog{Products: []*model.Product{p}}, &model.Site{
		ID: "tunnels",
		Hosts: []*model.Host{
			{ID: "server", OS: "linux", Addresses: []string{"10.1.0.1", "2001:db8:1::1"}, Count: 1, Runs: []model.Place{"p/server"}},
			{ID: "client", OS: "linux", Addresses: []string{"10.2.0.0/24", "2001:db8:2::/64"}, Count: 9, Runs: []model.Place{"p/client"}},
		},
		Firewall: &model.Firewall{Outbound: "listed", Management: []*model.Management{{ID: "admins", From: []string{"10.9.0.0/24"}, Transport: "tcp", Ports: []int{22}}}},
	})
	if found.HasErrors() {
		t.Fatal(found)
	}
	return d
}

// TestRaw proves flows that have no ports, or those of SCTP, and checks that rules that lack a
// flow, or permit one that is not in the site, are detected.
func TestRaw(t *testing.T) {
	t.Parallel()
	all := tunnels(t)
	for _, target := range Targets() {
		r, err := Run(t.Context(), all, cases(t, target, all), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Disagreements[:min(20, len(r.Disagreements))] {
			t.Errorf("%s: %s: %s, want %t", target, p.Host, p, p.Want)
		}
		if len(r.NotProbed) > 0 {
			t.Errorf("%s: not probed: %+v", target, r.NotProbed)
		}
		for _, transport := range []string{"ah", "esp", "gre", "icmp", "icmpv6", "ospf", "sctp"} {
			t.Run(target+"/"+transport, func(t *testing.T) {
				t.Parallel() // most of the time it waits for packets
				all, less := tunnels(t), tunnels(t, transport)
				for _, of := range []struct{ site, rules *model.Deployment }{{all, less}, {less, all}} {
					if of.site == less { // it has to know what to send
						of.site.Permits = append(slices.Clone(less.Permits), &model.Permit{Transport: transport, Ports: []model.PortRange{{From: 3868, To: 3868}}, Connection: all.Permits[0].Connection})
					}
					c := caseOf(t, target, of.rules, "server")
					c.Host = of.site.Host("server")
					r, err := Run(t.Context(), of.site, []Case{c}, Options{})
					if err != nil {
						t.Fatal(err)
					}
					if !slices.ContainsFunc(r.Disagreements, func(p Probe) bool { return p.Transport == transport }) {
						t.Errorf("%d packets did not find out about it", r.Probes)
					}
				}
			})
		}
	}
}

// TestUnprobed checks which flows are listed as not proven by packets.
func TestUnprobed(t *testing.T) {
	d := tunnels(t)
	for _, p := range d.Permits {
		switch p.Transport {
		case "icmp":
			p.Connection.Listener.ICMP = []model.ICMP{{Type: 5}}
		case "ospf":
			p.Transport = "igmp"
		}
	}
	all := unprobed(d, []Case{{Host: d.Host("server"), Lacking: []*policy.Lack{{Permit: d.Permits[0], What: policy.Address}}}}, Options{})
	var got []string
	for _, u := range all {
		got = append(got, u.Flows...)
	}
	if want := []string{"p/icmp", "p/ospf", "p/ah"}; !slices.Equal(got, want) {
		t.Errorf("not probed are %q, want %q", got, want)
	}
}
