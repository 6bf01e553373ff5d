package resolve_test

import (
	"slices"
	"strings"
)

// use judges what the site says of a product for all hosts.
func (j *judgement) use(id string, u use) {
	p := j.products[id]
	if p == nil {
		j.refuse("PS2201", id, "")
		return
	}
	for c, ports := range u.Ports {
		j.given(p, c, ports, id)
	}
	for _, c := range u.Without {
		if p.Components[c] == nil {
			j.refuse("PS2101", id, "")
		}
	}
}

// given judges ports that the site decides for a component.
func (j *judgement) given(p *product, component string, ports map[string]span, where string) {
	c := p.Components[component]
	if c == nil {
		j.refuse("PS2101", where, "")
		return
	}
	for id, port := range ports {
		l := c.Listeners[id]
		switch {
		case l == nil:
			j.refuse("PS2102", where, "")
		case !l.takes(port):
			j.refuse("PS2207", where, "")
		case slices.Contains(l.OneOf, port.From) || slices.Equal(l.all(), []span{port}): // nothing is changed
		case l.Configurable != nil && !l.Configurable.Allowed:
			j.refuse("PS2206", where, "")
		default:
			for _, f := range p.Flows {
				if f.Configurable != nil && !f.Configurable.Allowed && slices.Contains(f.To[component], id) && j.values[p.ID] != nil && j.met(p, f.When) {
					j.refuse("PS2222", where, "")
				}
			}
		}
	}
}

// takes reports whether a listener can have a port, or a span of ports.
func (l *listener) takes(s span) bool {
	one := s.From == s.To
	all := append(l.all(), spans(l.Fallback)...)
	switch {
	case len(l.ported()) == 0:
		return false
	case l.OneOf != nil:
		return one && slices.Contains(l.OneOf, s.From)
	case l.Dynamic != nil, l.Undocumented != "":
		return true
	case l.Count > 0:
		return s.To-s.From+1 == l.Count
	case len(all) > 1:
		return false
	}
	return one == (all[0].From == all[0].To)
}

// places judges addresses, zones and ports of hosts.
func (j *judgement) places() {
	for id, at := range j.site.Services {
		if _, known := j.site.Zones[at.Zone]; at.Zone != "" && !known {
			j.refuse("PS2216", id, "")
		}
	}
	first := make(map[string]string)
	for id, h := range j.site.Hosts {
		for _, a := range h.Addresses {
			same := canonical(a)
			if strings.Contains(same, "/") {
				continue
			}
			if _, taken := first[same]; taken {
				j.refuse("PS2209", "", "")
			}
			first[same] = a
		}
		if _, known := j.site.Zones[h.Zone]; h.Zone != "" && !known {
			j.refuse("PS2216", id, "")
		}
		for at, ports := range h.Ports {
			product, component, _ := strings.Cut(at, "/")
			p := j.products[product]
			if p == nil {
				j.refuse("PS2201", id, "")
				continue
			}
			j.given(p, component, ports, id)
			if p.Components[component] != nil && !slices.Contains(h.Runs, at) {
				j.refuse("PS2101", id, "")
			}
		}
	}
}
