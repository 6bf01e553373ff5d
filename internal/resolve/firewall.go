package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// firewall reports hosts, products and flows that the site's firewall section names but
// that do not exist.
func (r *references) firewall() {
	if r.site.Firewall == nil {
		return
	}
	var hosts []string
	for _, h := range r.site.Hosts {
		hosts = append(hosts, h.ID)
	}
	known := func(id string, path ...string) {
		if r.site.Host(id) == nil {
			r.found.unknown(diag.UnknownHost, append([]string{"firewall"}, path...), id, hosts, "no host %s in the site", id)
		}
	}
	for _, m := range r.site.Firewall.Management {
		for i, id := range m.Hosts {
			known(id, "management", m.ID, "hosts", fmt.Sprint(i))
		}
	}
	for i, id := range r.site.Firewall.AWS {
		known(id, "aws", "hosts", fmt.Sprint(i))
	}
	for _, p := range r.site.Firewall.Pods {
		known(p.Host, "kubernetes", "pods", p.Host)
		checkPods(r.site, r.found, p)
	}
	for _, p := range r.site.Firewall.Permits {
		path := []string{"firewall", "permits", p.Flow}
		product, flow, _ := strings.Cut(p.Flow, "/")
		releases := r.products.inUse(product)
		if len(releases) == 0 {
			r.found.unknown(diag.UnknownProduct, path, product, productIDs(r.catalog), "the site uses no product %s", product)
			continue
		}
		var flows []string
		for _, spec := range releases {
			flows = append(flows, flowIDs(spec.Product)...)
		}
		if !slices.Contains(flows, flow) {
			r.found.unknown(diag.UnknownFlow, path, flow, flows, "no flow %s in %s", flow, product)
		}
	}
}

// checkPods reports a host whose pods are all pods of another host as well: because policies add up,
// they would get the permits of both.
func checkPods(site *model.Site, found *findings, p *model.Pods) {
	i := slices.IndexFunc(site.Firewall.Pods, func(other *model.Pods) bool { return other != p && p.Within(other) })
	if i < 0 {
		return
	}
	found.wrong(diag.SamePods, []string{"firewall", "kubernetes", "pods", p.Host}, "give them labels that differ",
		"the pods of host %s are also pods of host %s: they would get the permits of both", p.Host, site.Firewall.Pods[i].Host)
}
