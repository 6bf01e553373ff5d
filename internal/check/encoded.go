package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// An encodedRow is what the flows, listeners and rules that cite a row encode.
type encodedRow struct {
	ports    []encodedPort
	others   []int // numbers that are not ports: the base of an offset, or a count
	without  []string
	messages []model.ICMP
	anyICMP  bool
	// erratum means that an erratum cites the row, so that the encoded transports may differ
	// from those printed.
	erratum bool
}

// An encodedPort is ports over a transport.
type encodedPort struct {
	model.PortRange
	transport string
}

// encodedByRow returns what is encoded for each row.
func (r *reporter) encodedByRow() map[string]*encodedRow {
	rows := make(map[string]*encodedRow)
	cited := func(cite []string, take func(*encodedRow)) {
		for _, row := range cite {
			if rows[row] == nil {
				rows[row] = &encodedRow{}
			}
			take(rows[row])
		}
	}
	for _, c := range r.Connections() {
		cited(c.Flow.Cite, func(e *encodedRow) {
			e.listener(c.Listener, c.Transport)
			if c.Flow.Source != nil {
				e.add(c.Transport, c.Flow.Source.Ports...)
			}
			if re := c.Flow.Reply; re != nil {
				e.add(re.Transport, re.Ports...)
				e.dynamic(re.Transport, re.Dynamic)
				e.add(re.Transport, re.From.Known()...)
			}
		})
	}
	for _, c := range r.Components {
		for _, l := range c.Listeners {
			cited(l.Cite, func(e *encodedRow) { e.listener(l, l.Over()...) })
			if l.Dynamic != nil {
				for _, d := range l.Dynamic.Ranges {
					for _, t := range l.Over() {
						cited(d.Cite, func(e *encodedRow) { e.add(t, d.PortRange) })
					}
				}
			}
		}
	}
	for _, rule := range r.Rules {
		for c, moved := range rule.Move {
			for l, port := range moved {
				for _, t := range r.Component(c).Listener(l).Transports {
					cited(rule.Cite, func(e *encodedRow) { e.add(t, model.PortRange{From: port, To: port}) })
				}
			}
		}
	}
	for _, erratum := range r.Errata {
		cited(erratum.Cite, func(e *encodedRow) { e.erratum = true })
	}
	return rows
}

func (e *encodedRow) add(transport string, ports ...model.PortRange) {
	for _, p := range ports {
		e.ports = append(e.ports, encodedPort{p, transport})
	}
}

func (e *encodedRow) dynamic(transport string, d *model.Dynamic) {
	if d != nil {
		for _, r := range d.Ranges {
			e.add(transport, r.PortRange)
		}
	}
}

// listener adds the ports of a listener over the given transports.
func (e *encodedRow) listener(l *model.Listener, transports ...string) {
	for _, t := range transports {
		e.without = append(e.without, t)
		e.add(t, l.Ports...)
		e.add(t, l.Fallback...)
		e.add(t, l.Often...)
		e.dynamic(t, l.Dynamic)
		if strings.HasPrefix(t, "icmp") {
			e.messages = append(e.messages, l.ICMP...)
			e.anyICMP = e.anyICMP || len(l.ICMP) == 0
		}
	}
	if l.Offset != nil {
		e.others = append(e.others, l.Offset.Base, l.Offset.Plus)
		if l.Offset.PlusTo != nil {
			e.others = append(e.others, *l.Offset.PlusTo)
		}
	}
	if l.Count > 0 {
		e.others = append(e.others, l.Count)
	}
}

// over reports whether anything uses a transport.
func (e *encodedRow) over(transport string) bool {
	return slices.Contains(e.without, transport) || slices.ContainsFunc(e.ports, func(p encodedPort) bool { return p.transport == transport })
}

// lacks describes what is missing of something printed: what is encoded by nothing that cites
// the row. It returns "" if nothing is missing.
func (e *encodedRow) lacks(p printed) string {
	n := p.ports.From
	switch p.kind {
	case aTransport:
		if t := p.transports[0]; !e.erratum && !e.over(t) && (len(e.without) > 0 || len(e.ports) > 0) {
			return fmt.Sprintf("%s, but nothing that cites it uses %s", strings.ToUpper(t), t)
		}
		return ""
	case aProtocol:
		if t := model.TransportOf(n); !e.over(t) {
			return fmt.Sprintf("IP protocol %d, but nothing that cites it uses %s", n, t)
		}
		return ""
	case aMessage:
		if !e.anyICMP && !slices.ContainsFunc(e.messages, func(m model.ICMP) bool { return m.Type == n || m.Code != nil && *m.Code == n }) {
			return fmt.Sprintf("ICMP message %d, but nothing that cites it has that message", n)
		}
		return ""
	}
	if n == p.ports.To && (slices.Contains(e.others, n) || len(p.transports) == 0 && e.over(model.TransportOf(n))) {
		return ""
	}
	if !e.encodes(p, "") {
		if n == p.ports.To {
			return fmt.Sprintf("%d, but nothing that cites it has that port", n)
		}
		return fmt.Sprintf("%s, but nothing that cites it has that range", p.ports)
	}
	for _, t := range p.transports {
		if !e.erratum && !e.encodes(p, t) {
			return fmt.Sprintf("%s over %s, but what cites it has it only over %s", p.ports, t, strings.Join(e.carriers(p), " and "))
		}
	}
	return ""
}

// carriers returns the transports over which something printed is encoded.
func (e *encodedRow) carriers(p printed) []string {
	var all []string
	for _, t := range []string{"tcp", "udp", "sctp"} {
		if e.encodes(p, t) {
			all = append(all, t)
		}
	}
	return all
}

// encodes reports whether a port is encoded or, for a range, whether ranges that are encoded
// cover exactly that range; transport "" means any.
func (e *encodedRow) encodes(p printed, transport string) bool {
	one := p.ports.From == p.ports.To
	next := p.ports.From
	for range len(e.ports) + 1 {
		if next > p.ports.To {
			return true
		}
		at := next
		for _, x := range e.ports {
			if transport != "" && x.transport != transport || x.From > next || x.To < next || !one && (x.From < p.ports.From || x.To > p.ports.To) {
				continue
			}
			at = max(at, x.To+1)
		}
		if at == next {
			break
		}
		next = at
	}
	if next > p.ports.To {
		return true
	}
	single := func(n int) bool {
		return slices.ContainsFunc(e.ports, func(x encodedPort) bool {
			return x.From == n && x.To == n && (transport == "" || x.transport == transport)
		})
	}
	return p.loose && single(p.ports.From) && single(p.ports.To)
}
