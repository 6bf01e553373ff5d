package cli

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"

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
	tab := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, r := range rows {
		var by []string
		for _, c := range r.By {
			by = append(by, c.Kind+" "+c.ID)
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\n", r.Row, shown(r.Cell), cmp.Or(strings.Join(by, ", "), "not cited"))
	}
	if len(rows) > 0 {
		fmt.Fprintln(tab)
	}
	sum, cited := 0, 0
	for _, p := range catalog.Products {
		c := p.Coverage()
		fmt.Fprintf(tab, "%s\t%d of %d rows\n", p.ID, c.Cited(), len(c.Rows))
		sum += len(c.Rows)
		cited += c.Cited()
	}
	fmt.Fprintf(tab, "all\t%d of %d rows\n", cited, sum)
	return tab.Flush()
}
