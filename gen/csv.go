package gen

import (
	"encoding/csv"
	"io"
	"strings"
)

// A CSV writes tables for programs and spreadsheets, in the format of RFC 4180 but with the
// line endings of all outputs. Cells are single lines without hidden characters, and
// spreadsheets do not treat them as formulas.
type CSV struct {
	out   *csv.Writer
	cells []string
}

// NewCSV returns a table, and writes the names of its columns.
func NewCSV(out io.Writer, columns ...string) *CSV {
	t := &CSV{out: csv.NewWriter(out)}
	t.Add(columns...)
	return t
}

// Add writes a line.
func (t *CSV) Add(cells ...string) {
	t.cells = t.cells[:0]
	for _, cell := range cells {
		t.cells = append(t.cells, inert(Visible(cell)))
	}
	_ = t.out.Write(t.cells) // Close returns the error
}

// Close flushes the table and returns the first error.
func (t *CSV) Close() error {
	t.out.Flush()
	return t.out.Error()
}

// inert keeps spreadsheets from treating a cell as a formula, including parts of it after
// semicolons, which separate cells in many locales:
//
//	=1+1; @x   →   '=1+1; '@x
func inert(cell string) string {
	if !strings.ContainsAny(cell, signs) {
		return cell
	}
	var b strings.Builder
	begins := true // only characters so far that a spreadsheet may skip
	for _, r := range cell {
		if begins && strings.ContainsRune(signs, r) {
			b.WriteByte('\'')
		}
		begins = r == ';' || begins && (r == ' ' || r == '"' || joins(r))
		b.WriteRune(r)
	}
	return b.String()
}

// signs begin a formula. They include full-width and small forms.
const signs = "=+-@＝＋－＠﹦﹢﹣﹫"
