package resolve_test

import (
	"slices"
	"strings"
)

// use judges the choices that the site makes for a product on all hosts.
func (j *judgement) use(id string, u use) {
	if len(j.named(id)) == 0 {
		j.refuse("PS2201", id, "")
		return
	}
	if j.main(id) == nil {
		return // the product is not known
	}
	all := j.inUse(id)
	for c, ports := range u.Ports {
		j.given(all, c, ports, id)
	}
	for _, c := range u.Without {
		at := id + "/" + c
		_, there := j.site.Services[at]
		for _, h := range j.site.Hosts {
			there = there || slices.Contains(h.Runs, at)
		}
		switch known := slices.ContainsFunc(all, func(p *product) bool { return p.Components[c] != nil }); {
		case !known:
			j.refuse("PS2101", id, "")
		case there:
			j.refuse("PS2203", id, "")
		}
	}
	for f := range u.Features {
		if !slices.ContainsFunc(all, func(p *product) bool { return p.Features[f] != nil }) {
			j.refuse("PS2103", id, "")
		}
	}
}

// given judges the ports that the site gives a component of some releases: at least one release
// must have the listener, and the port must be valid in all that do.
func (j *judgement) given(releases []*product, component string, ports map[string]span, where string) {
	found, listeners := false, make(map[string]bool)
	for _, p := range releases {
		if c := p.Components[component]; c != nil {
			found = true
			for id := range c.Listeners {
				listeners[id] = true
			}
			j.fits(p, c, component, ports, where)
		}
	}
	if !found {
		j.refuse("PS2101", where, "")
		return
	}
	for id := range ports {
		if !listeners[id] {
			j.refuse("PS2102", where, "")
		}
	}
}

// fits judges the ports of the listeners that a component has.
func (j *judgement) fits(p *product, c *component, component string, ports map[string]span, where string) {
	for id, port := range ports {
		l := c.Listeners[id]
		switch {
		case l == nil:
		case !l.takes(port):
			j.refuse("PS2207", where, "")
		case slices.Contains(l.OneOf, port.From) || slices.Equal(l.all(), []span{port}): // unchanged
		case l.Configurable != nil && !l.Configurable.Allowed:
			j.refuse("PS2206", where, "")
		default:
			for _, f := range p.Flows {
				if f.Configurable != nil && !f.Configurable.Allowed && slices.Contains(f.To[component], id) && j.met(p, f.When) {
					j.refuse("PS2222", where, "")
				}
			}
		}
	}
}

// takes reports whether a listener can have a port or a range of ports.
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

// places judges the addresses, zones and ports of hosts.
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
			of, component, _ := strings.Cut(at, "/")
			p := j.on(h, of)
			if len(j.named(of)) == 0 {
				j.refuse("PS2201", id, "")
				continue
			}
			if p != nil {
				j.given([]*product{p}, component, ports, id)
			}
			if (p == nil || p.Components[component] != nil) && !slices.Contains(h.Runs, at) {
				j.refuse("PS2101", id, "")
			}
		}
	}
}
