// Package resolve computes what follows from a site. [Site] returns a [model.Deployment],
// which has the sockets that each host opens and who may talk to whom, and findings about
// contradictions and omissions.
//
// Whatever CUE can reject by itself, schema/resolution.cue rejects as well. A test compares the
// two.
//
// Each step is a type with what the step needs: products are the releases that hosts run,
// references checks the ids in the site, an opener decides the sockets of hosts, with an assigner
// for their ports and ways out of collisions, and an expansion turns flows into permits between
// ends. All of them report to findings. Checks of addresses and zones are functions.
package resolve

import (
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Site resolves a valid site. The deployment is complete only if no finding is an
// error.
func Site(catalog *model.Catalog, site *model.Site) (*model.Deployment, diag.List) {
	site = located(site)
	found := &findings{site: site.Positions}
	products := newProducts(catalog, site)
	checkReleases(catalog, site, found)
	(&references{catalog, site, products, found}).check()
	checkNetwork(site, found)
	d := &model.Deployment{Site: site}
	for _, p := range products.all {
		d.Products = append(d.Products, p.Product)
	}
	d.Hosts = newOpener(products, found).hosts(site)
	checkPeers(found, d.Hosts)
	if !found.list.HasErrors() {
		newExpansion(d, products, found).permits()
	}
	return d, found.list.Sort()
}
