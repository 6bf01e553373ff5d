package model

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

func natSite() *Site {
	return &Site{
		Zones: []*NetworkZone{{ID: "centre", Networks: []string{"10.1.0.0/16", "fd00:1::/64"}}, {ID: "branch", Networks: []string{"10.7.0.0/16"}}, {ID: "lab"}},
		NAT: []*Translation{
			{ID: "all", Addresses: []string{"10.1.0.0/16", "fd00:1::/64"}, SeenAs: []string{"203.0.113.1", "203.0.113.2", "2001:db8::1"}, Zones: []string{"branch"}, Hides: true},
			{ID: "servers", Addresses: []string{"10.1.1.0/24", "10.1.2.5"}, SeenAs: []string{"192.0.2.0/24", "198.51.100.5"}, Zones: []string{"branch", "lab"}},
		},
	}
}

// TestSeen checks that an address of its own comes before a shared one, which a machine has
// only as the side that opens a connection. Parts of networks are translated alone.
func TestSeen(t *testing.T) {
	s := natSite()
	for _, c := range []struct {
		of, zone string
		opens    bool
		at, want []string
	}{
		{"centre", "centre", true, []string{"10.1.1.5"}, []string{"10.1.1.5"}},
		{"centre", "", true, []string{"10.1.1.5"}, []string{"10.1.1.5"}},
		{"centre", "branch", true, []string{"10.1.1.5"}, []string{"192.0.2.5"}},
		{"centre", "branch", false, []string{"10.1.1.5"}, []string{"192.0.2.5"}},
		{"", "lab", false, []string{"10.1.1.128/25"}, []string{"192.0.2.128/25"}},
		{"centre", "branch", false, []string{"10.1.9.5"}, []string{"10.1.9.5"}},
		{"centre", "branch", true, []string{"10.1.9.5"}, []string{"203.0.113.1", "203.0.113.2"}},
		{"centre", "branch", true, []string{"fd00:1::5"}, []string{"2001:db8::1"}},
		{"centre", "lab", true, []string{"10.1.9.5"}, []string{"10.1.9.5"}},
		{"centre", "lab", true, []string{"10.1.2.4/30"}, []string{"10.1.2.4", "10.1.2.6/31", "198.51.100.5"}},
		{"centre", "branch", true, []string{"mail.example.com", "10.1.1.1"}, []string{"192.0.2.1", "mail.example.com"}},
	} {
		if got := s.Seen(c.at, c.of, c.zone, c.opens); !slices.Equal(got, c.want) {
			t.Errorf("%s of %q from %q, opening %t: %q, want %q", c.at, c.of, c.zone, c.opens, got, c.want)
		}
	}
}

// TestSeenAddresses compares the translation of networks with that of their addresses, one by
// one.
func TestSeenAddresses(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for range 3000 {
		own, as := r.IntN(16), 240+r.IntN(8)
		bits := 24 + r.IntN(9)
		at := func(a, b int, bits int) netip.Prefix {
			return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(a), 0, byte(b)}), bits).Masked()
		}
		low, high := r.IntN(256), r.IntN(256)
		s := &Site{NAT: []*Translation{{Addresses: []string{at(own, low, bits).String()}, SeenAs: []string{at(as, high, bits).String()}, Zones: []string{"z"}}}}
		p := at(own, r.IntN(256), 24+r.IntN(9))
		var list []netip.Prefix
		for _, text := range s.Seen([]string{p.String()}, "", "z", false) {
			n, ok := ParseNetwork(text)
			if !ok {
				t.Fatalf("%q", text)
			}
			list = append(list, n)
		}
		var total int
		for _, n := range list {
			total += 1 << (32 - n.Bits())
		}
		if total != 1<<(32-p.Bits()) {
			t.Fatalf("%s by %+v is %s", p, s.NAT[0], list)
		}
		for i := range 256 {
			a := at(own, i, 32)
			if !p.Contains(a.Addr()) {
				continue
			}
			one, _ := ParseNetwork(s.Seen([]string{a.Addr().String()}, "", "z", false)[0])
			if !slices.ContainsFunc(list, func(n netip.Prefix) bool { return n.Contains(one.Addr()) }) {
				t.Fatalf("%s of %s is %s, which is not in %s", a, p, one, list)
			}
		}
	}
}

// TestManagers checks that administrators are known by their translated addresses as well.
func TestManagers(t *testing.T) {
	s := natSite()
	m := &Management{From: []string{"10.1.9.0/24"}, To: []string{"10.1.1.7"}}
	for zone, want := range map[string][2][]string{
		"branch": {{"203.0.113.1", "203.0.113.2"}, {"192.0.2.7"}},
		"centre": {{"10.1.9.0/24"}, {"10.1.1.7"}},
	} {
		from, to := s.Managers(m, &Deployed{NetZone: zone})
		if !slices.Equal(from, want[0]) || !slices.Equal(to, want[1]) {
			t.Errorf("%s: %q and %q, want %q", zone, from, to, want)
		}
	}
}
