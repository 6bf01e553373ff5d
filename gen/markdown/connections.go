package markdown

import (
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// lineHead are the columns of every table of connections, in the order in which
// somebody who writes firewall rules needs them.
// There are few columns, because pages are narrow: details that only a few lines have are
// added to the cell that they are about.
var lineHead = []md{"Source", "Destination", "Port", "Purpose", "Needed", "Change", "Flow and rows"}

// lineTable writes connections. Its own component is not a link; a feature that
// the table is about is left out of the conditions.
//
//	| Source | Destination | Port | … | Flow and rows |
//	| --- | --- | --- | … | --- |
//	| [UMS Console](#component-ums-console) | UMS Server | TCP 8443 (https) | … | [console](#flow-console): [1.6](#row-default-ports--6) |
func (v *view) lineTable(p *page, list []*line, self *model.Component, hide string) {
	var rows [][]md
	for _, l := range list {
		rows = append(rows, v.lineCells(l, self, hide))
	}
	head := slices.Clone(lineHead)
	if hide != "" {
		head[slices.Index(head, "Needed")] = "Also when"
	}
	p.table(head, rows)
}

func (v *view) lineCells(l *line, self *model.Component, hide string) []md {
	return []md{
		v.source(l, self), v.destination(l, self), v.port(l), l.purpose(),
		v.needed(l, hide), v.change(l), v.flowCell(l.flow),
	}
}

// flowCell names a flow and the rows that it cites.
func (v *view) flowCell(f *model.Flow) md {
	words, ok := v.flow[f]
	if !ok {
		words = join(": ", v.flowLink(f.ID), v.evidence(f.Cite, v.flowErrata(f)))
		v.flow[f] = words
	}
	return words
}

// source shows who starts, and the ports that it sends from where the vendor
// names them: "DHCP client, from port 68".
func (v *view) source(l *line, self *model.Component) md {
	if l.back {
		return v.parties(l.from, self)
	}
	return join(", ", v.parties(l.from, self), sourcePorts(l.flow))
}

// destination shows who listens, and how packets get there: "IGEL OS 12 device,
// broadcast", "Mail server, through Proxy".
func (v *view) destination(l *line, self *model.Component) md {
	node := md("")
	if l.flow.Scope == "nodes" && len(l.to) == 1 && slices.Contains(l.from, l.to[0]) {
		node = "another node"
	}
	if l.back {
		return join(", ", v.parties(l.to, self), node, v.through(l.flow))
	}
	return join(", ", v.parties(l.to, self), node, delivery(l.flow), v.through(l.flow))
}

// port shows where the destination listens, and what a rule makes of that:
// "TCP 30001, 30002 by rule ha-same-host".
func (v *view) port(l *line) md {
	moved := md("")
	if !l.back {
		moved = v.moved(l.connection.To, l.listener, l.connection.When)
	}
	return join(", ", l.portCell(), moved, family(l.flow), v.waysWords(l))
}

// waysWords says who starts on a line: "both ways if cluster on".
func (v *view) waysWords(l *line) md {
	if l.ways != bothWays || l.back {
		return md(l.ways)
	}
	return join(" if ", md(l.ways), v.condition(l.flow.BothWaysWhen, ""))
}

func (l *line) purpose() md {
	if l.ways == answer {
		return "Answer to: " + text(l.flow.Purpose)
	}
	return text(l.flow.Purpose)
}

// change tells whether the port can be changed, with a link to how.
func (v *view) change(l *line) md {
	if l.ways == answer {
		return change(nil)
	}
	c := l.connection.Configurable()
	switch {
	case c == nil || c.How == "":
		return change(c)
	case l.flow.Configurable != nil:
		return v.link(anchorID("flow", l.flow.ID), change(c))
	}
	return v.listenerLink(l.connection.To, l.listener, change(c))
}
