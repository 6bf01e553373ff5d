// Package cut divides overlapping spans of addresses or numbers into spans that do
// not overlap; see [Axis.Cut].
package cut

import (
	"cmp"
	"net/netip"
	"slices"
)

// A Span is a stretch of numbers or addresses that the same members cover.
type Span[T comparable] struct {
	From, To T
	Members  []int // sorted
}

// An Axis is what spans are measured in.
type Axis[T comparable] struct {
	compare    func(a, b T) int
	next, prev func(T) T // next of the last value is not after it
}

// The axes of packets.
var (
	Addresses = Axis[netip.Addr]{netip.Addr.Compare, netip.Addr.Next, netip.Addr.Prev}
	Numbers   = Axis[int]{cmp.Compare[int], func(n int) int { return n + 1 }, func(n int) int { return n - 1 }}
)

// A cover is a span of one member.
type cover[T comparable] struct {
	from, to T
	member   int
}

// Cut divides the spans of n members into stretches that do not overlap, in
// order. Neighbours with the same members are one.
func (x Axis[T]) Cut(n int, spans func(member int, add func(from, to T))) []Span[T] {
	var covers []cover[T]
	for i := range n {
		spans(i, func(from, to T) {
			if covers == nil {
				covers = make([]cover[T], 0, n) // enough for most
			}
			covers = append(covers, cover[T]{from, to, i})
		})
	}
	if len(covers) == 0 {
		return nil
	}
	slices.SortFunc(covers, func(a, b cover[T]) int {
		return cmp.Or(x.compare(a.from, b.from), x.compare(a.to, b.to), cmp.Compare(a.member, b.member))
	})
	if all, ok := x.apart(covers); ok {
		return all
	}
	return x.sweep(n, covers)
}

// apart returns the stretches of sorted spans if any two of them are equal or do not overlap, as in
// most sites. It takes a fraction of the time of [Axis.sweep].
func (x Axis[T]) apart(covers []cover[T]) ([]Span[T], bool) {
	all := make([]Span[T], 0, len(covers))
	members := make([]int, 0, len(covers))
	for i := 0; i < len(covers); {
		here, first := covers[i], len(members)
		for ; i < len(covers) && covers[i].from == here.from && covers[i].to == here.to; i++ {
			if m := covers[i].member; len(members) == first || members[len(members)-1] != m {
				members = append(members, m)
			}
		}
		if i < len(covers) && x.compare(covers[i].from, here.to) <= 0 {
			return nil, false
		}
		all = x.append(all, Span[T]{here.from, here.to, members[first:len(members):len(members)]})
	}
	return all, true
}

// append appends a stretch, or extends the last one if that has the same members.
func (x Axis[T]) append(all []Span[T], s Span[T]) []Span[T] {
	if n := len(all); n > 0 && slices.Equal(all[n-1].Members, s.Members) && x.next(all[n-1].To) == s.From {
		all[n-1].To = s.To
		return all
	}
	return append(all, s)
}

// An edge is the first place of a span, or the first place after it.
type edge[T comparable] struct {
	at     T
	to     T    // the last place of the span, if past
	past   bool // the edge is after the span
	final  bool // the span ends at the last place of the axis, so that at is not valid
	member int
}

// sweep returns the stretches of any spans, from edge to edge.
func (x Axis[T]) sweep(n int, covers []cover[T]) []Span[T] {
	edges := make([]edge[T], 0, 2*len(covers))
	for _, c := range covers {
		after := x.next(c.to)
		edges = append(edges, edge[T]{at: c.from, member: c.member},
			edge[T]{at: after, to: c.to, past: true, final: x.compare(after, c.to) < 0, member: c.member})
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
	all := make([]Span[T], 0, len(edges))
	times := make([]int, n) // how many spans of each member cover this place
	var covering []int      // the members with at least one such span, sorted
	var from T
	for i := 0; i < len(edges); {
		here := edges[i]
		if len(covering) > 0 {
			to := here.to
			if !here.past {
				to = x.prev(here.at)
			}
			all = x.append(all, Span[T]{from, to, slices.Clone(covering)})
		}
		for ; i < len(edges) && edges[i].final == here.final && (here.final || edges[i].at == here.at); i++ {
			m := edges[i].member
			at, _ := slices.BinarySearch(covering, m)
			if edges[i].past {
				if times[m]--; times[m] == 0 {
					covering = slices.Delete(covering, at, at+1)
				}
			} else if times[m]++; times[m] == 1 {
				covering = slices.Insert(covering, at, m)
			}
		}
		from = here.at
	}
	return all
}
