package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
)

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
