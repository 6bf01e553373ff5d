package cli

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A deployedLine is a socket of a host, or one peer of a permit that it is at an
// end of, as the table and the CSV have it.
type deployedLine struct {
	host      string
	direction string // listens, inbound or outbound
	place     model.Place
	listener  string
	flow      string // "" for a socket
	transport string
	ports     string
	peer      string
	addresses []string
	phase     string
	why       string
	cite      []string
}

// eachLine hands out the lines of hosts.
func eachLine(hosts []*model.Deployed, do func(deployedLine)) {
	for _, h := range hosts {
		for _, s := range h.Sockets {
			last := s.Why[0]
			for _, why := range s.Why {
				if why.Kind != model.ByFeature {
					last = why
				}
			}
			peer := ""
			if s.Bind == "loopback" {
				peer = "loopback"
			}
			do(deployedLine{
				host: h.ID, direction: "listens", place: s.Place, listener: s.Listener.ID, transport: s.Transport,
				ports: portsText(s.Ports, s.Dynamic), peer: peer, phase: s.Phase, why: last.Text, cite: last.Cite,
			})
		}
		for _, p := range h.Inbound {
			for _, end := range p.Sources(h) {
				do(permitLine(h, "inbound", p, end))
			}
		}
		for _, p := range h.Outbound {
			for _, end := range p.Destinations(h) {
				do(permitLine(h, "outbound", p, end))
			}
		}
	}
}

func permitLine(h *model.Deployed, direction string, p *model.Permit, end *model.End) deployedLine {
	c := p.Connection
	l := deployedLine{
		host: h.ID, direction: direction, place: model.PlaceOf(c.Product.ID, c.To.ID), listener: c.Listener.ID, flow: c.Flow.ID,
		transport: p.Transport, ports: portsText(p.Ports, p.Dynamic), peer: end.ID(), addresses: end.Addresses(),
		phase: c.Phase, why: c.Flow.Purpose, cite: c.Flow.Cite,
	}
	if direction == "outbound" && len(p.Groups) > 0 {
		l.addresses = p.Groups
	}
	if c.Flow.Optional {
		l.why += " (optional)"
	}
	if p.Back != "" {
		l.why += " (" + backText[p.Back] + ")"
	}
	return l
}

// backText says what a permit is that is not the flow as it is.
var backText = map[string]string{"reply": "the answer", "both-ways": "the other way"}

func portsText(ports []model.PortRange, dynamic bool) string {
	switch {
	case dynamic && len(ports) == 0:
		return "dynamic"
	case dynamic:
		return model.FormatPorts(ports) + " (dynamic)"
	}
	return model.FormatPorts(ports)
}

// deploymentTable prints hosts for people.
func deploymentTable(out io.Writer, hosts []*model.Deployed) error {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "HOST\tDIRECTION\tCOMPONENT\tLISTENER\tTRANSPORT\tPORT\tPEER\tADDRESSES\tWHY")
	eachLine(hosts, func(l deployedLine) {
		addresses := strings.Join(l.addresses, " ")
		if n := len(l.addresses); n > 3 {
			addresses = fmt.Sprintf("%s … (%d)", strings.Join(l.addresses[:3], " "), n)
		}
		cells := []string{l.host, l.direction, string(l.place), l.listener, l.transport, dash(l.ports), dash(l.peer), dash(addresses), l.why}
		for i, cell := range cells {
			cells[i] = shown(cell)
		}
		fmt.Fprintln(tab, strings.Join(cells, "\t"))
	})
	return tab.Flush()
}

// deploymentCSV prints RFC 4180 CSV; several values in a cell are separated by
// spaces.
func deploymentCSV(out io.Writer, hosts []*model.Deployed) error {
	w := csv.NewWriter(out)
	w.Write([]string{"host", "direction", "product", "component", "listener", "flow", "transport", "ports", "peer", "addresses", "phase", "why", "cite"})
	eachLine(hosts, func(l deployedLine) {
		cells := []string{
			l.host, l.direction, l.place.Product(), l.place.Component(), l.listener, l.flow, l.transport, l.ports,
			l.peer, strings.Join(l.addresses, " "), l.phase, l.why, strings.Join(l.cite, " "),
		}
		for i, cell := range cells {
			cells[i] = inert(cell)
		}
		w.Write(cells)
	})
	w.Flush()
	return w.Error()
}

// json prints the deployment host by host, so that ten thousand hosts need not
// be in memory as text.
func (d *deployment) json(out io.Writer, hosts []*model.Deployed, findings diag.List) error {
	b := bufio.NewWriter(out)
	fmt.Fprintf(b, "{\n  \"site\": %s,\n  \"hosts\": {", strconv.Quote(d.Site.ID))
	for i, h := range hosts {
		data, err := json.MarshalIndent(newDeployedRow(h), "    ", "  ")
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "\n    %s: %s", strconv.Quote(h.ID), data)
	}
	data, err := json.MarshalIndent(list(findings), "  ", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n  },\n  \"findings\": %s\n}\n", data)
	return b.Flush()
}
