package golang

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/portspec/portspec/internal/model"
)

// A section is everything declared for a component: a block of constants, and the functions
// below it.
type section struct {
	product   *model.Product
	component *model.Component
	evidence  evidence
	id        *symbol
	constants []constant
	functions []function
	ports     map[string]*symbol // constants of ports by listener, for offsets from them
}

// A constant is a planned constant. Its value and comment are made after all names were chosen,
// because they contain names.
type constant struct {
	symbol *symbol
	value  func() string
	doc    func(d *docComment, name string)
}

// A function is a planned function that returns a slice, because Go has no constant slices.
type function struct {
	symbol *symbol
	lister *lister
	values []string
	doc    func(d *docComment, name string)
}

// plan plans the declarations for a component.
//
//	UMSServerHost = "ums.example.com"
//	UMSServerWebPort = 8443
//	UMSServerProcessLinux = "igelRMServer"
func (g *generation) plan(n *namer, c *model.Component) *section {
	p := &section{product: g.product, component: c, evidence: g.evidence, ports: map[string]*symbol{}}
	p.id = n.component(c, "ID")
	p.planPlaces(n)
	for _, l := range g.evidence.listeners(c) {
		p.planListener(n, l)
		if why := unnamed(l); why != "" {
			g.findings = append(g.findings, p.unnamedFinding(l, why))
		}
	}
	for _, os := range sorted(c.Processes) {
		p.strings(c.Processes[os], func(many bool) *symbol {
			if many {
				return n.component(c, "Processes"+n.spell.name(os))
			}
			return n.component(c, "Process"+n.spell.name(os))
		}, "service, daemon or process", "services, daemons or processes", c.Name+" on "+os)
	}
	return p
}

// planPlaces plans declarations for the location of a component: LicenseServerHost.
func (p *section) planPlaces(n *namer) {
	c := p.component
	if c.At == nil {
		return
	}
	const wildcard = ", where * stands for whatever is there,"
	for _, place := range []struct {
		values        []string
		name, plural  string
		noun, several string
	}{
		{c.At.HostNames(), "Host", "Hosts", "host name", "host names"},
		{c.At.Addresses, "Address", "Addresses", "address", "addresses"},
		{c.At.Networks, "Network", "Networks", "network", "networks"},
		{c.At.ServiceTags, "ServiceTag", "ServiceTags", "service tag", "service tags"},
		{c.At.URLs, "URL", "URLs", "URL", "URLs"},
	} {
		if slices.ContainsFunc(place.values, isPattern) {
			place.name, place.plural = "HostPattern", "HostPatterns"
			place.noun, place.several = place.noun+wildcard, place.several+wildcard
		}
		p.strings(place.values, func(many bool) *symbol {
			if many {
				return n.component(c, place.plural)
			}
			return n.component(c, place.name)
		}, place.noun, place.several, c.Name)
	}
}

// strings plans a constant for one text, and a function for several.
func (p *section) strings(values []string, named func(many bool) *symbol, one, many, of string) {
	switch len(values) {
	case 0:
	case 1:
		p.constant(named(false), literal(values[0]), func(d *docComment, name string) {
			d.paragraph(name + " is the " + one + " of " + of)
		})
	default:
		p.functions = append(p.functions, function{symbol: named(true), lister: &listTexts, values: each(values, literal), doc: func(d *docComment, name string) {
			d.paragraph(name + " returns the " + many + " of " + of)
		}})
	}
}

func each[T any](items []T, code func(T) string) []string {
	codes := make([]string, len(items))
	for i, item := range items {
		codes[i] = code(item)
	}
	return codes
}

func isPattern(name string) bool { return strings.Contains(name, "*") }

func (p *section) constant(s *symbol, value string, doc func(d *docComment, name string)) {
	p.constants = append(p.constants, constant{s, func() string { return value }, doc})
}

// function plans a function for several ports: as ints, or as ranges if one of them is a range.
func (p *section) function(s *symbol, ports []model.PortRange, doc func(d *docComment, name string)) {
	f := function{symbol: s, lister: &listPorts, doc: doc}
	ranges := slices.ContainsFunc(ports, func(r model.PortRange) bool { return r.From != r.To })
	if ranges {
		f.lister = &listRanges
	}
	for _, r := range ports {
		if ranges {
			f.values = append(f.values, fmt.Sprintf("{First: %d, Last: %d}", r.From, r.To))
			continue
		}
		f.values = append(f.values, strconv.Itoa(r.From))
	}
	p.functions = append(p.functions, f)
}

// ownPortRange declares the type PortRange in a package without tables, if it is used.
func (g *generation) ownPortRange() []string {
	for _, s := range g.sections {
		for _, f := range s.functions {
			if f.symbol.name != "" && f.lister == &listRanges {
				return []string{"// A PortRange is a span of ports, both ends included.\n" + declaration(
					jen.Type().Id(listRanges.typ).Struct(jen.List(jen.Id("First"), jen.Id("Last")).Int()))}
			}
		}
	}
	return nil
}

// constantDecls returns the declarations of constants.go: the product, the ids of components,
// and for each component a block of constants, followed by functions.
//
//	// Component ums-server, UMS Server: keeps the devices' settings.
//	const (
//		// UMSServerWebPort is a TCP port of UMS Server for https: the console.
//		UMSServerWebPort = 8443
//	)
func (g *generation) constantDecls() []string {
	decls := []string{g.productConstants()}
	if ids := g.componentIDs(); ids != "" {
		decls = append(decls, ids)
	}
	for _, s := range g.sections {
		decls = append(decls, s.decls()...)
	}
	return decls
}

// decls returns the constants of a component in one block, and its functions.
func (p *section) decls() []string {
	var decls []string
	var all []constantLine
	for _, c := range p.constants {
		if name := c.symbol.name; name != "" {
			all = append(all, constantLine{doc: docText(c.doc, name), name: name, value: c.value()})
		}
	}
	if len(all) > 0 {
		decls = append(decls, constants(p.comment(), all))
	}
	for _, f := range p.functions {
		if name := f.symbol.name; name != "" {
			decls = append(decls, f.lister.of(docText(f.doc, name), name, f.values))
		}
	}
	return decls
}

func docText(doc func(*docComment, string), name string) string {
	var d docComment
	doc(&d, name)
	return d.String()
}

// comment returns the comment above the constants of a component.
func (p *section) comment() string {
	c := p.component
	var d docComment
	text := "Component " + c.ID + ", " + c.Name
	if c.Service != "" {
		text += ", is the shared service " + c.Service
	}
	if c.Description != "" {
		text += ": " + c.Description
	}
	d.paragraph(text)
	facts := whenText(c.When)
	if c.Version != "" {
		facts = append([]string{"Release: " + c.Version}, facts...)
	}
	d.items(facts...)
	return d.String()
}

// productConstants returns the constants with the id and version of the product.
func (g *generation) productConstants() string {
	p := g.product
	var d docComment
	release := "The release of the product"
	if p.After != "" {
		release += ", which comes after " + p.After
	}
	d.paragraph(release)
	return constants(d.String(), []constantLine{
		{name: "ProductID", value: literal(p.ID)},
		{name: "ProductName", value: literal(p.Name)},
		{name: "Vendor", value: literal(p.Vendor)},
		{name: "Version", value: literal(p.Version)},
	})
}

// componentIDs returns constants for the ids of components in the tables:
//
//	UMSServerID = "ums-server" // UMS Server
func (g *generation) componentIDs() string {
	var all []constantLine
	for _, s := range g.sections {
		if s.id.name != "" {
			all = append(all, constantLine{name: s.id.name, value: literal(s.component.ID), aside: aside(s.component.Name)})
		}
	}
	if len(all) == 0 {
		return ""
	}
	var d docComment
	d.paragraph("The ids of the components, as in the tables")
	return constants(d.String(), all)
}
