package resolve

import (
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// products are the releases of products that a site uses.
type products struct {
	catalog *model.Catalog
	site    *model.Site         // whose choices they have
	all     []*product          // that the catalogue has, by id, the newest first
	byID    map[string]*product // the site's release of each
	byRef   map[string]*product
	systems map[string]string // system sockets of shared services, by service.listener
}

func newProducts(catalog *model.Catalog, site *model.Site) *products {
	ps := &products{catalog: catalog, site: site, byID: make(map[string]*product), byRef: make(map[string]*product), systems: make(map[string]string)}
	for _, id := range site.Uses() {
		several := len(catalog.Releases(id)) > 1
		for i, v := range versions(site, id) {
			spec := catalog.Release(id, v)
			if spec == nil {
				continue
			}
			p := ps.byRef[spec.Ref()]
			if p == nil {
				p = ps.newProduct(spec)
				p.several = several
				ps.all = append(ps.all, p)
				ps.byRef[spec.Ref()] = p
			}
			if i == 0 {
				ps.byID[id] = p
			}
		}
	}
	slices.SortStableFunc(ps.all, func(a, b *product) int { return model.CompareProducts(a.Product, b.Product) })
	return ps
}

// newProduct returns a release with the features that the site chose.
func (ps *products) newProduct(spec *model.Product) *product {
	p := &product{Product: spec, catalog: ps.catalog, use: ps.site.Use(spec.ID), components: make(map[string]*component)}
	if p.use == nil {
		p.use = &model.Use{Product: spec.ID}
	}
	p.values = chosen(spec, p.use)
	for _, c := range spec.Components {
		for _, l := range c.Listeners { // what a product says about a service holds for the service
			if c.Service != "" && l.SystemSocket != "" {
				ps.systems[c.Service+"."+l.ID] = l.SystemSocket
			}
		}
		if !p.holds(c.Conditions) {
			continue
		}
		there := &component{Component: c, place: model.PlaceOf(spec.ID, c.ID)}
		for _, l := range c.Listeners {
			if p.holds(l.Conditions) {
				there.listeners = append(there.listeners, l)
			}
		}
		p.components[c.ID] = there
	}
	for _, rule := range spec.Rules {
		if p.met(rule.When) {
			p.rules = append(p.rules, rule)
		}
	}
	return p
}

// with returns the products of the site after another choice for one of them.
func (ps *products) with(use *model.Use) *products {
	site := *ps.site
	site.Products = []*model.Use{use}
	for _, u := range ps.site.Products {
		if u.Product != use.Product {
			site.Products = append(site.Products, u)
		}
	}
	return newProducts(ps.catalog, &site)
}

// on returns the release of a product that a host runs; nil if there is none.
func (ps *products) on(h *model.Host, id string) *product {
	if v := h.Releases[id]; v != "" {
		return ps.byRef[model.RefOf(id, v)]
	}
	return ps.byID[id]
}

// component returns the component at a place of a host; nil if the features exclude it.
func (ps *products) component(h *model.Host, at model.Place) *component {
	p := ps.on(h, at.Product())
	if p == nil {
		return nil
	}
	return p.components[at.Component()]
}

// inUse lists the releases of a product that the site uses; none if the site's own is not
// known.
func (ps *products) inUse(id string) []*product {
	var all []*product
	for _, p := range ps.all {
		if p.ID == id && ps.byID[id] != nil {
			all = append(all, p)
		}
	}
	return all
}

// releaseOf returns the release of an end; nil if it has none: a shared service, a zone,
// any host, or a location that the vendor fixes.
func (ps *products) releaseOf(end *model.End, c *model.Component) *product {
	switch {
	case c != nil && c.Service != "":
		return nil
	case end.Host != nil:
		return ps.on(end.Host.Host, end.Place.Product())
	case end.Location != nil:
		return ps.byID[end.Place.Product()]
	}
	return nil
}

// chosenAt returns the path at which the site chooses a release for hosts.
func (ps *products) chosenAt(p *product) []string {
	if ps.byID[p.ID] == p {
		return []string{"products", p.ID, "release"}
	}
	for _, h := range ps.site.Hosts {
		if h.Releases[p.ID] == p.Version {
			return []string{"hosts", h.ID, "releases", p.ID}
		}
	}
	return firstUse(ps.site, p.ID)
}

// inForce lists the rules that hold on a host.
func (ps *products) inForce(h *model.Host) []inForce {
	var all []inForce
	seen := make(map[string]bool)
	for _, at := range h.Runs {
		p := ps.on(h, at.Product())
		if p == nil || seen[p.ID] {
			continue
		}
		seen[p.ID] = true
		for _, rule := range p.rules {
			if !slices.ContainsFunc(rule.Together, func(c string) bool { return !slices.Contains(h.Runs, model.PlaceOf(p.ID, c)) }) {
				all = append(all, inForce{rule, p})
			}
		}
	}
	return all
}

// versions lists the versions of a product on the site's hosts: the site's release first,
// "" if it names none, then those of single hosts.
func versions(site *model.Site, id string) []string {
	all := []string{site.Release(id, nil)}
	for _, h := range site.Hosts {
		if v := site.Release(id, h); !slices.Contains(all, v) && slices.ContainsFunc(h.Runs, func(at model.Place) bool { return at.Product() == id }) {
			all = append(all, v)
		}
	}
	return all
}

// inRelease reports whether the release of a product is in a span.
func inRelease(p *model.Product, span *model.Versions) bool {
	return span == nil || within(span, p.CompareVersion)
}

// inSystem reports whether the release of a host's operating system is in a span. A release
// that is not known is assumed to be a current one.
func inSystem(release string, span *model.Versions) bool {
	switch {
	case span == nil:
		return true
	case release == "":
		return span.Before == ""
	}
	return within(span, func(with string) int { return model.CompareVersions(release, with) })
}

// within reports whether a release is in a span, given how it compares with another one.
func within(span *model.Versions, compare func(with string) int) bool {
	return (span.From == "" || compare(span.From) >= 0) && (span.Before == "" || compare(span.Before) < 0)
}
