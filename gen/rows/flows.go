package rows

import (
	"io"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/screen"
)

// FlowsTable prints flows for people.
func FlowsTable(out io.Writer, found []*model.Connection) error {
	tab := NewTable(9)
	tab.Add("PRODUCT", "FLOW", "FROM", "TO", "TRANSPORT", "PORT", "APP", "WHEN", "PURPOSE")
	for _, c := range found {
		for _, cell := range [...]string{
			c.Product.Called(), c.Flow.ID, strings.Join(c.Flow.From, ","), c.To.ID, c.Transport,
			gen.Dash(portText(c)), gen.Dash(c.Listener.App), gen.Dash(neededText(c)), c.Flow.Purpose,
		} {
			tab.Add(screen.Cell(cell))
		}
	}
	return tab.Write(out)
}

// FlowColumns are the columns of flows in CSV.
var FlowColumns = []string{"product", "version", "flow", "from", "to", "service", "listener", "transport", "ports", "port_text", "dynamic", "app", "bind", "both_ways", "persistent", "optional", "scope", "delivery", "groups", "family", "source", "reply", "via", "configurable", "when", "purpose", "note", "cite", "suffices", "instead_of", "to_version", "other_ports", "opened_by_installer", "drawn", "configurable_since", "unknown", "both_ways_when", "tls_inspection", "at", "network", "same_on_peers", "passes", "no_rule"}

// FlowCells are the cells of a flow in these columns. Several values in a cell are
// separated by spaces.
func FlowCells(c *model.Connection) []string {
	row := NewFlow(c)
	ports := make([]string, len(row.Ports))
	for i, r := range row.Ports {
		ports[i] = r.String()
	}
	return []string{
		row.Product, row.Version, row.Flow, strings.Join(row.From, " "), row.To, c.To.Service, row.Listener,
		row.Transport, strings.Join(ports, " "), gen.PortText(c.Listener), strconv.FormatBool(row.Dynamic), row.App, row.Bind,
		strconv.FormatBool(row.BothWays), strconv.FormatBool(row.Persistent), strconv.FormatBool(row.Optional),
		row.Scope, row.Delivery, strings.Join(row.Groups, " "), row.Family, sourceText(row.Source), replyText(row.Reply),
		strings.Join(row.Via, " "), configurableText(c.Configurable()), gen.ConditionText(c), row.Purpose, row.Note, strings.Join(row.Cite, " "),
		row.Suffices, strings.Join(row.InsteadOf, " "), row.ToVersion,
		strings.Join(otherPorts(c), "; "),
		strconv.FormatBool(row.OpenedByInstaller), row.Drawn, row.ConfigurableSince, unknownText(row.Unknown), gen.WhenText(row.BothWaysWhen), row.TLSInspection, strings.Join(row.At.All(), " "), row.Network, strconv.FormatBool(row.SameOnPeers), strings.Join(row.Passes, " "), row.NoRule,
	}
}

// FlowsCSV prints CSV.
func FlowsCSV(out io.Writer, found []*model.Connection) error {
	w := gen.NewCSV(out, FlowColumns...)
	for _, c := range found {
		w.Add(FlowCells(c)...)
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
	}
	to := model.FormatPorts(r.Ports)
	if r.ToSource {
		to = "source port"
	} else if r.Dynamic != nil {
		to = "dynamic"
	}
	if r.From != nil {
		to += " from " + r.From.String()
	}
	return r.Transport + " " + to
}

// unknownText lists aspects with what the document shows: "port: the cell is
// empty; transport: no protocol is named".
func unknownText(u model.Unknown) string {
	var all []string
	for _, a := range u.Aspects() {
		all = append(all, string(a)+": "+u[a])
	}
	return strings.Join(all, "; ")
}

// configurableText tells how a port can be changed: "yes" if nobody says how, "no", or ""
// if the vendor says nothing.
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

// portText returns a connection's port, and the others that its listener may have: "30001,
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

// neededText tells when a connection is needed, and whether it is optional.
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

// FlowMarkdownColumns are the columns of flows in Markdown.
var FlowMarkdownColumns = []string{"Product", "Flow", "From", "To", "Transport", "Port", "When", "Purpose", "Rows"}

// FlowMarkdown returns the cells of a flow in the columns of its table in Markdown.
func FlowMarkdown(c *model.Connection) []string {
	return []string{
		c.Product.Called(), c.Flow.ID, strings.Join(c.Flow.From, ", "), c.To.ID, c.Transport,
		portText(c), neededText(c), c.Flow.Purpose, strings.Join(c.Flow.Cite, ", "),
	}
}

// FlowsMarkdown prints one table, to be pasted into a ticket or a page.
func FlowsMarkdown(out io.Writer, found []*model.Connection) error {
	var b strings.Builder
	b.WriteString("| " + strings.Join(FlowMarkdownColumns, " | ") + " |\n")
	b.WriteString(strings.Repeat("| --- ", len(FlowMarkdownColumns)) + "|\n")
	for _, c := range found {
		for _, cell := range FlowMarkdown(c) {
			b.WriteString("| " + inline.Comment(cell) + " ")
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}
