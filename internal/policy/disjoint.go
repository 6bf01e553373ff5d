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
func (r AddressRange) String() string { return string(r.AppendTo(nil)) }

// AppendTo appends the text of the range, as of [AddressRange.String].
func (r AddressRange) AppendTo(to []byte) []byte {
	if r.From == r.To {
		return r.From.AppendTo(to)
	}
	if p, ok := r.Prefix(); ok {
		return p.AppendTo(to)
	}
	return r.To.AppendTo(append(r.From.AppendTo(to), '-'))
}

// All reports whether the range is all addresses of its family.
func (r AddressRange) All() bool {
	p, ok := r.Prefix()
	return ok && p.Bits() == 0
}

// Prefix returns the range as a network, if it is one.
func (r AddressRange) Prefix() (netip.Prefix, bool) {
	a, b := r.From.As16(), r.To.As16()
	same := 0 // number of leading bits that both have
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
	bit := 128 - first.BitLen() + p.Bits() // the first that may differ
	for i := bit / 8; i < len(last); i++ {
		last[i] |= 0xff >> max(0, bit-8*i)
	}
	to := netip.AddrFrom16(last)
	if first.Is4() {
		to = to.Unmap()
	}
	return AddressRange{first, to}
}

// A Cell is a span of addresses and ports that the same rules permit.
type Cell struct {
	Addresses   AddressRange
	SourcePorts model.PortRange // the zero value for all, and for protocols without ports
	Ports       model.PortRange // the zero value for protocols without ports
	Rules       []*Rule         // in the order in which they were given; never empty
}

// Disjoint cuts rules of one transport into cells that do not overlap: a packet
// that some of the rules permit is in exactly one cell, which lists exactly those
// rules. Cells are sorted by address, source port and port. Packet filters
// reject sets with overlapping elements, and a lookup costs the same however many
// elements a set has.
func Disjoint(rules []*Rule) []Cell {
	cells := make([]Cell, 0, len(rules))
	noPorts := len(rules) > 0 && !model.HasPorts(rules[0].Transport)
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
			if ports, ok := onlyPorts(there); ok {
				cells = append(cells, Cell{AddressRange{a.From, a.To}, model.PortRange{}, ports, there})
				continue
			}
			for _, s := range portCuts(there, func(r *Rule) []model.PortRange { return r.SourcePorts }) {
				from := pick(there, s.Members)
				for _, d := range portCuts(from, func(r *Rule) []model.PortRange { return r.Ports }) {
					c := Cell{AddressRange{a.From, a.To}, model.PortRange{From: s.From, To: s.To}, model.PortRange{From: d.From, To: d.To}, pick(from, d.Members)}
					if c.SourcePorts == allPorts {
						c.SourcePorts = model.PortRange{}
					}
					if noPorts && c.Ports == allPorts {
						c.Ports = model.PortRange{}
					}
					cells = append(cells, c)
				}
			}
		}
	}
	return cells
}

var allPorts = model.PortRange{From: 1, To: 65535}

// onlyPorts returns the ports of the only rule, as at most addresses, if it has one range of
// ports and accepts any source ports.
func onlyPorts(rules []*Rule) (model.PortRange, bool) {
	if len(rules) != 1 || len(rules[0].SourcePorts) > 0 || len(rules[0].Ports) != 1 {
		return model.PortRange{}, false
	}
	return rules[0].Ports[0], true
}

// portCuts cuts the ports of rules; a rule without ports is for all ports.
func portCuts(rules []*Rule, of func(*Rule) []model.PortRange) []cut.Span[int] {
	return cut.Numbers.Cut(len(rules), func(i int, add func(from, to int)) {
		known := of(rules[i])
		if len(known) == 0 {
			add(allPorts.From, allPorts.To)
		}
		for _, p := range known {
			add(p.From, p.To)
		}
	})
}

// pick returns the rules at the given indices, which are sorted.
func pick(rules []*Rule, places []int) []*Rule {
	first, n := places[0], len(places)
	if places[n-1]-first == n-1 { // none is left out
		return rules[first : first+n : first+n]
	}
	some := make([]*Rule, n)
	for i, at := range places {
		some[i] = rules[at]
	}
	return some
}

// Edges returns the first and the last address of a network.
func Edges(p netip.Prefix) (first, last netip.Addr) {
	r := rangeOf(p)
	return r.From, r.To
}
