// Package sheet writes tables for programs and spreadsheets: a [Table] is written as CSV by
// [Table.CSV], and several as sheets of one file by [Workbook].
package sheet

import (
	"bytes"

	"github.com/portspec/portspec/gen"
)

// A Table has one value in each cell.
type Table struct {
	Name    string // in a workbook
	Columns []string
	Numbers []string // the columns of numbers
	Rows    [][]string
}

// CSV writes the table for programs.
func (t *Table) CSV(path string) gen.File {
	var b bytes.Buffer
	w := gen.NewCSV(&b, t.Columns...)
	for _, row := range t.Rows {
		w.Add(row...)
	}
	_ = w.Close() // a buffer takes everything
	return gen.File{Path: path, Data: b.Bytes()}
}
