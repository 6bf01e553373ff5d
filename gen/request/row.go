package request

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A Row is what can be set as one rule: what is between the same parties over one transport,
// under the same conditions and for the same owner. All parties of one side are in one zone.
// Where a single machine is on both sides, it talks to the others and not to itself.
type Row struct {
	From, To []*gen.Party
	What
	Record  Record
	Entries []*Entry
}

// Zones are those of the two sides; "" for none that is known.
func (x *Row) Zones() (from, to string) { return ZoneOf(x.From[0]), ZoneOf(x.To[0]) }

// Permits are those that the row is there for.
func (x *Row) Permits() []*model.Permit {
	var all []*model.Permit
	for _, e := range x.Entries {
		for _, u := range e.Uses {
			all = append(all, u.Permit)
		}
	}
	return all
}

// InPhase reports whether the row has something that is needed in a phase only, such as
// installation.
func (x *Row) InPhase() bool {
	return slices.ContainsFunc(x.Permits(), func(p *model.Permit) bool { return p.Connection.Phase != "" })
}

// Todo is what to do about a row that is more than ports.
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

// rowKey is equal for entries of one row.
func rowKey(e *Entry, record Record) string {
	what := e.What
	if !e.InWords() && !e.Dynamic {
		what.Ports = nil
	}
	return fmt.Sprintf("%q %q %s %q %q", partyKeys(e.From), partyKeys(e.To), what.key(), e.Conditions(), record)
}
