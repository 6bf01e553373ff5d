package rows

import (
	"bufio"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Table has lines with the same number of cells each, in columns as wide as they need. A
// tabwriter does the same for lines of any kind, in three times the time.
type Table struct {
	columns int
	cells   []string // line after line
}

// NewTable returns a table with a number of columns.
func NewTable(columns int) *Table { return &Table{columns: columns} }

// Add adds cells, line after line.
func (t *Table) Add(cells ...string) { t.cells = append(t.cells, cells...) }

// Write prints the table.
func (t *Table) Write(out io.Writer) error {
	widths := make([]int, t.columns)
	for i, cell := range t.cells {
		widths[i%t.columns] = max(widths[i%t.columns], utf8.RuneCountInString(cell))
	}
	blank := strings.Repeat(" ", 2+slices.Max(widths))
	b := bufio.NewWriter(out)
	for i, cell := range t.cells {
		b.WriteString(cell)
		if column := i % t.columns; column < t.columns-1 {
			b.WriteString(blank[:2+widths[column]-utf8.RuneCountInString(cell)])
		} else {
			b.WriteByte('\n')
		}
	}
	return b.Flush()
}
