package model

import "slices"

// CanHold reports whether conditions can hold together, with what the features
// that they switch on need. A feature of which several choices may be in use
// meets any of them.
func (p *Product) CanHold(whens ...When) bool {
	wanted := make(When)
	var todo []string
	for _, w := range whens {
		if !p.want(wanted, w, &todo) {
			return false
		}
	}
	for len(todo) > 0 {
		f := p.Feature(todo[0])
		todo = todo[1:]
		if f == nil || len(f.Needs) == 0 || slices.Contains(wanted[f.ID], "off") {
			continue
		}
		if !p.want(wanted, f.Needs, &todo) {
			return false
		}
	}
	return true
}

// want narrows what is wanted of features by a condition, and notes those that
// were narrowed; false where a feature has no value left.
func (p *Product) want(wanted, w When, todo *[]string) bool {
	for _, id := range w.Features() {
		values, known := wanted[id]
		if f := p.Feature(id); known && f != nil && f.Several {
			continue
		}
		if !known {
			values = w[id]
		} else {
			values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return !slices.Contains(w[id], v) })
		}
		if len(values) == 0 {
			return false
		}
		if !slices.Equal(values, wanted[id]) {
			wanted[id] = values
			*todo = append(*todo, id)
		}
	}
	return true
}

// An OtherPort is where a listener is found in some installations instead of, or
// besides, at its default port.
type OtherPort struct {
	Ports []PortRange
	Rule  *Rule // that moves it there; nil for a fallback
}

// OtherPorts lists where a listener is found besides its default, under a
// condition: where its fallbacks and the rules for shared hosts put it.
func (p *Product) OtherPorts(c *Component, l *Listener, when When) []OtherPort {
	var all []OtherPort
	if len(l.Fallback) > 0 {
		all = append(all, OtherPort{Ports: l.Fallback})
	}
	for _, r := range p.Rules {
		port, moves := r.Move[c.ID][l.ID]
		if !moves || slices.Equal(l.Ports, []PortRange{{port, port}}) || !p.InForce(r, And(when, l.When)) {
			continue
		}
		all = append(all, OtherPort{Ports: []PortRange{{port, port}}, Rule: r})
	}
	if l.Offset == nil || c.Listener(l.Offset.Of) == nil {
		return all
	}
	for _, base := range p.OtherPorts(c, c.Listener(l.Offset.Of), And(when, l.When)) {
		if base.Rule == nil {
			continue
		}
		if _, own := base.Rule.Move[c.ID][l.ID]; own {
			continue // said above
		}
		n := base.Ports[0].From + l.Offset.Plus
		all = append(all, OtherPort{Ports: []PortRange{{n, n}}, Rule: base.Rule})
	}
	return all
}

// OtherPorts lists where the connection's listener is found besides its default.
func (c *Connection) OtherPorts() []OtherPort {
	return c.Product.OtherPorts(c.To, c.Listener, c.When)
}

// InForce reports whether a rule can hold where a condition does: its own
// condition, and those of the components that share the host.
func (p *Product) InForce(r *Rule, when When) bool {
	whens := []When{when, r.When}
	for _, id := range r.Together {
		if c := p.Component(id); c != nil {
			whens = append(whens, c.When)
		}
	}
	return p.CanHold(whens...)
}
