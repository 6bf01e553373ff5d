package gen

import (
	"encoding/csv"
	"io"
	"strings"
)

// A CSV writes tables for programs and spreadsheets in the format of RFC 4180, except that lines
// end with LF, as in all outputs. A cell is a single line without invisible characters that no
// spreadsheet takes for a formula.
type CSV struct {
	out   *csv.Writer
	cells []string
}

// NewCSV begins a table with the names of its columns.
func NewCSV(out io.Writer, columns ...string) *CSV {
	t := &CSV{out: csv.NewWriter(out)}
	t.Add(columns...)
	return t
}

// Add writes a row.
func (t *CSV) Add(cells ...string) {
	t.cells = t.cells[:0]
	for _, cell := range cells {
		t.cells = append(t.cells, CSVCell(cell))
	}
	_ = t.out.Write(t.cells) // Close returns the error
}

// CSVCell returns the contents of a cell for a text, without the quotes of CSV.
func CSVCell(text string) string { return inert(Visible(text)) }

// Close ends the table.
func (t *CSV) Close() error {
	t.out.Flush()
	return t.out.Error()
}

// inert prevents a spreadsheet from taking a cell for a formula, or a part of it if the
// spreadsheet splits cells at semicolons, as it does in many languages:
//
//	=1+1; @x   →   '=1+1; '@x
func inert(cell string) string {
	if !strings.ContainsAny(cell, signs) {
		return cell
	}
	var b strings.Builder
	begins := true // so far, only characters that a spreadsheet may skip
	for _, r := range cell {
		if begins && strings.ContainsRune(signs, r) {
			b.WriteByte('\'')
		}
		begins = r == ';' || begins && (r == ' ' || r == '"' || joins(r))
		b.WriteRune(r)
	}
	return b.String()
}

// signs are the characters that begin a formula, including those of East Asian keyboards and
// small forms.
const signs = "=+-@＝＋－＠﹦﹢﹣﹫"
