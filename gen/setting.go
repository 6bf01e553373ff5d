package gen

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A Setting is an assumption about the features of a product: the values that each may have. A
// feature that is not listed may have any value.
type Setting model.When

// Defaults returns the setting of a new installation: every feature with a default has it, and
// others may have any value.
func Defaults(p *model.Product) Setting {
	s := Setting{}
	for _, f := range p.Features {
		if f.Default != "" {
			s[f.ID] = []string{f.Default}
		}
	}
	return s
}

// With returns the setting with a certain value of a feature, and with the values of other
// features that this value needs.
func (s Setting) With(p *model.Product, feature, value string) Setting {
	changed := maps.Clone(s)
	for f, values := range Needs(p, model.When{feature: {value}}) {
		if f == feature || !intersect(changed[f], values) {
			changed[f] = values
		}
	}
	return changed
}

// Admits reports whether something can exist in the setting, given all features that it needs,
// directly or indirectly.
func (s Setting) Admits(needs model.When) bool {
	for f, values := range needs {
		if allowed, fixed := s[f]; len(values) == 0 || fixed && !intersect(allowed, values) {
			return false
		}
	}
	return true
}

// Ensures reports whether something certainly exists in the setting: every feature of the
// condition has one of its values, whichever values the setting permits.
func (s Setting) Ensures(p *model.Product, w model.When) bool {
	for id, values := range w {
		if !s.EnsuresOne(p, id, values) {
			return false
		}
	}
	return true
}

// EnsuresOne reports whether a feature certainly has one of the values.
func (s Setting) EnsuresOne(p *model.Product, id string, values []string) bool {
	allowed, fixed := s[id]
	if !fixed {
		if f := p.Feature(id); f != nil {
			allowed = f.Values()
		}
	}
	return len(allowed) > 0 && !slices.ContainsFunc(allowed, func(v string) bool { return !slices.Contains(values, v) })
}

// Needs returns a condition together with everything that its features need, directly or
// indirectly. A switch that may be off needs nothing.
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
