package mermaid

import "github.com/portspec/portspec/gen"

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
	shown, base gen.Setting
	// What this setting does not admit is marked as added; nil marks nothing.
	known gen.Setting
	// Components that nobody talks to are drawn too.
	lone bool
}

// overview shows everything that a product may do.
func (s *sketch) overview() view {
	return view{shown: gen.Setting{}, base: s.defaults, lone: true}
}

// draw makes a diagram of the product.
func (s *sketch) draw(v view) diagram {
	d := diagram{title: productTitle(s.Product)}
	if v.title != "" {
		d.title += ": " + v.title
	}
	edges, talks, listens := arrows{}, make([]bool, len(s.figures)), make([]bool, len(s.figures))
	for _, l := range s.links {
		if !v.shown.Admits(l.needs) {
			continue
		}
		talks[l.from], listens[l.to] = true, true
		e := edges.add(s.ends(l), l, v.base)
		e.added = e.added && v.known != nil && !v.known.Admits(l.needs)
	}

	boxes := map[string][]box{} // by frame
	for i, f := range s.figures {
		if v.lone || talks[i] || listens[i] {
			in := frameOf(f.Component, talks[i], listens[i])
			boxes[in] = append(boxes[in], s.boxIn(f, v.base))
		}
	}
	for _, f := range productFrames {
		title := []string{f.title}
		if f.id == "product" {
			title = []string{productTitle(s.Product), v.title}
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
