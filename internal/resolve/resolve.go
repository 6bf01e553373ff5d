// Package resolve computes what follows from a site. [Site] returns a [model.Deployment],
// which has the sockets that each host opens and who may talk to whom, and findings about
// contradictions and omissions.
//
// Whatever CUE can reject by itself, schema/resolution.cue rejects as well. A test compares the
// two.
package resolve

import (
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Site resolves a valid site. The deployment is complete only if no finding is an
// error.
func Site(catalog *model.Catalog, site *model.Site) (*model.Deployment, diag.List) {
	site = located(site)
	r := newResolver(catalog, site)
	checkReleases(catalog, site, r.found)
	(&references{catalog, site, r.products, r.found}).check()
	checkNetwork(site, r.found)
	d := &model.Deployment{Site: site}
	for _, p := range r.products.all {
		d.Products = append(d.Products, p.Product)
	}
	hosts := r.hosts()
	d.Hosts = hosts
	checkPeers(r.found, hosts)
	if !r.found.list.HasErrors() {
		r.permits(d)
	}
	return d, r.found.list.Sort()
}

// A resolver works on one site.
type resolver struct {
	catalog  *model.Catalog
	site     *model.Site
	products *products
	alike    map[string][]*model.Socket // of hosts that are alike and in order
	found    *findings
	shut     map[*model.Listener]bool // listeners reported as not reachable from other hosts
	ports    assigner
}

func newResolver(catalog *model.Catalog, site *model.Site) *resolver {
	found := &findings{site: site.Positions}
	return &resolver{
		catalog: catalog, site: site, products: newProducts(catalog, site), found: found,
		alike: make(map[string][]*model.Socket), ports: assigner{found: found},
	}
}
