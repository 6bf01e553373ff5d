package markdown

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
)

// A table may be long. Empty columns are left out, and what all rows share is written above
// the table.
type table struct {
	id    md     // of the heading above it
	title string // of that heading, for pages on which the table continues
	words md     // above it
	head  []md
	rows  int
	row   func(i int) []md
}

// sharable are the columns whose cells can be moved above the table.
var sharable = []md{
	"From", "To", "When", "Needed", "Also when", "Bind", "Change", "Process", "Product", "Kind", "System", "Machines", "Zone", "From zone", "To zone", "Condition",
}

// tidy decides which columns a table has, and what is written above it.
//
//	In every row: **Needed** always; **Change** no.
func tidy(head []md, rows int, row func(i int) []md) (columns []int, shared md) {
	first, same, empty := row(0), make([]bool, len(head)), make([]bool, len(head))
	for i, title := range head {
		same[i], empty[i] = rows > 1 && slices.Contains(sharable, title), true
	}
	for n, open := 0, true; open && n < rows; n++ {
		open = false // unless another row could decide about a column
		for i, cell := range row(n) {
			same[i] = same[i] && cell == first[i]
			empty[i] = empty[i] && cell == ""
			open = open || same[i] || empty[i]
		}
	}
	var all []md
	for i, title := range head {
		switch {
		case empty[i]:
		case same[i]:
			all = append(all, "**"+title+"** "+first[i])
		default:
			columns = append(columns, i)
		}
	}
	if len(all) == 0 {
		return columns, ""
	}
	return columns, "In every row: " + join("; ", all...) + "."
}

// picked returns the cells of some columns.
func picked(cells []md, columns []int) []md {
	all := make([]md, len(columns))
	for i, column := range columns {
		all[i] = cells[column]
	}
	return all
}

// long writes a table with the words above it. Rows beyond [mostRows] are on pages of their
// own, beside this one.
func (p *page) long(t table) {
	if t.rows == 0 {
		return
	}
	row := t.row // the rows of a long table are made twice, because together they take much memory
	if t.rows <= mostRows {
		all := make([][]md, t.rows)
		for i := range all {
			all[i] = t.row(i)
		}
		row = func(i int) []md { return all[i] }
	}
	columns, shared := tidy(t.head, t.rows, row)
	head := picked(t.head, columns)
	p.paragraph(join(" ", t.words, shared))
	at, pages := p, (t.rows+mostRows-1)/mostRows
	for n := range pages {
		var rows [][]md
		for i := n * mostRows; i < min((n+1)*mostRows, t.rows); i++ {
			rows = append(rows, picked(row(i), columns))
		}
		at.table(head, rows)
		if n+1 == pages {
			break
		}
		next := place{page: continued(p.path, t.id, n+2)}
		at.paragraph(link(next, "Page "+number(n+2)+" of this table") + ".")
		if at != p {
			p.done(at.file())
		}
		title := p.title
		if t.title != "" {
			title += ": " + t.title
		}
		at = p.flavor.newPage(next.page, title+", page "+strconv.Itoa(n+2))
		at.label = cmp.Or(t.title, p.label, p.title) + ", page " + strconv.Itoa(n+2)
		at.paragraph(join(" ", "Back to "+link(place{p.path, t.id}, "the beginning of the table")+".", shared))
	}
	if at != p {
		p.done(at.file())
	}
}

// files returns the page and those on which its tables continue.
func (p *page) files() []gen.File { return append([]gen.File{p.file()}, p.more...) }
