package mermaid

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
)

// A scenario is a value of a choice on which some connection depends. Its diagram shows everything
// that can exist with that value, whatever the values of the other features.
type scenario struct {
	feature, value string
	text           []byte
}

// scenarios draws those scenarios of a product that are legible.
func scenarios(s *matrix.Sketch, figures []figure) []scenario {
	var all []scenario
	for _, f := range s.Features {
		if len(f.Choices) == 0 || !s.Matters(f.ID) {
			continue
		}
		for _, c := range f.Choices {
			m := s.Matrix(gen.Setting{}.With(s.Product, f.ID, c.ID), s.Default().With(s.Product, f.ID, c.ID))
			g := &graph{Matrix: m, title: productTitle(s.Product) + ": " + shorten(f.Name+": "+c.Name), figures: figures}
			if d := g.overview(g.groups(g.connected())); d != nil {
				all = append(all, scenario{f.ID, c.ID, d.append(nil)})
			}
		}
	}
	return all
}
