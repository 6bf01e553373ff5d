package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen/describe"
)

// A table is rows below a head. What all rows share is shown above it.
type table struct {
	class  string // for the style sheet; "" for none
	title  string
	head   []hyper
	rows   []row
	keep   []int   // columns that stay even if they are the same in all rows
	labels []hyper // attributes of the cells of each column; nil for none
}

// A row is the cells of a row, and its anchor; "" for none.
type row struct {
	id    string
	cells []hyper
}

// table adds a table. Empty columns are left out, and what is the same in all rows is shown
// once, above them. Other empty cells have a dash, so that readers know that nothing was
// forgotten. A table with fixed columns keeps all of them. A long table
// is divided into parts.
func (p *page) table(t table) {
	if len(t.rows) == 0 {
		return
	}
	title, shown := t.columns()
	t.stack(shown)
	if len(t.rows) <= mostRows {
		p.add(`<div class="scroll">`)
		p.part(&t, title, shown, t.rows)
		return
	}
	p.long++
	part := func(i int) string { return fmt.Sprintf("rows-%d-%d", p.long, i*partRows+1) }
	var links []hyper
	for i := 0; i*partRows < len(t.rows); i++ {
		words := number(i*partRows+1) + "–" + number(min((i+1)*partRows, len(t.rows)))
		links = append(links, p.link(address(p.path).at(part(i)), words))
	}
	p.add("<nav aria-label=\"Rows of the table ", number(p.long), "\"><p>", number(len(t.rows)), " rows: ", describe.Join(" ", links...), "</p></nav>\n")
	i := 0
	for rows := range slices.Chunk(t.rows, partRows) {
		p.add(`<div class="scroll part" id="`, hyper(part(i)), `">`)
		p.part(&t, title+", rows "+number(i*partRows+1)+" to "+number(i*partRows+len(rows)), shown, rows)
		i++
	}
}

// mostRows is the greatest number of rows of an undivided table, and partRows the number in
// each part of a longer one. A browser lays out only the visible parts: for 5,000 rows in one
// piece it needs seconds.
const mostRows, partRows = 250, 100

// columns returns the title, including what all rows share, and which columns are shown.
func (t *table) columns() (title hyper, shown []bool) {
	title, shown = text(t.title), make([]bool, len(t.head))
	for i, head := range t.head {
		common, same, empty := t.rows[0].cells[i], len(t.rows) >= fewestShared && i > 0 && !slices.Contains(t.keep, i), true
		for _, r := range t.rows {
			same = same && r.cells[i] == common
			empty = empty && r.cells[i] == ""
		}
		switch {
		case t.fixed():
			shown[i] = true
		case same && !empty:
			title += ". " + head + " of all: " + common
		default:
			shown[i] = !empty
		}
	}
	return title, shown
}

// requestClass is the class of tables whose last three columns readers fill in.
const requestClass = "request"

// fixed reports whether the style sheet refers to the columns by their numbers.
func (t *table) fixed() bool { return t.class != "" && t.class != requestClass }

// stackClass is the class of tables whose rows are blocks on a phone. Their cells have the words
// of the head, since the head is not shown there.
const stackClass = "stack"

// stack gives a table this class, unless its columns are fixed, it is narrow, or it is so long
// that the words would make the page much larger.
func (t *table) stack(shown []bool) {
	n := 0
	for _, is := range shown {
		if is {
			n++
		}
	}
	if t.fixed() || n < fewestStacked || len(t.rows) > mostRows {
		return
	}
	t.class, t.labels = strings.TrimSpace(t.class+" "+stackClass), make([]hyper, len(t.head))
	for i, head := range t.head {
		if i > 0 {
			t.labels[i] = ` data-label="` + plainText(head) + `"`
		}
	}
}

// fewestStacked is the least number of columns for which a phone is too narrow.
const fewestStacked = 3

// part adds rows below the head of a table, and ends the element around them.
func (p *page) part(t *table, title hyper, shown []bool, rows []row) {
	class := ""
	if t.class != "" {
		class = ` class="` + t.class + `"`
	}
	p.add(`<table`, hyper(class), `><caption>`, title, "</caption>\n<thead><tr>")
	for i, cell := range t.head {
		if shown[i] {
			p.add(`<th scope="col">`, cell, "</th>")
		}
	}
	p.add("</tr></thead>\n<tbody>\n")
	for _, r := range rows {
		if r.id == "" {
			p.add("<tr>")
		} else {
			p.add(`<tr id="`, hyper(r.id), `">`)
		}
		for i, cell := range r.cells {
			label := hyper("")
			if t.labels != nil {
				label = t.labels[i]
			}
			switch {
			case !shown[i]:
			case cell == "" && t.class != "":
				p.add("<td></td>") // the style sheet adds the dash, or hides the cell
			case cell == "":
				p.add("<td>–</td>")
			default:
				p.add("<td", label, ">", cell, "</td>")
			}
		}
		p.add("</tr>\n")
	}
	p.add("</tbody></table></div>\n")
}

// dropAlways leaves out the column with conditions if everything is always needed or the
// column is empty.
func (t *table) dropAlways(when int) {
	if len(t.rows) == 0 {
		return
	}
	all := t.rows[0].cells[when]
	if all != "always" && all != "" || slices.ContainsFunc(t.rows, func(r row) bool { return r.cells[when] != all }) {
		return
	}
	if all != "" {
		t.title += ", always needed"
	}
	if t.class != "" {
		t.class += " always"
	}
	t.drop(when)
}

// drop leaves out a column.
func (t *table) drop(column int) {
	t.head = slices.Delete(t.head, column, column+1)
	for i := range t.rows {
		t.rows[i].cells = slices.Delete(t.rows[i].cells, column, column+1)
	}
}

// fewestShared is the least number of rows for which shared cells move above the table.
const fewestShared = 3
