package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// component writes what a component is, what it listens on, and the
// connections that it accepts and makes.
func (v *view) component(p *page, c *model.Component) {
	p.heading(3, anchorID("component", c.ID), text(c.Name)+" ("+text(c.ID)+")")
	p.paragraph(text(c.Description))
	p.list(v.componentFacts(c))
	v.listeners(p, c)

	v.direction(p, "accepts", c, "**Inbound**: to be accepted from the network.", v.accepted(c))
	v.direction(p, "reaches", c, "**Outbound**: to be reached over the network.", v.reached(c))
	v.direction(p, "nodes", c, "**Among nodes**: to be permitted between nodes that work as one.", v.amongNodes(c))
}

// direction writes one table of a component, below a sentence that links can
// lead to.
func (v *view) direction(p *page, kind string, c *model.Component, words md, list []*describe.Line) {
	if len(list) == 0 {
		return
	}
	p.paragraph(anchor(anchorID(kind, c.ID)) + words)
	v.lineTable(p, list, c, "")
}

// componentFacts lists what holds for all listeners of a component.
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
	var carries []md
	for _, f := range v.Flows {
		if slices.Contains(f.Via, c.ID) {
			carries = append(carries, v.flowLink(f.ID))
		}
	}
	fact("Carries on their way", join(", ", carries...))
	fact("Rows", v.evidence(c.Cite, nil))
	if len(v.accepted(c))+len(v.reached(c))+len(v.amongNodes(c)) == 0 {
		facts = append(facts, "No connection over the network starts or ends here.")
	}
	return facts
}

// kind says what a component is, and which shared service.
func (v *view) kind(c *model.Component) md {
	if c.Service == "" {
		return v.words.Kind(c)
	}
	return "the shared service " + link(place{page: servicePath(c.Service)}, text(c.Service))
}

// listeners writes the sockets that a component opens. The column for processes
// is there only where one differs from the component's.
func (v *view) listeners(p *page, c *model.Component) {
	shown := slices.DeleteFunc(slices.Clone(c.Listeners), func(l *model.Listener) bool { return !v.shows(c, l) })
	if len(shown) == 0 {
		return
	}
	own := slices.ContainsFunc(shown, func(l *model.Listener) bool { return len(l.Processes) > 0 })
	head := []md{"Listener", "Port", "Bind", "Purpose", "When", "Change", "Rows"}
	if own {
		head = append(head, "Process")
	}
	var rows [][]md
	for _, l := range shown {
		row := v.listenerCells(c, l)
		if own {
			row = append(row, v.words.Processes(l.Processes))
		}
		rows = append(rows, row)
	}
	words := md("**Listens on**: the sockets it opens.")
	if len(shown) < len(c.Listeners) {
		words = "**Listens on**: the sockets that this product uses."
	}
	p.paragraph(words)
	p.table(head, rows)
}

func (v *view) listenerCells(c *model.Component, l *model.Listener) []md {
	touched := v.errata(func(e *model.Erratum) bool { return slices.Contains(e.Listeners[c.ID], l.ID) })
	return []md{
		anchor(anchorID("listener", c.ID, l.ID)) + text(l.ID), v.words.ListenerPort(c, l), v.words.Bind(l),
		text(l.Purpose), v.words.Open(l), v.words.ChangeOf(l), v.evidence(l.Cite, touched),
	}
}
