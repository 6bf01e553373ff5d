package gen

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A Setting is an assumption about the features of a product: it lists the values that a feature
// may have. A feature that allows several values may have several of them at once. A feature that
// is not listed may have any value.
type Setting map[string][]string

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
	changed[feature] = []string{value}
	for f, lists := range p.Needs(model.When{feature: {{value}}}) {
		unmet := func(values []string) bool { return !model.Intersect(changed[f], values) }
		if slices.ContainsFunc(lists, unmet) {
			var all Distinct
			all.Add(slices.Concat(lists...)...)
			changed[f] = all.All
		}
	}
	return changed
}

// Admits reports whether something can exist in the setting, given all features that it needs,
// directly or indirectly.
func (s Setting) Admits(needs model.When) bool {
	for f, lists := range needs {
		allowed, fixed := s[f]
		for _, values := range lists {
			if len(values) == 0 || fixed && !model.Intersect(allowed, values) {
				return false
			}
		}
	}
	return true
}

// Ensures reports whether something certainly exists in the setting: every feature of the
// condition has one of its values, whichever values the setting permits.
func (s Setting) Ensures(p *model.Product, w model.When) bool {
	for id, lists := range w {
		for _, values := range lists {
			if !s.ensures(p, id, values) {
				return false
			}
		}
	}
	return true
}

// ensures reports whether a feature certainly has one of the values.
func (s Setting) ensures(p *model.Product, id string, values []string) bool {
	allowed, fixed := s[id]
	if !fixed {
		if f := p.Feature(id); f != nil {
			allowed = f.Values()
		}
	}
	return len(allowed) > 0 && !slices.ContainsFunc(allowed, func(v string) bool { return !slices.Contains(values, v) })
}
