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
	site     *model.Site
	products *products
	found    *findings
	hosts    map[model.Place][]*model.End // by what runs on them
	known    map[*model.Component][]*model.End
	missed   map[model.Place]*missed
}

// missed counts the flows of a component whose place is unknown.
type missed struct {
	from, to int
	optional bool // all of them are optional
}

func newEnds(d *model.Deployment, products *products, found *findings) *ends {
	e := &ends{d.Site, products, found, make(map[model.Place][]*model.End), make(map[*model.Component][]*model.End), make(map[model.Place]*missed)}
	for _, h := range d.Hosts {
		for _, at := range h.Runs {
			end := &model.End{Place: at, Host: h, NetZone: h.NetZone}
			if p := e.products.on(h.Host, at.Product()); p != nil {
				end.Product = p.Product
			}
			e.site.SetViews(end)
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
	if l := location(e.site, at, c.Service, len(all) > 0); l != nil {
		end := &model.End{Place: at, Product: p.Product, Location: l, NetZone: l.Zone}
		e.site.SetViews(end)
		all = append(all, end)
	}
	if len(all) == 0 && !slices.Contains(p.use.Without, c.ID) {
		switch {
		case c.At != nil:
			end := &model.End{Place: at, Product: p.Product, Fixed: c.At, NetZone: zoneOf(e.site, "", slices.Concat(c.At.Addresses, c.At.Networks))}
			e.site.SetViews(end)
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

// talkers lists the ends that may start a connection, one for each host.
func (e *ends) talkers(p *product, conn *model.Connection) []*model.End {
	return onePerHost(e.allTalkers(p, conn))
}

// onePerHost leaves out further components of a host.
func onePerHost(ends []*model.End) []*model.End {
	there := make(map[*model.Deployed]bool)
	return keep(ends, func(end *model.End) bool {
		again := there[end.Host]
		there[end.Host] = end.Host != nil
		return !again
	})
}

// allTalkers lists all components on hosts, and other ends, that may start a connection.
func (e *ends) allTalkers(p *product, conn *model.Connection) []*model.End {
	var all []*model.End
	for _, c := range conn.From {
		if p.components[c.ID] == nil {
			continue // the features exclude it
		}
		for _, end := range e.of(p, c) {
			if end.Host != nil {
				if len(conn.Flow.OS) > 0 && end.Host.OS == "" {
					noOS(e.found, end.Host.Host, fmt.Sprintf("flow %s of %s starts on %s only", conn.Flow.ID, p.called(), or(conn.Flow.OS)))
				}
				if !hasOS(end.Host.Host, conn.Flow.Conditions) {
					continue
				}
			}
			all = append(all, end)
		}
	}
	return all
}

// missing records the ends of a connection whose place is unknown.
func (e *ends) missing(p *product, conn *model.Connection, to []*model.End, started bool) {
	if conn.Flow.Scope != "network" {
		return
	}
	for _, c := range conn.From {
		if p.components[c.ID] != nil && c.Kind != model.UnknownKind && len(e.of(p, c)) == 0 && len(to) > 0 {
			e.miss(p, c, false, conn.Flow.Optional)
		}
	}
	if len(to) == 0 && started && conn.To.Kind != model.UnknownKind {
		e.miss(p, conn.To, true, conn.Flow.Optional)
	}
}

// miss counts a flow with an end whose place is unknown.
func (e *ends) miss(p *product, c *model.Component, to, optional bool) {
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
		p := e.products.byID[at.Product()]
		c := p.Component(at.Component())
		path := firstUse(e.site, p.ID)
		var flows []string
		if n.to > 0 {
			flows = append(flows, fmt.Sprintf("%d to it", n.to))
		}
		if n.from > 0 {
			flows = append(flows, fmt.Sprintf("%d from it", n.from))
		}
		f := diag.Finding{
			Code: diag.Nowhere, Severity: diag.Warning, Position: e.found.at(path...), Path: ofSite(path),
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
		e.found.report(f)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 flow (" + what + ") is"
	}
	return fmt.Sprintf("%d flows (%s) are", n, what)
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
