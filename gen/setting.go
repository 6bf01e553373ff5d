package gen

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A Setting is what is assumed of a product's features: the values that each may have. A
// feature that is not in it may have any.
type Setting model.When

// Defaults is the product as it is installed: every feature at its default. A feature
// without one may have any value.
func Defaults(p *model.Product) Setting {
	s := Setting{}
	for _, f := range p.Features {
		if f.Default != "" {
			s[f.ID] = []string{f.Default}
		}
	}
	return s
}

// With is the setting changed to one value of a feature, and to what that value needs of
// other features.
func (s Setting) With(p *model.Product, feature, value string) Setting {
	changed := maps.Clone(s)
	for f, values := range Needs(p, model.When{feature: {value}}) {
		if f == feature || !intersect(changed[f], values) {
			changed[f] = values
		}
	}
	return changed
}

// Admits reports whether something can exist in the setting, given the features that it
// needs, and those that they need in turn.
func (s Setting) Admits(needs model.When) bool {
	for f, values := range needs {
		if allowed, fixed := s[f]; len(values) == 0 || fixed && !intersect(allowed, values) {
			return false
		}
	}
	return true
}

// Ensures reports whether something exists in the setting for certain: every feature has
// one of the values it needs, whichever the setting leaves it.
func (s Setting) Ensures(p *model.Product, w model.When) bool {
	for id, values := range w {
		if !s.EnsuresOne(p, id, values) {
			return false
		}
	}
	return true
}

// EnsuresOne reports whether a feature has one of the values for certain.
func (s Setting) EnsuresOne(p *model.Product, id string, values []string) bool {
	allowed, fixed := s[id]
	if !fixed {
		if f := p.Feature(id); f != nil {
			allowed = f.Values()
		}
	}
	return len(allowed) > 0 && !slices.ContainsFunc(allowed, func(v string) bool { return !slices.Contains(values, v) })
}

// Needs is the condition together with all that its features need in turn. A switch that
// may be off needs nothing.
func Needs(p *model.Product, w model.When) model.When {
	if len(w) == 0 {
		return nil
	}
	all, done := model.And(w), map[string]bool{}
	for todo := all.Features(); len(todo) > 0; {
		f := p.Feature(todo[0])
		todo = todo[1:]
		if f == nil || done[f.ID] || len(f.Choices) == 0 && slices.Contains(all[f.ID], "off") {
			continue
		}
		done[f.ID] = true
		all = model.And(all, f.Needs)
		todo = append(todo, f.Needs.Features()...)
	}
	return all
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(v string) bool { return slices.Contains(b, v) })
}
