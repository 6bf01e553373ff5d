// Package mermaid draws who reaches whom as Mermaid flowcharts. For each product, there is an
// overview and a diagram of each component with its neighbours; for each site, the same by groups
// of hosts. One more diagram shows which products use which shared services. Boxes list the ports
// at which they are reached; arrows have no labels.
//
// Diagrams are legible on a page that is 900 pixels wide. A diagram that would not be is left out
// and reported as PS4401. Pages have the same information in tables.
//
// Diagrams do not show why a connection exists, where that is written, on what it depends,
// whether it stays open, how its port is changed, or where on the network a component is.
// The tables of other targets do.
package mermaid

import (
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// New returns a [gen.Making] that draws a catalogue in these files:
//
//	<product>.mmd                        the newest release of a product
//	<product>/<release>.mmd              an older release
//	<product>/component-<component>.mmd  a component with its neighbours
//	<product>/<feature>-<value>.mmd      a scenario
//	catalog.mmd                          the shared services and the products that use them
//
// The components and scenarios of an older release are below <product>/<release>.
func New(c *model.Catalog) gen.Making {
	return &making{services: c.Services, parts: make([]*part, len(c.Products))}
}

// Generate draws a catalogue that is in memory.
func Generate(c *model.Catalog) ([]gen.File, diag.List) { return gen.All(c, New(c), Draw) }

// A making keeps what the diagram of all products shows of each product.
type making struct {
	services []*model.Service
	parts    []*part
}

// Product implements [gen.Making].
func (m *making) Product(step gen.Step) ([]gen.File, diag.List) {
	s, d := matrix.Of(step), step.Diagrams()
	m.parts[step.Number] = newPart(s)
	return files(s.Product, d, scenarios(s, figures(s))), inexpressible(s, d)
}

// Close implements [gen.Making].
func (m *making) Close(add func(...gen.File)) diag.List {
	if d := drawCatalog(m.services, m.parts); d != nil && len(d.arrows) > 0 {
		add(gen.File{Path: catalogName + ".mmd", Data: d.append(nil)})
	}
	return nil
}

// catalogName is the name of the diagram of all products.
const catalogName = "catalog"

// Draw draws a product as pages and files show it. Its scenarios are in files only.
func Draw(step gen.Step) *gen.Diagrams {
	s := matrix.Of(step)
	g := &graph{Matrix: s.All(), title: productTitle(s.Product), figures: figures(s)}
	return g.draw(func(i int) string { return s.Components[i].ID })
}

// draw makes the diagrams of a graph. The function part returns the id of the part about a figure;
// "" if the figure has no diagram of its own.
func (g *graph) draw(part func(i int) string) *gen.Diagrams {
	all := &gen.Diagrams{}
	groups := g.groups(indexes(g.figures))
	if d := g.overview(groups); d != nil {
		all.Overview = g.text(d)
	}
	for i, f := range g.figures {
		own := gen.Part{ID: part(i), Name: f.name}
		if own.ID == "" {
			continue
		}
		d := g.around(i, groups)
		if len(d.arrows) == 0 {
			continue
		}
		if d.legible() {
			own.Diagram = g.text(&d)
		}
		all.Parts = append(all.Parts, own)
	}
	return all
}

// text returns the text of a diagram.
func (g *graph) text(d *diagram) string {
	g.buffer = d.append(g.buffer[:0])
	return string(g.buffer)
}

// files returns the diagrams of a product by name.
func files(p *model.Product, d *gen.Diagrams, scenarios []scenario) []gen.File {
	var all []gen.File
	name := gen.FileName(p.ID)
	if p.Older != "" {
		name += "/" + gen.FileName(p.Older)
	}
	taken := map[string]bool{catalogName: true}
	// A name that is taken, such as that of a product called catalog, gets a hyphen, with
	// which no id ends.
	add := func(name string, text []byte) {
		for taken[name] {
			name += "-"
		}
		taken[name] = true
		if len(text) > 0 {
			all = append(all, gen.File{Path: name + ".mmd", Data: text})
		}
	}
	add(name, []byte(d.Overview))
	for _, part := range d.Parts {
		add(name+"/component-"+gen.FileName(part.ID), []byte(part.Diagram))
	}
	for _, x := range scenarios {
		add(name+"/"+gen.FileName(x.feature+"-"+x.value), x.text)
	}
	return all
}

// figures returns the components of a product as all of its diagrams draw them.
func figures(s *matrix.Sketch) []figure {
	all, conditions := make([]figure, len(s.Components)), s.Conditions()
	for i, c := range s.Components {
		all[i] = figure{id: nodeID("c", c.ID), name: componentName(c), kind: kindOf(c), choice: choice(s.Product, conditions[i])}
	}
	return all
}

// choice returns the part of a condition that is about features with one value at a time.
func choice(p *model.Product, when model.When) map[string][]string {
	var one map[string][]string
	for id, values := range when.Lists() {
		if f := p.Feature(id); f != nil && !f.Several {
			if one == nil {
				one = make(map[string][]string)
			}
			one[id] = values
		}
	}
	return one
}

// productTitle returns a product's name and release: "1E Shopping 6.1".
func productTitle(p *model.Product) string { return nameAndVersion(p.Name, p.Version) }

func componentName(c *model.Component) string { return nameAndVersion(c.Name, c.Version) }

func nameAndVersion(name, version string) string {
	if version != "" {
		name += " " + version
	}
	return strings.TrimSpace(name)
}
