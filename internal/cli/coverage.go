package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/model"
)

// A coveredRow is one row of a source and what encodes it, as coverage prints
// it in JSON.
type coveredRow struct {
	Product string         `json:"product"`
	Row     string         `json:"row"`
	Cell    string         `json:"cell"`
	By      []model.Citing `json:"by"`
}

func newCoverage(w *workspace) *cobra.Command {
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "coverage [DIR]",
		Short: "Which rows of the sources are encoded, and which are not",
		Long: `Coverage counts the rows of each product's sources that something in the spec
cites, and lists those that nothing does; with --all, every row and what cites
it. The status is 1 if a row is not cited.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("--format", format, "table", "json"); err != nil {
				return err
			}
			catalog, err := w.catalog(cmd, args)
			if err != nil {
				return err
			}
			rows, missing := coverage(catalog, all || format == "json")
			if format == "json" {
				err = writeJSON(cmd, rows)
			} else {
				err = printCoverage(cmd, catalog, rows)
			}
			if err == nil && missing > 0 {
				err = errFindings
			}
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table or json; json lists every row")
	cmd.Flags().BoolVar(&all, "all", false, "list every row, not only those that are not cited")
	return cmd
}

// coverage lists the rows that are not cited, or all, and counts the former.
func coverage(catalog *model.Catalog, all bool) (rows []coveredRow, missing int) {
	rows = []coveredRow{}
	for _, p := range catalog.Products {
		c := p.Coverage()
		for _, row := range c.Rows {
			by := append([]model.Citing{}, c.By[row.ID]...)
			if len(by) == 0 {
				missing++
			} else if !all {
				continue
			}
			rows = append(rows, coveredRow{Product: p.ID, Row: row.ID, Cell: row.Cell, By: by})
		}
	}
	return rows, missing
}

func printCoverage(cmd *cobra.Command, catalog *model.Catalog, rows []coveredRow) error {
	out := cmd.OutOrStdout()
	list, sums := &table{columns: 3}, &table{columns: 2}
	for _, r := range rows {
		var by []string
		for _, c := range r.By {
			by = append(by, c.Kind+" "+c.ID)
		}
		list.add(r.Row, shown(r.Cell), cmp.Or(strings.Join(by, ", "), "not cited"))
	}
	if len(rows) > 0 {
		if err := list.write(out); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	sum, cited := 0, 0
	for _, p := range catalog.Products {
		c := p.Coverage()
		sums.add(p.ID, fmt.Sprintf("%d of %d rows", c.Cited(), len(c.Rows)))
		sum += len(c.Rows)
		cited += c.Cited()
	}
	sums.add("all", fmt.Sprintf("%d of %d rows", cited, sum))
	return sums.write(out)
}
