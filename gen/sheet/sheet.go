// Package sheet writes tables for programs and spreadsheets: [Table.CSV] writes a [Table] as
// CSV, and [Workbook] writes several as sheets of one file.
package sheet

import (
	"bytes"

	"github.com/portspec/portspec/gen"
)

// A Table has one value in each cell.
type Table struct {
	Name    string // in a workbook
	Columns []string
	Numbers []string // names of the columns with numbers
	Rows    [][]string
}

// CSV returns the table as CSV, for programs.
func (t *Table) CSV(path string) gen.File {
	var b bytes.Buffer
	w := gen.NewCSV(&b, t.Columns...)
	for _, row := range t.Rows {
		w.Add(row...)
	}
	_ = w.Close() // a buffer never fails
	return gen.File{Path: path, Data: b.Bytes()}
}
