// Package mermaid draws products as Mermaid flowcharts: who talks to whom, over
// which transports and ports, which way, and whether by default. It draws a
// [diagram] for each product, for each scenario of one, and for the services
// that all products share.
//
// A diagram leaves to the tables of other targets why a connection exists,
// where that is written, whether it stays open, how its port is changed, what it is
// counted from, and which release a product comes after.
// What it should show and cannot is a finding with the code PS4401.
package mermaid

import (
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// New returns the making of the drawings of a catalogue: each product as <product>.mmd,
// or an older release of it as <product>/<release>.mmd, its scenarios below that
// without the .mmd as <feature>-<value>.mmd, and all products around the services
// they share as catalog.mmd.
func New(c *model.Catalog) gen.Making {
	return &making{services: c.Services, parts: make([]*part, len(c.Products))}
}

// Generate draws a catalogue that is in memory.
func Generate(c *model.Catalog) ([]gen.File, diag.List) { return gen.All(c, New(c), nil) }

// A making keeps what the drawing of all products shows of each.
type making struct {
	services []*model.Service
	parts    []*part
}

// Product implements [gen.Making].
func (m *making) Product(step gen.Step) ([]gen.File, diag.List) {
	s := newSketch(step.Product)
	m.parts[step.Number] = newPart(s)
	out := newOutput()
	out.findings = s.inexpressible()
	out.add(s.OutputName("/"), s.draw(s.overview()), s.Product)
	for _, x := range s.scenarios() {
		out.add(s.OutputName("/")+"/"+x.feature+"-"+x.value, s.draw(x.view), s.Product)
	}
	return out.files, out.findings
}

// Close implements [gen.Making].
func (m *making) Close(add func(...gen.File)) diag.List {
	all := drawCatalog(m.services, m.parts)
	f := gen.File{Path: catalogName + ".mmd", Data: all.bytes()}
	add(f)
	return tooLarge(f, len(all.edges), nil)
}

// Product is the diagram of everything that a product may do: what a page about
// it starts with.
func Product(p *model.Product) string {
	s := newSketch(p)
	return s.draw(s.overview()).String()
}

// OverviewPath is where a making puts the diagram that [Product] is.
func OverviewPath(p *model.Product) string {
	o := newOutput()
	return o.free(p.OutputName("/")) + ".mmd"
}

// catalogName is that of the diagram of all products.
const catalogName = "catalog"

// output is what was drawn of a product so far.
type output struct {
	files    []gen.File
	findings diag.List
	taken    map[string]bool
}

func newOutput() *output { return &output{taken: map[string]bool{catalogName: true}} }

// add writes a diagram. A name that is taken, such as that of a product called
// catalog, gets a hyphen: no id ends in one.
func (o *output) add(name string, d diagram, p *model.Product) {
	name = o.free(name)
	o.taken[name] = true
	f := gen.File{Path: name + ".mmd", Data: d.bytes()}
	o.files = append(o.files, f)
	o.findings = append(o.findings, tooLarge(f, len(d.edges), p)...)
}

// free is a name that is not taken.
func (o *output) free(name string) string {
	for o.taken[name] {
		name += "-"
	}
	return name
}

// productTitle is a product's name and release: "1E Shopping 6.1".
func productTitle(p *model.Product) string { return strings.TrimSpace(p.Name + " " + p.Version) }
