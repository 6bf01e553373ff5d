package request

import (
	"cmp"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A Kind tells where the rows of a section are set, and by whom.
type Kind int

// The kinds of sections, in their order.
const (
	Between         Kind = iota // between networks, or unknown because zones are missing
	BetweenOptional             // the same, but the products work without it
	Inside                      // within one network
	InsideOptional
	Words // what a rule about addresses and ports cannot express
)

// A Section is rows that are set together.
type Section struct {
	Kind  Kind
	Rows  []*Row // sorted by zones; there is at least one
	First int    // the number of the first row, counted from 1 across all sections

	keys map[string]*Row
}

// Last returns the number of the last row.
func (s *Section) Last() int { return s.First + len(s.Rows) - 1 }

// sections distributes the entries.
func (r *Request) sections() []*Section {
	var all [Words + 1]*Section
	for kind := range all {
		all[kind] = &Section{Kind: Kind(kind), keys: make(map[string]*Row)}
	}
	for _, e := range entries(r.Traffic) {
		all[kindOf(e)].add(e, r.records(e.Uses))
	}
	n := 1
	for _, part := range all {
		for _, x := range part.Rows {
			x.Ports = model.ShortPorts(x.Ports)
		}
		slices.SortStableFunc(part.Rows, func(a, b *Row) int {
			return cmp.Or(r.zoneRank(a.From[0])-r.zoneRank(b.From[0]), r.zoneRank(a.To[0])-r.zoneRank(b.To[0]))
		})
		part.First = n
		n += len(part.Rows)
	}
	return slices.DeleteFunc(all[:], func(part *Section) bool { return len(part.Rows) == 0 })
}

func kindOf(e *Entry) Kind {
	from, to := zoneOf(e.From[0]), zoneOf(e.To[0])
	switch stays := from == to && from != ""; {
	case e.InWords():
		return Words
	case stays && e.IsOptional():
		return InsideOptional
	case stays:
		return Inside
	case e.IsOptional():
		return BetweenOptional
	}
	return Between
}

// add adds an entry to its row.
func (s *Section) add(e *Entry, record Record) {
	key := rowKey(e, record)
	x := s.keys[key]
	if x == nil {
		x = &Row{From: e.From, To: e.To, What: e.What, Record: record}
		s.keys[key] = x
		s.Rows = append(s.Rows, x)
	} else {
		x.Ports = append(slices.Clip(x.Ports), e.Ports...)
	}
	x.Entries = append(x.Entries, e)
}
