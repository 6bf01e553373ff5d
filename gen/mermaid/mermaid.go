// Package mermaid draws products as Mermaid flowcharts: who talks to whom, over
// which transports and ports, which way, and whether by default. It draws a
// [diagram] for each product, for each scenario of one, and for the services
// that all products share.
//
// A diagram leaves to the tables of other targets why a connection exists,
// where that is written, whether it stays open, how its port is changed and what
// it is counted from.
// What it should show and cannot is a finding with the code PS4401.
package mermaid

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Generate draws a catalogue: each product as <product>.mmd, its scenarios as
// <product>/<feature>-<value>.mmd, and all products around the services they
// share as catalog.mmd.
func Generate(c *model.Catalog) ([]gen.File, diag.List) {
	out := &output{taken: map[string]bool{}}
	out.add("catalog", drawCatalog(c), nil)
	for _, p := range c.Products {
		out.findings = append(out.findings, inexpressible(p)...)
		out.add(p.ID, draw(p, overview(p)), p)
		for _, s := range scenarios(p) {
			out.add(p.ID+"/"+s.feature+"-"+s.value, draw(p, s.view), p)
		}
	}
	slices.SortFunc(out.files, func(a, b gen.File) int { return cmp.Compare(a.Path, b.Path) })
	return out.files, out.findings.Sort()
}

// Product is the diagram of everything that a product may do: what a page about
// it starts with.
func Product(p *model.Product) string { return draw(p, overview(p)).String() }

// output is what was drawn so far.
type output struct {
	files    []gen.File
	findings diag.List
	taken    map[string]bool
}

// add writes a diagram, of a product if there is one. A name that is taken,
// such as that of a product called catalog, gets a hyphen: no id ends in one.
func (o *output) add(name string, d diagram, p *model.Product) {
	for o.taken[name] {
		name += "-"
	}
	o.taken[name] = true
	f := gen.File{Path: name + ".mmd", Data: []byte(d.String())}
	o.files = append(o.files, f)
	o.findings = append(o.findings, tooLarge(f, len(d.edges), p)...)
}

// productTitle is a product's name and release: "1E Shopping 6.1".
func productTitle(p *model.Product) string { return strings.TrimSpace(p.Name + " " + p.Version) }
