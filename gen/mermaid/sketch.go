package mermaid

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A sketch is a product ready to be drawn several times: what is the same in all
// of its diagrams is worked out once.
type sketch struct {
	*model.Product
	defaults gen.Setting
	figures  []figure // a component each, in their order
	links    []link
}

// A figure is a component as the diagrams of its product draw it, but for
// whether it is there by default.
type figure struct {
	*model.Component
	box box
}

func newSketch(p *model.Product) *sketch {
	s := &sketch{Product: p, defaults: gen.Defaults(p), figures: make([]figure, len(p.Components))}
	place := make(map[*model.Component]int, len(p.Components))
	for i, c := range p.Components {
		s.figures[i] = figure{c, boxOf(nodeID("c", c.ID), c)}
		place[c] = i
	}
	for _, c := range p.Connections() {
		far := sockets(c)
		for _, from := range c.From {
			l := newLink(c, from)
			l.from, l.to, l.sockets = place[from], place[c.To], far
			s.links = append(s.links, l)
			if back, ok := l.wayBack(); ok {
				s.links = append(s.links, back)
			}
		}
	}
	return s
}

// boxIn is the box of a component in a diagram with that base.
func (s *sketch) boxIn(f figure, base gen.Setting) box {
	b := f.box
	b.extra = !base.Ensures(s.Product, f.When)
	return b
}

// ends are those of the arrow of a link.
func (s *sketch) ends(l link) pair {
	return pair{s.figures[l.from].box.id, s.figures[l.to].box.id, l.bothWays}
}
