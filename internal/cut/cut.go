// Package cut divides what overlapping spans of addresses or numbers cover into
// spans that do not overlap: see [Axis.Cut].
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
	next, prev func(T) T // next of the last is not behind it
}

// The axes of packets.
var (
	Addresses = Axis[netip.Addr]{netip.Addr.Compare, netip.Addr.Next, netip.Addr.Prev}
	Numbers   = Axis[int]{cmp.Compare[int], func(n int) int { return n + 1 }, func(n int) int { return n - 1 }}
)

// An edge is where a span of a member begins, or the first place behind one.
type edge[T comparable] struct {
	at     T
	to     T    // the last place of the span that is left
	past   bool // the span is left
	final  bool // nothing is behind it
	member int
}

// Cut divides the spans of n members into stretches that do not overlap, in
// order. Neighbours with the same members are one.
func (x Axis[T]) Cut(n int, spans func(member int, add func(from, to T))) []Span[T] {
	edges := make([]edge[T], 0, 2*n)
	for i := range n {
		spans(i, func(from, to T) {
			behind := x.next(to)
			edges = append(edges, edge[T]{at: from, member: i},
				edge[T]{at: behind, to: to, past: true, final: x.compare(behind, to) < 0, member: i})
		})
	}
	if len(edges) == 0 {
		return nil
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
	all := make([]Span[T], 0, len(edges)-1)
	times := make([]int, n) // how many spans of each member are here
	var covering []int      // the members that have any, sorted
	var from T
	for i := 0; i < len(edges); {
		here := edges[i]
		if len(covering) > 0 {
			to := here.to
			if !here.past {
				to = x.prev(here.at)
			}
			if n := len(all); n > 0 && slices.Equal(all[n-1].Members, covering) && x.next(all[n-1].To) == from {
				all[n-1].To = to
			} else {
				all = append(all, Span[T]{from, to, slices.Clone(covering)})
			}
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
