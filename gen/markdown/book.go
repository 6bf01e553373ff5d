package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/model"
)

// A book has what all pages show of a product, computed once.
type book struct {
	*model.Product
	lines   []*describe.Line
	linesOf map[*model.Flow][]*describe.Line
	shown   map[*model.Listener]bool // those of shared services at which lines end
	rows    map[string]describe.Row  // of the documents, by id
	layout  *layout
	sketch  *matrix.Sketch
	sides   map[*model.Component]*describe.Sides // lines of each; nil until needed
	// The number of rows that something cites, and of all rows.
	cited, all int
	// The releases before and after this one that have a page for the upgrade; nil for
	// none. Only their identities are set.
	before, after *model.Product
}

func newBook(p *model.Product) *book {
	b := &book{
		Product: p, lines: describe.Lines(p), linesOf: make(map[*model.Flow][]*describe.Line, len(p.Flows)),
		shown: make(map[*model.Listener]bool), rows: describe.Rows(p), layout: newLayout(p),
	}
	for lines := b.lines; len(lines) > 0; { // those of a flow are one after the other
		n := 0
		for ; n < len(lines) && lines[n].Flow == lines[0].Flow; n++ {
			if lines[n].Connection.To.Service != "" {
				b.shown[lines[n].Listener] = true
			}
		}
		b.linesOf[lines[0].Flow], lines = lines[:n], lines[n:]
	}
	b.layout.features(p.Features, b.dependent)
	if len(p.Settings) > 0 {
		b.layout.pages[featuresPart] = max(b.layout.pages[featuresPart], 1)
	}
	if len(p.Rules) > 0 || slices.ContainsFunc(b.lines, func(l *describe.Line) bool { return l.Flow.Scope == "same-host" }) {
		b.layout.pages[sameHostPart] = 1
	}
	return b
}

// title returns "IGEL UMS 12.04".
func (b *book) title() string { return b.Name + " " + b.Version }

// dependent counts the lines in the tables about a feature.
func (b *book) dependent(f *model.Feature) int {
	n := 0
	for _, value := range f.Values() {
		n += len(describe.ConditionedBy(b.lines, f, value))
	}
	return n
}

// shows reports whether the component's page describes a listener: all but those of a shared
// service that the product does not use.
func (b *book) shows(c *model.Component, l *model.Listener) bool {
	return c.Service == "" || b.shown[l]
}

// listeners returns the listeners that the component's page describes.
func (b *book) listeners(c *model.Component) []*model.Listener {
	if c.Service == "" {
		return c.Listeners
	}
	return slices.DeleteFunc(slices.Clone(c.Listeners), func(l *model.Listener) bool { return !b.shows(c, l) })
}

// listenerPage returns the page on which a listener is described.
func (b *book) listenerPage(c *model.Component, l *model.Listener) string {
	page := b.layout.component(c.ID)
	if len(c.Listeners) <= mostRows {
		return page
	}
	if i := slices.Index(b.listeners(c), l); i >= mostRows {
		return continued(page, "listens-on", 1+i/mostRows)
	}
	return page
}

// cover counts the rows that something cites, and all rows.
func (b *book) cover(encoders map[string][]md) {
	for _, s := range b.Sources {
		for _, t := range s.Tables {
			for _, r := range t.Rows {
				b.all++
				if len(encoders[r.ID]) > 0 {
					b.cited++
				}
			}
		}
	}
}

// connections counts the connections: one for each transport of a line.
func (b *book) connections() int {
	n := 0
	for _, l := range b.lines {
		n += len(l.Transports)
	}
	return n
}

// sidesOf returns the lines of a component.
func (b *book) sidesOf(c *model.Component) *describe.Sides {
	if b.sides == nil {
		b.sides = describe.Divide(b.Product, b.lines)
	}
	return b.sides[c]
}

// accepted lists what a component must accept over the network from others.
func (b *book) accepted(c *model.Component) []*describe.Line { return b.sidesOf(c).Accepted }

// reached lists what a component must reach over the network.
func (b *book) reached(c *model.Component) []*describe.Line { return b.sidesOf(c).Reached }

// amongNodes lists the lines among the nodes of a component.
func (b *book) amongNodes(c *model.Component) []*describe.Line { return b.sidesOf(c).AmongNodes }
