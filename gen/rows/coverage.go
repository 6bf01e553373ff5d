package rows

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/screen"
)

// A Covered is one row of a source and what encodes it, as coverage prints
// it in JSON.
type Covered struct {
	Product string         `json:"product"`
	Row     string         `json:"row"`
	Cell    string         `json:"cell"`
	By      []model.Citing `json:"by"`
}

// row returns the name of the row in tables, with the release for an older one.
func (r Covered) row() string {
	_, version := model.SplitRef(r.Product)
	if version == "" {
		return r.Row
	}
	return r.Row + " of " + screen.Cell(version)
}

// Coverage lists the rows that are not cited, or all, and counts the former.
func Coverage(catalog *model.Catalog, all bool) (rows []Covered, missing int) {
	rows = []Covered{}
	for _, p := range catalog.Products {
		c := p.Coverage()
		for _, row := range c.Rows {
			by := append([]model.Citing{}, c.By[row.ID]...)
			if len(by) == 0 {
				missing++
			} else if !all {
				continue
			}
			rows = append(rows, Covered{Product: p.Called(), Row: row.ID, Cell: row.Cell, By: by})
		}
	}
	return rows, missing
}

// CoverageTable prints rows for people, and how many rows of each product are cited.
func CoverageTable(out io.Writer, catalog *model.Catalog, covered []Covered) error {
	list, sums := NewTable(3), NewTable(2)
	for _, r := range covered {
		var by []string
		for _, c := range r.By {
			by = append(by, c.Kind+" "+c.ID)
		}
		list.Add(r.row(), screen.Cell(r.Cell), cmp.Or(strings.Join(by, ", "), "not cited"))
	}
	if len(covered) > 0 {
		if err := list.Write(out); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	sum, cited := 0, 0
	for _, p := range catalog.Products {
		c := p.Coverage()
		sums.Add(screen.Cell(p.Called()), fmt.Sprintf("%d of %d rows", c.Cited(), len(c.Rows)))
		sum += len(c.Rows)
		cited += c.Cited()
	}
	sums.Add("all", fmt.Sprintf("%d of %d rows", cited, sum))
	return sums.Write(out)
}
