package golang

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/portspec/portspec/internal/model"
)

// A section is everything that is declared for one component: one block of
// constants, and the functions below it.
type section struct {
	product   *model.Product
	component *model.Component
	evidence  evidence
	id        *symbol
	constants []constant
	functions []function
	ports     map[string]*symbol // constants of ports, by listener, that others may be counted from
}

// A constant is one that is planned. Value and comment are made when all names
// are settled, as they hold names themselves.
type constant struct {
	symbol *symbol
	value  func() string
	doc    func(d *docComment, name string)
}

// A function is one that returns a slice, as Go has no constant ones.
type function struct {
	symbol *symbol
	lister *lister
	values []string
	doc    func(d *docComment, name string)
}

// plan says what is declared for a component.
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

// planPlaces declares where a component is found: LicenseServerHost.
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

// strings declares one text as a constant, and several as a function.
func (p *section) strings(values []string, named func(many bool) *symbol, one, many, of string) {
	switch len(values) {
	case 0:
	case 1:
		p.constant(named(false), literal(values[0]), func(d *docComment, name string) {
			d.paragraph(name + " is the " + one + " of " + of)
		})
	default:
		p.functions = append(p.functions, function{symbol: named(true), lister: &listTexts, values: literals(values), doc: func(d *docComment, name string) {
			d.paragraph(name + " returns the " + many + " of " + of)
		}})
	}
}

func isPattern(name string) bool { return strings.Contains(name, "*") }

func (p *section) constant(s *symbol, value string, doc func(d *docComment, name string)) {
	p.constants = append(p.constants, constant{s, func() string { return value }, doc})
}

// function declares several ports: as ints, or as ranges if one of them is.
func (p *section) function(s *symbol, ports []model.PortRange, doc func(d *docComment, name string)) {
	f := function{symbol: s, lister: &listPorts, doc: doc}
	ranges := slices.ContainsFunc(ports, func(r model.PortRange) bool { return r.From != r.To })
	if ranges {
		f.lister = &listRanges
	}
	for _, r := range ports {
		if ranges {
			f.values = append(f.values, portRange(r))
			continue
		}
		f.values = append(f.values, strconv.Itoa(r.From))
	}
	p.functions = append(p.functions, f)
}

// ownPortRange declares that type for a package without tables, if it is used.
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

// constantDecls are the declarations of constants.go: whose ports they are, the
// ids of the components, and for each component a block of constants with
// functions below it.
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

// decls are the constants of a component in one block, and its functions.
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

// comment is above the constants of a component.
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

// productConstants say whose ports these are.
func (g *generation) productConstants() string {
	p := g.product
	var d docComment
	release := "The release whose ports these are"
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

// componentIDs are what the tables call the components:
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
	d.paragraph("The components' ids, as the tables hold them")
	return constants(d.String(), all)
}
