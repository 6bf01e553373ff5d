package policy

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// An AddressRange is a span of addresses of one family, both ends included.
type AddressRange struct{ From, To netip.Addr }

// String is 10.1.0.5, 10.20.0.0/16 or 10.1.0.5-10.1.0.7.
func (r AddressRange) String() string {
	if r.From == r.To {
		return r.From.String()
	}
	if p, ok := r.prefix(); ok {
		return p.String()
	}
	return r.From.String() + "-" + r.To.String()
}

// prefix is the network that the range is, if it is one.
func (r AddressRange) prefix() (netip.Prefix, bool) {
	a, b := r.From.AsSlice(), r.To.AsSlice()
	bits := 0
	for bits < len(a)*8 && a[bits/8]>>(7-bits%8)&1 == b[bits/8]>>(7-bits%8)&1 {
		bits++
	}
	p := netip.PrefixFrom(r.From, bits)
	return p, p.Masked() == p && rangeOf(p) == r
}

// rangeOf is the span of a network.
func rangeOf(p netip.Prefix) AddressRange {
	last := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(last)*8; i++ {
		last[i/8] |= 1 << (7 - i%8)
	}
	to, _ := netip.AddrFromSlice(last)
	return AddressRange{p.Masked().Addr(), to}
}

// A Cell is a span of addresses and ports that the same rules permit.
type Cell struct {
	Addresses          AddressRange
	SourcePorts, Ports model.PortRange // the zero value for all, and for protocols without ports
	Rules              []*Rule         // in the order in which they were given; never empty
}

// Disjoint cuts rules of one transport into cells that do not overlap: a packet
// that some of the rules permit is in exactly one cell, and lists exactly those
// rules. Cells are sorted by address, source port and port. Sets of packet
// filters refuse elements that overlap, and a set costs the same however many
// elements it has.
func Disjoint(rules []*Rule) []Cell {
	var cells []Cell
	for _, family := range []func(netip.Addr) bool{netip.Addr.Is4, netip.Addr.Is6} {
		for _, a := range addresses.cut(len(rules), func(i int, add func(from, to netip.Addr)) {
			for _, p := range rules[i].Peers {
				if family(p.Addr()) {
					r := rangeOf(p)
					add(r.From, r.To)
				}
			}
		}) {
			there := pick(rules, a.members)
			for _, s := range portCuts(there, func(r *Rule) []model.PortRange { return r.SourcePorts }) {
				from := pick(there, s.members)
				for _, d := range portCuts(from, func(r *Rule) []model.PortRange { return r.Ports }) {
					cells = append(cells, Cell{AddressRange{a.from, a.to}, portRange(s), portRange(d), pick(from, d.members)})
				}
			}
		}
	}
	return cells
}

func portRange(s span[int]) model.PortRange {
	if s.from == 1 && s.to == maxPort {
		return model.PortRange{}
	}
	return model.PortRange{From: s.from, To: s.to}
}

const maxPort = 65535

// portCuts cuts the ports of rules; rules without any have all.
func portCuts(rules []*Rule, of func(*Rule) []model.PortRange) []span[int] {
	return ports.cut(len(rules), func(i int, add func(from, to int)) {
		known := of(rules[i])
		if len(known) == 0 {
			add(1, maxPort)
		}
		for _, p := range known {
			add(p.From, p.To)
		}
	})
}

func pick(rules []*Rule, members []int) []*Rule {
	some := make([]*Rule, len(members))
	for i, m := range members {
		some[i] = rules[m]
	}
	return some
}

// A span is a stretch of numbers or addresses that the same members cover.
type span[T comparable] struct {
	from, to T
	members  []int // sorted
}

// axis is what spans are measured in.
type axis[T comparable] struct {
	compare    func(a, b T) int
	next, prev func(T) T // next of the last is not behind it
}

var (
	addresses = axis[netip.Addr]{netip.Addr.Compare, netip.Addr.Next, netip.Addr.Prev}
	ports     = axis[int]{cmp.Compare[int], func(n int) int { return n + 1 }, func(n int) int { return n - 1 }}
)

// An edge is where a span of a member begins, or the first place behind one.
type edge[T comparable] struct {
	at     T
	to     T    // the last place of the span that is left
	past   bool // the span is left
	final  bool // nothing is behind it
	member int
}

// cut divides the spans of n members into stretches that do not overlap, in
// order. Neighbours with the same members are one.
func (x axis[T]) cut(n int, spans func(member int, add func(from, to T))) []span[T] {
	var edges []edge[T]
	for i := range n {
		spans(i, func(from, to T) {
			behind := x.next(to)
			edges = append(edges, edge[T]{at: from, member: i},
				edge[T]{at: behind, to: to, past: true, final: x.compare(behind, to) < 0, member: i})
		})
	}
	slices.SortFunc(edges, func(a, b edge[T]) int {
		switch {
		case a.final != b.final && a.final:
			return 1
		case a.final != b.final:
			return -1
		case a.final:
			return 0
		}
		return x.compare(a.at, b.at)
	})
	var all []span[T]
	covering := make(map[int]int) // by how many of its spans each member is here
	var from T
	for i := 0; i < len(edges); {
		here := edges[i]
		if len(covering) > 0 {
			to := here.to
			if !here.past {
				to = x.prev(here.at)
			}
			members := slices.Sorted(maps.Keys(covering))
			if n := len(all); n > 0 && slices.Equal(all[n-1].members, members) && x.next(all[n-1].to) == from {
				all[n-1].to = to
			} else {
				all = append(all, span[T]{from, to, members})
			}
		}
		for ; i < len(edges) && edges[i].final == here.final && (here.final || edges[i].at == here.at); i++ {
			m := edges[i].member
			if !edges[i].past {
				covering[m]++
			} else if covering[m]--; covering[m] == 0 {
				delete(covering, m)
			}
		}
		from = here.at
	}
	return all
}

// Edges are the first and the last address of a network.
func Edges(p netip.Prefix) (first, last netip.Addr) {
	r := rangeOf(p)
	return r.From, r.To
}
