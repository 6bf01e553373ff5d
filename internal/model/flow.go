package model

import (
	"cmp"
	"maps"
	"slices"
)

// A Flow is who starts talking to which listeners of whom, and why.
type Flow struct {
	ID         string   `json:"id"`
	From       []string `json:"from"`
	To         []Target `json:"to"`
	Transports []string `json:"transports,omitempty"` // empty for all of the listeners'
	// Suffices is "one" where one of the listeners and transports is enough; ""
	// where all are needed.
	Suffices string `json:"suffices,omitempty"`
	Purpose  string `json:"purpose"`
	Note     string `json:"note,omitempty"`
	// Optional says that the product works without it, whatever features a site
	// chooses: nobody gets it unasked.
	Optional bool `json:"optional"`
	// InsteadOf are the flows that are tried first: this one is used only where
	// they do not work.
	InsteadOf []string `json:"instead_of,omitempty"`
	BothWays  bool     `json:"both_ways"` // either side may start
	// BothWaysWhen is when either side may start; always where it is empty.
	BothWaysWhen When         `json:"both_ways_when,omitempty"`
	Persistent   bool         `json:"persistent"` // one long-lived connection used both ways
	Scope        string       `json:"scope"`      // network, same-host or nodes
	Family       string       `json:"family,omitempty"`
	Delivery     string       `json:"delivery"` // unicast, broadcast or multicast
	Groups       []string     `json:"groups,omitempty"`
	Source       *SourcePorts `json:"source,omitempty"`
	Reply        *Reply       `json:"reply,omitempty"`
	Via          []string     `json:"via,omitempty"`
	// TLSInspection is "allowed" or "forbidden"; "" where the vendor does not say.
	TLSInspection string `json:"tls_inspection,omitempty"`
	// Configurable is whether the talker can be told another port; nil where the
	// vendor does not say.
	Configurable *Configurable `json:"configurable,omitempty"`
	// Unknown is what the document does not say: direction, what suffices, or
	// whether the talker can be told another port. Of the first two nothing is
	// permitted before a site chooses.
	Unknown Unknown `json:"unknown,omitempty"`
	Conditions
	Cite []string `json:"cite"`
}

// A Target is a component and the listeners of it that a flow talks to.
type Target struct {
	Component string   `json:"component"`
	Listeners []string `json:"listeners"`
}

// SourcePorts are the ports that a talker sends from.
type SourcePorts struct {
	Ports []PortRange `json:"ports,omitempty"`
	Same  bool        `json:"same"` // the number it sends to
}

// A Reply is an answer to another port of the talker.
type Reply struct {
	Transport string      `json:"transport"`
	Ports     []PortRange `json:"ports"`
	Dynamic   *Dynamic    `json:"dynamic,omitempty"`
}

// A Connection is one flow on one listener over one transport.
type Connection struct {
	Product   *Product
	Flow      *Flow
	From      []*Component
	To        *Component
	Listener  *Listener
	Transport string // or UnknownTransport
	// Conditions of the flow, the listener, the target and the talkers together.
	// Operating systems and versions are the flow's alone, as they speak of the
	// talker.
	When  When
	Phase string
}

// Ports are the fixed ports of the connection, or else the ranges that a
// dynamic port is taken from, or none.
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

// Configurable is how the port can be changed: as the flow says or else the
// listener; nil where neither does.
func (c *Connection) Configurable() *Configurable {
	if c.Flow.Configurable != nil {
		return c.Flow.Configurable
	}
	return c.Listener.Configurable
}

// BackWhen is when the listener's side may start, where either may.
func (c *Connection) BackWhen() When { return And(c.When, c.Flow.BothWaysWhen) }

// WayBack lists the talkers that the listener's side may start to talk to, where
// either side may start. Among the nodes of one component all are talkers.
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
	for _, f := range p.Flows {
		var from []*Component
		for _, id := range f.From {
			from = append(from, p.Component(id))
		}
		for _, t := range f.To {
			to := p.Component(t.Component)
			for _, id := range t.Listeners {
				l := to.Listener(id)
				for _, transport := range l.Over() {
					if len(f.Transports) > 0 && !slices.Contains(f.Transports, transport) {
						continue
					}
					all = append(all, &Connection{
						Product: p, Flow: f, From: from, To: to, Listener: l, Transport: transport,
						When:  And(f.When, l.When, to.When, anyOf(from)),
						Phase: cmp.Or(f.Phase, l.Phase, to.Phase),
					})
				}
			}
		}
	}
	return all
}

// anyOf is what must hold for any of the talkers to exist: of the features that
// all of them name, the values that one of them has.
func anyOf(talkers []*Component) When {
	when := When{}
	if len(talkers[0].When) == 0 {
		return when
	}
	for _, f := range talkers[0].When.Features() {
		var values []string
		for _, c := range talkers {
			have, ok := c.When[f]
			if !ok {
				values = nil
				break
			}
			for _, v := range have {
				if !slices.Contains(values, v) {
					values = append(values, v)
				}
			}
		}
		if values != nil {
			when[f] = values
		}
	}
	return when
}

// And is the conditions together: a feature named twice keeps the values that
// both allow. Nobody changes what it returns, which may be one of them.
func And(whens ...When) When {
	all, own := When{}, true
	for _, w := range whens {
		switch {
		case len(w) == 0:
			continue
		case len(all) == 0:
			all, own = w, false
			continue
		case !own:
			all, own = maps.Clone(all), true
		}
		for f, values := range w {
			if have, ok := all[f]; ok {
				values = slices.DeleteFunc(slices.Clone(values), func(v string) bool {
					return !slices.Contains(have, v)
				})
			}
			all[f] = values
		}
	}
	return all
}

// Features lists the features of the condition, sorted.
func (w When) Features() []string {
	if len(w) == 0 {
		return nil
	}
	all := make([]string, 0, len(w))
	for f := range w {
		all = append(all, f)
	}
	slices.Sort(all)
	return all
}
