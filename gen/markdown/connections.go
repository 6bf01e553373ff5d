package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen/describe"
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
func (v *view) lineTable(p *page, list []*describe.Line, self *model.Component, hide string) {
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

func (v *view) lineCells(l *describe.Line, self *model.Component, hide string) []md {
	return []md{
		v.source(l, self), v.destination(l, self), v.port(l), v.words.Purpose(l),
		v.words.Needed(l, hide), v.change(l), v.flowCell(l.Flow),
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
func (v *view) source(l *describe.Line, self *model.Component) md {
	return join(", ", v.parties(l.From, self), v.words.FromNotes(l))
}

// destination shows who listens, and how packets get there: "IGEL OS 12 device,
// broadcast", "Mail server, through Proxy".
func (v *view) destination(l *describe.Line, self *model.Component) md {
	return join(", ", v.parties(l.To, self), v.words.ToNotes(l))
}

// port shows where the destination listens, and what a rule makes of that:
// "TCP 30001, 30002 by rule ha-same-host".
func (v *view) port(l *describe.Line) md {
	return join(", ", v.words.PortCell(l), v.words.PortNotes(l))
}

// change tells whether the port can be changed, with a link to how.
func (v *view) change(l *describe.Line) md {
	if l.Ways == describe.Answer {
		return v.words.Change(nil)
	}
	c := l.Connection.Configurable()
	switch {
	case c == nil || c.How == "":
		return v.words.Change(c)
	case l.Flow.Configurable != nil:
		return v.link(anchorID("flow", l.Flow.ID), v.words.Change(c))
	}
	return v.listenerLink(l.Connection.To, l.Listener, v.words.Change(c))
}
