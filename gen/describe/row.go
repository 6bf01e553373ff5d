package describe

import (
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A Row is a row of a vendor's document as pages cite it.
type Row struct {
	Label string // "1.7": row 7 of the first table
	Cell  string // the ports as printed
}

// Rows returns the rows of the documents of a product by their ids.
func Rows(p *model.Product) map[string]Row {
	rows := make(map[string]Row)
	n := 0
	for _, s := range p.Sources {
		for _, t := range s.Tables {
			n++
			number := strconv.Itoa(n) + "."
			for _, r := range t.Rows {
				_, row := SplitRow(r.ID)
				rows[r.ID] = Row{number + row, r.Cell}
			}
		}
	}
	return rows
}

// SplitRow takes the id of a row apart: igel-ums/default-ports/7 is row 7 of the table
// default-ports. An id that is no row's has no table.
func SplitRow(id string) (table, row string) {
	_, rest, _ := strings.Cut(id, "/")
	table, row, ok := strings.Cut(rest, "/")
	if !ok {
		return "", id
	}
	return table, row
}
