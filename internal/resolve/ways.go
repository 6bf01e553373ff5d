package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// waysOut lists changes that resolve a collision of two sockets. Each was tried: with it,
// the host was resolved again without the collision.
func (r *resolver) waysOut(h *model.Host, a, b *model.Socket) string {
	var ways []string
	apart := func(with *resolver, host *model.Host) bool {
		quiet := with.aside()
		sockets := quiet.trial(host)
		return !quiet.meet(host, sockets, a, b)
	}
	for _, s := range []*model.Socket{b, a} {
		if way, ok := r.otherPort(h, s, apart); ok {
			ways = append(ways, way)
		}
	}
	if way, ok := r.otherRule(h, a, b, apart); ok {
		ways = append(ways, way)
	}
	if a.Place != b.Place {
		without := *h
		without.Runs = slices.DeleteFunc(slices.Clone(h.Runs), func(p model.Place) bool { return p == b.Place })
		if apart(r, &without) {
			ways = append(ways, fmt.Sprintf("run %s on another host", b.Place))
		}
	}
	if len(ways) == 0 {
		return "remove one of them"
	}
	return strings.Join(ways, "; or ")
}

// aside returns a resolver with the same products whose findings are discarded.
func (r *resolver) aside() *resolver {
	quiet := *r
	quiet.found, quiet.alike = &findings{site: r.found.site}, nil
	quiet.ports = assigner{quiet.found, true}
	return &quiet
}

// trial returns the sockets of a host after a change, without looking for collisions.
func (r *resolver) trial(h *model.Host) []*model.Socket {
	rules := r.products.inForce(h)
	var all []*model.Socket
	for _, at := range h.Runs {
		p, c := r.products.on(h, at.Product()), r.products.component(h, at)
		if p == nil || c == nil {
			continue
		}
		for _, l := range c.listeners {
			if !hasOS(h, l.Conditions) || closed(p, c, l, rules) {
				continue
			}
			d := r.ports.decide(h, p, c, l, rules)
			for _, t := range p.transports(c.Component, l) {
				if model.HasPorts(t) {
					all = append(all, &model.Socket{Place: at, Listener: l, Transport: t, Bind: p.bind(c.Component, l), Ports: d.ports, Dynamic: d.dynamic})
				}
			}
		}
	}
	return all
}

// meet reports whether the listeners of two sockets still collide on a host, or a rule
// and the site disagree about one of them there.
func (r *resolver) meet(h *model.Host, sockets []*model.Socket, a, b *model.Socket) bool {
	if r.found.list.HasErrors() {
		return true
	}
	owners := r.owners(h, sockets, r.products.inForce(h))
	is := func(s, like *model.Socket) bool { return s.Place == like.Place && s.Listener == like.Listener }
	for _, x := range sockets {
		for _, y := range sockets {
			if is(x, a) && is(y, b) && x.Transport == y.Transport && !owners.same(x, y) {
				if _, meet := meeting(x, y); meet {
					return true
				}
			}
		}
	}
	return false
}

// otherPort returns a free number for a socket whose port can be changed.
func (r *resolver) otherPort(h *model.Host, s *model.Socket, apart func(*resolver, *model.Host) bool) (string, bool) {
	l, c := s.Listener, r.products.component(h, s.Place)
	if l.Configurable == nil || !l.Configurable.Allowed || !sinceReached(r.products.on(h, s.Place.Product()).Product, l) || s.Dynamic || len(s.Ports) != 1 || s.Ports[0].From != s.Ports[0].To {
		return "", false
	}
	p := r.products.on(h, s.Place.Product())
	if slices.ContainsFunc(p.Flows, func(f *model.Flow) bool {
		return f.Configurable != nil && !f.Configurable.Allowed && talksTo(f, c.ID, l.ID) && p.holds(f.Conditions)
	}) {
		return "", false
	}
	sockets := r.aside().trial(h)
	taken := func(n int) bool {
		return slices.ContainsFunc(sockets, func(o *model.Socket) bool {
			return slices.ContainsFunc(o.Ports, func(ports model.PortRange) bool { return ports.From <= n && n <= ports.To })
		})
	}
	var numbers []int
	if l.OneOf {
		for _, o := range l.Ports {
			numbers = append(numbers, o.From)
		}
	} else {
		for n := s.Ports[0].From + 1; n <= 65535 && len(numbers) < 100; n++ {
			numbers = append(numbers, n)
		}
	}
	for _, n := range numbers {
		if taken(n) {
			continue
		}
		moved := *h
		moved.Ports = map[model.Place]map[string]model.PortRange{}
		for at, ports := range h.Ports {
			moved.Ports[at] = ports
		}
		moved.Ports[s.Place] = map[string]model.PortRange{l.ID: {From: n, To: n}}
		for id, ports := range h.Ports[s.Place] {
			if id != l.ID {
				moved.Ports[s.Place][id] = ports
			}
		}
		if apart(r, &moved) {
			way := fmt.Sprintf("give %s another port, such as %d (hosts: %s: ports: %s: %s: %d)", name(s.Place, l), n, h.ID, s.Place, l.ID, n)
			if l.Configurable.How != "" {
				way += ", set in " + l.Configurable.How
			}
			return way, true
		}
	}
	return "", false
}

// otherRule finds features with which a rule of the vendor moves one of two sockets.
func (r *resolver) otherRule(h *model.Host, a, b *model.Socket, apart func(*resolver, *model.Host) bool) (string, bool) {
	p := r.products.on(h, a.Place.Product())
	if p != r.products.on(h, b.Place.Product()) {
		return "", false
	}
	for _, rule := range p.Rules {
		if rule.Forbid || p.met(rule.When) || !slices.Contains(rule.Together, a.Place.Component()) || !slices.Contains(rule.Together, b.Place.Component()) {
			continue
		}
		use := *p.use
		use.Features = make(map[string][]string)
		maps.Copy(use.Features, p.use.Features)
		missing := p.missing(rule.When)
		maps.Copy(use.Features, missing)
		site := *r.site
		site.Products = []*model.Use{&use}
		for _, u := range r.site.Products {
			if u.Product != use.Product {
				site.Products = append(site.Products, u)
			}
		}
		if apart(newResolver(r.catalog, &site), h) {
			var parts []string
			for _, f := range sortedKeys(missing) {
				parts = append(parts, f+" to "+and(missing[f]))
			}
			return fmt.Sprintf("set %s, so that rule %s holds", and(parts), rule.ID), true
		}
	}
	return "", false
}
