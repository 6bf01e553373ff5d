package mermaid

import "github.com/portspec/portspec/internal/model"

// drawCatalog shows which component of which product uses which shared service:
// a frame a product, and each service once, however many components stand for
// it.
func drawCatalog(c *model.Catalog) diagram {
	d := diagram{title: "All products and the services they share"}
	edges, used := arrows{}, map[string]bool{}
	for _, p := range c.Products {
		base := defaults(p)
		for _, l := range links(p) {
			if l.talker.Service == "" && l.To.Service == "" || !(setting{}).admits(p, l.when) {
				continue
			}
			ends := pair{catalogID(p, l.talker), catalogID(p, l.To), l.Flow.BothWays}
			used[ends.from], used[ends.to] = true, true
			edges.add(ends, l, l.always(base), l.condition(base, model.And(l.talker.When, l.To.When))).added = false
		}
		var boxes []box
		for _, x := range p.Components {
			if id := catalogID(p, x); x.Service == "" && used[id] {
				boxes = append(boxes, boxOf(id, x, base.ensures(p, x.When)))
			}
		}
		d.addFrame(nodeID("p", p.ID), boxes, productTitle(p))
	}
	var boxes []box
	for _, s := range c.Services {
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
	return nodeID("c", p.ID, c.ID)
}
