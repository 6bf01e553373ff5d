package markdown

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
)

// A table is one that may be long. Columns without a word are left out, and what all rows
// share is written above it.
type table struct {
	id    md     // of the heading above it
	title string // of that, for pages on which the table goes on
	words md     // above it
	head  []md
	rows  int
	row   func(i int) []md
}

// sharable are the columns that are about rows as much as about the table as a whole.
var sharable = []md{
	"From", "To", "When", "Needed", "Also when", "Bind", "Change", "Process", "Product", "Kind", "System", "Machines", "Zone", "From zone", "To zone", "Condition",
}

// tidy decides which columns a table has, and what stands above it.
//
//	In every row: **Needed** always; **Change** no.
func tidy(head []md, rows [][]md) (columns []int, shared md) {
	var all []md
	for i, title := range head {
		same := len(rows) > 1 && slices.Contains(sharable, title)
		empty := true
		for _, row := range rows {
			same = same && row[i] == rows[0][i]
			empty = empty && row[i] == ""
		}
		switch {
		case empty:
		case same:
			all = append(all, "**"+title+"** "+rows[0][i])
		default:
			columns = append(columns, i)
		}
	}
	if len(all) == 0 {
		return columns, ""
	}
	return columns, "In every row: " + join("; ", all...) + "."
}

// picked are the cells of some columns.
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
	all := make([][]md, t.rows)
	for i := range all {
		all[i] = t.row(i)
	}
	columns, shared := tidy(t.head, all)
	head := picked(t.head, columns)
	p.paragraph(join(" ", t.words, shared))
	at, pages := p, (t.rows+mostRows-1)/mostRows
	for n := range pages {
		var rows [][]md
		for i := n * mostRows; i < min((n+1)*mostRows, t.rows); i++ {
			rows = append(rows, picked(all[i], columns))
		}
		at.table(head, rows)
		if n+1 == pages {
			break
		}
		next := place{page: continued(p.path, t.id, n+2)}
		at.paragraph(link(next, "Page "+number(n+2)+" of this table") + ".")
		if at != p {
			p.more = append(p.more, at.file())
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
		p.more = append(p.more, at.file())
	}
}

// files are the page and those on which its tables go on.
func (p *page) files() []gen.File { return append([]gen.File{p.file()}, p.more...) }
