package markdown

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// encoders links, by row id, everything that cites a row.
func (v *view) encoders() map[string][]md {
	all := map[string][]md{}
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
		add(c.Cite, "component "+v.link(anchorID("component", c.ID), text(c.ID)))
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
			add(c.Cite, "choice "+v.link(anchorID("feature", f.ID, c.ID), text(f.ID+" "+c.ID)))
		}
	}
	for _, s := range v.Settings {
		add(s.Cite, "setting "+v.link(anchorID("setting", s.ID), text(s.ID)))
	}
	for _, r := range v.Rules {
		add(r.Cite, "rule "+v.ruleLink(r.ID))
	}
	for _, e := range v.Errata {
		add(e.Cite, v.erratumLink(e))
	}
	return all
}

// sources writes every row of the vendor's documents with its printed cell and
// what encodes it.
func (v *view) sources(p *page, encoders map[string][]md) {
	if len(v.Sources) == 0 {
		return
	}
	p.heading(2, "sources", "Sources and coverage")
	p.paragraph(md(fmt.Sprintf("%d of %s are encoded. Rows are numbered by table: 1.7 is row 7 of table 1.", v.cited, count(v.all, "row"))))
	n := 0
	for _, s := range v.Sources {
		p.heading(3, anchorID("source", s.ID), "Source "+text(s.ID)+": "+text(s.Title))
		p.list(sourceFacts(s))
		for _, t := range s.Tables {
			n++
			v.sourceTable(p, n, t, encoders)
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

// webLink leads to a page of somebody else; what is not a web address is shown.
func webLink(url string, words md) md {
	dest, ok := target(url)
	if !ok {
		return words + " (" + text(url) + ")"
	}
	return "[" + words + "](" + dest + ")"
}

// sourceTable writes the rows of a table; one that nothing encodes says so.
func (v *view) sourceTable(p *page, n int, t *model.Table, encoders map[string][]md) {
	p.heading(4, anchorID("table", t.ID), md(fmt.Sprintf("Table %d, ", n))+text(t.ID)+": "+text(t.Title))
	var rows [][]md
	for _, r := range t.Rows {
		table, row := splitRow(r.ID)
		by := join(", ", encoders[r.ID]...)
		if by == "" {
			by = "**nothing**"
		}
		rows = append(rows, []md{anchor(anchorID("row", table, row)) + v.rows[r.ID], text(r.Cell), by})
	}
	p.table([]md{"Row", "Port cell as printed", "Encoded by"}, rows)
}
