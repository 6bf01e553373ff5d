package request

import (
	"github.com/portspec/portspec/gen"
)

// An ask is what a party needs from another, and all of its uses.
type ask struct {
	from, to *gen.Party
	What
	uses []*Use
}

// asks lists what must be asked for, in the order of the parties. If one party needs the same from
// another for several uses, they are one ask.
func asks(t *gen.Traffic) []*ask {
	var all []*ask
	for _, w := range t.Ways {
		byKey := make(map[string]*ask)
		for _, p := range w.Permits {
			what := Of(p)
			a := byKey[what.key()]
			if a == nil {
				a = &ask{from: w.From, to: w.To, What: what}
				byKey[what.key()] = a
				all = append(all, a)
			}
			a.uses = append(a.uses, UseOf(p))
		}
	}
	return all
}
