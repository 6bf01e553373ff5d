package cli

import (
	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/model"
)

func newFlows(w *workspace) *cobra.Command {
	var format string
	var f flowFilter
	cmd := &cobra.Command{
		Use:   "flows [DIR]",
		Short: "List flows",
		Long: `Flows lists who talks to whom, with a row for each flow, listener and transport.
A filter with several values (repeated, or separated by commas) matches if any
value matches; a row is listed if all filters match.

--port matches the default port of a listener, documented fallbacks and
alternatives, and ports assigned by a rule for shared hosts; the port column
names the rule.

--feature NAME matches flows that depend on the feature. --feature NAME=VALUE
matches flows that are active if the feature has that value, including those
that do not depend on it.`,
		Example: `  portspec flows --product igel-ums --to ums-server --port 30001
  portspec flows --product igel-ums --feature database=postgresql --feature high-availability=off
  portspec flows --format csv --transport udp`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("--format", format, "table", "json", "csv", "markdown"); err != nil {
				return err
			}
			catalog, err := w.catalog(cmd, args)
			if err != nil {
				return err
			}
			if err := f.validate(catalog); err != nil {
				return err
			}
			var found []*model.Connection
			for _, p := range catalog.Products {
				for _, c := range p.Connections() {
					if f.keeps(c) {
						found = append(found, c)
					}
				}
			}
			return printFlows(cmd, format, found)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&format, "format", "table", "table, json, csv or markdown")
	flags.StringSliceVar(&f.products, "product", nil, "flows of these products")
	flags.StringSliceVar(&f.components, "component", nil, "flows from or to these components")
	flags.StringSliceVar(&f.from, "from", nil, "flows from these components")
	flags.StringSliceVar(&f.to, "to", nil, "flows to these components or shared services")
	flags.StringSliceVar(&f.ports, "port", nil, "flows to these ports, such as 443 or 5000-5010")
	flags.StringSliceVar(&f.transports, "transport", nil, "flows over these transports: tcp, udp, …")
	flags.StringSliceVar(&f.features, "feature", nil, "flows that depend on feature NAME, or are active with NAME=VALUE")
	return cmd
}

func printFlows(cmd *cobra.Command, format string, found []*model.Connection) error {
	out := cmd.OutOrStdout()
	switch format {
	case "json":
		flows := make([]rows.Flow, len(found))
		for i, c := range found {
			flows[i] = rows.NewFlow(c)
		}
		return writeJSON(cmd, flows)
	case "csv":
		return rows.FlowsCSV(out, found)
	case "markdown":
		return rows.FlowsMarkdown(out, found)
	}
	return rows.FlowsTable(out, found)
}
