package model

import "slices"

// An OtherPort is a port that a listener has in some installations, instead of or in
// addition to its default port.
type OtherPort struct {
	Ports []PortRange
	Rule  *Rule // rule that assigns the port; nil for a fallback
}

// OtherPorts lists the ports of a listener under a condition apart from its default:
// fallbacks, and ports assigned by rules for shared hosts.
func (p *Product) OtherPorts(c *Component, l *Listener, when When) []OtherPort {
	var all []OtherPort
	if len(l.Fallback) > 0 {
		all = append(all, OtherPort{Ports: l.Fallback})
	}
	for _, r := range p.Rules {
		port, moves := r.Move[c.ID][l.ID]
		if !moves || slices.Equal(l.Ports, []PortRange{{port, port}}) || !p.InForce(r, p.And(when, l.When)) {
			continue
		}
		all = append(all, OtherPort{Ports: []PortRange{{port, port}}, Rule: r})
	}
	if l.Offset == nil || c.Listener(l.Offset.Of) == nil {
		return all
	}
	for _, base := range p.OtherPorts(c, c.Listener(l.Offset.Of), p.And(when, l.When)) {
		if base.Rule == nil {
			continue
		}
		if _, own := base.Rule.Move[c.ID][l.ID]; own {
			continue // already listed
		}
		n := base.Ports[0].From + l.Offset.Plus
		all = append(all, OtherPort{Ports: []PortRange{{n, n}}, Rule: base.Rule})
	}
	return all
}

// OtherPorts lists the ports of the connection's listener apart from its default.
func (c *Connection) OtherPorts() []OtherPort {
	return c.Product.OtherPorts(c.To, c.Listener, c.When)
}

// InForce reports whether a rule can apply when a condition holds, given the rule's own
// condition and those of the components that share the host.
func (p *Product) InForce(r *Rule, when When) bool {
	whens := []When{when, r.When}
	for _, id := range r.Together {
		if c := p.Component(id); c != nil {
			whens = append(whens, c.When)
		}
	}
	return p.CanHold(whens...)
}
