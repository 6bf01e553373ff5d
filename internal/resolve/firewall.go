package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
)

// firewall reports hosts, products and flows that the site's firewall section names but
// that do not exist.
func (r *resolver) firewall() {
	if r.site.Firewall == nil {
		return
	}
	var hosts []string
	for _, h := range r.site.Hosts {
		hosts = append(hosts, h.ID)
	}
	for _, m := range r.site.Firewall.Management {
		for i, id := range m.Hosts {
			if r.site.Host(id) == nil {
				r.unknown(diag.UnknownHost, []string{"firewall", "management", m.ID, "hosts", fmt.Sprint(i)}, id, hosts, "no host %s in the site", id)
			}
		}
	}
	for _, p := range r.site.Firewall.Permits {
		path := []string{"firewall", "permits", p.Flow}
		product, flow, _ := strings.Cut(p.Flow, "/")
		releases := r.inUse(product)
		if len(releases) == 0 {
			r.unknown(diag.UnknownProduct, path, product, r.productIDs(), "the site uses no product %s", product)
			continue
		}
		var flows []string
		for _, spec := range releases {
			flows = append(flows, flowIDs(spec.Product)...)
		}
		if !slices.Contains(flows, flow) {
			r.unknown(diag.UnknownFlow, path, flow, flows, "no flow %s in %s", flow, product)
		}
	}
}
