package cli

import (
	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/model"
)

func newExport(w *workspace) *cobra.Command {
	var products []string
	var schema bool
	cmd := &cobra.Command{
		Use:   "export [DIR]",
		Short: "Print the whole compiled model as JSON",
		Long: `Export prints everything that the specs say, compiled and checked, as one JSON
document; with --schema, the JSON Schema of that document.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if schema {
				_, err := cmd.OutOrStdout().Write(model.JSONSchema)
				return err
			}
			catalog, err := w.catalog(cmd, args)
			if err != nil {
				return err
			}
			if catalog, err = chooseProducts(catalog, products); err != nil {
				return err
			}
			return writeJSON(cmd, &model.Catalog{Products: list(catalog.Products), Services: list(catalog.Services)})
		},
	}
	cmd.Flags().StringSliceVar(&products, "product", nil, "only these products")
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the document")
	return cmd
}
