package resolve_test

import (
	"slices"
	"strings"
)

// ids returns the ids of the products.
func (j *judgement) ids() map[string]bool {
	all := make(map[string]bool)
	for _, p := range j.products {
		all[p.ID] = true
	}
	return all
}

// named lists the releases of a product.
func (j *judgement) named(id string) []*product {
	var all []*product
	for _, ref := range keys(j.products) {
		if p := j.products[ref]; p.ID == id {
			all = append(all, p)
		}
	}
	return all
}

// release returns a release of a product or, for "", the only one; nil if there is none, or more
// than one.
func (j *judgement) release(id, version string) *product {
	all := slices.DeleteFunc(j.named(id), func(p *product) bool { return version != "" && p.Version != version })
	if len(all) != 1 {
		return nil
	}
	return all[0]
}

// main returns the site's release of a product.
func (j *judgement) main(id string) *product { return j.release(id, j.site.Products[id].Release) }

// on returns a host's release of a product.
func (j *judgement) on(h host, id string) *product {
	if v := h.Releases[id]; v != "" {
		return j.release(id, v)
	}
	return j.main(id)
}

// onHost lists the releases that a host runs.
func (j *judgement) onHost(h host) []*product {
	var all []*product
	for id := range j.ids() {
		if p := j.on(h, id); p != nil && slices.ContainsFunc(h.Runs, func(at string) bool { return strings.HasPrefix(at, id+"/") }) {
			all = append(all, p)
		}
	}
	return all
}

// inUse lists the releases of a product that the site or its hosts use.
func (j *judgement) inUse(id string) []*product {
	var all []*product
	for p := range j.values {
		if p.ID == id {
			all = append(all, p)
		}
	}
	return all
}

// releases records the used releases of a product, and rejects undefined ones.
func (j *judgement) releases(id string) {
	for _, h := range j.site.Hosts {
		runs := slices.ContainsFunc(h.Runs, func(at string) bool { return strings.HasPrefix(at, id+"/") })
		if p := j.on(h, id); p != nil && runs && j.values[p] == nil {
			j.choose(p)
		}
	}
	p := j.main(id)
	if p == nil {
		where := id
		if _, ok := j.site.Products[id]; !ok {
			for _, name := range keys(j.site.Hosts) {
				if where == id && slices.ContainsFunc(j.site.Hosts[name].Runs, func(at string) bool { return strings.HasPrefix(at, id+"/") }) {
					where = name
				}
			}
		}
		j.refuse("PS2228", where, "")
		return
	}
	if j.values[p] == nil {
		j.choose(p)
	}
	for _, p := range j.inUse(id) {
		j.combine(p)
	}
}

// hostReleases rejects undefined releases of a host.
func (j *judgement) hostReleases(id string, h host) {
	for product, v := range h.Releases {
		switch {
		case len(j.named(product)) == 0:
			j.refuse("PS2201", id, "")
		case j.release(product, v) == nil, !slices.ContainsFunc(h.Runs, func(at string) bool { return strings.HasPrefix(at, product+"/") }):
			j.refuse("PS2228", id, "")
		}
	}
}
