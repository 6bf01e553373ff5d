package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A flowRow is one flow on one listener over one transport, as flows prints it
// in JSON.
type flowRow struct {
	Product   string            `json:"product"`
	Version   string            `json:"version"`
	Flow      string            `json:"flow"`
	From      []string          `json:"from"`
	To        string            `json:"to"`
	Service   *string           `json:"service"` // the shared service that To is, or null
	Listener  string            `json:"listener"`
	Transport string            `json:"transport"`
	Ports     []model.PortRange `json:"ports"` // empty for a dynamic port without a range and for protocols without ports
	// Fallback, OneOf, Count and Undocumented are what else is known of the
	// port; they are left out where they say nothing.
	Fallback     []model.PortRange  `json:"fallback,omitempty"`
	OneOf        bool               `json:"one_of,omitempty"`
	Count        int                `json:"count,omitempty"`
	Undocumented string             `json:"undocumented,omitempty"`
	Dynamic      bool               `json:"dynamic"`
	App          string             `json:"app"`
	Bind         string             `json:"bind"`
	BothWays     bool               `json:"both_ways"`
	Persistent   bool               `json:"persistent"`
	Optional     bool               `json:"optional"`
	Scope        string             `json:"scope"`
	Delivery     string             `json:"delivery"`
	Groups       []string           `json:"groups,omitempty"`
	Family       string             `json:"family,omitempty"`
	Source       *model.SourcePorts `json:"source,omitempty"`
	Reply        *model.Reply       `json:"reply,omitempty"`
	Via          []string           `json:"via,omitempty"`
	Configurable *string            `json:"configurable"` // how the port is changed; null where it cannot be, or nobody says
	When         model.When         `json:"when"`
	OS           []string           `json:"os,omitempty"` // the talker's
	Versions     *model.Versions    `json:"versions,omitempty"`
	Phase        string             `json:"phase,omitempty"`
	Purpose      string             `json:"purpose"`
	Note         string             `json:"note,omitempty"`
	Cite         []string           `json:"cite"`
}

func newFlowRow(c *model.Connection) flowRow {
	row := flowRow{
		Product: c.Product.ID, Version: c.Product.Version, Flow: c.Flow.ID,
		From: c.Flow.From, To: c.To.ID, Listener: c.Listener.ID,
		Transport: c.Transport, Ports: c.Ports(),
		Fallback: c.Listener.Fallback, OneOf: c.Listener.OneOf,
		Count: c.Listener.Count, Undocumented: c.Listener.Undocumented,
		Dynamic: c.Listener.Dynamic != nil, App: c.Listener.App, Bind: c.Listener.Bind,
		BothWays: c.Flow.BothWays, Persistent: c.Flow.Persistent, Optional: c.Flow.Optional,
		Scope: c.Flow.Scope, Delivery: c.Flow.Delivery, Groups: c.Flow.Groups,
		Family: c.Flow.Family, Source: c.Flow.Source, Reply: c.Flow.Reply, Via: c.Flow.Via,
		When: c.When, OS: c.Flow.OS, Versions: c.Flow.Versions, Phase: c.Phase,
		Purpose: c.Flow.Purpose, Note: c.Flow.Note, Cite: c.Flow.Cite,
	}
	if c.To.Service != "" {
		row.Service = &c.To.Service
	}
	if conf := c.Configurable(); conf != nil && conf.Allowed && conf.How != "" {
		row.Configurable = &conf.How
	}
	return row
}

func newFlows(w *workspace) *cobra.Command {
	var format string
	var f flowFilter
	cmd := &cobra.Command{
		Use:   "flows [DIR]",
		Short: "List and filter flows",
		Long: `Flows lists who talks to whom: a row for each flow, listener and transport. A
filter that is given several times, or with values separated by commas, keeps
what fits one of them; different filters all have to fit.

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
			if err := w.takeDir(args); err != nil {
				return err
			}
			catalog, err := w.catalog(cmd)
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
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "PRODUCT\tFLOW\tFROM\tTO\tTRANSPORT\tPORT\tAPP\tWHEN\tPURPOSE")
	for _, c := range found {
		cells := []string{
			c.Product.ID, c.Flow.ID, strings.Join(c.Flow.From, ","), c.To.ID, c.Transport,
			dash(gen.PortText(c.Listener)), dash(c.Listener.App), dash(gen.ConditionText(c)), c.Flow.Purpose,
		}
		for i, cell := range cells {
			cells[i] = shown(cell)
		}
		fmt.Fprintln(tab, strings.Join(cells, "\t"))
	}
	return tab.Flush()
}

// flowsCSV prints RFC 4180 CSV; several values in a cell are separated by
// spaces.
func flowsCSV(out io.Writer, found []*model.Connection) error {
	w := csv.NewWriter(out)
	w.Write([]string{"product", "version", "flow", "from", "to", "service", "listener", "transport", "ports", "dynamic", "app", "bind", "both_ways", "optional", "scope", "configurable", "when", "purpose", "cite"})
	for _, c := range found {
		row := newFlowRow(c)
		ports := make([]string, len(row.Ports))
		for i, r := range row.Ports {
			ports[i] = r.String()
		}
		cells := []string{
			row.Product, row.Version, row.Flow, strings.Join(row.From, " "), row.To, c.To.Service, row.Listener,
			row.Transport, strings.Join(ports, " "), strconv.FormatBool(row.Dynamic), row.App, row.Bind,
			strconv.FormatBool(row.BothWays), strconv.FormatBool(row.Optional), row.Scope,
			deref(row.Configurable), gen.ConditionText(c), row.Purpose, strings.Join(row.Cite, " "),
		}
		for i, cell := range cells {
			cells[i] = inert(cell)
		}
		w.Write(cells)
	}
	w.Flush()
	return w.Error()
}

// inert keeps a spreadsheet from taking a cell for a formula.
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// shown is spec text on a terminal: on one line, without control characters.
func shown(s string) string { return diag.Visible(strings.ReplaceAll(s, "\t", " ")) }

// A flowFilter keeps some connections; empty fields keep all.
type flowFilter struct {
	products, components, from, to, ports, transports, features []string

	ranges []model.PortRange
}

// validate refuses filters that name what no product has: a typing error must
// not look like an empty answer.
func (f *flowFilter) validate(catalog *model.Catalog) error {
	known := func(flag string, given []string, is func(*model.Product, string) bool) error {
		for _, id := range given {
			if !slices.ContainsFunc(catalog.Products, func(p *model.Product) bool { return is(p, id) }) {
				return fmt.Errorf("%s %s: no product has it; portspec flows lists what there is", flag, id)
			}
		}
		return nil
	}
	component := func(p *model.Product, id string) bool {
		return p.Component(id) != nil || slices.ContainsFunc(p.Components, func(c *model.Component) bool { return c.Service == id })
	}
	for _, err := range []error{
		known("--product", f.products, func(p *model.Product, id string) bool { return p.ID == id }),
		known("--component", f.components, component),
		known("--from", f.from, component),
		known("--to", f.to, component),
		known("--feature", f.features, func(p *model.Product, given string) bool {
			name, value, valued := strings.Cut(given, "=")
			feature := p.Feature(name)
			return feature != nil && (!valued || slices.Contains(feature.Values(), value))
		}),
		known("--transport", f.transports, func(p *model.Product, t string) bool {
			return slices.ContainsFunc(p.Connections(), func(c *model.Connection) bool { return c.Transport == t })
		}),
	} {
		if err != nil {
			return err
		}
	}
	for _, p := range f.ports {
		r, err := parseRange(p)
		if err != nil {
			return err
		}
		f.ranges = append(f.ranges, r)
	}
	return nil
}

func parseRange(s string) (model.PortRange, error) {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	a, err1 := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || a < 1 || b > 65535 || a > b {
		return model.PortRange{}, fmt.Errorf("--port %s: a port is a number from 1 to 65535, or two joined by a hyphen", s)
	}
	return model.PortRange{From: a, To: b}, nil
}

func (f *flowFilter) keeps(c *model.Connection) bool {
	is := func(given []string, values ...string) bool {
		return len(given) == 0 || slices.ContainsFunc(values, func(v string) bool { return slices.Contains(given, v) })
	}
	to := []string{c.To.ID, c.To.Service}
	var from []string
	for _, x := range c.From {
		from = append(from, x.ID, x.Service)
	}
	return is(f.products, c.Product.ID) &&
		is(f.components, slices.Concat(from, to)...) &&
		is(f.from, from...) && is(f.to, to...) &&
		is(f.transports, c.Transport) &&
		f.keepsPorts(c) && f.keepsFeatures(c)
}

func (f *flowFilter) keepsPorts(c *model.Connection) bool {
	if len(f.ranges) == 0 {
		return true
	}
	for _, want := range f.ranges {
		for _, r := range slices.Concat(c.Ports(), c.Listener.Fallback) {
			if r.From <= want.To && want.From <= r.To {
				return true
			}
		}
	}
	return false
}

// keepsFeatures wants one of the bare names to condition the flow, and every
// NAME=VALUE to leave it standing; several values of one name are alternatives.
func (f *flowFilter) keepsFeatures(c *model.Connection) bool {
	chosen := map[string][]string{}
	bare, conditioned := false, false
	for _, given := range f.features {
		name, value, valued := strings.Cut(given, "=")
		_, named := c.When[name]
		if !valued {
			bare = true
			conditioned = conditioned || named
			continue
		}
		if c.Product.Feature(name) != nil {
			chosen[name] = append(chosen[name], value)
		}
	}
	if bare && !conditioned {
		return false
	}
	for name, values := range chosen {
		allowed, named := c.When[name]
		if named && !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(allowed, v) }) {
			return false
		}
	}
	return true
}

// flowsMarkdown prints one table, to be pasted into a ticket or a page.
func flowsMarkdown(out io.Writer, found []*model.Connection) error {
	var b strings.Builder
	b.WriteString("| Product | Flow | From | To | Transport | Port | When | Purpose | Rows |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, c := range found {
		for _, cell := range []string{
			c.Product.ID, c.Flow.ID, strings.Join(c.Flow.From, ", "), c.To.ID, c.Transport,
			gen.PortText(c.Listener), gen.ConditionText(c), c.Flow.Purpose, strings.Join(c.Flow.Cite, ", "),
		} {
			b.WriteString("| " + markdown.Text(cell) + " ")
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}
