package mermaid

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A part is what the diagram of all products shows of one.
type part struct {
	*model.Product
	base  gen.Setting
	links []link // that a service is an end of
	boxes []box  // of their other ends
}

// newPart picks the part out of the sketch of its product.
func newPart(s *sketch) *part {
	own := &part{Product: s.Product, base: s.defaults}
	used := make([]bool, len(s.figures))
	for _, l := range s.links {
		if l.talker.Service == "" && l.To.Service == "" || !(gen.Setting{}).Admits(l.needs) {
			continue
		}
		own.links = append(own.links, l)
		used[l.from], used[l.to] = true, true
	}
	for i, f := range s.figures {
		if used[i] && f.Service == "" {
			b := s.boxIn(f, own.base)
			b.id = catalogID(own.Product, f.Component)
			own.boxes = append(own.boxes, b)
		}
	}
	return own
}

// drawCatalog shows which component of which product uses which shared service:
// a frame a product, and each service once, however many components stand for
// it.
func drawCatalog(services []*model.Service, parts []*part) diagram {
	d := diagram{title: "All products and the services they share"}
	edges, used := arrows{}, map[string]bool{}
	for _, p := range parts {
		for _, l := range p.links {
			ends := pair{catalogID(p.Product, l.talker), catalogID(p.Product, l.To), l.bothWays}
			if l.back {
				ends.from, ends.to = ends.to, ends.from
			}
			used[ends.from], used[ends.to] = true, true
			edges.add(ends, l, p.base).added = false
		}
		d.addFrame(nodeID("p", p.OutputName("_")), p.boxes, productTitle(p.Product))
	}
	var boxes []box
	for _, s := range services {
		if id := nodeID("s", s.ID); used[id] {
			boxes = append(boxes, serviceBox(id, s))
		}
	}
	d.addFrame(nodeID("g", "services"), boxes, "Shared services")
	d.edges = edges.sorted(d.frames)
	d.explain("")
	return d
}

// catalogID is the box of a component: that of its service if it has one.
func catalogID(p *model.Product, c *model.Component) string {
	if c.Service != "" {
		return nodeID("s", c.Service)
	}
	return nodeID("c", p.OutputName("_"), c.ID)
}
