package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// names are the renames between two models, from old to new ids. They also apply to
// references.
type names struct {
	services, features, components, flows, rules, errata, suppressions renames
	// listeners are keyed by the old id of their component or service, and choices by the old
	// id of their feature.
	listeners, choices map[string]renames
	// products has the id of the product itself, with which the ids of rows begin.
	products renames
}

// row returns the new id of a row, for rows and citations.
func (n *names) row(id string) string {
	product, rest, ok := strings.Cut(id, "/")
	if !ok || len(n.products) == 0 {
		return id
	}
	return n.products.of(product) + "/" + rest
}

func (n *names) rows(cite []string) []string {
	if cite == nil || len(n.products) == 0 {
		return cite
	}
	all := make([]string, len(cite))
	for i, id := range cite {
		all[i] = n.row(id)
	}
	return all
}

// sources returns the sources of a renamed product.
func (n *names) sources(list []*model.Source) []*model.Source {
	if len(n.products) == 0 {
		return list
	}
	return mapped(list, func(s *model.Source) {
		s.Tables = mapped(s.Tables, func(t *model.Table) {
			t.Rows = slices.Clone(t.Rows)
			for i := range t.Rows {
				t.Rows[i].ID = n.row(t.Rows[i].ID)
			}
		})
	})
}

// renames maps each old id to the new one, and each new id to the old one, so that different
// models never become equal; in a valid old model, nothing refers to a new id.
type renames map[string]string

func (r *renames) add(old, new string) {
	if *r == nil {
		*r = make(renames)
	}
	(*r)[old], (*r)[new] = new, old
}

// of returns the id in the new model.
func (r renames) of(id string) string {
	if to, ok := r[id]; ok {
		return to
	}
	return id
}

func (r renames) each(ids []string) []string {
	if ids == nil || len(r) == 0 {
		return ids
	}
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = r.of(id)
	}
	return all
}

// within returns the renames inside an owner, to add to.
func within(all *map[string]renames, owner string) *renames {
	if *all == nil {
		*all = make(map[string]renames)
	}
	r := (*all)[owner]
	if r == nil {
		r = make(renames)
		(*all)[owner] = r
	}
	return &r
}

// product returns a copy of a product with the new names, in the same order.
func (n *names) product(p *model.Product) *model.Product {
	q := *p
	q.ID = n.products.of(p.ID)
	q.Sources = n.sources(p.Sources)
	q.Features = mapped(p.Features, func(f *model.Feature) {
		f.Choices = slices.Clone(f.Choices)
		for i := range f.Choices {
			f.Choices[i].ID = n.choices[f.ID].of(f.Choices[i].ID)
			f.Choices[i].Cite = n.rows(f.Choices[i].Cite)
		}
		f.Default = n.choices[f.ID].of(f.Default)
		f.Needs, f.Cite = n.when(f.Needs), n.rows(f.Cite)
		f.ID = n.features.of(f.ID)
	})
	q.Settings = mapped(p.Settings, func(s *model.Setting) { s.Cite = n.rows(s.Cite) })
	q.Components = mapped(p.Components, func(c *model.Component) {
		c.Listeners = n.listenersOf(c.ID, c.Listeners)
		c.Service = n.services.of(c.Service)
		c.When, c.Cite = n.when(c.When), n.rows(c.Cite)
		c.ID = n.components.of(c.ID)
	})
	q.Flows = mapped(p.Flows, n.flow)
	q.Rules = mapped(p.Rules, n.rule)
	q.Errata = mapped(p.Errata, func(e *model.Erratum) {
		e.Flows, e.Rules = n.flows.each(e.Flows), n.rules.each(e.Rules)
		e.Listeners, e.Cite = n.byComponent(e.Listeners), n.rows(e.Cite)
		e.ID = n.errata.of(e.ID)
	})
	q.Suppress = mapped(p.Suppress, func(s *model.Suppression) { s.ID = n.suppressions.of(s.ID) })
	return &q
}

func (n *names) flow(f *model.Flow) {
	f.From, f.Via = n.components.each(f.From), n.components.each(f.Via)
	f.InsteadOf = n.flows.each(f.InsteadOf)
	f.When, f.Cite = n.when(f.When), n.rows(f.Cite)
	if f.Reply != nil && f.Reply.Dynamic != nil {
		reply := *f.Reply
		reply.Dynamic = n.dynamic(reply.Dynamic, nil)
		f.Reply = &reply
	}
	f.To = slices.Clone(f.To)
	for i, t := range f.To {
		f.To[i] = model.Target{Component: n.components.of(t.Component), Listeners: n.listeners[t.Component].each(t.Listeners)}
	}
	f.ID = n.flows.of(f.ID)
}

func (n *names) rule(r *model.Rule) {
	r.Together = n.components.each(r.Together)
	r.When, r.Cite = n.when(r.When), n.rows(r.Cite)
	move := r.Move
	r.Move = keyed(move, func(c string) string { return n.components.of(c) })
	for c, ports := range move {
		r.Move[n.components.of(c)] = keyed(ports, n.listeners[c].of)
	}
	r.Close = n.byComponent(r.Close)
	share := r.Share
	r.Share = maps.Clone(share)
	for name, sockets := range share {
		r.Share[name] = make(map[string]string, len(sockets))
		for c, l := range sockets {
			r.Share[name][n.components.of(c)] = n.listeners[c].of(l)
		}
	}
	r.ID = n.rules.of(r.ID)
}

// all returns copies of shared services with the new names.
func (n *names) all(services []*model.Service) []*model.Service {
	return mapped(services, func(s *model.Service) {
		s.Listeners = n.listenersOf(s.ID, s.Listeners)
		s.ID = n.services.of(s.ID)
	})
}

func (n *names) listenersOf(owner string, list []*model.Listener) []*model.Listener {
	r := n.listeners[owner]
	return mapped(list, func(l *model.Listener) {
		l.When, l.Cite = n.when(l.When), n.rows(l.Cite)
		if l.Offset != nil {
			o := *l.Offset
			o.Of = r.of(o.Of)
			l.Offset = &o
		}
		if l.Dynamic != nil {
			l.Dynamic = n.dynamic(l.Dynamic, r)
		}
		l.ID = r.of(l.ID)
	})
}

// dynamic returns a copy with the new names of listeners and rows.
func (n *names) dynamic(d *model.Dynamic, listeners renames) *model.Dynamic {
	made := *d
	made.Mapper = listeners.of(d.Mapper)
	made.Ranges = slices.Clone(d.Ranges)
	for i := range made.Ranges {
		made.Ranges[i].Cite = n.rows(made.Ranges[i].Cite)
	}
	return &made
}

func (n *names) when(w model.When) model.When {
	if w == nil || len(n.features)+len(n.choices) == 0 {
		return w
	}
	all := make(model.When, len(w))
	for f, values := range w.Lists() {
		renamed := n.features.of(f)
		all[renamed] = append(all[renamed], n.choices[f].each(values))
	}
	return all
}

// byComponent renames lists of listeners by component.
func (n *names) byComponent(all map[string][]string) map[string][]string {
	renamed := keyed(all, n.components.of)
	for c, list := range all {
		renamed[n.components.of(c)] = n.listeners[c].each(list)
	}
	return renamed
}

// keyed returns a map with new keys; nil stays nil.
func keyed[V any](m map[string]V, of func(string) string) map[string]V {
	if m == nil {
		return nil
	}
	all := make(map[string]V, len(m))
	for k, v := range m {
		all[of(k)] = v
	}
	return all
}

// mapped returns changed copies of a list's elements.
func mapped[T any](list []*T, change func(*T)) []*T {
	if list == nil {
		return nil
	}
	all := make([]*T, len(list))
	for i, x := range list {
		copied := *x
		change(&copied)
		all[i] = &copied
	}
	return all
}
