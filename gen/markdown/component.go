package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// component writes the page of a component: what it is, the connections that it accepts and
// makes, and the sockets that it opens.
func (v *view) component(f *flavor, c *model.Component, diagrams *gen.Diagrams) []gen.File {
	p := f.newPage(v.layout.component(c.ID), c.Name+" ("+c.ID+")")
	p.description = c.Description
	if !slices.ContainsFunc(v.Components, func(other *model.Component) bool { return other != c && other.Name == c.Name }) {
		p.label = c.Name // no other component has the name
	}
	p.paragraph(join(" ", text(c.Description), "Part of "+v.home()+"."))
	p.list(v.componentFacts(c))
	if diagrams != nil {
		p.around(diagrams.Part(c.ID))
	}
	v.side(p, "Inbound", "To be accepted from the network.", v.accepted(c), c, "To")
	v.side(p, "Outbound", "To be reached over the network.", v.reached(c), c, "From")
	v.side(p, "Among nodes", "To be permitted between nodes that work as one.", v.amongNodes(c), c, "")
	v.listensOn(p, c)
	return p.files()
}

// side writes one table of a component.
func (v *view) side(p *page, title string, words md, list []*describe.Line, c *model.Component, own md) {
	if len(list) == 0 {
		return
	}
	id := slug(md(title))
	p.heading(2, id, md(title))
	v.sideTable(p, table{id: id, title: title, words: words}, list, c, own)
}

// componentFacts lists what applies to a component and all of its listeners.
func (v *view) componentFacts(c *model.Component) []md {
	var facts []md
	fact := func(name, words md) {
		if words != "" {
			facts = append(facts, name+": "+words)
		}
	}
	fact("Release", text(c.Version))
	fact("Kind", v.kind(c))
	fact("Hosts", v.words.Endpoints(c.At))
	fact("Service or process", v.words.Processes(c.Processes))
	fact("Only when", v.words.Existence(c.Conditions))
	var relays []md
	for _, f := range v.Flows {
		if slices.Contains(f.Via, c.ID) {
			relays = append(relays, v.flowLink(f.ID))
		}
	}
	fact("Relays", join(", ", relays...))
	fact("Rows", v.evidence(c.Cite, ""))
	if len(v.accepted(c))+len(v.reached(c))+len(v.amongNodes(c)) == 0 {
		facts = append(facts, "No connection over the network starts or ends here.")
	}
	return facts
}

// kind returns the kind of a component. For a shared service, it says which one.
func (v *view) kind(c *model.Component) md {
	if c.Service == "" {
		return v.words.Kind(c)
	}
	return "the shared service " + link(place{page: servicePath(c.Service)}, text(c.Service))
}

// listensOn writes the sockets that a component opens.
func (v *view) listensOn(p *page, c *model.Component) {
	shown := v.listeners(c)
	if len(shown) == 0 {
		return
	}
	words := md("The sockets it opens.")
	if len(shown) < len(c.Listeners) {
		words = "The sockets that this product uses."
	}
	p.heading(2, "listens-on", "Listens on")
	p.long(table{
		id: "listens-on", title: "Listens on", words: words,
		head: []md{"Listener", "Port", "Bind", "Purpose", "When", "Change", "Rows", "Process"},
		rows: len(shown), row: func(cells []md, i int) []md { return v.listenerCells(cells, c, shown[i]) },
	})
}

func (v *view) listenerCells(cells []md, c *model.Component, l *model.Listener) []md {
	touched := v.errata(func(e *model.Erratum) bool { return slices.Contains(e.Listeners[c.ID], l.ID) })
	return append(
		cells, anchor(anchorID("listener", l.ID))+text(l.ID), join("; ", v.socketOf(l), v.words.PortDetails(c, l)), v.words.Bind(l),
		text(l.Purpose), v.words.Open(l), v.words.ChangeOf(l), v.evidence(l.Cite, touched), v.words.Processes(l.Processes),
	)
}
