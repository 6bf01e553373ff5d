package html

import (
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// component returns the page of a component: its card, the sockets that it opens, and its
// connections with what the document says beside them.
func (b *book) component(c *model.Component) *page {
	v := b.page(componentName(c.ID), c.Name)
	v.paragraph(text(c.Description))
	var relays []hyper
	for _, f := range v.Flows {
		if slices.Contains(f.Via, c.ID) {
			relays = append(relays, syntax{v}.FlowLink(f.ID))
		}
	}
	v.facts("Kind", v.kind(c), "Id", text(c.ID), "Release", text(c.Version), "Hosts", v.words.Endpoints(c.At),
		"Service or process", v.words.Processes(c.Processes), "Only when", v.words.Existence(c.Conditions),
		"Relays", describe.Join(", ", relays...), "Source", v.rowsBeside(c.Cite))
	k := v.card(c)
	if len(k.In)+len(k.Out) > 0 {
		k.Name, k.Alone = text(c.Name), true
		v.show("card.html", k)
		v.paragraph(brackets(inBrackets, k))
	} else {
		v.paragraph("No connection over the network starts or ends here.")
	}
	v.listeners(c)
	s := v.sides[c]
	v.direction("inbound", "Inbound", "To accept from the network", "From", c, s.Accepted, v.from)
	v.direction("outbound", "Outbound", "To reach over the network", "To", c, s.Reached, v.toward)
	v.direction("nodes", "Among nodes", "To permit between nodes that work as one", "To", c, s.AmongNodes, v.toward)
	return v.page
}

// rowsBeside returns citations with the printed cells.
func (v *view) rowsBeside(cite []string) hyper {
	return v.beside(cite, func(*model.Erratum) bool { return false })
}

// listeners shows the sockets that a component opens; for a shared service, those that the
// product uses.
func (v *view) listeners(c *model.Component) {
	t := table{title: "Sockets that it opens", head: []hyper{"Listener", "Port", "Bind", "Purpose", "When", "Change", "Process", "Source"}}
	for _, l := range c.Listeners {
		if c.Service != "" && !v.used[l] {
			continue
		}
		touches := func(e *model.Erratum) bool { return slices.Contains(e.Listeners[c.ID], l.ID) }
		t.rows = append(t.rows, row{anchor("listener", l.ID), []hyper{
			text(l.ID), v.words.ListenerPort(c, l), v.words.Bind(l), text(l.Purpose), v.words.Open(l),
			v.words.ChangeOf(l), v.words.Processes(l.Processes), v.beside(l.Cite, touches),
		}})
	}
	if len(t.rows) < len(c.Listeners) {
		t.title = "Sockets that this product uses"
	}
	if len(t.rows) > 0 {
		v.heading(2, "listeners", "Listens on")
		v.table(t)
	}
}

// direction shows one direction of a component's connections, with the document's rows
// beside each flow. How its own ports can be changed is in the table of its
// listeners.
func (v *view) direction(id, heading, title string, side hyper, c *model.Component, lines []*describe.Line, party func(*describe.Line, *model.Component) hyper) {
	if len(lines) == 0 {
		return
	}
	v.heading(2, id, text(heading))
	t := table{class: "peers", title: title, head: []hyper{side, "Port", "When", "Why", "Change", "Source"}}
	for _, l := range lines {
		t.rows = append(t.rows, row{cells: []hyper{
			party(l, c), v.port(l), v.words.Needed(l, ""), v.why(l), v.change(l), v.beside(l.Flow.Cite, ofFlow(l.Flow.ID)),
		}})
	}
	if !slices.ContainsFunc(lines, func(l *describe.Line) bool { return l.Listener != nil && !slices.Contains(c.Listeners, l.Listener) }) {
		t.drop(slices.Index(t.head, "Change"))
	}
	t.dropAlways(2)
	v.table(t)
}
