// Package resolve computes what follows from a site. [Site] returns a [model.Deployment],
// which has the sockets that each host opens and who may talk to whom, and findings about
// contradictions and omissions.
//
// Whatever CUE can reject by itself, schema/resolution.cue rejects as well. A test compares the
// two.
package resolve

import (
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Site resolves a valid site. The deployment is complete only if no finding is an
// error.
func Site(catalog *model.Catalog, site *model.Site) (*model.Deployment, diag.List) {
	r := newResolver(catalog, site)
	r.locate()
	r.releases()
	r.references()
	r.network()
	d := &model.Deployment{Site: r.site}
	for _, p := range r.products {
		d.Products = append(d.Products, p.Product)
	}
	hosts := r.hosts()
	d.Hosts = hosts
	r.peers(hosts)
	if !r.found.list.HasErrors() {
		r.permits(d)
	}
	return d, r.found.list.Sort()
}

// A resolver works on one site.
type resolver struct {
	catalog  *model.Catalog
	site     *model.Site
	products []*product          // releases that the site uses and the catalogue has, by id, the newest first
	byID     map[string]*product // the site's release of each
	byRef    map[string]*product
	alike    map[string][]*model.Socket // of hosts that are alike and in order
	systems  map[string]string          // system sockets of shared services, by service.listener
	found    *findings
	shut     map[*model.Listener]bool // listeners reported as not reachable from other hosts
	// anyHost means that a host stands for any host: findings do not name it, and ports have no
	// reasons, since nobody reads them.
	anyHost bool
}

// of names a host after something on it: " of host ums1".
func (r *resolver) of(h *model.Host) string {
	if r.anyHost {
		return ""
	}
	return " of host " + h.ID
}

// the names a host: "host ums1".
func (r *resolver) the(h *model.Host) string {
	if r.anyHost {
		return "a host"
	}
	return "host " + h.ID
}

// A product is a release that the site uses, with its features set.
type product struct {
	*model.Product
	several    bool       // the catalogue has other releases of it
	use        *model.Use // what the site chooses for it; the zero value if nothing
	values     map[string][]string
	components map[string]*component
	rules      []*model.Rule // that hold under the features
}

// A component is a component that exists with the chosen features.
type component struct {
	*model.Component
	place     model.Place
	listeners []*model.Listener // that exist with the chosen features
}

func newResolver(catalog *model.Catalog, site *model.Site) *resolver {
	r := &resolver{
		catalog: catalog, site: site, byID: make(map[string]*product), byRef: make(map[string]*product),
		found: &findings{site: site.Positions},
		alike: make(map[string][]*model.Socket), systems: make(map[string]string),
	}
	for _, id := range site.Uses() {
		several := len(catalog.Releases(id)) > 1
		for i, v := range versions(site, id) {
			spec := catalog.Release(id, v)
			if spec == nil {
				continue
			}
			p := r.byRef[spec.Ref()]
			if p == nil {
				p = r.newProduct(spec)
				p.several = several
				r.products = append(r.products, p)
				r.byRef[spec.Ref()] = p
			}
			if i == 0 {
				r.byID[id] = p
			}
		}
	}
	slices.SortStableFunc(r.products, func(a, b *product) int { return model.CompareProducts(a.Product, b.Product) })
	return r
}

// newProduct returns a release with the features that the site chose.
func (r *resolver) newProduct(spec *model.Product) *product {
	p := &product{Product: spec, use: r.site.Use(spec.ID), components: make(map[string]*component)}
	if p.use == nil {
		p.use = &model.Use{Product: spec.ID}
	}
	p.values = chosen(spec, p.use)
	for _, c := range spec.Components {
		for _, l := range c.Listeners { // what a product says about a service holds for the service
			if c.Service != "" && l.SystemSocket != "" {
				r.systems[c.Service+"."+l.ID] = l.SystemSocket
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

// met reports whether the features satisfy a condition.
func (p *product) met(when model.When) bool { return when.Holds(p.values) }

// missing returns values to choose so that a condition holds, for each feature that does not
// meet it: a further value if the feature can have several at once.
func (p *product) missing(when model.When) map[string][]string {
	choose := make(map[string][]string)
	for f, needed := range when.Lists() {
		have := p.values[f]
		if more, ok := choose[f]; ok {
			have = more
		}
		switch {
		case model.Intersect(have, needed):
		case p.Feature(f).Several:
			choose[f] = append(slices.Clone(have), needed[0])
		default:
			choose[f] = needed[:1]
		}
	}
	return choose
}

// holds reports whether conditions hold as far as they depend on the product, that is, on
// features and release. Operating systems depend on the host.
func (p *product) holds(c model.Conditions) bool {
	return p.met(c.When) && inRelease(p.Product, c.Versions)
}

// listenerAt returns the position of a listener or a field of it, in the product or in the
// shared service that the component is.
func (r *resolver) listenerAt(p *model.Product, c *model.Component, l *model.Listener, field ...string) diag.Position {
	positions, path := r.listenerPath(p, c, l)
	return positions.At(append(path, field...)...)
}

// listenerPath returns the path of a listener in the product or service that defines it.
func (r *resolver) listenerPath(p *model.Product, c *model.Component, l *model.Listener) (model.Positions, []string) {
	own := []string{"components", c.ID, "listeners", l.ID}
	if _, written := p.Positions.Find(model.PathOf(own...)); !written && c.Service != "" {
		if s := r.catalog.Service(c.Service); s != nil {
			return s.Positions, []string{"listeners", l.ID}
		}
	}
	return p.Positions, own
}

// portFields are the fields that define the port of a listener.
var portFields = []string{"port", "ports", "ranges", "one_of", "offset", "dynamic", "count", "unknown", "undocumented"}

// portAt returns the position of a listener's port.
func (r *resolver) portAt(p *model.Product, c *model.Component, l *model.Listener) diag.Position {
	positions, names := r.listenerPath(p, c, l)
	around, path := positions.At(names...), model.PathOf(names...)
	for _, field := range portFields {
		if at, written := positions.Find(path.Below(field)); written && at != around {
			return at
		}
	}
	return around
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
