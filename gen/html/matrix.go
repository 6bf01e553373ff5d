package html

import (
	"github.com/portspec/portspec/gen/matrix"
)

// mostColumns is how many columns of ports a table has room for, and matrixLimits how large a
// matrix is that can still be read.
const mostColumns = 8

var matrixLimits = matrix.Limits{Rows: 60, Columns: 4 * mostColumns, Places: 800}

// matrix shows which component reaches which, at which ports.
func (v *view) matrix() {
	m := matrix.NewSketch(v.Product).All()
	if m.Cells() == 0 {
		return
	}
	v.heading(2, "matrix", "Matrix")
	tables := m.Tables(mostColumns, matrixLimits)
	if tables == nil {
		v.paragraph("There are too many components for one table. The page of each has its ports.")
		return
	}
	v.paragraph("Each row is reached by the columns, at these ports: TCP, if nothing else is written. In brackets: not needed with the default features, or optional.")
	for _, part := range tables {
		t := table{class: "matrix", title: "Who reaches whom", head: []hyper{"To \\ from"}}
		for _, from := range part.Columns {
			t.head = append(t.head, text(v.Components[from].Name))
		}
		for _, to := range part.Rows {
			r := row{cells: []hyper{syntax{v}.ComponentLink(v.Components[to])}}
			for _, from := range part.Columns {
				r.cells = append(r.cells, matrix.Text(m.Cell(from, to), text, func(words hyper) hyper { return `<span class="when">[` + words + "]</span>" }))
			}
			t.rows = append(t.rows, r)
		}
		v.table(t)
	}
}
