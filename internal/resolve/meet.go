package resolve

import (
	"cmp"
	"slices"
	"unique"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// An alone is what a component opens by default if it is alone on a host.
type alone struct {
	place   model.Place
	device  bool
	sockets []taken
	wrong   bool // it has an error even alone, or no choice of features makes it exist
}

// A taken is a port or a range that a socket occupies on every operating system. It is small,
// because a large catalogue has tens of thousands of them in memory.
type taken struct {
	transport unique.Handle[string]
	from, to  int32
}

func (t taken) ports() model.PortRange { return model.PortRange{From: int(t.from), To: int(t.to)} }

// openAlone resolves every component of the only product by itself.
func (t *trials) openAlone(p *model.Product) []alone {
	all := make([]alone, len(p.Components))
	for i, c := range p.Components {
		a := &all[i]
		a.place, a.device = model.PlaceOf(p.ID, c.ID), c.Kind == model.Device
		o := t.of(a.place, a.place)
		if o == nil {
			a.wrong = true
			continue
		}
		host := o.products.site.Hosts[0]
		systems := PairSystems
		if alikeEverywhere(c) {
			systems = systems[:1]
		}
		for _, os := range systems {
			host.OS = os
			for _, s := range o.open(host) {
				for _, ports := range s.Ports {
					if t := (taken{unique.Make(s.Transport), int32(ports.From), int32(ports.To)}); !s.Dynamic && !slices.Contains(a.sockets, t) {
						a.sockets = append(a.sockets, t)
					}
				}
			}
		}
		a.sockets = slices.Clone(a.sockets) // without unused capacity
		a.wrong = slices.ContainsFunc(o.found.list, func(f diag.Finding) bool { return f.Severity == diag.Error && f.Code != diag.NotItsSystem })
	}
	return all
}

// alikeEverywhere reports whether a component opens the same fixed ports, or has the same
// faults, on every operating system: nothing in it depends on the system, and no listener
// is on loopback beside others, which only Windows permits.
func alikeEverywhere(c *model.Component) bool {
	return len(c.OS) == 0 && len(c.OSVersions) == 0 && !slices.ContainsFunc(c.Listeners, func(l *model.Listener) bool {
		return len(l.OS) > 0 || len(l.OSVersions) > 0 || l.Bind != c.Listeners[0].Bind
	})
}

// interact reports whether two components of a product may open something else together than
// alone, because one of them depends on features, or because a rule is about both.
func interact(p *model.Product, i, j int) bool {
	x, y := p.Components[i], p.Components[j]
	return len(x.When) > 0 || len(y.When) > 0 || slices.ContainsFunc(p.Rules, func(r *model.Rule) bool {
		return slices.Contains(r.Together, x.ID) && slices.Contains(r.Together, y.ID)
	})
}

// meets reports whether two components take the same port when each is alone.
func (a *alone) meets(b *alone) bool {
	return slices.ContainsFunc(a.sockets, func(x taken) bool {
		return slices.ContainsFunc(b.sockets, func(y taken) bool {
			return x.transport == y.transport && x.from <= y.to && y.from <= x.to
		})
	})
}

// meet lists the pairs of components that take the same port when each is alone. It returns
// false if there are more than limit; 0 means no limit.
func meet(all []*alone, limit int) ([][2]int, bool) {
	type socket struct {
		taken
		by int
	}
	n := 0
	for _, a := range all {
		n += len(a.sockets)
	}
	sockets := make([]socket, 0, n)
	for i, a := range all {
		for _, t := range a.sockets {
			sockets = append(sockets, socket{t, i})
		}
	}
	slices.SortFunc(sockets, func(a, b socket) int {
		return cmp.Or(cmp.Compare(a.transport.Value(), b.transport.Value()), cmp.Compare(a.from, b.from))
	})
	met := make(map[[2]int]bool)
	var before []socket // those that may overlap the next
	for _, s := range sockets {
		before = slices.DeleteFunc(before, func(b socket) bool { return b.transport != s.transport || b.to < s.from })
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
	many := make(map[taken]int)
	for _, a := range all {
		for _, t := range a.sockets {
			many[t]++
		}
	}
	by := make(map[taken]*model.Crowd)
	var list []*model.Crowd
	for _, a := range all {
		for _, t := range a.sockets {
			if many[t] < 2 {
				continue
			}
			if by[t] == nil {
				by[t] = &model.Crowd{Transport: t.transport.Value(), Ports: t.ports(), Places: make([]model.Place, 0, many[t])}
				list = append(list, by[t])
			}
			by[t].Places = append(by[t].Places, a.place)
		}
	}
	slices.SortFunc(list, func(a, b *model.Crowd) int {
		return cmp.Or(cmp.Compare(a.Ports.From, b.Ports.From), cmp.Compare(a.Ports.To, b.Ports.To), cmp.Compare(a.Transport, b.Transport))
	})
	return list
}
