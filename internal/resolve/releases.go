package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
)

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

// on returns the release of a product that a host runs; nil if there is none.
func (r *resolver) on(h *model.Host, id string) *product {
	if v := h.Releases[id]; v != "" {
		return r.byRef[model.RefOf(id, v)]
	}
	return r.byID[id]
}

// component returns the component at a place of a host; nil if the features exclude it.
func (r *resolver) component(h *model.Host, at model.Place) *component {
	p := r.on(h, at.Product())
	if p == nil {
		return nil
	}
	return p.components[at.Component()]
}

// inUse lists the releases of a product that the site uses; none if the site's own is not
// known.
func (r *resolver) inUse(id string) []*product {
	var all []*product
	for _, p := range r.products {
		if p.ID == id && r.byID[id] != nil {
			all = append(all, p)
		}
	}
	return all
}

// called returns the product's name in findings and reasons: its id, or id and version if
// the catalogue has several releases of it.
func (p *product) called() string {
	if p.several {
		return p.Ref()
	}
	return p.ID
}

// at returns the name of a place in findings about one release.
func (p *product) at(place model.Place) string {
	if p.several {
		return p.Ref() + "/" + place.Component()
	}
	return string(place)
}

// ofRelease returns the release to be added to the name of something in a product; "" if
// the catalogue has only one.
func (p *product) ofRelease() string {
	if p.several {
		return " of " + p.Ref()
	}
	return ""
}

// releases reports errors in the releases that the site chose.
func (r *resolver) releases() {
	for _, id := range r.site.Uses() {
		releases := r.catalog.Releases(id)
		if len(releases) == 0 {
			continue // reported by references
		}
		switch v := r.site.Release(id, nil); {
		case v != "":
			r.release(id, v, []string{"products", id, "release"})
		case len(releases) > 1:
			all := model.VersionsOf(releases)
			r.found.wrong(diag.UnknownRelease, r.firstUse(id), fmt.Sprintf("choose one (products: %s: release: %q)", id, all[0]),
				"%s has the releases %s, but the site names none", id, english.And(all))
		}
	}
	for _, h := range r.site.Hosts {
		for _, id := range sortedKeys(h.Releases) {
			path := []string{"hosts", h.ID, "releases", id}
			switch {
			case len(r.catalog.Releases(id)) == 0:
				r.found.unknown(diag.UnknownProduct, path, id, r.productIDs(), "no product %s", id)
			case !r.release(id, h.Releases[id], path):
			case !slices.ContainsFunc(h.Runs, func(at model.Place) bool { return at.Product() == id }):
				r.found.wrong(diag.UnknownRelease, path, "add what it runs, or remove the release", "host %s does not run %s, whose release it names", h.ID, id)
			}
		}
	}
}

// release reports a release that the site names but that is not defined.
func (r *resolver) release(id, version string, path []string) bool {
	if r.catalog.Release(id, version) != nil {
		return true
	}
	r.found.wrong(diag.UnknownRelease, path, "use "+english.Or(model.VersionsOf(r.catalog.Releases(id))), "no release %s of %s", version, id)
	return false
}

// connections lists the connections that the features permit. Conditions are checked one by
// one, because for a feature with several values each may hold through a different value.
func (p *product) connections() []*model.Connection {
	return slices.DeleteFunc(p.Connections(), func(c *model.Connection) bool {
		return !p.holds(c.Flow.Conditions) || p.components[c.To.ID] == nil || !p.holds(c.Listener.Conditions)
	})
}
