package markdown

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
)

const (
	// mostInMatrix is how many groups of hosts a matrix has rows for.
	mostInMatrix = 30
	// mostColumns is how many columns of ports a page is wide enough for.
	mostColumns = 6
)

// matrix shows who talks to whom: rows to columns.
func (s *siteView) matrix(p *page) {
	t, by := gen.Sum(s.Deployment, mostInMatrix, 0)
	if len(t.Ways) == 0 {
		return
	}
	p.heading(2, "matrix", "Who talks to whom")
	words := md("Rows open connections to columns. In brackets: optional.")
	switch {
	case by == gen.ByProduct:
		words += " Hosts of a zone that run the same products are taken together."
	case by == gen.ByZone:
		words += " All hosts of a zone are taken together."
	case len(s.alike) < len(s.Hosts):
		words += " Hosts that are alike, with the same zone, system and components, are taken together."
	}
	var columns []*gen.Party
	for _, party := range t.Parties {
		if slices.ContainsFunc(t.Ways, func(w *gen.Way) bool { return w.To == party }) {
			columns = append(columns, party)
		}
	}
	// As few tables as are narrow enough, all about as wide.
	tables := (len(columns) + mostColumns - 1) / mostColumns
	if tables > 1 {
		words += md(fmt.Sprintf(" The columns are spread over %d tables.", tables))
	}
	p.paragraph(words)
	for i := range tables {
		part := columns[i*len(columns)/tables : (i+1)*len(columns)/tables]
		s.matrixTable(p, t, part, by)
	}
}

func (s *siteView) matrixTable(p *page, t *gen.Traffic, columns []*gen.Party, by string) {
	head := []md{"From \\ to"}
	for _, c := range columns {
		head = append(head, s.partyName(c, by))
	}
	var rows [][]md
	for _, from := range t.Parties {
		row := []md{s.partyName(from, by)}
		filled := false
		for _, to := range columns {
			cell := md("")
			for _, w := range t.Ways {
				if w.From == from && w.To == to {
					cell = plain.PermitPorts(w.Permits)
					filled = true
				}
			}
			row = append(row, cell)
		}
		if filled {
			rows = append(rows, row)
		}
	}
	p.table(head, rows)
}

func (s *siteView) partyName(p *gen.Party, by string) md {
	switch {
	case p.Group == nil:
		return text(p.Name)
	case by == gen.ByHost:
		return s.groupLink(p.Group)
	case by == gen.ByZone && p.Group.Zone == "":
		return "in no zone"
	case by == gen.ByZone:
		return text(p.Group.Zone)
	}
	return text(p.Name)
}
