package mermaid

import (
	"github.com/portspec/portspec/internal/model"
)

// A diagram is boxes in frames and arrows between them, ready to be written.
type diagram struct {
	title  string
	legend []string // of what the title does not explain
	frames []frame
	edges  []*edge
}

// A view is what a diagram of one product shows.
type view struct {
	title string // what sets it apart from others of the product, or ""
	// Only what the setting shown admits is drawn; what the base does not
	// ensure is dotted.
	shown, base setting
	// What this setting does not admit is marked as added; nil marks nothing.
	known setting
	// Components that nobody talks to are drawn too.
	lone bool
}

// overview shows everything that a product may do.
func overview(p *model.Product) view {
	return view{shown: setting{}, base: defaults(p), lone: true}
}

// draw makes the diagram of a product.
func draw(p *model.Product, v view) diagram {
	d := diagram{title: productTitle(p)}
	if v.title != "" {
		d.title += ": " + v.title
	}
	edges, talks, listens := arrows{}, map[string]bool{}, map[string]bool{}
	for _, l := range links(p) {
		if !v.shown.admits(p, l.when) {
			continue
		}
		talks[l.talker.ID], listens[l.To.ID] = true, true
		ends := pair{nodeID("c", l.talker.ID), nodeID("c", l.To.ID), l.Flow.BothWays}
		e := edges.add(ends, l, l.always(v.base), l.condition(v.base, model.And(l.talker.When, l.To.When)))
		e.added = e.added && v.known != nil && !v.known.admits(p, l.when)
	}

	boxes := map[string][]box{} // by frame
	for _, c := range p.Components {
		if v.lone || talks[c.ID] || listens[c.ID] {
			f := frameOf(c, talks[c.ID], listens[c.ID])
			boxes[f] = append(boxes[f], boxOf(nodeID("c", c.ID), c, v.base.ensures(p, c.When)))
		}
	}
	for _, f := range productFrames {
		title := []string{f.title}
		if f.id == "product" {
			title = []string{productTitle(p), v.title}
		}
		d.addFrame(nodeID("g", f.id), boxes[f.id], title...)
	}
	d.edges = edges.sorted(d.frames)
	d.explain(v.title)
	return d
}

// addFrame adds a frame unless it is empty.
func (d *diagram) addFrame(id string, boxes []box, title ...string) {
	if len(boxes) == 0 {
		return
	}
	f := frame{id: id, boxes: boxes}
	for _, line := range title {
		if line != "" {
			f.title = append(f.title, name(line))
		}
	}
	d.frames = append(d.frames, f)
}

// explain writes the legend: what the diagram uses and does not name. What was
// added is so by the subject.
func (d *diagram) explain(subject string) {
	var solid, dotted, both, added bool
	for _, e := range d.edges {
		solid = solid || e.isSolid()
		dotted = dotted || !e.isWhole()
		both = both || e.bothWays
		added = added || e.added
	}
	for _, f := range d.frames {
		for _, b := range f.boxes {
			dotted = dotted || b.extra
		}
	}
	if solid && dotted {
		d.legend = append(d.legend, "solid: by default")
	}
	if dotted {
		d.legend = append(d.legend, "dotted or [in brackets]:", "only with other settings,", "or optional")
	}
	if both {
		d.legend = append(d.legend, "two heads:", "either side may start")
	}
	if added {
		d.legend = append(d.legend, "orange: new with", shorten(subject))
	}
}
