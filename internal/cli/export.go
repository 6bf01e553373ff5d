package cli

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/review"
	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/targets"
	"github.com/portspec/portspec/schema"
)

// schemas are the JSON Schemas that there are.
var schemas = map[string][]byte{"model": model.JSONSchema, "diff": diff.JSONSchema, "review": review.JSONSchema, "config": schema.ConfigJSON, "site": schema.SiteJSON}

func newExport(w *workspace) *cobra.Command {
	var products []string
	var document string
	cmd := &cobra.Command{
		Use:   "export [DIR]",
		Short: "Print the whole compiled model as JSON",
		Long: `Export prints everything that the specs say, compiled and checked, as one JSON
document; with --schema, the JSON Schema of that document, with --schema=diff and
--schema=review those of what portspec diff and portspec review print with
--format json, with --schema=config that of portspec.yaml, and with --schema=site
that of sites in YAML or JSON. Editors take the last two from the first line of
such a file:

  # yaml-language-server: $schema=site.schema.json

Portspec init puts both into a workspace, and points what it writes to them.`,
		Example: `  portspec export
  portspec export --schema=site > site.schema.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("schema") {
				of, ok := schemas[document]
				if !ok {
					return oneOf("--schema", document, slices.Sorted(maps.Keys(schemas))...)
				}
				_, err := cmd.OutOrStdout().Write(of)
				return err
			}
			catalog, err := w.catalog(cmd, args)
			if err != nil {
				return err
			}
			if catalog, err = targets.Products(catalog, products); err != nil {
				return err
			}
			return writeJSON(cmd, &model.Catalog{Products: rows.NotNull(catalog.Products), Services: rows.NotNull(catalog.Services)})
		},
	}
	cmd.Flags().StringSliceVar(&products, "product", nil, "only these products")
	cmd.Flags().StringVar(&document, "schema", "", "print the JSON Schema of the document, with =diff or =review of what those print, with =config or =site of such files in YAML")
	cmd.Flags().Lookup("schema").NoOptDefVal = "model"
	return cmd
}
