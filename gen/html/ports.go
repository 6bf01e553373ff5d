package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// A portUse is a listener at a port, as the index of ports shows it. A listener has a use for
// its default port, and one for each port that a rule, a fallback or a site gives it. A large
// catalogue has tens of thousands, so texts are numbers of [making.texts], and there are no
// pointers.
type portUse struct {
	from, to                         int32  // numbers to sort by; noNumber without one
	over                             uint32 // transports, with spaces between them
	port, listens, in, when, purpose uint32 // cells: transport and port, who, the product or site
	place                            uint32 // of a component of a product; that of a site's sockets is ""
	shared                           uint32 // a shared service and its listener, which products have in common; "" for others
	fixed                            bool   // its location is fixed by the product, such as the vendor's cloud
}

// A sharedUse is a use that products have in common.
type sharedUse struct {
	shared   uint32
	from, to int32
}

// others has what products other than the first have in common with it.
type others struct{ places, in []uint32 }

// noNumber sorts uses without a number last.
const noNumber = 1 << 16

// uses returns the listeners that something connects to.
func (b *book) uses(t *gen.Texts) []portUse {
	v := b.on(newPage(string(portsPage), ""))
	add := func(cell hyper) uint32 { return t.Add(string(cell)) }
	product := add(v.link(v.to(overviewName, ""), text(b.title())))
	var all []portUse
	seen := make(map[*model.Listener]bool)
	for _, line := range b.lines {
		l, c := line.Listener, line.Connection.To
		if seen[l] {
			continue
		}
		seen[l] = true
		listens, shared := syntax{v}.ComponentLink(c), ""
		if c.Service != "" {
			listens, shared = v.link(servicePage(c.Service).at(anchor("listener", l.ID)), text(b.service(c))), c.Service+"/"+l.ID
		}
		exists := v.words.Existence(l.Conditions)
		if len(c.When) > 0 {
			exists = v.words.Condition(v.And(c.When, l.When), "")
		}
		usual := portUse{
			over: t.Add(strings.Join(l.Transports, " ")), port: add(v.words.Socket(l, l.Transports)), listens: add(listens), in: product,
			when: add(exists), purpose: add(text(l.Purpose)), place: t.Add(string(model.PlaceOf(b.ID, c.ID))), shared: t.Add(shared), fixed: c.At != nil,
		}
		all = append(all, usual.spread(l.Ports, l.Dynamic == nil)...)
		for _, other := range b.OtherPorts(c, l, nil) {
			moved, why := usual, "where "+text(model.FormatPorts(l.Ports))+" does not answer"
			if other.Rule != nil {
				why = "by rule " + syntax{v}.RuleLink(other.Rule.ID) + " in place of " + text(model.FormatPorts(l.Ports))
			}
			moved.port, moved.when = add(v.words.PortAt(l.Transports, model.FormatPorts(other.Ports))), add(describe.Join("; ", why, exists))
			all = append(all, moved.spread(other.Ports, true)...)
		}
	}
	return slices.Clone(all) // without room for more
}

// spread returns a use at each of its ports, so that each can be found.
func (u portUse) spread(ports []model.PortRange, fixed bool) []portUse {
	if len(ports) == 0 || !fixed {
		u.from, u.to = noNumber, noNumber
		return []portUse{u}
	}
	var all []portUse
	for _, r := range ports {
		one := u
		one.from, one.to = int32(r.From), int32(r.To)
		all = append(all, one)
	}
	return all
}

// number returns a port as the index shows it.
func (u *portUse) number() string {
	switch {
	case u.from == noNumber:
		return ""
	case u.from == u.to:
		return fmt.Sprint(u.from)
	}
	return fmt.Sprintf("%d-%d", u.from, u.to)
}

// allUses returns the uses of all products and sites, sorted by port. A use of a shared service
// is listed once, for the first product that has it; the map has the other products.
func (m *making) allUses() ([]portUse, map[sharedUse]*others) {
	n := 0
	for _, e := range m.entries {
		n += len(e.uses)
	}
	all, also := make([]portUse, 0, n), make(map[sharedUse]*others)
	known, none := make(map[sharedUse]int), m.texts.Add("")
	for _, e := range m.entries {
		for _, u := range e.uses {
			if u.shared == none {
				all = append(all, u)
				continue
			}
			key := sharedUse{u.shared, u.from, u.to}
			at, ok := known[key]
			if !ok {
				known[key] = len(all)
				all = append(all, u)
				continue
			}
			first, more := &all[at], also[key]
			if more == nil {
				more = new(others)
				also[key] = more
			}
			more.places = append(more.places, u.place)
			if in := more.in; u.in != first.in && (len(in) == 0 || u.in != in[len(in)-1]) {
				more.in = append(in, u.in)
			}
			if first.when != u.when { // the condition of one product only
				first.when = none
			}
		}
		e.uses = nil
	}
	for _, s := range m.sites {
		all = append(all, s.uses(m.texts)...)
	}
	slices.SortStableFunc(all, func(x, y portUse) int {
		if order := cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to)); order != 0 || x.over == y.over {
			return order
		}
		return cmp.Compare(m.texts.At(x.over), m.texts.At(y.over))
	})
	return all, also
}

// apart has the components that cannot share a host, by their numbers in [making.texts].
type apart struct {
	pairs  map[[2]uint32]bool
	crowds map[string][]uint32 // sorted, by transport and ports
}

func newApart(t *gen.Texts, pairs []*model.Pair, crowds []*model.Crowd) *apart {
	a := &apart{make(map[[2]uint32]bool), make(map[string][]uint32)}
	for _, p := range pairs {
		x, y := t.Add(string(p.A)), t.Add(string(p.B))
		a.pairs[[2]uint32{min(x, y), max(x, y)}] = true
	}
	for _, c := range crowds {
		in := make([]uint32, len(c.Places))
		for i, at := range c.Places {
			in[i] = t.Add(string(at))
		}
		slices.Sort(in)
		a.crowds[c.Transport+" "+c.Ports.String()] = in
	}
	return a
}

// others returns what products other than the first have in common with it; nil if there are none.
func (x *portIndex) others(u *portUse) *others {
	if u.shared == x.none {
		return nil
	}
	return x.also[sharedUse{u.shared, u.from, u.to}]
}

// places returns the components whose listener a use is.
func (x *portIndex) places(u *portUse) []uint32 {
	if more := x.others(u); more != nil {
		return append([]uint32{u.place}, more.places...)
	}
	return []uint32{u.place}
}

// conflict reports whether two listeners at one port, over transports, prevent their components
// from sharing a host.
func (x *portIndex) conflict(u, w *portUse, over func(*portUse) []string) bool {
	shared := ""
	for _, t := range over(u) {
		if slices.Contains(over(w), t) {
			shared = t
		}
	}
	if shared == "" {
		return false
	}
	crowd := x.crowds[shared+" "+u.number()]
	in := func(place uint32) bool {
		_, ok := slices.BinarySearch(crowd, place)
		return ok
	}
	there := x.places(w)
	for _, p := range x.places(u) {
		for _, q := range there {
			if x.pairs[[2]uint32{min(p, q), max(p, q)}] || p != q && in(p) && in(q) {
				return true
			}
		}
	}
	return false
}
