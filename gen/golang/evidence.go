package golang

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A listenerID identifies a listener of a product.
type listenerID struct{ component, listener string }

// evidence is what the rest of a product says about its listeners.
type evidence struct {
	product *model.Product
	talk    []*model.Connection     // of the product
	used    map[listenerID]bool     // by a flow, a rule, or as a mapper
	cites   map[listenerID][]string // rows cited by flows to it
	from    map[listenerID][]string // components that talk to it
	over    map[listenerID][]string // transports that they talk over
	errata  map[listenerID][]string // ids
	order   map[string]int          // of rows in their source
}

func gather(p *model.Product) evidence {
	e := evidence{
		product: p,
		talk:    p.Connections(),
		used:    make(map[listenerID]bool),
		cites:   make(map[listenerID][]string),
		from:    make(map[listenerID][]string),
		over:    make(map[listenerID][]string),
		errata:  make(map[listenerID][]string),
		order:   make(map[string]int),
	}
	e.addFlows()
	e.addRules()
	for _, x := range p.Errata {
		for c, list := range x.Listeners {
			for _, l := range list {
				id := listenerID{c, l}
				e.errata[id] = append(e.errata[id], x.ID)
			}
		}
	}
	for _, s := range p.Sources {
		for _, t := range s.Tables {
			for _, r := range t.Rows {
				e.order[r.ID] = len(e.order)
			}
		}
	}
	return e
}

func (e evidence) addFlows() {
	for _, f := range e.product.Flows {
		for _, t := range f.To {
			for _, l := range t.Listeners {
				id := listenerID{t.Component, l}
				e.use(id)
				e.cites[id] = append(e.cites[id], f.Cite...)
				e.from[id] = appendNew(e.from[id], f.From...)
			}
		}
	}
	for _, c := range e.talk {
		id := listenerID{c.To.ID, c.Listener.ID}
		e.over[id] = appendNew(e.over[id], c.Transport)
	}
}

func (e evidence) addRules() {
	for _, r := range e.product.Rules {
		for c, moved := range r.Move {
			for l := range moved {
				e.use(listenerID{c, l})
			}
		}
		for c, closed := range r.Close {
			for _, l := range closed {
				e.use(listenerID{c, l})
			}
		}
		for _, shared := range r.Share {
			for c, l := range shared {
				e.use(listenerID{c, l})
			}
		}
	}
}

// use marks a listener and its port mapper as used.
func (e evidence) use(id listenerID) {
	e.used[id] = true
	if l := e.product.Component(id.component).Listener(id.listener); l.Dynamic != nil && l.Dynamic.Mapper != "" {
		e.used[listenerID{id.component, l.Dynamic.Mapper}] = true
	}
}

// listeners returns the listeners of a component for the package. For a shared service, it
// returns only those that this product uses.
func (e evidence) listeners(c *model.Component) []*model.Listener {
	if c.Service == "" {
		return c.Listeners
	}
	return slices.DeleteFunc(slices.Clone(c.Listeners), func(l *model.Listener) bool {
		return !e.used[listenerID{c.ID, l.ID}]
	})
}

// transports returns the transports of a listener; for a shared service, only those that this
// product uses.
func (e evidence) transports(c *model.Component, l *model.Listener) []string {
	if over := e.over[listenerID{c.ID, l.ID}]; c.Service != "" && len(over) > 0 {
		return over
	}
	return l.Transports
}

// inOrder returns rows in the order of the source, without duplicates.
func (e evidence) inOrder(rows []string) []string {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b string) int {
		if d := e.order[a] - e.order[b]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(rows)
}

// citeText returns "default-ports/6, 7; other-table/1", without the product in front of
// every row, which is the package's.
func (e evidence) citeText(rows []string) string {
	var b strings.Builder
	last := ""
	for _, id := range e.inOrder(rows) {
		id = strings.TrimPrefix(id, e.product.ID+"/")
		table, row := "", id
		if i := strings.LastIndex(id, "/"); i >= 0 {
			table, row = id[:i], id[i+1:]
		}
		switch {
		case b.Len() == 0:
			b.WriteString(id)
		case table == last:
			b.WriteString(", " + row)
		default:
			b.WriteString("; " + id)
		}
		last = table
	}
	return b.String()
}

// appendNew appends the items that are not in the list yet.
func appendNew(list []string, items ...string) []string {
	for _, item := range items {
		if !slices.Contains(list, item) {
			list = append(list, item)
		}
	}
	return list
}
