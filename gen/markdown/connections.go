package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// lineHead are the columns of tables of connections, in the order in which somebody who
// writes firewall rules needs them. There are few, because pages are narrow: details that
// only a few lines have are added to the cell that they are about.
var lineHead = []md{"From", "To", "Port", "Purpose", "Needed", "Flow and rows"}

// lineTable writes connections. A feature that the table is about is left out of the
// conditions.
//
//	| From | To | Port | Purpose | Needed | Flow and rows |
//	| --- | --- | --- | --- | --- | --- |
//	| [UMS Console](component-ums-console.md) | … | TCP 8443 (https) | … | always | [console](flows.md#flow-console): [1.6](sources.md#row-default-ports--6) |
func (v *view) lineTable(p *page, t table, list []*describe.Line, hide string) {
	t.head = slices.Clone(lineHead)
	if hide != "" {
		t.head[slices.Index(t.head, "Needed")] = "Also when"
	}
	t.rows, t.row = len(list), func(cells []md, i int) []md { return v.lineCells(cells, list[i], nil, hide) }
	p.long(t)
}

// sideTable writes the connections of a component, those with the same peers together. There is
// no column for the component's own side, and conditions of the component itself are left out.
func (v *view) sideTable(p *page, t table, list []*describe.Line, self *model.Component, side md) {
	t.head = lineHead
	list = describe.BySides(list)
	own := slices.Index(lineHead, side)
	t.rows, t.row = len(list), func(cells []md, i int) []md {
		l := list[i]
		if len(self.When) > 0 {
			left := *l
			left.When = beyond(l.When, self.When)
			l = &left
		}
		row := v.lineCells(cells, l, self, "")
		if own >= 0 {
			row[len(cells)+own] = ""
		}
		return row
	}
	p.long(t)
}

// beyond returns the part of a condition that the other does not require.
func beyond(w, other model.When) model.When {
	left := make(model.When)
	for f, values := range w.Lists() {
		if !slices.ContainsFunc(other[f], func(known []string) bool { return slices.Equal(known, values) }) {
			left[f] = append(left[f], values)
		}
	}
	return left
}

// lineCells appends the cells of a line, under lineHead.
func (v *view) lineCells(cells []md, l *describe.Line, self *model.Component, hide string) []md {
	return append(cells, v.parties(l.From, self), v.destination(l, self), v.port(l), v.words.Purpose(l), v.words.Needed(l, hide), v.flowCell(l.Flow))
}

// flowCell names a flow and the rows that it cites.
func (v *view) flowCell(f *model.Flow) md {
	return once(v.flow, f, func() md { return join(": ", v.flowLink(f.ID), v.evidence(f.Cite, v.flowErrata(f))) })
}

// destination shows who listens.
func (v *view) destination(l *describe.Line, self *model.Component) md {
	node := md("")
	if l.Flow.Scope == "nodes" && len(l.To) == 1 && slices.Contains(l.From, l.To[0]) {
		node = "another node"
	}
	return join(", ", v.parties(l.To, self), node)
}

// port shows where the destination listens, how a rule changes that, and how packets get there:
// "TCP 30001, 30002 by rule ha-same-host", "UDP 68, from port 67, broadcast".
func (v *view) port(l *describe.Line) md {
	return once(v.ports, lineEnd{l.Connection, l.Back, l.Ways == describe.Answer}, func() md { return v.portWords(l) })
}

// A lineEnd is where lines of a product end. Lines with the same lineEnd differ only in their
// sides and conditions.
type lineEnd struct {
	*model.Connection
	back, answer bool
}

func (v *view) portWords(l *describe.Line) md {
	sending := md("")
	if !l.Back {
		sending = join(", ", v.words.FromNotes(l), v.words.Delivery(l.Flow))
	}
	return join(", ", v.socket(l), sending, v.words.PortNotes(l), v.words.Through(l.Flow))
}

// socket returns where the destination listens, or where an answer comes to.
func (v *view) socket(l *describe.Line) md {
	if l.Listener != nil && slices.Equal(l.Transports, l.Listener.Transports) {
		return v.socketOf(l.Listener)
	}
	return v.words.PortCell(l)
}

// socketOf returns where a listener listens, over all of its transports.
func (v *view) socketOf(l *model.Listener) md {
	return once(v.sockets, l, func() md { return v.words.Socket(l, l.Transports) })
}
