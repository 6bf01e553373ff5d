package resolve

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// PairSystems are the operating systems on which pairs are tried. They differ in
// whether a socket on any address collides with one on loopback.
var PairSystems = []string{"windows", "linux"}

// pairHost is the id of the host on which pairs are tried, as ways out name it.
const pairHost = "server1"

// Pairs finds the components of a catalogue in memory that cannot share a host by default, as
// [Apart] does.
func Pairs(catalog *model.Catalog, limit int) ([]*model.Pair, []*model.Crowd) {
	a := NewApart(catalog.Services, len(catalog.Products), limit)
	for n, p := range catalog.Products {
		a.Add(n, p)
	}
	// Reading cannot fail.
	pairs, crowds, _ := a.Find(func(n int) (*model.Product, error) { return catalog.Products[n], nil })
	return pairs, crowds
}

// An Apart finds the components that cannot share a host by default, within and across
// products. It tries the pairs that occupy the same port or are connected by features or rules,
// and leaves out pairs that no choice of features lets exist together. It gets the products one
// by one, and does not keep their models.
type Apart struct {
	services []*model.Service
	// limit is the greatest number of pairs across products; 0 for any number. If there are more,
	// Find returns the ports that several components occupy instead: the number of pairs grows
	// with the square of the number of components at a port.
	limit int
	opens [][]alone       // by the components of each product
	pairs [][]*model.Pair // within each product
}

// NewApart returns an Apart for a number of products, which are the newest releases.
func NewApart(services []*model.Service, products, limit int) *Apart {
	return &Apart{services, limit, make([][]alone, products), make([][]*model.Pair, products)}
}

// Add adds the n-th product. Several goroutines may call it.
func (x *Apart) Add(n int, p *model.Product) {
	t := &trials{catalog: &model.Catalog{Products: []*model.Product{p}, Services: x.services}}
	all := t.openAlone(p)
	for i := range all {
		for j := i + 1; j < len(all); j++ {
			a, b := &all[i], &all[j]
			if a.device && b.device || !interact(p, i, j) && !a.wrong && !b.wrong && !a.meets(b) {
				continue
			}
			if pair := t.try(a.place, b.place); pair != nil {
				x.pairs[n] = append(x.pairs[n], pair)
			}
		}
	}
	x.opens[n] = all
}

// Find returns the pairs. If there are too many across products, it returns those within
// products, and the ports that several components occupy. read returns the n-th product again.
func (x *Apart) Find(read func(n int) (*model.Product, error)) ([]*model.Pair, []*model.Crowd, error) {
	var all []*alone
	var of []int // the product of each
	for n := range x.opens {
		for i := range x.opens[n] {
			all, of = append(all, &x.opens[n][i]), append(of, n)
		}
	}
	met, few := meet(all, x.limit)
	if !few {
		return slices.Concat(x.pairs...), crowds(all), nil
	}
	met = slices.DeleteFunc(met, func(at [2]int) bool { return of[at[0]] == of[at[1]] })
	for i, a := range all {
		for j := 0; a.wrong && j < len(all); j++ {
			if of[i] != of[j] {
				met = append(met, [2]int{min(i, j), max(i, j)})
			}
		}
	}
	slices.SortFunc(met, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	across, err := x.across(all, of, slices.Compact(met), read)
	if err != nil {
		return nil, nil, err
	}
	place := make(map[model.Place]int, len(all))
	for i, a := range all {
		place[a.place] = i
	}
	pairs := append(slices.Concat(x.pairs...), across...)
	slices.SortStableFunc(pairs, func(a, b *model.Pair) int {
		return cmp.Or(cmp.Compare(place[a.A], place[b.A]), cmp.Compare(place[a.B], place[b.B]))
	})
	return pairs, nil, nil
}

// across tries pairs of components of different products, which are sorted.
func (x *Apart) across(all []*alone, of []int, met [][2]int, read func(n int) (*model.Product, error)) ([]*model.Pair, error) {
	var pairs []*model.Pair
	known := make(map[int]*model.Product) // the last few that were read
	get := func(n int) (*model.Product, error) {
		if p := known[n]; p != nil {
			return p, nil
		}
		if len(known) == fewKnown {
			clear(known)
		}
		p, err := read(n)
		known[n] = p
		return p, err
	}
	for _, at := range met {
		a, b := all[at[0]], all[at[1]]
		if a.device && b.device {
			continue // they are on different machines
		}
		only := &model.Catalog{Services: x.services}
		for _, i := range at {
			p, err := get(of[i])
			if err != nil {
				return nil, err
			}
			only.Products = append(only.Products, p)
		}
		if pair := (&trials{catalog: only}).try(a.place, b.place); pair != nil {
			pairs = append(pairs, pair)
		}
	}
	return pairs, nil
}

// fewKnown is the number of products that are kept in memory at once.
const fewKnown = 16

// trials resolve hosts that run one or two components of the same few products.
type trials struct {
	catalog *model.Catalog
	plain   *opener // for components that need no feature; nil before the first
}

// of returns what opens a host that runs two components, with features for which both exist;
// nil if there are none.
func (t *trials) of(a, b model.Place) *opener {
	needy := slices.ContainsFunc([]model.Place{a, b}, func(at model.Place) bool {
		return len(t.catalog.Product(at.Product()).Component(at.Component()).When) > 0
	})
	if o := t.plain; o != nil && !needy {
		o.found.list, o.products.site.Hosts[0].Runs = nil, []model.Place{a, b}
		return o
	}
	site, ok := PairSite(t.catalog, a, b)
	if !ok {
		return nil
	}
	o := newOpener(newProducts(t.catalog, site), &findings{site: site.Positions, anyHost: true})
	if !needy {
		t.plain = o
	}
	return o
}

// try returns the pair, or nil if it can share a host.
func (t *trials) try(a, b model.Place) *model.Pair {
	o := t.of(a, b)
	if o == nil {
		return nil
	}
	site := o.products.site
	pair := &model.Pair{A: a, B: b}
	for _, os := range PairSystems {
		o.found.list, site.Hosts[0].OS = nil, os
		o.open(site.Hosts[0])
		apart := false
		for _, f := range o.found.list.Sort() {
			if f.Code == diag.BesideLoopback {
				if pair.Beside == nil {
					pair.Beside = make(map[string][]string)
				}
				pair.Beside[os] = appendNew(pair.Beside[os], f.Message)
			}
			if f.Severity != diag.Error || f.Code == diag.NotItsSystem {
				continue
			}
			apart = true
			pair.Reasons = appendNew(pair.Reasons, f.Message)
			pair.WaysOut = appendNew(pair.WaysOut, f.Hint)
		}
		if apart {
			pair.OS = append(pair.OS, os)
		}
	}
	if len(pair.OS) == 0 {
		return nil
	}
	pair.Features = make(map[string]map[string]string)
	for _, u := range site.Products {
		p := t.catalog.Product(u.Product)
		for f, v := range u.Features {
			if p.Feature(f).Default != v[0] {
				if pair.Features[p.ID] == nil {
					pair.Features[strings.Clone(p.ID)] = make(map[string]string)
				}
				pair.Features[p.ID][strings.Clone(f)] = strings.Clone(v[0])
			}
		}
	}
	return pair
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// PairSite returns a site with one host that runs two components, and with features for
// which both exist; false if there are none.
func PairSite(catalog *model.Catalog, a, b model.Place) (*model.Site, bool) {
	site := &model.Site{ID: "pair", Hosts: []*model.Host{{ID: pairHost, Count: 1, Runs: []model.Place{a, b}}}}
	wanted := make(map[string]model.When)
	for _, at := range []model.Place{a, b} {
		p := catalog.Product(at.Product())
		wanted[p.ID] = p.And(wanted[p.ID], p.Component(at.Component()).When)
	}
	for _, id := range sortedKeys(wanted) {
		use := &model.Use{Product: id, Features: make(map[string][]string)}
		if !choose(catalog.Product(id), wanted[id], use) {
			return nil, false
		}
		site.Products = append(site.Products, use)
	}
	return site, true
}

// choose sets the features of a product so that a condition holds, with what they need, and
// to the default if possible.
func choose(p *model.Product, wanted model.When, use *model.Use) bool {
	for range len(p.Features) + 1 {
		changed := false
		for _, f := range p.Features {
			lists, asked := wanted[f.ID]
			switch {
			case asked && slices.ContainsFunc(lists, func(values []string) bool { return len(values) == 0 }):
				return false
			case asked && slices.ContainsFunc(lists, func(values []string) bool { return !slices.Contains(values, f.Default) }):
				use.Features[f.ID] = oneOfEach(lists)
			case f.Default == "":
				use.Features[f.ID] = f.Values()[:1]
			}
			if slices.Contains(chosen(p, use)[f.ID], "off") {
				continue
			}
			if more := p.And(wanted, f.Needs); asked && len(f.Needs) > 0 && !sameWhen(more, wanted) {
				wanted, changed = more, true
			}
		}
		if !changed {
			return true
		}
	}
	return true
}

// oneOfEach returns values that include one of each list.
func oneOfEach(lists [][]string) []string {
	var values []string
	for _, l := range lists {
		if !model.Intersect(values, l) {
			values = append(values, l[0])
		}
	}
	return values
}

func sameWhen(a, b model.When) bool {
	return maps.EqualFunc(a, b, func(x, y [][]string) bool { return slices.EqualFunc(x, y, slices.Equal) })
}
