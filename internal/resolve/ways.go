package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// ways look for changes that resolve a collision of two sockets of a host.
type ways struct {
	products *products
	host     *model.Host
	a, b     *model.Socket
}

// out lists the changes. Each was tried: with it, the host was resolved again without the
// collision.
func (w *ways) out() string {
	var ways []string
	for _, s := range []*model.Socket{w.b, w.a} {
		if way, ok := w.otherPort(s); ok {
			ways = append(ways, way)
		}
	}
	if way, ok := w.otherRule(); ok {
		ways = append(ways, way)
	}
	if w.a.Place != w.b.Place {
		without := *w.host
		without.Runs = slices.DeleteFunc(slices.Clone(without.Runs), func(p model.Place) bool { return p == w.b.Place })
		if w.apart(w.products, &without) {
			ways = append(ways, fmt.Sprintf("run %s on another host", w.b.Place))
		}
	}
	if len(ways) == 0 {
		return "remove one of them"
	}
	return strings.Join(ways, "; or ")
}

// apart reports whether the listeners of the two sockets do not collide on a changed host, and
// no rule and the site disagree about one of them there.
func (w *ways) apart(products *products, host *model.Host) bool {
	sockets, ok := trial(products, host)
	if !ok {
		return false
	}
	owners := ownersOf(products, host, sockets, products.inForce(host))
	is := func(s, like *model.Socket) bool { return s.Place == like.Place && s.Listener == like.Listener }
	for _, x := range sockets {
		for _, y := range sockets {
			if is(x, w.a) && is(y, w.b) && x.Transport == y.Transport && !owners.same(x, y) {
				if _, meet := meeting(x, y); meet {
					return false
				}
			}
		}
	}
	return true
}

// otherPort returns a free number for a socket whose port can be changed.
func (w *ways) otherPort(s *model.Socket) (string, bool) {
	h := w.host
	l, c := s.Listener, w.products.component(h, s.Place)
	if l.Configurable == nil || !l.Configurable.Allowed || !sinceReached(w.products.on(h, s.Place.Product()).Product, l) || s.Dynamic || len(s.Ports) != 1 || s.Ports[0].From != s.Ports[0].To {
		return "", false
	}
	p := w.products.on(h, s.Place.Product())
	if slices.ContainsFunc(p.Flows, func(f *model.Flow) bool {
		return f.Configurable != nil && !f.Configurable.Allowed && talksTo(f, c.ID, l.ID) && p.holds(f.Conditions)
	}) {
		return "", false
	}
	sockets, _ := trial(w.products, h)
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
		if w.apart(w.products, &moved) {
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
func (w *ways) otherRule() (string, bool) {
	h, a, b := w.host, w.a, w.b
	p := w.products.on(h, a.Place.Product())
	if p != w.products.on(h, b.Place.Product()) {
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
		if w.apart(w.products.with(&use), h) {
			var parts []string
			for _, f := range sortedKeys(missing) {
				parts = append(parts, f+" to "+and(missing[f]))
			}
			return fmt.Sprintf("set %s, so that rule %s holds", and(parts), rule.ID), true
		}
	}
	return "", false
}

// trial returns the sockets of a host after a change, without looking for collisions; false
// if its ports have errors.
func trial(products *products, h *model.Host) ([]*model.Socket, bool) {
	found := &findings{site: products.site.Positions}
	ports := assigner{found, true}
	rules := products.inForce(h)
	var all []*model.Socket
	for _, at := range h.Runs {
		p, c := products.on(h, at.Product()), products.component(h, at)
		if p == nil || c == nil {
			continue
		}
		for _, l := range c.listeners {
			if !hasOS(h, l.Conditions) || closed(p, c, l, rules) {
				continue
			}
			d := ports.decide(h, p, c, l, rules)
			for _, t := range p.transports(c.Component, l) {
				if model.HasPorts(t) {
					all = append(all, &model.Socket{Place: at, Listener: l, Transport: t, Bind: p.bind(c.Component, l), Ports: d.ports, Dynamic: d.dynamic})
				}
			}
		}
	}
	return all, !found.list.HasErrors()
}
