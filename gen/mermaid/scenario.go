package mermaid

import (
	"slices"

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
func scenarios(p *model.Product) []scenario {
	var all []scenario
	for _, f := range p.Features {
		switch {
		case len(f.Choices) > 0 && matters(p, f):
			for _, c := range f.Choices {
				all = append(all, scenario{f.ID, c.ID, view{
					title: f.Name + ": " + c.Name,
					shown: setting{}.with(p, f.ID, c.ID),
					base:  defaults(p).with(p, f.ID, c.ID),
				}})
			}
		case len(f.Choices) == 0:
			if s := turned(p, f); changesMuch(p, f, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

// matters reports whether a feature conditions any link.
func matters(p *model.Product, f *model.Feature) bool {
	return slices.ContainsFunc(links(p), func(l link) bool { return l.when[f.ID] != nil })
}

// turned is the default installation with a switch turned.
func turned(p *model.Product, f *model.Feature) scenario {
	value, title := "on", f.Name
	if f.Default == "on" {
		value, title = "off", "Without "+f.Name
	}
	s := defaults(p).with(p, f.ID, value)
	return scenario{f.ID, value, view{title: title, shown: s, base: s, known: defaults(p)}}
}

// changesMuch reports whether a switch adds or takes away a notable number of
// arrows, compared with the same installation before it was turned. The arrows
// of a box that it takes away do not count: that they are gone is plain.
func changesMuch(p *model.Product, f *model.Feature, s scenario) bool {
	other := defaults(p).with(p, f.ID, s.value)
	delete(other, f.ID)
	if f.Default != "" {
		other[f.ID] = []string{f.Default}
	}
	before, after := draw(p, view{shown: other, base: other}), draw(p, s.view)
	boxes := map[string]bool{}
	for _, frame := range after.frames {
		for _, b := range frame.boxes {
			boxes[b.id] = true
		}
	}
	added, removed := ends(after), ends(before)
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

// ends are those of a diagram's arrows.
func ends(d diagram) map[pair]bool {
	all := map[pair]bool{}
	for _, e := range d.edges {
		all[e.pair] = true
	}
	return all
}
