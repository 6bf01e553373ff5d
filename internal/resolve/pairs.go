package resolve

import (
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// PairSystems are the operating systems on which pairs are tried. They differ in
// whether a socket on any address collides with one on loopback.
var PairSystems = []string{"windows", "linux"}

// pairHost is the id of the host on which pairs are tried, as ways out name it.
const pairHost = "server1"

// Pairs finds the components that cannot share a host by default, within and across
// products. It tries two components if they take the same port, or if features or
// rules concern both. Pairs that no features let exist together are left out.
func Pairs(catalog *model.Catalog) []*model.Pair {
	pairs, _ := PairsWithin(catalog, 0)
	return pairs
}

// PairsWithin finds pairs as [Pairs] does, unless there may be more than the limit.
// Then it finds those within each product, and the ports that several components
// take: a port of half the products alone makes as many pairs as their number
// squared.
func PairsWithin(catalog *model.Catalog, limit int) ([]*model.Pair, []*model.Crowd) {
	all := openAlone(catalog)
	met, few := meet(all, limit)
	var crowd []*model.Crowd
	if !few {
		crowd = crowds(all)
	}
	for i, a := range all {
		for j := i + 1; j < len(all) && all[j].product == a.product; j++ {
			if a.bound(all[j]) || !few && a.meets(all[j]) {
				met = append(met, [2]int{i, j})
			}
		}
		for j := 0; few && a.wrong && j < len(all); j++ {
			if all[j].product != a.product {
				met = append(met, [2]int{min(i, j), max(i, j)})
			}
		}
	}
	slices.SortFunc(met, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	var pairs []*model.Pair
	for _, at := range slices.Compact(met) {
		a, b := all[at[0]], all[at[1]]
		if a.is.Kind == model.Device && b.is.Kind == model.Device {
			continue // each is a separate machine
		}
		only := &model.Catalog{Products: []*model.Product{a.product}, Services: catalog.Services}
		if a.product != b.product {
			only.Products = append(only.Products, b.product)
		}
		if pair := tryPair(only, a.place, b.place); pair != nil {
			pairs = append(pairs, pair)
		}
	}
	return pairs, crowd
}

// tryPair is the pair, or nil where it can share a host.
func tryPair(catalog *model.Catalog, a, b model.Place) *model.Pair {
	pair := &model.Pair{A: a, B: b}
	site, ok := PairSite(catalog, a, b)
	if !ok {
		return nil
	}
	pair.Features = make(map[string]map[string]string)
	for _, u := range site.Products {
		p := catalog.Product(u.Product)
		for f, v := range u.Features {
			if p.Feature(f).Default != v[0] {
				if pair.Features[p.ID] == nil {
					pair.Features[p.ID] = make(map[string]string)
				}
				pair.Features[p.ID][f] = v[0]
			}
		}
	}
	for _, os := range PairSystems {
		site.Hosts[0].OS = os
		r := newResolver(catalog, site)
		r.anyHost = true
		r.hosts()
		apart := false
		for _, f := range r.found.Sort() {
			if f.Code == diag.BesideLoopback {
				pair.Beside = appendNew(pair.Beside, "on "+os+" "+f.Message)
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
	return pair
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// PairSite is a site of one host that runs two components, with features under
// which both exist; false where there are none.
func PairSite(catalog *model.Catalog, a, b model.Place) (*model.Site, bool) {
	site := &model.Site{ID: "pair", Hosts: []*model.Host{{ID: pairHost, Count: 1, Runs: []model.Place{a, b}}}}
	wanted := make(map[string]model.When)
	for _, at := range []model.Place{a, b} {
		wanted[at.Product()] = model.And(wanted[at.Product()], catalog.Product(at.Product()).Component(at.Component()).When)
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

// choose sets the features of a product so that a condition holds, with what they
// need, and to the default wherever that fits.
func choose(p *model.Product, wanted model.When, use *model.Use) bool {
	for range len(p.Features) + 1 {
		changed := false
		for _, f := range p.Features {
			values, asked := wanted[f.ID]
			switch {
			case asked && len(values) == 0:
				return false
			case asked && !slices.Contains(values, f.Default):
				use.Features[f.ID] = values[:1]
			case f.Default == "":
				use.Features[f.ID] = f.Values()[:1]
			}
			if slices.Contains(chosen(p, use)[f.ID], "off") {
				continue
			}
			if more := model.And(wanted, f.Needs); asked && len(f.Needs) > 0 && !sameWhen(more, wanted) {
				wanted, changed = more, true
			}
		}
		if !changed {
			return true
		}
	}
	return true
}

func sameWhen(a, b model.When) bool {
	return slices.Equal(a.Features(), b.Features()) && !slices.ContainsFunc(a.Features(), func(f string) bool { return !slices.Equal(a[f], b[f]) })
}
