package html

import (
	"strings"

	"github.com/portspec/portspec/gen/matrix"
)

// mostColumns is the number of columns of ports that a table has room for, and matrixLimits
// the size up to which a matrix is readable.
const mostColumns = 8

var matrixLimits = matrix.Limits{Rows: 60, Columns: 4 * mostColumns, Places: 800}

// A grid is a matrix as a page shows it.
type grid struct {
	*matrix.Matrix
	title       string
	brackets    hyper // the meaning of ports in brackets
	elsewhere   hyper // where to look if it is too large
	row, column func(i int) hyper
	cell        func(from, to int, ports hyper) hyper // nil to show the ports alone
}

// grid adds a matrix, unless it is too large for a page.
func (p *page) grid(g grid) {
	tables := g.Tables(mostColumns, matrixLimits)
	if tables == nil {
		p.paragraph("There are too many for one table. " + g.elsewhere)
		return
	}
	p.paragraph("The columns connect to the rows, at these ports (TCP unless noted). In brackets: " + g.brackets + ".")
	for _, part := range tables {
		t := table{class: "matrix", title: g.title, head: []hyper{"To \\ from"}}
		for _, from := range part.Columns {
			t.head = append(t.head, g.column(from))
		}
		for _, to := range part.Rows {
			r := row{cells: []hyper{g.row(to)}}
			for _, from := range part.Columns {
				ports := matrix.Text(g.Cell(from, to), lineWords, func(words hyper) hyper { return `<span class="when">[` + words + "]</span>" })
				if ports != "" && g.cell != nil {
					ports = g.cell(from, to, ports)
				}
				r.cells = append(r.cells, ports)
			}
			t.rows = append(t.rows, r)
		}
		p.table(t)
	}
}

// lineWords writes the ports of a line: "TCP/UDP 443".
func lineWords(l matrix.Line) hyper {
	l.Transports = strings.ReplaceAll(l.Transports, "+", "/")
	return text(l.String())
}

// inBrackets explains the ports in brackets of a product.
const inBrackets hyper = "not needed with the default features, or optional"

// matrix shows which component reaches which, at which ports.
func (v *view) matrix() {
	m := v.sketch.All()
	if m.Cells() == 0 {
		return
	}
	v.heading(2, "matrix", "Matrix")
	v.grid(grid{
		Matrix: m, title: "Who reaches whom", brackets: inBrackets, elsewhere: "The page of each component lists its ports.",
		row:    func(i int) hyper { return syntax{v}.ComponentLink(v.Components[i]) },
		column: func(i int) hyper { return text(v.Components[i].Name) },
	})
}

// optionalPorts explains the ports in brackets of a site.
const optionalPorts hyper = "optional, or only during a phase such as installation"

// matrix shows which hosts reach which.
func (s *site) matrix(p *page) {
	m := matrix.OfSite(s.traffic)
	if m.Cells() == 0 {
		return
	}
	p.heading(2, "matrix", "Matrix")
	p.grid(grid{
		Matrix: m, title: "Hosts that are alike have one row", brackets: optionalPorts, elsewhere: "The page of each host lists its ports.",
		row:    func(i int) hyper { return s.partyLink(p, s.traffic.Parties[i], nil) },
		column: func(i int) hyper { return text(s.traffic.Parties[i].Name) },
	})
}

// zoneMatrix shows which ports are open from zone to zone.
func (s *site) zoneMatrix(p *page) {
	if !s.zoned() {
		return
	}
	ways := make(map[[2]string]address)
	for _, w := range s.zones.Ways {
		ways[[2]string{w.From.Key, w.To.Key}] = address(s.folder + zonesName).at(between(w))
	}
	parties := s.zones.Parties
	p.heading(2, "zones", "Between zones")
	p.paragraph(p.link(address(s.folder+zonesName), "All connections between zones") + ", with hosts and purposes.")
	p.grid(grid{
		Matrix: matrix.OfSite(s.zones), title: "Ports from zone to zone", brackets: optionalPorts, elsewhere: "The page of the zones has all of them.",
		row:    func(i int) hyper { return s.zoneName(p, parties[i]) },
		column: func(i int) hyper { return s.zoneTitle(parties[i]) },
		cell: func(from, to int, ports hyper) hyper {
			return p.link(ways[[2]string{parties[from].Key, parties[to].Key}], ports)
		},
	})
}
