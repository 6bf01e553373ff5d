package model

import (
	"cmp"
	"slices"
)

// A Flow is who connects to which listeners, and why.
type Flow struct {
	ID         string   `json:"id"`
	From       []string `json:"from"`
	To         []Target `json:"to"`
	Transports []string `json:"transports,omitempty"` // empty for all of the listeners'
	// Suffices is "one" if one of the listeners and transports is enough; "" if all are
	// needed.
	Suffices string `json:"suffices,omitempty"`
	Purpose  string `json:"purpose"`
	Note     string `json:"note,omitempty"`
	// Optional means that the product works without it, whatever features a site chooses;
	// it is left out by default.
	Optional bool `json:"optional"`
	// NoRule is why no firewall rule is needed, where the vendor lists the flow all the
	// same: nothing is permitted for it. "" where one is needed.
	NoRule string `json:"no_rule,omitempty"`
	// InsteadOf are flows that are tried first: this one is used only if they do not work.
	InsteadOf []string `json:"instead_of,omitempty"`
	BothWays  bool     `json:"both_ways"` // either side may start
	// BothWaysWhen is when either side may start; empty means always.
	BothWaysWhen When         `json:"both_ways_when,omitempty"`
	Persistent   bool         `json:"persistent"` // one long-lived connection used both ways
	Scope        string       `json:"scope"`      // network, same-host or nodes
	Family       string       `json:"family,omitempty"`
	Delivery     string       `json:"delivery"` // unicast, broadcast or multicast
	Groups       []string     `json:"groups,omitempty"`
	Source       *SourcePorts `json:"source,omitempty"`
	Reply        *Reply       `json:"reply,omitempty"`
	Via          []string     `json:"via,omitempty"`
	// Passes are components on the way that the talker does not address.
	Passes []string `json:"passes,omitempty"`
	// TLSInspection is "allowed" or "forbidden"; "" if the vendor does not say.
	TLSInspection string `json:"tls_inspection,omitempty"`
	// Configurable is whether the component that connects can use another port; nil if the
	// vendor does not say.
	Configurable *Configurable `json:"configurable,omitempty"`
	// Unknown has what the document leaves open: direction, suffices, or whether the
	// component that connects can use another port. With one of the first two, nothing is
	// permitted until a site chooses.
	Unknown Unknown `json:"unknown,omitempty"`
	Conditions
	Cite []string `json:"cite"`
}

// A Target is a component that a flow talks to, and its listeners.
type Target struct {
	Component string   `json:"component"`
	Listeners []string `json:"listeners"`
}

// SourcePorts are the ports that a component sends from.
type SourcePorts struct {
	Ports []PortRange `json:"ports,omitempty"`
	Same  bool        `json:"same"` // same as the destination port
}

// ReplyPorts returns the ports of the talker to which a reply goes, and how a dynamic one is
// chosen. A source port that the vendor does not name is dynamic, from an unknown range.
func (f *Flow) ReplyPorts() ([]PortRange, *Dynamic) {
	switch r := f.Reply; {
	case !r.ToSource:
		return r.Ports, r.Dynamic
	case f.Source != nil && len(f.Source.Ports) > 0:
		return f.Source.Ports, nil
	}
	return nil, &Dynamic{}
}

// A ReplyFrom is the port that a reply comes from.
type ReplyFrom struct {
	Ports   []PortRange `json:"ports,omitempty"`
	Dynamic *Dynamic    `json:"dynamic,omitempty"`
}

// Known returns the ports, and the ranges from which a dynamic port is chosen; none for nil.
func (f *ReplyFrom) Known() []PortRange {
	if f == nil || f.Dynamic == nil && len(f.Ports) == 0 {
		return nil
	}
	all := slices.Clone(f.Ports)
	if f.Dynamic != nil {
		for _, r := range f.Dynamic.Ranges {
			all = append(all, r.PortRange)
		}
	}
	return all
}

// String returns "port 1024-65535", or "another port".
func (f *ReplyFrom) String() string {
	if known := f.Known(); len(known) > 0 {
		return "port " + FormatPorts(known)
	}
	return "another port"
}

// A Reply is a reply to a port other than the source port.
type Reply struct {
	Transport string      `json:"transport"`
	Ports     []PortRange `json:"ports"`
	Dynamic   *Dynamic    `json:"dynamic,omitempty"`
	// ToSource means that it goes to the source port of the request.
	ToSource bool `json:"to_source,omitempty"`
	// From is the port that it comes from; nil if that is the port of the request.
	From *ReplyFrom `json:"from,omitempty"`
}

// A Connection is one flow on one listener over one transport.
type Connection struct {
	Product   *Product
	Flow      *Flow
	From      []*Component
	To        *Component
	Listener  *Listener
	Transport string // or UnknownTransport
	// When combines the conditions of the flow, the listener and all components. Operating
	// systems and versions are only in Flow, because they are about the component that
	// connects.
	When  When
	Phase string
}

// Ports returns the fixed ports of the connection or the ranges of a dynamic port, if any.
func (c *Connection) Ports() []PortRange {
	if c.Listener.Dynamic == nil {
		return c.Listener.Ports
	}
	ports := []PortRange{}
	for _, r := range c.Listener.Dynamic.Ranges {
		ports = append(ports, r.PortRange)
	}
	return ports
}

// Configurable returns how the port can be changed, according to the flow or, if it does
// not say, the listener; nil if neither does.
func (c *Connection) Configurable() *Configurable {
	if c.Flow.Configurable != nil {
		return c.Flow.Configurable
	}
	return c.Listener.Configurable
}

// BackWhen returns when the listener's side may start, if either side may.
func (c *Connection) BackWhen() When { return c.Product.And(c.When, c.Flow.BothWaysWhen) }

// WayBack lists the components that the listener's side may connect to, if either side may
// start. Among the nodes of one component, that is the component itself.
func (c *Connection) WayBack() []*Component {
	if !c.Flow.BothWays {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.From), func(t *Component) bool { return t == c.To })
}

// Connections lists every flow on every listener over every transport, in the
// order of the spec.
func (p *Product) Connections() []*Connection {
	var all []*Connection
	var room []Connection // allocated for several, about one for each flow
	for _, f := range p.Flows {
		from := make([]*Component, 0, len(f.From))
		var anyOf When // holds if any of them exists
		for i, id := range f.From {
			from = append(from, p.Component(id))
			if i == 0 {
				anyOf = from[0].When
			} else {
				anyOf = Either(anyOf, from[i].When)
			}
		}
		for _, t := range f.To {
			to := p.Component(t.Component)
			for _, id := range t.Listeners {
				l := to.Listener(id)
				for _, transport := range l.Over() {
					if len(f.Transports) > 0 && !slices.Contains(f.Transports, transport) {
						continue
					}
					if len(room) == 0 {
						room = make([]Connection, len(p.Flows))
						all = slices.Grow(all, len(room))
					}
					room[0] = Connection{
						Product: p, Flow: f, From: from, To: to, Listener: l, Transport: transport,
						When:  p.And(f.When, l.When, to.When, anyOf),
						Phase: cmp.Or(f.Phase, l.Phase, to.Phase),
					}
					all, room = append(all, &room[0]), room[1:]
				}
			}
		}
	}
	return all
}
