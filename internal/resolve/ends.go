package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// ends locates the components of a product: on hosts of the site, at other places that
// the site or the product names, on any host, or in a zone.
type ends struct {
	r      *resolver
	hosts  map[model.Place][]*model.End // by what runs on them
	known  map[*model.Component][]*model.End
	missed map[model.Place]*missed
}

// missed counts the flows of a component whose place is unknown.
type missed struct {
	from, to int
	optional bool // all of them are optional
}

func (r *resolver) newEnds(d *model.Deployment) *ends {
	e := &ends{r, make(map[model.Place][]*model.End), make(map[*model.Component][]*model.End), make(map[model.Place]*missed)}
	for _, h := range d.Hosts {
		for _, at := range h.Runs {
			end := &model.End{Place: at, Host: h, NetZone: h.NetZone}
			if p := r.products.on(h.Host, at.Product()); p != nil {
				end.Product = p.Product
			}
			r.site.SetViews(end)
			e.hosts[at] = append(e.hosts[at], end)
		}
	}
	return e
}

// of lists the ends at which a component is; none if its place is unknown.
func (e *ends) of(p *product, c *model.Component) []*model.End {
	at := model.PlaceOf(p.ID, c.ID)
	if all, ok := e.known[c]; ok {
		return all
	}
	all := slices.Clone(e.hosts[at])
	if l := location(e.r.site, at, c.Service, len(all) > 0); l != nil {
		end := &model.End{Place: at, Product: p.Product, Location: l, NetZone: l.Zone}
		e.r.site.SetViews(end)
		all = append(all, end)
	}
	if len(all) == 0 && !slices.Contains(p.use.Without, c.ID) {
		switch {
		case c.At != nil:
			end := &model.End{Place: at, Product: p.Product, Fixed: c.At, NetZone: zoneOf(e.r.site, "", slices.Concat(c.At.Addresses, c.At.Networks))}
			e.r.site.SetViews(end)
			all = append(all, end)
		case c.Kind == model.Any:
			all = append(all, &model.End{Place: at, Product: p.Product, Any: true})
		case c.Kind == model.Zone:
			all = append(all, &model.End{Place: at, Product: p.Product, Zone: c.ID})
		}
	}
	e.known[c] = all
	return all
}

// location returns where the site puts a component that none of its hosts runs: by the
// component's own name or else by that of its shared service, unless a host runs that.
func location(site *model.Site, at model.Place, service string, placed bool) *model.Location {
	var byService *model.Location
	for _, l := range site.Services {
		if l.What == string(at) {
			return l
		}
		if service != "" && l.What == service && !placed {
			byService = l
		}
	}
	return byService
}

// missing counts a flow with an end whose place is unknown.
func (e *ends) missing(p *product, c *model.Component, to, optional bool) {
	if slices.Contains(p.use.Without, c.ID) {
		return
	}
	at := model.PlaceOf(p.ID, c.ID)
	n := e.missed[at]
	if n == nil {
		n = &missed{optional: true}
		e.missed[at] = n
	}
	if to {
		n.to++
	} else {
		n.from++
	}
	n.optional = n.optional && optional
}

// report reports each component whose place is unknown, with the flows left out.
func (e *ends) report() {
	for _, at := range sortedKeys(e.missed) {
		n := e.missed[at]
		p := e.r.products.byID[at.Product()]
		c := p.Component(at.Component())
		path := firstUse(e.r.site, p.ID)
		var flows []string
		if n.to > 0 {
			flows = append(flows, fmt.Sprintf("%d to it", n.to))
		}
		if n.from > 0 {
			flows = append(flows, fmt.Sprintf("%d from it", n.from))
		}
		f := diag.Finding{
			Code: diag.Nowhere, Severity: diag.Warning, Position: e.r.found.at(path...), Path: ofSite(path),
			Message: fmt.Sprintf("%s (%s) has no location: %s left out", at, c.Name, plural(n.from+n.to, strings.Join(flows, ", "))),
			Related: []diag.Related{related(p.Positions.At("components", c.ID), "the component is here")},
		}
		if n.optional {
			f.Severity = diag.Info
		}
		where := string(at)
		if c.Service != "" {
			where = c.Service
		}
		f.Hint = fmt.Sprintf("add %s to what a host runs, or give its location (services: %s: addresses: […]), or state that the site has none (products: %s: without: [%s])", at, where, p.ID, c.ID)
		e.r.found.report(f)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 flow (" + what + ") is"
	}
	return fmt.Sprintf("%d flows (%s) are", n, what)
}

// firstUse returns the first path at which the site uses a product.
func firstUse(site *model.Site, product string) []string {
	if site.Use(product) != nil {
		return []string{"products", product}
	}
	for _, h := range site.Hosts {
		for _, at := range h.Runs {
			if at.Product() == product {
				return run(h, at)
			}
		}
	}
	return nil
}
