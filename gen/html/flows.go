package html

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// flows returns the page of all flows with all details.
func (b *book) flows() *page {
	v := b.page(flowsName, "Flows of "+b.title())
	t := table{class: "flow", title: "Who starts talking to whom, and what else there is to know", head: []hyper{"Flow", "From", "To", "Ports", "Purpose and notes", "Source"}}
	ports := make(map[*model.Flow][]hyper)
	for _, l := range v.lines {
		ports[l.Flow] = appendNew(ports[l.Flow], `<span class="port">`+v.words.PortCell(l)+"</span>")
	}
	for _, f := range v.Flows {
		var to []hyper
		for _, x := range f.To {
			to = append(to, syntax{v}.ComponentLink(v.Component(x.Component)))
		}
		notes := text(f.Note)
		if details := v.words.FlowDetails(f); details != "" {
			notes = describe.Join(" ", notes, "("+details+")")
		}
		if notes != "" {
			notes = "<p>" + notes + "</p>"
		}
		t.rows = append(t.rows, row{anchor("flow", f.ID), []hyper{
			text(f.ID), v.words.NamesOf(f.From), describe.Join(", ", to...), describe.Join(", ", ports[f]...),
			text(f.Purpose) + notes, v.beside(f.Cite, ofFlow(f.ID)),
		}})
	}
	v.table(t)
	return v.page
}

// changesOnHost reports whether the page of [book.rules] has content.
func (b *book) changesOnHost() bool { return len(b.Rules)+len(describe.OnHost(b.lines)) > 0 }

// rules returns the page about what changes where components share a host.
func (b *book) rules() *page {
	v := b.page(rulesName, "Shared hosts of "+b.title())
	for _, r := range v.Rules {
		v.heading(2, anchor("rule", r.ID), text(r.ID))
		v.paragraph(text(r.Reason))
		facts := v.words.RuleFacts(r)
		v.list(append(facts, "Source: "+v.beside(r.Cite, func(e *model.Erratum) bool { return slices.Contains(e.Rules, r.ID) }))...)
	}
	if inside := describe.OnHost(v.lines); len(inside) > 0 {
		v.heading(2, "inside", "Inside one host")
		v.paragraph("These connections never leave the host, so firewalls between hosts do not see them.")
		v.lineTable("Connections inside one host", v.together(inside, ""), "")
	}
	return v.page
}

// errata returns the page about where the vendor's document was not followed to the letter.
func (b *book) errata() *page {
	v := b.page(errataName, "Errata of "+b.title())
	if len(v.Errata) == 0 {
		v.paragraph("No errata are known.")
	} else {
		v.paragraph("Where the vendor's document is wrong, silent or unclear: what it says, what is encoded instead, and why.")
	}
	v.errataByKind()
	for _, e := range v.Errata {
		v.heading(2, anchor("erratum", e.ID), v.label(e)+" "+text(e.ID)+" ("+text(e.Kind)+")")
		v.add(v.erratum(e))
		v.facts("Touches", v.touched(e), "Source", v.rowsBeside(e.Cite))
	}
	if open := v.open(); len(open) > 0 {
		v.heading(2, "open", "Open questions")
		v.table(table{title: "What the documents do not say", head: openHead, rows: open})
	}
	return v.page
}

// errataByKind adds an overview of the errata.
func (v *view) errataByKind() {
	t := table{title: "Errata by kind, and the faulty rows", head: []hyper{"Kind", "Errata", "Rows"}}
	for _, g := range describe.ErrataByKind(v.Product, v.Errata) {
		var links []hyper
		for _, e := range g.Errata {
			links = append(links, v.link(address(v.path).at(anchor("erratum", e.ID)), v.label(e)))
		}
		t.rows = append(t.rows, row{cells: []hyper{text(g.Kind + ": " + g.Words), describe.Join(", ", links...), describe.Join(", ", v.rowLinks(g.Rows)...)}})
	}
	v.table(t)
}

// touched links to the flows, listeners and rules that an erratum is about.
func (v *view) touched(e *model.Erratum) hyper {
	var all []hyper
	for _, id := range e.Flows {
		all = append(all, syntax{v}.FlowLink(id))
	}
	for _, c := range v.Components {
		for _, l := range c.Listeners {
			if slices.Contains(e.Listeners[c.ID], l.ID) {
				all = append(all, syntax{v}.ListenerLink(c, l, text(c.Name+" "+l.ID)))
			}
		}
	}
	for _, id := range e.Rules {
		all = append(all, "rule "+syntax{v}.RuleLink(id))
	}
	return describe.Join(", ", all...)
}

// encoders returns links from a page of the product to everything that cites a row, by row.
func (b *book) encoders() map[string][]hyper {
	v := b.page(sourcesName, "")
	all := make(map[string][]hyper)
	add := func(cite []string, words hyper) {
		for _, r := range cite {
			all[r] = appendNew(all[r], words)
		}
	}
	for _, f := range v.Flows {
		add(f.Cite, "flow "+syntax{v}.FlowLink(f.ID))
	}
	for _, c := range v.Components {
		add(c.Cite, "component "+syntax{v}.ComponentLink(c))
		for _, l := range c.Listeners {
			words := "listener " + syntax{v}.ListenerLink(c, l, text(c.Name+" "+l.ID))
			add(l.Cite, words)
			if l.Dynamic != nil {
				for _, r := range l.Dynamic.Ranges {
					add(r.Cite, words)
				}
			}
		}
	}
	for _, f := range v.Features {
		add(f.Cite, "feature "+syntax{v}.FeatureLink(f.ID))
		for _, c := range f.Choices {
			add(c.Cite, "choice "+v.link(v.to(scenarioName(f.ID), anchor("value", c.ID)), text(c.Name)))
		}
	}
	for _, s := range v.Settings {
		add(s.Cite, "setting "+v.link(v.to(overviewName, anchor("setting", s.ID)), text(s.ID)))
	}
	for _, r := range v.Rules {
		add(r.Cite, "rule "+syntax{v}.RuleLink(r.ID))
	}
	for _, e := range v.Errata {
		add(e.Cite, v.link(v.to(errataName, anchor("erratum", e.ID)), v.label(e))+" "+text(e.Kind))
	}
	return all
}

// coverage counts the rows that something cites, and all rows.
func (b *book) coverage(cited map[string][]hyper) (encoded, all int) {
	for id := range maps.Keys(b.rows) {
		all++
		if len(cited[id]) > 0 {
			encoded++
		}
	}
	return encoded, all
}

// sources returns the page of the vendor's documents: each row as printed, and what cites it.
func (b *book) sources(cited map[string][]hyper) *page {
	v := b.page(sourcesName, "Sources of "+b.title())
	n := 0
	for _, s := range v.Sources {
		v.heading(2, anchor("source", s.ID), text(s.Title))
		document := hyper("")
		if s.URL != "" {
			document = webLink(s.URL, text(s.Title))
		}
		v.facts("Publisher", text(s.Publisher), "Edition", text(s.Edition), "Date", text(s.Date), "Document", document)
		for _, t := range s.Tables {
			n++
			v.heading(3, anchor("table", t.ID), "Table "+number(n)+": "+text(t.Title))
			rows := table{title: t.Title, head: []hyper{"Row", "Port cell as printed", "Encoded by"}}
			for _, r := range t.Rows {
				by := describe.Join(", ", cited[r.ID]...)
				if by == "" {
					by = `<span class="warn">nothing</span>`
				}
				rows.rows = append(rows.rows, row{rowAnchor(r.ID), []hyper{text(v.rows[r.ID].Label), text(r.Cell), by}})
			}
			v.table(rows)
		}
	}
	return v.page
}
