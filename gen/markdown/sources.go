package markdown

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/internal/model"
)

// encoders links, by row id, everything that cites a row.
func (v *view) encoders() map[string][]md {
	all := make(map[string][]md, len(v.rows))
	add := func(cite []string, words md) {
		for _, row := range cite {
			if !slices.Contains(all[row], words) {
				all[row] = append(all[row], words)
			}
		}
	}
	for _, f := range v.Flows {
		add(f.Cite, "flow "+v.flowLink(f.ID))
	}
	for _, c := range v.Components {
		add(c.Cite, "component "+link(place{page: v.layout.component(c.ID)}, text(c.ID)))
		for _, l := range c.Listeners {
			words := "listener " + v.listenerLink(c, l, text(c.ID+" "+l.ID))
			add(l.Cite, words)
			if l.Dynamic != nil {
				for _, r := range l.Dynamic.Ranges {
					add(r.Cite, words)
				}
			}
		}
	}
	for _, f := range v.Features {
		add(f.Cite, "feature "+v.featureLink(f.ID))
		for _, c := range f.Choices {
			add(c.Cite, "choice "+v.part(featuresPart, anchorWithin("feature", f.ID, c.ID), text(f.ID+" "+c.ID)))
		}
	}
	for _, s := range v.Settings {
		add(s.Cite, "setting "+v.settingLink(s.ID))
	}
	for _, r := range v.Rules {
		add(r.Cite, "rule "+v.ruleLink(r.ID))
	}
	for _, e := range v.Errata {
		add(e.Cite, v.erratumLink(e)+" "+text(e.Kind))
	}
	return all
}

// sourcesPage writes the rows of the vendor's documents with the cells as printed and what
// encodes them. A table may continue on the next page.
func (v *view) sourcesPage(p *page, page int, back md, encoders map[string][]md) {
	p.paragraph(md(fmt.Sprintf("%d of %s are encoded. Rows are numbered by table: 1.7 is row 7 of table 1. ", v.cited, count(v.all, "row"))) + back)
	tables, before := 0, 0 // rows
	for _, s := range v.Sources {
		if v.layout.page(sourcesPart, anchorID("source", s.ID)) == p.path {
			p.heading(2, anchorID("source", s.ID), "Source "+text(s.ID)+": "+text(s.Title))
			p.list(sourceFacts(s))
		}
		for _, t := range s.Tables {
			tables++
			from, to := max(before, (page-1)*mostSources)-before, min(before+len(t.Rows), page*mostSources)-before
			title := md(fmt.Sprintf("Table %d, ", tables)) + text(t.ID) + ": " + text(t.Title)
			switch {
			case v.layout.page(sourcesPart, anchorID("table", t.ID)) == p.path:
				p.heading(3, anchorID("table", t.ID), title)
			case from < to:
				p.heading(3, "", title+" (continued)")
			}
			if from < to {
				v.sourceTable(p, t.Rows[from:to], encoders)
			}
			before += len(t.Rows)
		}
	}
}

func sourceFacts(s *model.Source) []md {
	var facts []md
	if s.Publisher != "" {
		facts = append(facts, "Publisher: "+text(s.Publisher))
	}
	if s.Edition != "" {
		facts = append(facts, "Edition: "+text(s.Edition))
	}
	if s.URL != "" {
		facts = append(facts, "Document: "+webLink(s.URL, text(s.Title)))
	}
	return facts
}

// webLink links to a page on another site; what is not a web address is shown as text.
func webLink(url string, words md) md {
	dest, ok := inline.Target(url)
	if !ok {
		return words + " (" + text(url) + ")"
	}
	return "[" + words + "](" + dest + ")"
}

// sourceTable writes rows, and marks those that nothing encodes.
func (v *view) sourceTable(p *page, list []model.Row, encoders map[string][]md) {
	rows := make([][]md, 0, len(list))
	for _, r := range list {
		by := join(", ", encoders[r.ID]...)
		if by == "" {
			by = "**nothing**"
		}
		rows = append(rows, []md{anchor(rowAnchor(r.ID)) + text(v.rows[r.ID].Label), text(r.Cell), by})
	}
	p.table([]md{"Row", "Port cell as printed", "Encoded by"}, rows)
}
