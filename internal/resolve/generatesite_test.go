package resolve_test

import (
	"fmt"
	"slices"
	"strings"
)

// site makes a random site that uses some of the products, sometimes with mistakes.
func (m maker) site(id string, products map[string]*product) *site {
	s := &site{Site: id, Products: make(map[string]use), Zones: map[string]zone{"inner": {}}, Hosts: make(map[string]host)}
	var places []string
	mine := some(m, keys(products), 3)
	releases := make(map[string][]string) // of used products
	for _, p := range products {
		releases[p.ID] = append(releases[p.ID], p.Version)
	}
	for _, ref := range mine {
		p := products[ref]
		slices.Sort(releases[p.ID])
		for _, c := range keys(p.Components) {
			places = append(places, p.ID+"/"+c)
		}
		if several := len(releases[p.ID]) > 1; several || m.chance(60) {
			u := m.use(p)
			if several && m.chance(97) || m.chance(20) {
				u.Release = p.Version
			}
			if m.chance(1) {
				u.Release = "nothing"
			}
			if !several || m.chance(97) {
				s.Products[p.ID] = u
			}
		}
	}
	places = slices.Compact(slices.Sorted(slices.Values(places)))
	wrong := m.chance(10)
	for i := range 1 + m.IntN(3) {
		h := host{Runs: some(m, places, 5), Addresses: []string{fmt.Sprintf("10.0.0.%d", i+1)}}
		if m.chance(80) {
			h.OS = pick(m, append(systems, "windows", "linux"))
		}
		if m.chance(10) {
			h.Count = 1 + m.IntN(5)
		}
		if m.chance(20) {
			h.Zone = "inner"
		}
		if m.chance(35) {
			h.Ports = make(map[string]map[string]span)
			at := pick(m, h.Runs)
			h.Ports[at] = m.changes(componentAt(products, at))
		}
		for _, at := range h.Runs {
			id, _, _ := strings.Cut(at, "/")
			if len(releases[id]) > 1 && m.chance(30) {
				h.Releases = map[string]string{id: pick(m, releases[id])}
			}
		}
		if wrong {
			m.mistake(&h, places)
		}
		s.Hosts[fmt.Sprintf("h%d", i)] = h
	}
	if m.chance(3) {
		s.Products["nothing"] = use{}
	}
	return s
}

func componentAt(products map[string]*product, at string) *component {
	for _, ref := range keys(products) {
		for c, found := range products[ref].Components {
			if products[ref].ID+"/"+c == at {
				return found
			}
		}
	}
	return nil
}

// use chooses features and ports of a product, mostly valid ones.
func (m maker) use(p *product) use {
	u := use{Features: make(map[string]any)}
	for _, id := range keys(p.Features) {
		f := p.Features[id]
		switch {
		case f.Default != "" && m.chance(60):
		case len(f.Choices) == 0:
			u.Features[id] = m.chance(50)
		case f.Several && m.chance(70), m.chance(3):
			u.Features[id] = some(m, f.values(), 3)
		default:
			u.Features[id] = pick(m, f.values())
		}
	}
	if m.chance(2) {
		u.Features["nothing"] = true
	}
	if len(p.Features) > 0 && m.chance(2) {
		u.Features[pick(m, keys(p.Features))] = "nothing"
	}
	if m.chance(25) {
		c := pick(m, keys(p.Components))
		u.Ports = map[string]map[string]span{c: m.changes(p.Components[c])}
	}
	if m.chance(10) {
		u.Without = []string{pick(m, append(keys(p.Components), "nothing"))}
	}
	return u
}

// changes gives a listener of a component another port.
func (m maker) changes(c *component) map[string]span {
	ports := make(map[string]span)
	if all := keys(c.Listeners); len(all) > 0 {
		id := pick(m, all)
		l := c.Listeners[id]
		one := m.port()
		ports[id] = span{one, one}
		switch open := l.open(); {
		case l.OneOf != nil && m.chance(80):
			one = pick(m, l.OneOf)
			ports[id] = span{one, one}
		case len(l.Ranges) == 1 && len(l.Ports) == 0 && m.chance(80), m.chance(5):
			ports[id] = m.span()
		case len(open) > 0 && m.chance(10):
			ports[id] = open[0]
		}
	}
	if m.chance(2) {
		ports["nothing"] = span{1, 1}
	}
	return ports
}

// mistake introduces a typical mistake in a host.
func (m maker) mistake(h *host, places []string) {
	switch m.IntN(9) {
	case 0:
		h.Addresses = append(h.Addresses, pick(m, []string{"10.0.0.1", "10.0.0.2", "10.9.0.0/24", "2001:db8::1", "2001:DB8:0::1", "2001:db8::1/128", "::ffff:10.0.0.1", "::ffff:a00:2", "10.0.0.3/32"}))
	case 1:
		h.Runs = append(h.Runs, "nothing/server")
	case 2:
		h.Runs = append(h.Runs, h.Runs[0])
	case 3:
		h.Zone = "nothing"
	case 4:
		h.Ports = map[string]map[string]span{pick(m, places): {}}
	case 5:
		h.Ports = map[string]map[string]span{"nothing/server": {}}
	case 6:
		h.Runs = append(h.Runs, places[0]+"x")
	case 7:
		h.Releases = map[string]string{pick(m, []string{"nothing", strings.Split(places[0], "/")[0]}): pick(m, []string{"1", "2", "nothing"})}
	default:
		h.OS = ""
	}
}
