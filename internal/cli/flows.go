package cli

import (
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/screen"
)

func newFlows(w *workspace) *cobra.Command {
	var format string
	var f flowFilter
	cmd := &cobra.Command{
		Use:   "flows [DIR]",
		Short: "List and filter flows",
		Long: `Flows lists who talks to whom: a row for each flow, listener and transport. A
filter that is given several times, or with values separated by commas, keeps
what fits one of them; different filters all have to fit.

--port finds the default port of a listener, the fallbacks and alternatives that
the vendor gives, and where a rule for shared hosts puts it; the port's column
says which rule.

--feature NAME keeps the flows that the feature conditions; --feature NAME=VALUE
keeps those that hold when it has that value, unconditional ones included.`,
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
	flags.StringSliceVar(&f.products, "product", nil, "of these products")
	flags.StringSliceVar(&f.components, "component", nil, "from or to these components")
	flags.StringSliceVar(&f.from, "from", nil, "from these components")
	flags.StringSliceVar(&f.to, "to", nil, "to these components or shared services")
	flags.StringSliceVar(&f.ports, "port", nil, "to these ports: 443 or 5000-5010")
	flags.StringSliceVar(&f.transports, "transport", nil, "over these transports: tcp, udp, …")
	flags.StringSliceVar(&f.features, "feature", nil, "conditioned by NAME, or holding when NAME=VALUE")
	return cmd
}

func printFlows(cmd *cobra.Command, format string, found []*model.Connection) error {
	out := cmd.OutOrStdout()
	switch format {
	case "json":
		rows := make([]flowRow, len(found))
		for i, c := range found {
			rows[i] = newFlowRow(c)
		}
		return writeJSON(cmd, rows)
	case "csv":
		return flowsCSV(out, found)
	case "markdown":
		return flowsMarkdown(out, found)
	}
	tab := &table{columns: 9}
	tab.add("PRODUCT", "FLOW", "FROM", "TO", "TRANSPORT", "PORT", "APP", "WHEN", "PURPOSE")
	for _, c := range found {
		for _, cell := range [...]string{
			c.Product.ID, c.Flow.ID, strings.Join(c.Flow.From, ","), c.To.ID, c.Transport,
			gen.Dash(portText(c)), gen.Dash(c.Listener.App), gen.Dash(neededText(c)), c.Flow.Purpose,
		} {
			tab.add(shown(cell))
		}
	}
	return tab.write(out)
}

// flowsCSV prints CSV; several values in a cell are separated by spaces.
func flowsCSV(out io.Writer, found []*model.Connection) error {
	w := gen.NewCSV(out, "product", "version", "flow", "from", "to", "service", "listener", "transport", "ports", "port_text", "dynamic", "app", "bind", "both_ways", "persistent", "optional", "scope", "delivery", "groups", "family", "source", "reply", "via", "configurable", "when", "purpose", "note", "cite", "suffices", "instead_of", "to_version", "other_ports")
	for _, c := range found {
		row := newFlowRow(c)
		ports := make([]string, len(row.Ports))
		for i, r := range row.Ports {
			ports[i] = r.String()
		}
		w.Add(
			row.Product, row.Version, row.Flow, strings.Join(row.From, " "), row.To, c.To.Service, row.Listener,
			row.Transport, strings.Join(ports, " "), gen.PortText(c.Listener), strconv.FormatBool(row.Dynamic), row.App, row.Bind,
			strconv.FormatBool(row.BothWays), strconv.FormatBool(row.Persistent), strconv.FormatBool(row.Optional),
			row.Scope, row.Delivery, strings.Join(row.Groups, " "), row.Family, sourceText(row.Source), replyText(row.Reply),
			strings.Join(row.Via, " "), configurableText(c.Configurable()), gen.ConditionText(c), row.Purpose, row.Note, strings.Join(row.Cite, " "),
			row.Suffices, strings.Join(row.InsteadOf, " "), row.ToVersion,
			strings.Join(otherPorts(c), "; "),
		)
	}
	return w.Close()
}

func sourceText(s *model.SourcePorts) string {
	switch {
	case s == nil:
		return ""
	case s.Same:
		return "same"
	}
	return model.FormatPorts(s.Ports)
}

func replyText(r *model.Reply) string {
	switch {
	case r == nil:
		return ""
	case r.Dynamic != nil:
		return r.Transport + " dynamic"
	}
	return r.Transport + " " + model.FormatPorts(r.Ports)
}

// configurableText is how a port can be changed, "yes" where that is not said,
// "no", or "" where nothing is.
func configurableText(c *model.Configurable) string {
	switch {
	case c == nil:
		return ""
	case !c.Allowed:
		return "no"
	case c.How == "":
		return "yes"
	}
	return c.How
}

// portText is a connection's port, and where else its listener may be: "30001,
// 30002 by rule ha-same-host".
func portText(c *model.Connection) string {
	return strings.Join(append([]string{gen.PortText(c.Listener)}, otherPorts(c)...), ", ")
}

// otherPorts lists where rules put a listener: "30002 by rule ha-same-host".
func otherPorts(c *model.Connection) []string {
	var all []string
	for _, other := range c.OtherPorts() {
		if other.Rule != nil {
			all = append(all, model.FormatPorts(other.Ports)+" by rule "+other.Rule.ID)
		}
	}
	return all
}

// neededText is when a connection is needed, and whether it is optional.
func neededText(c *model.Connection) string {
	when := gen.ConditionText(c)
	switch {
	case !c.Flow.Optional:
		return when
	case when == "":
		return "optional"
	}
	return "optional; " + when
}

// shown is foreign text as a part of a line.
func shown(s string) string { return screen.Cell(s) }

// flowsMarkdown prints one table, to be pasted into a ticket or a page.
func flowsMarkdown(out io.Writer, found []*model.Connection) error {
	var b strings.Builder
	b.WriteString("| Product | Flow | From | To | Transport | Port | When | Purpose | Rows |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, c := range found {
		for _, cell := range []string{
			c.Product.ID, c.Flow.ID, strings.Join(c.Flow.From, ", "), c.To.ID, c.Transport,
			portText(c), neededText(c), c.Flow.Purpose, strings.Join(c.Flow.Cite, ", "),
		} {
			b.WriteString("| " + markdown.Comment(cell) + " ")
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}
