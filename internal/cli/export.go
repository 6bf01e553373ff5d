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

// schemas maps the values of --schema to JSON Schemas.
var schemas = map[string][]byte{"model": model.JSONSchema, "diff": diff.JSONSchema, "review": review.JSONSchema, "config": schema.ConfigJSON, "site": schema.SiteJSON}

func newExport(w *workspace) *cobra.Command {
	var products []string
	var document string
	cmd := &cobra.Command{
		Use:   "export [DIR]",
		Short: "Print the whole compiled model as JSON",
		Long: `Export prints the compiled and checked specs as one JSON document.

With --schema, it prints the JSON Schema of that document instead; with
--schema=diff or --schema=review, that of the output of portspec diff or
portspec review with --format json; with --schema=config, that of portspec.yaml;
and with --schema=site, that of sites in YAML or JSON. Editors find the last two
by the first line of a file:

  # yaml-language-server: $schema=site.schema.json

portspec init adds both schemas to a workspace and refers to them in the files
that it writes.`,
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
			chosen, err := targets.Products(catalog.Shelf(), products)
			if err != nil {
				return err
			}
			return writeJSON(cmd, &model.Catalog{Products: rows.NotNull(chosen.Catalog.Products), Services: rows.NotNull(chosen.Catalog.Services)})
		},
	}
	cmd.Flags().StringSliceVar(&products, "product", nil, "only these products")
	cmd.Flags().StringVar(&document, "schema", "", "print the JSON Schema of the model, or with =diff, =review, =config or =site of that document")
	cmd.Flags().Lookup("schema").NoOptDefVal = "model"
	return cmd
}
