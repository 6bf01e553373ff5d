package mermaid

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// notable is how many arrows a switch must add or take away to get a diagram
// of its own.
const notable = 3

// A scenario is one value of a feature that is worth a diagram.
type scenario struct {
	feature, value string
	view           view
}

// scenarios are, for each choice that conditions anything, all its values, and
// for each switch that changes much, the value that is not its default.
//
// The diagram of a choice shows all that can exist with it, the other features
// being at any value. That of a switch would hardly differ from the overview;
// it shows one installation instead: the default one with the switch turned,
// and what that adds.
func (s *sketch) scenarios() []scenario {
	var all []scenario
	for _, f := range s.Features {
		switch {
		case len(f.Choices) > 0 && s.matters(f):
			for _, c := range f.Choices {
				all = append(all, scenario{f.ID, c.ID, view{
					title: f.Name + ": " + c.Name,
					shown: gen.Setting{}.With(s.Product, f.ID, c.ID),
					base:  s.defaults.With(s.Product, f.ID, c.ID),
				}})
			}
		case len(f.Choices) == 0:
			if turned := s.turned(f); s.changesMuch(f, turned) {
				all = append(all, turned)
			}
		}
	}
	return all
}

// matters reports whether a feature conditions any link.
func (s *sketch) matters(f *model.Feature) bool {
	return slices.ContainsFunc(s.links, func(l link) bool { return l.when[f.ID] != nil })
}

// turned is the default installation with a switch turned.
func (s *sketch) turned(f *model.Feature) scenario {
	value, title := "on", f.Name
	if f.Default == "on" {
		value, title = "off", "Without "+f.Name
	}
	after := s.defaults.With(s.Product, f.ID, value)
	return scenario{f.ID, value, view{title: title, shown: after, base: after, known: s.defaults}}
}

// changesMuch reports whether a switch adds or takes away a notable number of
// arrows, compared with the same installation before it was turned. The arrows
// of a box that it takes away do not count: that they are gone is plain.
func (s *sketch) changesMuch(f *model.Feature, turned scenario) bool {
	other := s.defaults.With(s.Product, f.ID, turned.value)
	delete(other, f.ID)
	if f.Default != "" {
		other[f.ID] = []string{f.Default}
	}
	added, removed := s.arrows(turned.view.shown), s.arrows(other)
	boxes := map[string]bool{}
	for end := range added {
		boxes[end.from], boxes[end.to] = true, true
	}
	for end := range added {
		if removed[end] {
			delete(added, end)
			delete(removed, end)
		}
	}
	for end := range removed {
		if !boxes[end.from] || !boxes[end.to] {
			delete(removed, end)
		}
	}
	return len(added) >= notable || len(removed) >= notable
}

// arrows are the ends of all that a diagram of the setting has.
func (s *sketch) arrows(shown gen.Setting) map[pair]bool {
	all := map[pair]bool{}
	for _, l := range s.links {
		if shown.Admits(l.needs) {
			all[s.ends(l)] = true
		}
	}
	return all
}
