package rows

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/screen"
)

// A deployedLine is a line of the table: a socket of a host, or a permit with the host at
// an end. The CSV has a line for each peer.
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

// eachLine calls do for each line of hosts.
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

// HostsTable prints hosts for people.
func HostsTable(out io.Writer, hosts []*model.Deployed) error {
	tab := NewTable(9)
	tab.Add("HOST", "DIRECTION", "COMPONENT", "LISTENER", "TRANSPORT", "PORT", "PEERS", "ADDRESSES", "WHY")
	parts := slices.Collect(slices.Chunk(hosts, max(1, len(hosts)/runtime.GOMAXPROCS(0))))
	lines := make([]Table, len(parts))
	parallel.Do(len(parts), func(i int) { lines[i].addHosts(parts[i]) })
	for _, t := range lines {
		tab.Add(t.cells...)
	}
	return tab.Write(out)
}

func (t *Table) addHosts(hosts []*model.Deployed) {
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
			t.Add(screen.Cell(cell))
		}
	})
}

// HostsCSV prints CSV; several values in a cell are separated by spaces.
func HostsCSV(out io.Writer, hosts []*model.Deployed) error {
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

// HostsJSON prints hosts of a site and findings, host by host, so that ten thousand
// hosts need not be in memory as text.
func HostsJSON(out io.Writer, site string, hosts []*model.Deployed, findings, suppressed diag.List) error {
	b := bufio.NewWriter(screen.JSON(out))
	id, err := json.Marshal(site)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "{\n  \"site\": %s,\n  \"hosts\": {", id)
	for i, h := range hosts {
		data, err := json.MarshalIndent(newHost(h), "    ", "  ")
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
	data, err := json.MarshalIndent(NotNull(findings), "  ", "  ")
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
