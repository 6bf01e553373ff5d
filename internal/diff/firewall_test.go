package diff_test

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/reach"
)

func everywhere(*model.Site, *model.Host, *diff.FirewallRule) []string { return []string{"nftables"} }

// TestFirewalls compares random sites: what is opened must be exactly what only the new site
// permits according to package reach, and what is closed what only the old site permits.
func TestFirewalls(t *testing.T) {
	opened, closed, packets := 0, 0, 0
	for seed := range uint64(30) {
		old, new := policytest.Random(t, seed, "linux"), policytest.Random(t, seed+100, "linux")
		all := diff.CompareFirewalls(old, new, []diff.Practice{{}}, everywhere)
		wants := policy.Options{}.Wants
		for _, h := range old.Hosts {
			x := new.Host(h.ID)
			if x == nil {
				continue
			}
			for _, p := range packetsOf(old, new, h.ID) {
				packets++
				before, after := reach.In(old, h, wants, p), reach.In(new, x, wants, p)
				if got := lets(all[diff.OpenInbound], h.ID, p); got != (after && !before) {
					t.Fatalf("seed %d, host %s, %+v: opened %t, before %t, after %t", seed, h.ID, p, got, before, after)
				}
				if got := lets(all[diff.CloseInbound], h.ID, p); got != (before && !after) {
					t.Fatalf("seed %d, host %s, %+v: closed %t, before %t, after %t", seed, h.ID, p, got, before, after)
				}
				if after && !before {
					opened++
				}
				if before && !after {
					closed++
				}
			}
		}
		if back := diff.CompareFirewalls(new, old, []diff.Practice{{}}, everywhere); !reflect.DeepEqual(back[diff.OpenInbound], all[diff.CloseInbound]) || !reflect.DeepEqual(back[diff.CloseOutbound], all[diff.OpenOutbound]) {
			t.Errorf("seed %d: comparing in the other direction is not the mirror image", seed)
		}
		for task, rules := range diff.CompareFirewalls(old, old, []diff.Practice{{}}, everywhere) {
			if len(rules) > 0 {
				t.Errorf("seed %d: %s: %d rules, but nothing has changed", seed, task, len(rules))
			}
		}
	}
	if opened < 100 || closed < 100 {
		t.Errorf("of %d packets, only %d are opened and %d closed", packets, opened, closed)
	}
}

// lets reports whether one of the rules of a host is for a packet.
func lets(rules []*diff.FirewallRule, host string, p reach.Packet) bool {
	within := func(list []model.PortRange, n int) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(r model.PortRange) bool { return r.From <= n && n <= r.To })
	}
	return slices.ContainsFunc(rules, func(r *diff.FirewallRule) bool {
		return r.Host == host && r.Transport == p.Transport && within(r.Ports, p.Port) && within(r.SourcePorts, p.SourcePort) &&
			slices.ContainsFunc(r.Addresses, func(s string) bool {
				if from, to, ok := strings.Cut(s, "-"); ok {
					a, b := netip.MustParseAddr(from), netip.MustParseAddr(to)
					return a.Is4() == p.From.Is4() && a.Compare(p.From) <= 0 && p.From.Compare(b) <= 0
				}
				n, ok := model.ParseNetwork(s)
				return ok && n.Contains(p.From)
			})
	})
}

// speaks reports whether a host has an address of the same family as a.
func speaks(h *model.Deployed, a netip.Addr) bool {
	return slices.ContainsFunc(h.Addresses, func(s string) bool {
		p, ok := model.ParseNetwork(s)
		return ok && p.Addr().Is4() == a.Is4()
	})
}

// packetsOf returns packets to a host that the two sites may treat differently.
func packetsOf(old, new *model.Deployment, id string) []reach.Packet {
	var peers []netip.Addr
	var ports []int
	for _, d := range []*model.Deployment{old, new} {
		for _, h := range d.Hosts {
			for _, s := range h.Addresses {
				if p, ok := model.ParseNetwork(s); ok && h.ID != id {
					first, last := policy.Edges(p)
					peers = append(peers, first, last.Prev())
				}
			}
		}
		for _, p := range slices.Concat(old.Host(id).Inbound, new.Host(id).Inbound, old.Host(id).Outbound) {
			for _, r := range p.Ports {
				ports = append(ports, r.From, r.To, r.To+1)
			}
		}
	}
	slices.Sort(ports)
	ports = append(slices.Compact(ports), 22)
	peers = append(peers, netip.MustParseAddr("10.200.0.7"), netip.MustParseAddr("198.51.100.7"))
	slices.SortFunc(peers, netip.Addr.Compare)
	var all []reach.Packet
	for _, from := range slices.Compact(peers) {
		if !speaks(old.Host(id), from) || !speaks(new.Host(id), from) {
			continue // there is no such packet
		}
		for _, port := range ports[:min(len(ports), 30)] {
			for _, source := range []int{705, 61000, port} {
				for _, transport := range []string{"tcp", "udp"} {
					all = append(all, reach.Packet{From: from, Transport: transport, Port: port, SourcePort: source})
				}
			}
		}
	}
	return all
}

// TestPlan checks that the order of the steps cuts nobody off, and that the opposite change
// closes what was opened.
func TestPlan(t *testing.T) {
	old, new := policytest.Random(t, 1, "linux"), policytest.Random(t, 2, "linux")
	c := diff.Compare(&model.Catalog{}, &model.Catalog{})
	c.Site = diff.CompareDeployments(old, new, c)
	c.Plan(nil, diff.CompareFirewalls(old, new, []diff.Practice{{}}, everywhere))
	var order []diff.Task
	for _, s := range c.Work {
		order = append(order, s.Do)
		for _, r := range s.Rules {
			if !slices.Contains(s.Hosts, r.Host) {
				t.Errorf("%s: %s has rules and is not among the hosts", s.Do, r.Host)
			}
		}
	}
	want := slices.DeleteFunc(slices.Clone(diff.Tasks), func(x diff.Task) bool { return !slices.Contains(order, x) })
	if !slices.Equal(order, want) || len(order) < 2 {
		t.Errorf("the order is %q", order)
	}
	m := c.Mirror()
	if back := m.Mirror(); !reflect.DeepEqual(back.Work, c.Work) {
		t.Error("mirroring twice gives a different plan")
	}
	for _, s := range c.Work {
		for _, x := range m.Work {
			if s.Do == diff.OpenInbound && x.Do == diff.CloseInbound && !reflect.DeepEqual(s.Rules, x.Rules) {
				t.Error("the opposite change does not close what was opened")
			}
		}
	}
	// A change of management alone is a change.
	office, other := policytest.Office(t, "free"), policytest.Office(t, "free")
	other.Site.Firewall.Management[0].Ports = []int{22}
	c = diff.Compare(&model.Catalog{}, &model.Catalog{})
	c.Site = diff.CompareDeployments(office, other, c)
	c.Plan(nil, diff.CompareFirewalls(office, other, []diff.Practice{{}}, everywhere))
	if c.Empty() || len(c.Work) != 1 || c.Work[0].Do != diff.CloseInbound {
		t.Errorf("%+v", c.Work)
	}
}
