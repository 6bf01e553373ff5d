package resolve

import (
	"cmp"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// An alone is what a component opens on a host of its own, by default.
type alone struct {
	place   model.Place
	product *model.Product
	is      *model.Component
	sockets []taken
	wrong   bool // it has an error even alone, or no features let it exist
}

// A taken is a port or a range that a socket takes on every operating system.
type taken struct {
	transport string
	ports     model.PortRange
	by        int // the index of its component
}

// openAlone resolves every component of a catalogue by itself.
func openAlone(catalog *model.Catalog) []*alone {
	var all []*alone
	for _, p := range catalog.Products {
		only := &model.Catalog{Products: []*model.Product{p}, Services: catalog.Services}
		var plain *resolver // under which all components exist that need no feature
		for _, c := range p.Components {
			a := &alone{place: model.PlaceOf(p.ID, c.ID), product: p, is: c}
			all = append(all, a)
			r := plain
			if r == nil || len(c.When) > 0 {
				site, ok := PairSite(only, a.place, a.place)
				if !ok {
					a.wrong = true
					continue
				}
				r = newResolver(only, site)
			}
			if len(c.When) == 0 {
				plain = r
			}
			r.found = nil
			systems := PairSystems
			if alikeEverywhere(c) {
				systems = systems[:1]
			}
			for _, os := range systems {
				r.site.Hosts[0].OS = os
				r.site.Hosts[0].Runs = []model.Place{a.place}
				for _, h := range r.hosts() {
					for _, s := range h.Sockets {
						for _, ports := range s.Ports {
							if t := (taken{s.Transport, ports, len(all) - 1}); !s.Dynamic && !slices.Contains(a.sockets, t) {
								a.sockets = append(a.sockets, t)
							}
						}
					}
				}
			}
			a.wrong = slices.ContainsFunc(r.found, func(f diag.Finding) bool { return f.Severity == diag.Error && f.Code != diag.NotItsSystem })
		}
	}
	return all
}

// alikeEverywhere reports whether a component opens the same fixed ports, or has the
// same faults, on every operating system: nothing of it depends on the system, and no
// listener is on loopback beside others, which only Windows permits.
func alikeEverywhere(c *model.Component) bool {
	return len(c.OS) == 0 && len(c.OSVersions) == 0 && !slices.ContainsFunc(c.Listeners, func(l *model.Listener) bool {
		return len(l.OS) > 0 || len(l.OSVersions) > 0 || l.Bind != c.Listeners[0].Bind
	})
}

// bound reports whether two components can open other ports together than each does
// alone, because of a rule or of features that both depend on.
func (a *alone) bound(b *alone) bool {
	if a.wrong || b.wrong {
		return true
	}
	if a.product != b.product {
		return false
	}
	return len(a.is.When) > 0 || len(b.is.When) > 0 || slices.ContainsFunc(a.product.Rules, func(r *model.Rule) bool {
		return slices.Contains(r.Together, a.is.ID) && slices.Contains(r.Together, b.is.ID)
	})
}

// meets reports whether two components take the same port when each is alone.
func (a *alone) meets(b *alone) bool {
	return slices.ContainsFunc(a.sockets, func(x taken) bool {
		return slices.ContainsFunc(b.sockets, func(y taken) bool {
			return x.transport == y.transport && x.ports.From <= y.ports.To && y.ports.From <= x.ports.To
		})
	})
}

// meet lists the pairs of components that take the same port when each is
// alone; false where there are more of them than the limit. 0 means no limit.
func meet(all []*alone, limit int) ([][2]int, bool) {
	var sockets []taken
	for _, a := range all {
		sockets = append(sockets, a.sockets...)
	}
	slices.SortFunc(sockets, func(a, b taken) int {
		return cmp.Or(cmp.Compare(a.transport, b.transport), cmp.Compare(a.ports.From, b.ports.From))
	})
	met := make(map[[2]int]bool)
	var before []taken // those that may reach to the next
	for _, s := range sockets {
		before = slices.DeleteFunc(before, func(b taken) bool { return b.transport != s.transport || b.ports.To < s.ports.From })
		for _, b := range before {
			if b.by != s.by {
				met[[2]int{min(b.by, s.by), max(b.by, s.by)}] = true
			}
		}
		if limit > 0 && len(met) > limit {
			return nil, false
		}
		before = append(before, s)
	}
	pairs := make([][2]int, 0, len(met))
	for pair := range met {
		pairs = append(pairs, pair)
	}
	return pairs, true
}

// crowds lists the ports that several components take, sorted.
func crowds(all []*alone) []*model.Crowd {
	type socket struct {
		transport string
		ports     model.PortRange
	}
	by := make(map[socket]*model.Crowd)
	var list []*model.Crowd
	for _, a := range all {
		for _, t := range a.sockets {
			s := socket{t.transport, t.ports}
			if by[s] == nil {
				by[s] = &model.Crowd{Transport: t.transport, Ports: t.ports}
				list = append(list, by[s])
			}
			by[s].Places = append(by[s].Places, a.place)
		}
	}
	list = slices.DeleteFunc(list, func(c *model.Crowd) bool { return len(c.Places) < 2 })
	slices.SortFunc(list, func(a, b *model.Crowd) int {
		return cmp.Or(cmp.Compare(a.Ports.From, b.Ports.From), cmp.Compare(a.Ports.To, b.Ports.To), cmp.Compare(a.Transport, b.Transport))
	})
	return list
}
