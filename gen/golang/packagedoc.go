package golang

import (
	"fmt"
	"slices"
	"strings"
)

// packageComment returns the package comment, which describes the contents and their use.
func (g *generation) packageComment() *docComment {
	p := g.product
	d := &docComment{}
	what := "Package " + g.pkg
	if g.single && !g.options.Documents {
		what = "This file"
	}
	d.paragraph(fmt.Sprintf("%s holds the communication ports of %s %s (%s). %s", what, p.Name, p.Version, p.Vendor, p.Description))
	d.paragraph("The constants are default ports, component by component. " + g.typeText() + " Where a comment does not say whether a port can be changed, the vendor does not say.")
	if g.options.Only != OnlyConstants {
		g.tablesComment(d)
	}
	var unknown []string
	for _, s := range g.sections {
		for _, l := range g.evidence.listeners(s.component) {
			if why := unnamed(l); why != "" {
				unknown = append(unknown, fmt.Sprintf("%s of %s: %s", l.ID, s.component.ID, why))
			}
		}
	}
	if len(unknown) > 0 {
		d.heading("Listeners without a constant")
		if g.options.Only == OnlyConstants {
			d.paragraph("Their numbers are not known:")
		} else {
			d.paragraph("Their numbers are not known, so they are only in the tables:")
		}
		d.items(unknown...)
	}
	if len(p.Sources) == 0 {
		return d
	}
	d.heading("Sources")
	d.paragraph(g.citing())
	var sources []string
	for _, s := range p.Sources {
		text := s.Title
		for _, more := range []string{s.Publisher, s.Edition, s.URL} {
			if more != "" {
				text += ", " + more
			}
		}
		var ids []string
		for _, t := range s.Tables {
			ids = append(ids, t.ID)
		}
		sources = append(sources, text+"; tables: "+strings.Join(ids, ", "))
	}
	d.items(sources...)
	return d
}

func (g *generation) citing() string {
	if g.options.Only == OnlyConstants {
		return "Comments cite rows of the vendor's tables, as table/row:"
	}
	return "Comments and tables cite rows of the vendor's tables, as table/row and, in full, product/table/row:"
}

// typeText describes the type of the constants.
func (g *generation) typeText() string {
	if t := g.options.Type; t != "" {
		return "Ports have the type " + t + "."
	}
	return "They are untyped, so that one name is an int for net.TCPAddr, a uint16 for netip.AddrPortFrom and a number for strconv.Itoa."
}

// tablesComment describes the tables and their use.
func (g *generation) tablesComment(d *docComment) {
	d.paragraph("The tables contain the rest: who talks to whom, in [Flows] and [FlowsWhere]; who listens, in [Listeners] and [Components]; what can be chosen, in [Features]; what changes on a shared host, in [Rules]; where the vendor's document is not followed, in [Errata]. They are functions that return copies, so callers cannot change what others see. This prints who talks to whom in a standard installation:")
	of := g.pkg + "."
	if g.single {
		of = ""
	}
	d.code(
		"flows, err := "+of+"FlowsWhere("+g.settings(of, false)+")",
		"if err != nil {",
		"\treturn err",
		"}",
		"for _, f := range flows {",
		"\tfmt.Println(f.From, f.To, f.Transport, f.Ports)",
		"}",
	)
	if other := g.settings(of, true); other != g.settings(of, false) {
		d.paragraph("For another installation, pass the values of its features:")
		d.code("flows, err := " + of + "FlowsWhere(" + other + ")")
	}
}

// settings returns arguments of FlowsWhere for an example: a value for each feature without a
// default and, if wanted, a value other than the default for one more feature.
func (g *generation) settings(of string, other bool) string {
	var names []string
	for _, f := range g.features {
		values := f.choices
		if len(values) == 0 {
			values = []*symbol{f.on, f.off}
		}
		usual := slices.Index(f.feature.Values(), f.feature.Default)
		if usual >= 0 && (!other || len(f.feature.Needs) > 0) {
			continue
		}
		value := values[0]
		if usual == 0 && len(values) > 1 {
			value = values[1]
		}
		other = other && usual < 0
		if f.id.name != "" && value.name != "" {
			names = append(names, of+value.name)
		}
	}
	return strings.Join(names, ", ")
}
