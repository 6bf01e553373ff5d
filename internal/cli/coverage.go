package cli

import (
	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/rows"
)

func newCoverage(w *workspace) *cobra.Command {
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "coverage [DIR]",
		Short: "Show which rows of the sources are cited",
		Long: `Coverage counts how many rows of each product's sources the spec cites, and
lists the others. With --all, it lists every row and what cites it. The exit
status is 1 if a row is not cited.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("--format", format, "table", "json"); err != nil {
				return err
			}
			catalog, err := w.catalog(cmd, args)
			if err != nil {
				return err
			}
			covered, missing := rows.Coverage(catalog, all || format == "json")
			if format == "json" {
				err = writeJSON(cmd, covered)
			} else {
				err = rows.CoverageTable(cmd.OutOrStdout(), catalog, covered)
			}
			if err == nil && missing > 0 {
				err = errFindings
			}
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table or json; json lists every row")
	cmd.Flags().BoolVar(&all, "all", false, "list all rows, not only those that are not cited")
	return cmd
}
