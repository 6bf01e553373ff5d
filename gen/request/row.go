package request

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A Row is what can be set as one rule: the traffic between the same parties over one
// transport, under the same conditions and for the same owner. All parties of one side are
// in one zone. A single machine that is on both sides talks to the others and not to itself.
type Row struct {
	From, To []*gen.Party
	What
	Record  Record
	Entries []*Entry
}

// Zones returns the zones of the two sides; "" if none is known.
func (x *Row) Zones() (from, to string) { return zoneOf(x.From[0]), zoneOf(x.To[0]) }

// Permits returns the permits that the row is for.
func (x *Row) Permits() []*model.Permit {
	var all []*model.Permit
	for _, e := range x.Entries {
		for _, u := range e.Uses {
			all = append(all, u.Permit)
		}
	}
	return all
}

// InPhase reports whether the row contains something that is needed only in a phase, such
// as installation.
func (x *Row) InPhase() bool {
	return slices.ContainsFunc(x.Permits(), func(p *model.Permit) bool { return p.Connection.Phase != "" })
}

// Todo returns what to do about a row besides permitting its ports.
func (x *Row) Todo() []string {
	var all []string
	if !slices.ContainsFunc(x.Entries, func(e *Entry) bool { return !e.IsOptional() }) {
		all = append(all, "Optional.")
	}
	for _, e := range x.Entries {
		for _, words := range e.todo(e.Uses) {
			if !slices.Contains(all, words) {
				all = append(all, words)
			}
		}
	}
	return all
}

// rowKey returns a key that is equal for entries of one row.
func rowKey(e *Entry, record Record) string {
	what := e.What
	if !e.InWords() && !e.Dynamic {
		what.Ports = nil
	}
	return fmt.Sprintf("%q %q %s %q %q", partyKeys(e.From), partyKeys(e.To), what.key(), e.Conditions(), record)
}
