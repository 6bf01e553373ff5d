package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/screen"
)

// A deployedLine is a socket of a host, or a permit that it is at an end of, as
// the table has it. The CSV has a line for each peer.
type deployedLine struct {
	host      string
	direction string // listens, inbound or outbound
	place     model.Place
	listener  string
	flow      string // "" for a socket
	transport string
	ports     string
	bind      string // of a socket
	peers     []*model.End
	groups    []string // that packets to the peers are sent to, in place of their addresses
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
			do(deployedLine{
				host: h.ID, direction: "listens", place: s.Place, listener: s.Listener.ID, transport: s.Transport,
				ports: gen.PortsText(s.Ports, s.Dynamic), bind: s.Bind, phase: s.Phase, why: last.Text, cite: last.Cite,
			})
		}
		for _, p := range h.Inbound {
			do(permitLine(h, "inbound", p, p.Sources(h)))
		}
		for _, p := range h.Outbound {
			l := permitLine(h, "outbound", p, p.Destinations(h))
			l.groups = p.Groups
			do(l)
		}
	}
}

func permitLine(h *model.Deployed, direction string, p *model.Permit, peers []*model.End) deployedLine {
	c := p.Connection
	l := deployedLine{
		host: h.ID, direction: direction, place: model.PlaceOf(c.Product.ID, c.To.ID), listener: c.Listener.ID, flow: c.Flow.ID,
		transport: p.Transport, ports: gen.PortsText(p.Ports, p.Dynamic), peers: peers, phase: c.Phase, why: c.Flow.Purpose, cite: c.Flow.Cite,
	}
	if c.Flow.Optional {
		l.why += " (optional)"
	}
	if p.Back != "" {
		l.why += " (" + gen.BackText[p.Back] + ")"
	}
	return l
}

// deploymentTable prints hosts for people.
func deploymentTable(out io.Writer, hosts []*model.Deployed) error {
	tab := table{columns: 9}
	tab.add("HOST", "DIRECTION", "COMPONENT", "LISTENER", "TRANSPORT", "PORT", "PEERS", "ADDRESSES", "WHY")
	parts := slices.Collect(slices.Chunk(hosts, max(1, len(hosts)/runtime.GOMAXPROCS(0))))
	lines := make([]table, len(parts))
	parallel.Do(len(parts), func(i int) { lines[i].addHosts(parts[i]) })
	for _, t := range lines {
		tab.add(t.cells...)
	}
	return tab.write(out)
}

func (t *table) addHosts(hosts []*model.Deployed) {
	eachLine(hosts, func(l deployedLine) {
		var peers, addresses []string
		for _, end := range l.peers[:min(len(l.peers), gen.ShownPeers)] {
			peers = append(peers, end.ID())
			addresses = append(addresses, end.Addresses()...)
		}
		switch {
		case l.bind == "loopback":
			peers = []string{"loopback"}
		case len(l.groups) > 0:
			addresses = l.groups
		}
		for _, cell := range [...]string{
			l.host, l.direction, string(l.place), l.listener, l.transport, gen.Dash(l.ports),
			gen.Few(peers, len(l.peers)), gen.Few(addresses, 0), l.why,
		} {
			t.add(shown(cell))
		}
	})
}

// A table is lines of as many cells each, in columns as wide as they need. A
// tabwriter does the same for lines of any kind, in three times the time.
type table struct {
	columns int
	cells   []string // line after line
}

func (t *table) add(cells ...string) { t.cells = append(t.cells, cells...) }

func (t *table) write(out io.Writer) error {
	widths := make([]int, t.columns)
	for i, cell := range t.cells {
		widths[i%t.columns] = max(widths[i%t.columns], utf8.RuneCountInString(cell))
	}
	blank := strings.Repeat(" ", 2+slices.Max(widths))
	b := bufio.NewWriter(out)
	for i, cell := range t.cells {
		b.WriteString(cell)
		if column := i % t.columns; column < t.columns-1 {
			b.WriteString(blank[:2+widths[column]-utf8.RuneCountInString(cell)])
		} else {
			b.WriteByte('\n')
		}
	}
	return b.Flush()
}

// deploymentCSV prints CSV; several values in a cell are separated by spaces.
func deploymentCSV(out io.Writer, hosts []*model.Deployed) error {
	w := gen.NewCSV(out, "host", "direction", "product", "component", "listener", "flow", "transport", "ports", "bind", "peer", "addresses", "phase", "why", "cite")
	write := func(l deployedLine, peer string, addresses []string) {
		w.Add(
			l.host, l.direction, l.place.Product(), l.place.Component(), l.listener, l.flow, l.transport, l.ports, l.bind,
			peer, strings.Join(addresses, " "), l.phase, l.why, strings.Join(l.cite, " "),
		)
	}
	eachLine(hosts, func(l deployedLine) {
		if l.flow == "" {
			write(l, "", nil)
		}
		for _, end := range l.peers {
			if len(l.groups) > 0 {
				write(l, end.ID(), l.groups)
			} else {
				write(l, end.ID(), end.Addresses())
			}
		}
	})
	return w.Close()
}

// json prints the deployment host by host, so that ten thousand hosts need not
// be in memory as text.
func (d *deployment) json(out io.Writer, hosts []*model.Deployed, findings, suppressed diag.List) error {
	b := bufio.NewWriter(screen.JSON(out))
	id, err := json.Marshal(d.Site.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "{\n  \"site\": %s,\n  \"hosts\": {", id)
	for i, h := range hosts {
		data, err := json.MarshalIndent(newDeployedRow(h), "    ", "  ")
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		if id, err = json.Marshal(h.ID); err != nil {
			return err
		}
		fmt.Fprintf(b, "\n    %s: %s", id, data)
	}
	data, err := json.MarshalIndent(list(findings), "  ", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n  },\n  \"findings\": %s", data)
	if len(suppressed) > 0 {
		if data, err = json.MarshalIndent(suppressed, "  ", "  "); err != nil {
			return err
		}
		fmt.Fprintf(b, ",\n  \"suppressed\": %s", data)
	}
	b.WriteString("\n}\n")
	return b.Flush()
}
