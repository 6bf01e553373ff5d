package mermaid

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A setting is what a diagram assumes of a product's features: the values that
// each may have. A feature that is not in it may have any.
type setting model.When

// defaults is the product as it is installed: every feature at its default. A
// feature without one may have any value.
func defaults(p *model.Product) setting {
	s := setting{}
	for _, f := range p.Features {
		if f.Default != "" {
			s[f.ID] = []string{f.Default}
		}
	}
	return s
}

// with is the setting changed to one value of a feature, and to what that value
// needs of other features.
func (s setting) with(p *model.Product, feature, value string) setting {
	changed := maps.Clone(s)
	for f, values := range needs(p, model.When{feature: {value}}) {
		if f == feature || !intersect(changed[f], values) {
			changed[f] = values
		}
	}
	return changed
}

// admits reports whether something can exist in the setting, given the features
// it needs, and those that they need in turn.
func (s setting) admits(needs model.When) bool {
	for f, values := range needs {
		if allowed, fixed := s[f]; len(values) == 0 || fixed && !intersect(allowed, values) {
			return false
		}
	}
	return true
}

// ensures reports whether something exists in the setting for certain: every
// feature has one of the values it needs, whichever the setting leaves it.
func (s setting) ensures(p *model.Product, w model.When) bool {
	for id, values := range w {
		if !s.ensuresOne(p, id, values) {
			return false
		}
	}
	return true
}

// ensuresOne reports whether a feature has one of the values for certain.
func (s setting) ensuresOne(p *model.Product, id string, values []string) bool {
	allowed, fixed := s[id]
	if !fixed {
		if f := p.Feature(id); f != nil {
			allowed = f.Values()
		}
	}
	return len(allowed) > 0 && subset(allowed, values)
}

// needs is the condition together with all that its features need in turn. A
// switch that may be off needs nothing.
func needs(p *model.Product, w model.When) model.When {
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

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(v string) bool { return !slices.Contains(b, v) })
}

// conditionLength is how many characters of a condition a label holds.
const conditionLength = 32

// words say what a condition asks for beyond the setting, as a label puts it:
// "if Shadowing", "if not SSL only", "if Database is Oracle". They are "" where it
// asks for nothing, and where they would be too long to be read next to an
// arrow.
func (s setting) words(p *model.Product, w model.When) string {
	if len(w) == 0 {
		return ""
	}
	var parts []string
	for _, id := range w.Features() {
		f := p.Feature(id)
		if f == nil || s.ensuresOne(p, id, w[id]) {
			continue
		}
		part := gen.Visible(f.Name)
		switch {
		case len(f.Choices) > 0:
			part += " is " + strings.Join(choiceNames(f, w[id]), " or ")
		case !slices.Contains(w[id], "on"):
			part = "not " + part
		}
		parts = append(parts, part)
	}
	all := strings.Join(parts, ", ")
	if all == "" || utf8.RuneCountInString(all) > conditionLength {
		return ""
	}
	return "if " + all
}

// choiceNames are the names of a feature's values.
func choiceNames(f *model.Feature, values []string) []string {
	var names []string
	for _, c := range f.Choices {
		if slices.Contains(values, c.ID) {
			names = append(names, gen.Visible(c.Name))
		}
	}
	return names
}

// without is the condition less what another says as strictly.
func without(w, other model.When) model.When {
	rest := model.When{}
	for f, values := range w {
		if said, ok := other[f]; !ok || !subset(said, values) {
			rest[f] = values
		}
	}
	return rest
}
