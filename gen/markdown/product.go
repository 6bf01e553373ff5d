package markdown

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// productPage writes everything about one product.
func productPage(f *flavor, b *book, diagram string) gen.File {
	v := newView(b)
	encoders := v.encoders()
	b.cover(encoders)
	p := f.newPage(productPath(b.Product), v.Name+" "+v.Version)
	p.description = v.Description
	v.overview(p)
	if diagram != "" {
		p.heading(2, "diagram", "Diagram")
		p.diagram(diagram)
	}
	v.components(p)
	v.sameHost(p)
	v.features(p)
	v.settings(p)
	v.rules(p)
	v.flows(p)
	v.errataList(p)
	accepted(p, v.Suppress)
	v.sources(p, encoders)
	return p.file()
}

// overview says what the product is and what the page holds.
func (v *view) overview(p *page) {
	p.paragraph(text(v.Description))
	p.list([]md{
		"Vendor: " + text(v.Vendor),
		"Version: " + v.version(),
		"Id: " + text(v.ID),
		"Holds: " + join(", ",
			v.section("components", count(len(v.Components), "component")),
			v.section("flows", count(len(v.Flows), "flow")),
			count(v.connections(), "connection"),
			v.section("features", count(len(v.Features), "feature")),
			v.section("rules", count(len(v.Rules), "rule for shared hosts", "rules for shared hosts")),
			v.section("errata", count(len(v.Errata), "erratum", "errata"))),
		"Coverage: " + v.section("sources", md(fmt.Sprintf("%d of %d rows", v.cited, v.all))) + " of the vendor's document are encoded",
	})
}

// section links to a part of the page that is there unless it says "0 rules".
func (v *view) section(anchor, words md) md {
	if words[0] == '0' {
		return words
	}
	return v.link(anchor, words)
}

// components writes one line a component, for an overview, and then what each
// accepts and reaches.
func (v *view) components(p *page) {
	if len(v.Components) == 0 {
		return
	}
	p.heading(2, "components", "Components")
	p.paragraph("What each one accepts and reaches over the network. " +
		link(place{"index.md", "how-to-read"}, "How to read the tables") + ".")
	var rows [][]md
	for _, c := range v.ranked() {
		outbound := md("")
		if n := len(v.reached(c)); n > 0 {
			outbound = v.link(anchorID("reaches", c.ID), count(n, "connection"))
		}
		exists := v.words.Existence(c.Conditions)
		if exists == "" {
			exists = "always"
		}
		rows = append(rows, []md{v.party(c, nil), v.kind(c), v.words.Ports(c, slices.Concat(v.accepted(c), v.amongNodes(c))), outbound, exists})
	}
	p.table([]md{"Component", "Kind", "Accepts", "Reaches", "When"}, rows)
	for _, c := range v.ranked() {
		v.component(p, c)
	}
}

// ranked lists the components by [describe.Rank].
func (v *view) ranked() []*model.Component {
	return slices.SortedStableFunc(slices.Values(v.Components), func(a, b *model.Component) int {
		return cmp.Compare(describe.Rank(a), describe.Rank(b))
	})
}

// sameHost writes the connections that never cross the network separately, because they matter
// only to firewalls on hosts.
func (v *view) sameHost(p *page) {
	list := describe.OnHost(v.lines)
	if len(list) == 0 {
		return
	}
	p.heading(2, "same-host", "Inside one host")
	p.paragraph("These connections never leave the host. No firewall between hosts sees them.")
	v.lineTable(p, list, nil, "")
}
