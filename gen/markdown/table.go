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
	row   func(cells []md, i int) []md // appends those of the i-th row
}

// sharable are the columns whose cells can be moved above the table.
var sharable = []md{
	"From", "To", "When", "Needed", "Also when", "Bind", "Change", "Process", "Product", "Kind", "System", "Machines", "Zone", "From zone", "To zone", "Condition",
}

// tidy decides which columns a table has, and what is written above it.
//
//	In every row: **Needed** always; **Change** no.
func tidy(head []md, rows int, row func(i int) []md) (columns []int, shared md) {
	type column struct {
		first       md // its first cell
		same, empty bool
	}
	found := make([]column, len(head))
	for i, cell := range row(0) {
		found[i] = column{cell, rows > 1 && slices.Contains(sharable, head[i]), true}
	}
	for n, open := 0, true; open && n < rows; n++ {
		open = false // unless another row could decide about a column
		for i, cell := range row(n) {
			c := &found[i]
			c.same = c.same && cell == c.first
			c.empty = c.empty && cell == ""
			open = open || c.same || c.empty
		}
	}
	columns = make([]int, 0, len(head))
	var all []md
	for i, c := range found {
		switch {
		case c.empty:
		case c.same:
			all = append(all, "**"+head[i]+"** "+c.first)
		default:
			columns = append(columns, i)
		}
	}
	if len(all) == 0 {
		return columns, ""
	}
	return columns, "In every row: " + join("; ", all...) + "."
}

// long writes a table with the words above it. Rows beyond [mostRows] are on pages of their
// own, beside this one.
func (p *page) long(t table) {
	if t.rows == 0 {
		return
	}
	var cells []md
	row := func(i int) []md { // the rows of a long table are made twice, because together they take much memory
		cells = t.row(cells[:0], i)
		return cells
	}
	if width := len(t.head); t.rows <= mostRows {
		all := make([]md, 0, t.rows*width)
		for i := range t.rows {
			all = t.row(all, i)
		}
		row = func(i int) []md { return all[i*width : (i+1)*width] }
	}
	columns, shared := tidy(t.head, t.rows, row)
	p.paragraph(join(" ", t.words, shared))
	at, pages := p, (t.rows+mostRows-1)/mostRows
	for n := range pages {
		at.columns(columns, t.head, n*mostRows, min((n+1)*mostRows, t.rows), row)
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
