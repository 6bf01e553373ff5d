package mermaid

import (
	"strings"

	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/model"
)

// A part is what the diagram of all products shows of one product. It does not refer to the
// model.
type part struct {
	id, title string
	uses      []matrix.Use
}

func newPart(s *matrix.Sketch) *part {
	return &part{strings.Clone(s.ID), strings.Clone(productTitle(s.Product)), s.Uses()}
}

// drawCatalog shows which product uses which shared service, or is used by it. Of each product, it
// draws only the newest release, which comes first. It returns nil if the diagram would not be
// legible.
func drawCatalog(services []*model.Service, parts []*part) *diagram {
	g := &graph{title: "All products and the services they share"}
	var newest []*part
	for _, p := range parts {
		if n := len(newest); n == 0 || newest[n-1].id != p.id {
			newest = append(newest, p)
			g.figures = append(g.figures, figure{id: nodeID("p", p.id), name: p.title, kind: software})
		}
	}
	place := make(map[string]int, len(services))
	for _, s := range services {
		k := service
		if isDatabase(s.Listeners) {
			k = database
		}
		place[s.ID] = len(g.figures)
		g.figures = append(g.figures, figure{id: nodeID("s", s.ID), name: s.Name, kind: k})
	}
	g.Matrix = matrix.New(len(g.figures))
	for i, p := range newest {
		for _, u := range p.uses {
			if at, ok := place[u.Service]; ok {
				g.add(i, at, u.Out)
				g.add(at, i, u.In)
			}
		}
	}
	g.Sort()
	return g.overview(g.groups(g.connected()))
}

// add adds ports, if there are any.
func (g *graph) add(from, to int, ports []matrix.Port) {
	if len(ports) > 0 {
		g.Add(from, to, ports)
	}
}
