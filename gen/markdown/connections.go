package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// tables writes the connections of a product as tables. Ends of connections and names of flows
// occur several times, so each is made once.
type tables struct {
	*links
	words   *describe.Words[md]
	flow    map[*model.Flow]md     // how tables name each
	ends    map[end]md             // what tables show of each
	ports   map[lineEnd]md         // what tables show of each
	sockets map[*model.Listener]md // where each listens
}

func newTables(b *book) *tables {
	ls := newLinks(b)
	return &tables{
		links: ls, words: describe.Of(b.Product, b.lines, syntax{ls}), flow: make(map[*model.Flow]md),
		ends: make(map[end]md), ports: make(map[lineEnd]md), sockets: make(map[*model.Listener]md),
	}
}

// plain has the words that do not depend on a product.
var plain = newTables(&book{Product: &model.Product{}}).words

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
func (ts *tables) lineTable(p *page, t table, list []*describe.Line, hide string) {
	t.head = slices.Clone(lineHead)
	if hide != "" {
		t.head[slices.Index(t.head, "Needed")] = "Also when"
	}
	t.rows, t.row = len(list), func(cells []md, i int) []md { return ts.lineCells(cells, list[i], nil, hide) }
	p.long(t)
}

// sideTable writes the connections of a component, those with the same peers together. There is
// no column for the component's own side, and conditions of the component itself are left out.
func (ts *tables) sideTable(p *page, t table, list []*describe.Line, self *model.Component, side md) {
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
		row := ts.lineCells(cells, l, self, "")
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
func (ts *tables) lineCells(cells []md, l *describe.Line, self *model.Component, hide string) []md {
	return append(cells, ts.parties(l.From, self), ts.destination(l, self), ts.port(l), ts.words.Purpose(l), ts.words.Needed(l, hide), ts.flowCell(l.Flow))
}

// flowCell names a flow and the rows that it cites.
func (ts *tables) flowCell(f *model.Flow) md {
	return once(ts.flow, f, func() md { return join(": ", ts.flowLink(f.ID), ts.evidence(f.Cite, ts.flowErrata(f))) })
}

// party links an end of a connection.
//
//	[IGEL licensing server](component-license-server.md) (susi.igel.com)
func (ts *tables) party(c, self *model.Component) md {
	at := end{c, c == self}
	return once(ts.ends, at, func() md {
		words := text(c.Name)
		if !at.home {
			words = ts.componentLink(c)
		}
		return ts.words.Party(c, words, at.home)
	})
}

// An end is a component as an end of connections, on its own page or elsewhere.
type end struct {
	*model.Component
	home bool
}

func (ts *tables) parties(components []*model.Component, self *model.Component) md {
	return describe.List(", ", components, func(c *model.Component) md { return ts.party(c, self) })
}

// destination shows who listens.
func (ts *tables) destination(l *describe.Line, self *model.Component) md {
	node := md("")
	if l.Flow.Scope == "nodes" && len(l.To) == 1 && slices.Contains(l.From, l.To[0]) {
		node = "another node"
	}
	return join(", ", ts.parties(l.To, self), node)
}

// port shows where the destination listens, how a rule changes that, and how packets get there:
// "TCP 30001, 30002 by rule ha-same-host", "UDP 68, from port 67, broadcast".
func (ts *tables) port(l *describe.Line) md {
	return once(ts.ports, lineEnd{l.Connection, l.Back, l.Ways == describe.Answer}, func() md { return ts.portWords(l) })
}

// A lineEnd is where lines of a product end. Lines with the same lineEnd differ only in their
// sides and conditions.
type lineEnd struct {
	*model.Connection
	back, answer bool
}

func (ts *tables) portWords(l *describe.Line) md {
	sending := md("")
	if !l.Back {
		sending = join(", ", ts.words.FromNotes(l), ts.words.Delivery(l.Flow))
	}
	return join(", ", ts.socket(l), sending, ts.words.PortNotes(l), ts.words.Through(l.Flow))
}

// socket returns where the destination listens, or where an answer comes to.
func (ts *tables) socket(l *describe.Line) md {
	if l.Listener != nil && slices.Equal(l.Transports, l.Listener.Transports) {
		return ts.socketOf(l.Listener)
	}
	return ts.words.PortCell(l)
}

// socketOf returns where a listener listens, over all of its transports.
func (ts *tables) socketOf(l *model.Listener) md {
	return once(ts.sockets, l, func() md { return ts.words.Socket(l, l.Transports) })
}
