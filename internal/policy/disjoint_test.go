package policy

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// TestDisjoint compares the cells with the rules: for random packets, both permit the
// same.
func TestDisjoint(t *testing.T) {
	nets := []string{"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.5", "10.1.0.6", "10.1.0.7", "255.255.255.255", "255.255.255.0/24", "::/0", "2001:db8::/32", "2001:db8::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}
	ports := []model.PortRange{{From: 1, To: 65535}, {From: 80, To: 80}, {From: 81, To: 90}, {From: 85, To: 100}, {From: 65535, To: 65535}, {From: 1, To: 1}}
	r := rand.New(rand.NewPCG(1, 2))
	some := func() (list []model.PortRange) {
		for range r.IntN(3) {
			list = append(list, ports[r.IntN(len(ports))])
		}
		return list
	}
	has := func(list []model.PortRange, n int) bool {
		for _, p := range list {
			if p.From <= n && n <= p.To {
				return true
			}
		}
		return len(list) == 0
	}
	for range 2000 {
		var rules []*Rule
		for range r.IntN(6) {
			rule := &Rule{SourcePorts: some(), Ports: some()}
			for range 1 + r.IntN(3) {
				p, ok := model.ParseNetwork(nets[r.IntN(len(nets))])
				if !ok {
					t.Fatal("not a network")
				}
				rule.Peers = append(rule.Peers, p)
			}
			rules = append(rules, rule)
		}
		cells := Disjoint(rules)
		for _, from := range []string{"10.1.0.4", "10.1.0.5", "10.1.0.6", "10.1.0.8", "10.2.0.0", "11.0.0.0", "0.0.0.0", "255.255.255.254", "255.255.255.255", "::", "2001:db8::", "2001:db8::1", "2001:db9::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"} {
			a := netip.MustParseAddr(from)
			for _, sport := range []int{1, 80, 100, 65535} {
				for _, port := range []int{1, 2, 79, 80, 81, 84, 85, 90, 91, 100, 101, 65534, 65535} {
					var want, got []*Rule
					for _, rule := range rules {
						for _, p := range rule.Peers {
							if p.Contains(a) && has(rule.SourcePorts, sport) && has(rule.Ports, port) {
								want = append(want, rule)
								break
							}
						}
					}
					in := 0
					for _, c := range cells {
						if c.Addresses.From.BitLen() == a.BitLen() && c.Addresses.From.Compare(a) <= 0 && a.Compare(c.Addresses.To) <= 0 && within(c.SourcePorts, sport) && within(c.Ports, port) {
							in++
							got = c.Rules
						}
					}
					if fmt.Sprint(got) != fmt.Sprint(want) || in > 1 {
						t.Fatalf("%s:%d to %d is in %d cells with %v, want %v\n%v", a, sport, port, in, got, want, cells)
					}
				}
			}
		}
	}
}

func within(r model.PortRange, n int) bool {
	return r == model.PortRange{} || r.From <= n && n <= r.To
}

func TestAddressRange(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"10.0.0.1", "10.0.0.1", "10.0.0.1"},
		{"10.0.0.0", "10.0.0.255", "10.0.0.0/24"},
		{"10.0.0.0", "10.0.0.254", "10.0.0.0-10.0.0.254"},
		{"10.0.0.1", "10.0.1.0", "10.0.0.1-10.0.1.0"},
		{"0.0.0.0", "255.255.255.255", "0.0.0.0/0"},
		{"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32"},
		{"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"},
	} {
		r := AddressRange{netip.MustParseAddr(c.from), netip.MustParseAddr(c.to)}
		if got := r.String(); got != c.want {
			t.Errorf("%s to %s is %s, want %s", c.from, c.to, got, c.want)
		}
	}
}
