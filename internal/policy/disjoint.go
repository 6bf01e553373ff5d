package policy

import (
	"math/bits"
	"net/netip"

	"github.com/portspec/portspec/internal/cut"
	"github.com/portspec/portspec/internal/model"
)

// An AddressRange is a span of addresses of one family, both ends included.
type AddressRange struct{ From, To netip.Addr }

// String returns the range as 10.1.0.5, 10.20.0.0/16 or 10.1.0.5-10.1.0.7.
func (r AddressRange) String() string {
	if r.From == r.To {
		return r.From.String()
	}
	if p, ok := r.prefix(); ok {
		return p.String()
	}
	return r.From.String() + "-" + r.To.String()
}

// prefix returns the range as a network, if it is one.
func (r AddressRange) prefix() (netip.Prefix, bool) {
	a, b := r.From.As16(), r.To.As16()
	same := 0 // first bits that both have
	for i := 0; i < len(a) && same == 8*i; i++ {
		same += bits.LeadingZeros8(a[i] ^ b[i])
	}
	p := netip.PrefixFrom(r.From, same-(128-r.From.BitLen()))
	return p, rangeOf(p) == r
}

// rangeOf returns the addresses of a network.
func rangeOf(p netip.Prefix) AddressRange {
	first := p.Masked().Addr()
	last := first.As16()
	for bit := 128 - first.BitLen() + p.Bits(); bit < 128; bit++ {
		last[bit/8] |= 1 << (7 - bit%8)
	}
	to := netip.AddrFrom16(last)
	if first.Is4() {
		to = to.Unmap()
	}
	return AddressRange{first, to}
}

// A Cell is a span of addresses and ports that the same rules permit.
type Cell struct {
	Addresses          AddressRange
	SourcePorts, Ports model.PortRange // the zero value for all, and for protocols without ports
	Rules              []*Rule         // in the order in which they were given; never empty
}

// Disjoint cuts rules of one transport into cells that do not overlap: a packet
// that some of the rules permit is in exactly one cell, which lists exactly those
// rules. Cells are sorted by address, source port and port. Packet filters
// reject sets with overlapping elements, and a lookup costs the same however many
// elements a set has.
func Disjoint(rules []*Rule) []Cell {
	cells := make([]Cell, 0, len(rules))
	for _, family := range []func(netip.Addr) bool{netip.Addr.Is4, netip.Addr.Is6} {
		for _, a := range cut.Addresses.Cut(len(rules), func(i int, add func(from, to netip.Addr)) {
			for _, p := range rules[i].Peers {
				if family(p.Addr()) {
					r := rangeOf(p)
					add(r.From, r.To)
				}
			}
		}) {
			there := pick(rules, a.Members)
			for _, s := range portCuts(there, func(r *Rule) []model.PortRange { return r.SourcePorts }) {
				from := pick(there, s.Members)
				for _, d := range portCuts(from, func(r *Rule) []model.PortRange { return r.Ports }) {
					cells = append(cells, Cell{AddressRange{a.From, a.To}, portRange(s), portRange(d), pick(from, d.Members)})
				}
			}
		}
	}
	return cells
}

func portRange(s cut.Span[int]) model.PortRange {
	if s.From == 1 && s.To == maxPort {
		return model.PortRange{}
	}
	return model.PortRange{From: s.From, To: s.To}
}

const maxPort = 65535

// portCuts cuts the ports of rules; a rule without ports is for all.
func portCuts(rules []*Rule, of func(*Rule) []model.PortRange) []cut.Span[int] {
	if len(rules) == 1 { // as for most addresses
		switch known := of(rules[0]); len(known) {
		case 0:
			return []cut.Span[int]{{From: 1, To: maxPort, Members: alone}}
		case 1:
			return []cut.Span[int]{{From: known[0].From, To: known[0].To, Members: alone}}
		}
	}
	return cut.Numbers.Cut(len(rules), func(i int, add func(from, to int)) {
		known := of(rules[i])
		if len(known) == 0 {
			add(1, maxPort)
		}
		for _, p := range known {
			add(p.From, p.To)
		}
	})
}

// alone are the members of a span of the only rule.
var alone = []int{0}

func pick(rules []*Rule, members []int) []*Rule {
	if len(members) == len(rules) {
		return rules
	}
	some := make([]*Rule, len(members))
	for i, m := range members {
		some[i] = rules[m]
	}
	return some
}

// Edges returns the first and the last address of a network.
func Edges(p netip.Prefix) (first, last netip.Addr) {
	r := rangeOf(p)
	return r.From, r.To
}
