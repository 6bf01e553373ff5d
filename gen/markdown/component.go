package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// kinds says what a component is.
var kinds = map[model.Kind]md{
	model.Software:    "software on a host",
	model.Device:      "device",
	model.External:    "external system",
	model.Zone:        "zone of the network",
	model.Any:         "any host",
	model.UnknownKind: gen.NotDocumented,
}

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
func (v *view) direction(p *page, kind string, c *model.Component, words md, list []*line) {
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
	fact("Hosts", endpoints(c.At))
	fact("Service or process", processes(c.Processes))
	fact("Only when", v.existence(c.Conditions))
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
		return join(": ", kinds[c.Kind], text(c.Unknown[model.AspectIdentity]))
	}
	return "the shared service " + link(v.at, place{page: servicePath(c.Service)}, text(c.Service))
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
			row = append(row, processes(l.Processes))
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
	exists := v.existence(l.Conditions)
	if l.OffUntil != "" {
		exists = join("; ", exists, "off until: "+text(l.OffUntil))
	}
	if exists == "" {
		exists = "always"
	}
	if l.OpenedByInstaller {
		exists = join("; ", exists, "opened on the host by the installer")
	}
	if l.SystemSocket != "" {
		exists = join("; ", exists, "one socket for all who use "+text(l.SystemSocket)+" of a host's operating system")
	}
	touched := v.errata(func(e *model.Erratum) bool { return slices.Contains(e.Listeners[c.ID], l.ID) })
	return []md{
		anchor(anchorID("listener", c.ID, l.ID)) + text(l.ID), v.listenerPort(c, l), bind(l),
		text(l.Purpose), exists, changeOf(l), v.evidence(l.Cite, touched),
	}
}

// bind says who can reach a listener.
func bind(l *model.Listener) md {
	words := text(l.Bind)
	switch l.Bind {
	case "loopback":
		words = "loopback: own host only"
	case model.LoopbackByDefault:
		words = "loopback until it is changed: own host only"
	}
	var same md
	if l.SameOnPeers {
		same = "one number on all peers"
	}
	return join("; ", words, text(l.Network), same)
}
