package markdown

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// errataPage writes where the spec differs from the vendor's document, and which findings
// its authors have accepted. Links E1, E2, … lead here.
//
//	## E1 cloud-rows-shifted (shifted)
//
//	- In the document: …
//	- Encoded: …
//	- Why: …
func (v *view) errataPage(p *page, n int, back md) {
	p.paragraph("Where the vendor's document is wrong, silent or unclear: what it says, what is encoded instead, and why. " + back)
	here := onPage(v.Errata, n, mostErrata)
	v.errataByKind(p, here)
	for _, e := range here {
		p.heading(2, anchorID("erratum", e.ID), v.erratumLabel(e)+" "+text(e.ID)+" ("+text(e.Kind)+")")
		facts := []md{
			"In the document: " + text(e.Says),
			"Encoded: " + text(e.Encoded),
			"Why: " + text(e.Why),
		}
		if touched := v.touched(e); touched != "" {
			facts = append(facts, "Touches: "+touched)
		}
		p.list(append(facts, "Rows: "+v.evidence(e.Cite, "")))
	}
	if n == v.layout.pages[errataPart] {
		accepted(p, v.Suppress)
	}
}

// errataByKind writes an overview of the errata on a page. If there are more on other pages, it
// gives their number, so that nobody takes it for an overview of all.
//
//   - wrong: the document is wrong (1 of 3 on this page). [E3](#erratum-…); rows [1.5](…), [1.30](…)
func (v *view) errataByKind(p *page, here []*model.Erratum) {
	var items []md
	for _, g := range describe.ErrataByKind(v.Product, here) {
		about := text(g.Kind + ": " + g.Words)
		if len(g.Errata) < g.All {
			about += md(fmt.Sprintf(" (%d of %d on this page)", len(g.Errata), g.All))
		}
		rows := v.rowLinks(g.Rows)
		if rows != "" {
			rows = "rows " + rows
		}
		items = append(items, join(" ", about+".", join("; ", describe.List(", ", g.Errata, v.erratumLink), rows)))
	}
	p.list(items)
}

// touched links the flows, listeners and rules that an erratum is about.
func (v *view) touched(e *model.Erratum) md {
	var all []md
	for _, id := range e.Flows {
		all = append(all, v.flowLink(id))
	}
	for _, c := range v.Components {
		for _, l := range c.Listeners {
			if slices.Contains(e.Listeners[c.ID], l.ID) {
				all = append(all, v.listenerLink(c, l, text(c.ID+" "+l.ID)))
			}
		}
	}
	for _, id := range e.Rules {
		all = append(all, v.ruleLink(id))
	}
	return join(", ", all...)
}
