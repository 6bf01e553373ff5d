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
func (r *resolver) firewall() {
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
		r.pods(p)
	}
	for _, p := range r.site.Firewall.Permits {
		path := []string{"firewall", "permits", p.Flow}
		product, flow, _ := strings.Cut(p.Flow, "/")
		releases := r.products.inUse(product)
		if len(releases) == 0 {
			r.found.unknown(diag.UnknownProduct, path, product, r.productIDs(), "the site uses no product %s", product)
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

// pods reports a host whose pods are all pods of another host as well: because policies add up,
// they would get the permits of both.
func (r *resolver) pods(p *model.Pods) {
	i := slices.IndexFunc(r.site.Firewall.Pods, func(other *model.Pods) bool { return other != p && p.Within(other) })
	if i < 0 {
		return
	}
	path := []string{"firewall", "kubernetes", "pods", p.Host}
	r.found.report(diag.Finding{
		Code: diag.SamePods, Severity: diag.Error, Position: r.site.Positions.At(path...), Path: model.PathOf(append([]string{"site"}, path...)...),
		Message: fmt.Sprintf("the pods of host %s are also pods of host %s: they would get the permits of both", p.Host, r.site.Firewall.Pods[i].Host),
		Hint:    "give them labels that differ",
	})
}
