package gen

import (
	"encoding/csv"
	"io"
	"strings"
)

// A CSV writes tables for programs and spreadsheets: RFC 4180, but for lines that
// end as those of all outputs do. A cell is one line in which nothing hides and
// which no spreadsheet takes for a formula.
type CSV struct {
	out   *csv.Writer
	cells []string
}

// NewCSV is a table with the names of its columns.
func NewCSV(out io.Writer, columns ...string) *CSV {
	t := &CSV{out: csv.NewWriter(out)}
	t.Add(columns...)
	return t
}

// Add writes a line.
func (t *CSV) Add(cells ...string) {
	t.cells = t.cells[:0]
	for _, cell := range cells {
		t.cells = append(t.cells, CSVCell(cell))
	}
	_ = t.out.Write(t.cells) // which Close returns
}

// CSVCell is what a cell holds for a text, without the quotes of CSV.
func CSVCell(text string) string { return inert(Visible(text)) }

// Close ends the table.
func (t *CSV) Close() error {
	t.out.Flush()
	return t.out.Error()
}

// inert keeps a spreadsheet from taking a cell for a formula, or a part of it
// where the spreadsheet parts cells by semicolons, as many languages have it:
//
//	=1+1; @x   →   '=1+1; '@x
func inert(cell string) string {
	if !strings.ContainsAny(cell, signs) {
		return cell
	}
	var b strings.Builder
	begins := true // nothing but what a spreadsheet may skip so far
	for _, r := range cell {
		if begins && strings.ContainsRune(signs, r) {
			b.WriteByte('\'')
		}
		begins = r == ';' || begins && (r == ' ' || r == '"' || joins(r))
		b.WriteRune(r)
	}
	return b.String()
}

// signs begin a formula, those of East Asian keyboards and the small forms among
// them.
const signs = "=+-@＝＋－＠﹦﹢﹣﹫"
