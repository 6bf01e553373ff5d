package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// collisions reports sockets of a host that cannot be open at the same time.
func (o *opener) collisions(h *model.Host, sockets []*model.Socket, rules []inForce) {
	var owners owned // worked out when sockets meet, which few do
	for i, a := range sockets {
		for _, b := range sockets[i+1:] {
			if a.Transport != b.Transport || a.Dynamic && b.Dynamic {
				continue
			}
			ports, meet := meeting(a, b)
			if meet && owners == nil {
				owners = ownersOf(o.products, h, sockets, rules)
			}
			switch {
			case !meet || owners.same(a, b) || forbidden(rules, a.Place, b.Place):
			case a.Dynamic:
				inPool(o.found, h, b, a, ports)
			case b.Dynamic:
				inPool(o.found, h, a, b, ports)
			case a.Bind == b.Bind || h.OS != "windows":
				o.collision(h, a, b, ports)
			default:
				o.besideLoopback(h, a, b, ports)
			}
		}
	}
}

// forbidden reports whether a rule forbids two components to share a host. Then other ports
// would not help.
func forbidden(rules []inForce, a, b model.Place) bool {
	return slices.ContainsFunc(rules, func(rule inForce) bool {
		has := func(at model.Place) bool {
			return at.Product() == rule.product.ID && slices.Contains(rule.Together, at.Component())
		}
		return rule.Forbid && a != b && has(a) && has(b)
	})
}

// meeting returns the first ports that two sockets have in common.
func meeting(a, b *model.Socket) (model.PortRange, bool) {
	for _, x := range a.Ports {
		for _, y := range b.Ports {
			if a.Place == b.Place && (x.Includes(y) || y.Includes(x)) {
				continue // a range may include a port of its component that is also listed separately
			}
			if x.From <= y.To && y.From <= x.To {
				return model.PortRange{From: max(x.From, y.From), To: min(x.To, y.To)}, true
			}
		}
	}
	return model.PortRange{}, false
}

// owned maps each listener of a host to one representative of those that it shares a
// socket with.
type owned map[string]string

func (o owned) root(key string) string {
	for o[key] != "" && o[key] != key {
		key = o[key]
	}
	return key
}

func (o owned) join(a, b string) {
	if a, b = o.root(a), o.root(b); a != b {
		o[a] = b
	}
}

func (o owned) same(a, b *model.Socket) bool {
	return o.root(name(a.Place, a.Listener)) == o.root(name(b.Place, b.Listener))
}

// ownersOf joins listeners that are one socket on a host: those of one socket of the
// operating system, those of one shared service, and those that a rule lets share.
func ownersOf(ps *products, h *model.Host, sockets []*model.Socket, rules []inForce) owned {
	o := make(owned)
	for _, s := range sockets {
		key := name(s.Place, s.Listener)
		c := ps.component(h, s.Place)
		system := s.Listener.SystemSocket
		if c.Service != "" {
			service := c.Service + "." + s.Listener.ID
			system = cmp.Or(system, ps.systems[service])
			o.join(key, "shared service "+service)
		}
		if system != "" {
			o.join(key, "system socket "+system)
		}
	}
	for _, rule := range rules {
		for _, share := range rule.Share {
			first := ""
			for _, c := range sortedKeys(share) {
				key := string(model.PlaceOf(rule.product.ID, c)) + "." + share[c]
				if first != "" {
					o.join(key, first)
				}
				first = key
			}
		}
	}
	return o
}

// collision reports two owners of one socket, with solutions that were tried.
func (o *opener) collision(h *model.Host, a, b *model.Socket, ports model.PortRange) {
	path := run(h, b.Place)
	f := finding(diag.Collision, o.found.at(path...), "%s and %s both listen on %s/%s%s",
		name(a.Place, a.Listener), name(b.Place, b.Listener), a.Transport, ports, o.found.of(h))
	f.Path = ofSite(path)
	if a.Place != b.Place {
		f.Related = append(f.Related, related(o.found.at(run(h, a.Place)...), "%s runs there too", a.Place))
	}
	for _, s := range []*model.Socket{a, b} {
		for _, why := range s.Why {
			f.Related = append(f.Related, related(why.At, "%s", why.Text))
		}
	}
	f.Hint = (&ways{o.products, h, a, b}).out()
	if a.Bind != b.Bind && h.OS == "" {
		f.Hint = "set the operating system of the host: on Windows, both can listen; or " + f.Hint
	}
	o.found.report(f)
}

// besideLoopback reports sockets on any address and on loopback with the same port on
// Windows, where both can be open. Windows gives a connection to the socket whose
// address is the more specific one.
func (o *opener) besideLoopback(h *model.Host, a, b *model.Socket, ports model.PortRange) {
	if a.Bind == "loopback" {
		a, b = b, a
	}
	path := run(h, b.Place)
	f := finding(diag.BesideLoopback, o.found.at(path...), "%s listens on any address and %s on loopback at %s/%s%s: connections to 127.0.0.1 there reach %s, all others %s",
		name(a.Place, a.Listener), name(b.Place, b.Listener), a.Transport, ports, o.found.of(h), b.Place, a.Place)
	f.Severity, f.Path = diag.Warning, ofSite(path)
	f.Related = append(f.Related, related(o.found.at(run(h, a.Place)...), "%s runs there too", a.Place))
	f.Hint = "suppress this if it is intended; or " + (&ways{o.products, h, a, b}).out()
	o.found.report(f)
}

// inPool reports a fixed port in the range of a dynamic one: whichever socket is
// opened first gets it.
func inPool(found *findings, h *model.Host, fixed, pool *model.Socket, ports model.PortRange) {
	path := run(h, fixed.Place)
	f := finding(diag.InPool, found.at(path...), "%s/%s of %s on host %s is in the range from which %s chooses its port at run time",
		fixed.Transport, ports, name(fixed.Place, fixed.Listener), h.ID, name(pool.Place, pool.Listener))
	f.Severity, f.Path = diag.Warning, ofSite(path)
	f.Related = append(f.Related, related(found.at(run(h, pool.Place)...), "%s runs there too", pool.Place))
	switch h.OS {
	case "windows":
		f.Hint = fmt.Sprintf("reserve it: netsh int ipv4 add excludedportrange protocol=%s startport=%d numberofports=%d", fixed.Transport, ports.From, ports.To-ports.From+1)
	case "linux":
		f.Hint = fmt.Sprintf("reserve it: sysctl net.ipv4.ip_local_reserved_ports=%s", ports)
	default:
		f.Hint = "reserve it, so that the operating system does not hand it out"
	}
	found.report(f)
}

func sortedKeys[K ~string, T any](m map[K]T) []K { return slices.Sorted(maps.Keys(m)) }
