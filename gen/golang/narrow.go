package golang

import (
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A view is the part of a product that the package contains.
type view struct {
	components  []*model.Component
	connections []*model.Connection // nil means all of the product
	features    []*model.Feature
	rules       []*model.Rule
	errata      []*model.Erratum
	listeners   map[listenerID]bool // nil for all
}

func wholeView(p *model.Product) view {
	return view{components: p.Components, features: p.Features, rules: p.Rules, errata: p.Errata}
}

// narrow restricts constants to the chosen components, and tables to what concerns them: flows
// from and to them, the components at the other ends, rules, errata, and the features that all
// of these depend on. Names are chosen before, so that they are the same as in the complete
// package.
func (g *generation) narrow(ids []string) {
	chosen := func(id string) bool { return slices.Contains(ids, id) }
	g.sections = slices.DeleteFunc(g.sections, func(s *section) bool { return !chosen(s.component.ID) })
	all, part := g.view, view{connections: []*model.Connection{}, listeners: make(map[listenerID]bool)}
	shown := make(map[string]bool)
	flows := make(map[string]bool)
	for _, c := range g.evidence.talk {
		if !chosen(c.To.ID) && !slices.ContainsFunc(c.Flow.From, chosen) {
			continue
		}
		part.connections = append(part.connections, c)
		part.addListener(c.To, c.Listener)
		flows[c.Flow.ID], shown[c.To.ID] = true, true
		for _, id := range slices.Concat(c.Flow.From, c.Flow.Via, c.Flow.Passes) {
			shown[id] = true
		}
	}
	for _, c := range all.components {
		if chosen(c.ID) || shown[c.ID] {
			part.components = append(part.components, c)
		}
		for _, l := range c.Listeners {
			if chosen(c.ID) {
				part.addListener(c, l)
			}
		}
	}
	rules := make(map[string]bool)
	for _, r := range all.rules {
		if concernsAny(r, chosen) {
			part.rules = append(part.rules, r)
			rules[r.ID] = true
		}
	}
	for _, x := range all.errata {
		if slices.ContainsFunc(x.Flows, func(id string) bool { return flows[id] }) || slices.ContainsFunc(sorted(x.Listeners), chosen) ||
			slices.ContainsFunc(x.Rules, func(id string) bool { return rules[id] }) {
			part.errata = append(part.errata, x)
		}
	}
	needed := part.conditions(all.features)
	part.features = slices.DeleteFunc(slices.Clone(all.features), func(f *model.Feature) bool { return !needed[f.ID] })
	g.features = slices.DeleteFunc(g.features, func(f featureSymbols) bool { return !needed[f.feature.ID] })
	g.view = part
}

// addListener adds a listener to the view, and its port mapper.
func (v *view) addListener(c *model.Component, l *model.Listener) {
	v.listeners[listenerID{c.ID, l.ID}] = true
	if l.Dynamic != nil && l.Dynamic.Mapper != "" {
		v.listeners[listenerID{c.ID, l.Dynamic.Mapper}] = true
	}
}

// conditions returns the features that things in the view depend on, and the features that
// these need.
func (v *view) conditions(features []*model.Feature) map[string]bool {
	needed := make(map[string]bool)
	need := func(conditions ...model.When) {
		for _, w := range conditions {
			for id := range w {
				needed[id] = true
			}
		}
	}
	for _, c := range v.components {
		need(c.When)
		for _, l := range c.Listeners {
			if v.listeners[listenerID{c.ID, l.ID}] {
				need(l.When)
			}
		}
	}
	for _, c := range v.connections {
		need(c.When, c.Flow.BothWaysWhen)
	}
	for _, r := range v.rules {
		need(r.When)
	}
	for range features { // the longest possible chain of needs
		for _, f := range features {
			if needed[f.ID] {
				need(f.Needs)
			}
		}
	}
	return needed
}

// has reports whether a listener is in the view.
func (v *view) has(c *model.Component, l *model.Listener) bool {
	return v.listeners == nil || v.listeners[listenerID{c.ID, l.ID}]
}

// concernsAny reports whether a rule is about one of the components.
func concernsAny(r *model.Rule, chosen func(string) bool) bool {
	if slices.ContainsFunc(r.Together, chosen) || slices.ContainsFunc(sorted(r.Move), chosen) || slices.ContainsFunc(sorted(r.Close), chosen) {
		return true
	}
	for _, shared := range r.Share {
		if slices.ContainsFunc(sorted(shared), chosen) {
			return true
		}
	}
	return false
}
