package markdown

import (
	"fmt"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
)

// mostInMatrix is the greatest number of groups of hosts in a matrix, and mostColumns the
// number of columns of ports that a page has room for.
const mostInMatrix, mostColumns = 30, 6

var matrixLimits = matrix.Limits{Rows: 100, Columns: 7 * mostColumns, Places: 2000}

// matrix writes who talks to whom, unless it is too large for a page.
//
//	| To \ from | UMS Console | UMS Web App |
//	| --- | --- | --- |
//	| [UMS Server](…) | 8443; *dynamic* | 8443 |
func (p *page) matrix(m *matrix.Matrix, words, elsewhere md, row, column func(i int) md) {
	if m.Cells() == 0 {
		return
	}
	p.heading(2, "matrix", "Who talks to whom")
	tables := m.Tables(mostColumns, matrixLimits)
	if tables == nil {
		p.paragraph("There are too many of them for one table. " + elsewhere)
		return
	}
	if len(tables) > 1 {
		words += md(fmt.Sprintf(" The columns are spread over %d tables.", len(tables)))
	}
	p.paragraph("The columns connect to the rows, at these ports (TCP unless noted). In italics: only with some settings, or optional." + words)
	for _, t := range tables {
		head := []md{"To \\ from"}
		for _, from := range t.Columns {
			head = append(head, column(from))
		}
		var rows [][]md
		for _, to := range t.Rows {
			cells := append(make([]md, 0, len(t.Columns)+1), row(to))
			for _, from := range t.Columns {
				ports := matrix.Text(m.Cell(from, to), func(l matrix.Line) md { return text(l.String()) }, func(words md) md { return "*" + words + "*" })
				if ports == "" {
					ports = blank
				}
				cells = append(cells, ports)
			}
			rows = append(rows, cells)
		}
		p.table(head, rows)
	}
}

func (v *view) matrix(p *page) {
	link := func(i int) md { return v.componentLink(v.Components[i]) }
	p.matrix(v.sketch.All(), "", "The page of each component lists its ports.", link, func(i int) md { return text(v.Components[i].Name) })
}

func (s *siteView) matrix(p *page) {
	t, by := gen.Sum(s.Deployment, mostInMatrix, 0)
	words := md("")
	switch {
	case by == gen.ByProduct:
		words = " Hosts of a zone that run the same products are combined."
	case by == gen.ByZone:
		words = " All hosts of a zone are combined."
	case len(s.alike) < len(s.Hosts):
		words = " Hosts that are alike, with the same zone, system and components, are combined."
	}
	name := func(i int) md { return s.partyName(t.Parties[i], by) }
	p.matrix(matrix.OfSite(t), words, "The page of each host lists its ports.", name, name)
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
