package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
)

// checkReleases reports errors in the releases that the site chose.
func checkReleases(catalog *model.Catalog, site *model.Site, found *findings) {
	for _, id := range site.Uses() {
		releases := catalog.Releases(id)
		if len(releases) == 0 {
			continue // reported by references
		}
		switch v := site.Release(id, nil); {
		case v != "":
			release(catalog, found, id, v, []string{"products", id, "release"})
		case len(releases) > 1:
			all := model.VersionsOf(releases)
			found.wrong(diag.UnknownRelease, firstUse(site, id), fmt.Sprintf("choose one (products: %s: release: %q)", id, all[0]),
				"%s has the releases %s, but the site names none", id, english.And(all))
		}
	}
	for _, h := range site.Hosts {
		for _, id := range sortedKeys(h.Releases) {
			path := []string{"hosts", h.ID, "releases", id}
			switch {
			case len(catalog.Releases(id)) == 0:
				found.unknown(diag.UnknownProduct, path, id, productIDs(catalog), "no product %s", id)
			case !release(catalog, found, id, h.Releases[id], path):
			case !slices.ContainsFunc(h.Runs, func(at model.Place) bool { return at.Product() == id }):
				found.wrong(diag.UnknownRelease, path, "add what it runs, or remove the release", "host %s does not run %s, whose release it names", h.ID, id)
			}
		}
	}
}

// release reports a release that the site names but that is not defined.
func release(catalog *model.Catalog, found *findings, id, version string, path []string) bool {
	if catalog.Release(id, version) != nil {
		return true
	}
	found.wrong(diag.UnknownRelease, path, "use "+english.Or(model.VersionsOf(catalog.Releases(id))), "no release %s of %s", version, id)
	return false
}
