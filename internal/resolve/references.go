package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// references reports ids in the site that are not defined, and errors in the features
// that it chose.
func (r *resolver) references() {
	for _, u := range r.site.Products {
		if len(r.catalog.Releases(u.Product)) == 0 {
			r.found.unknown(diag.UnknownProduct, []string{"products", u.Product}, u.Product, r.productIDs(), "no product %s", u.Product)
			continue
		}
		releases := r.products.inUse(u.Product)
		r.features(u, releases)
		r.usedPorts(u, releases)
		r.chosen(u, releases)
		r.settings(u.Settings, releases, "products", u.Product, "settings")
		for i, c := range u.Without {
			path := []string{"products", u.Product, "without", fmt.Sprint(i)}
			switch {
			case len(releases) == 0:
			case len(having(releases, c)) == 0:
				r.found.unknown(diag.UnknownComponent, path, c, componentIDs(releases[0].Product), "no component %s in %s", c, releases[0].called())
			default:
				r.contradicted(model.PlaceOf(u.Product, c), path)
			}
		}
	}
	for _, p := range r.products.all {
		if r.site.Use(p.ID) == nil && r.products.byID[p.ID] != nil {
			r.features(p.use, []*product{p}) // a feature without a default must be decided
		}
	}
	for _, s := range r.site.Services {
		r.service(s)
	}
	for _, h := range r.site.Hosts {
		for i, at := range h.Runs {
			path := []string{"hosts", h.ID, "runs", fmt.Sprint(i)}
			r.place(h, at, path)
			if first := slices.Index(h.Runs, at); first < i {
				f := finding(diag.RunsTwice, r.found.at(path...), "host %s runs %s twice", h.ID, at)
				f.Path, f.Hint = ofSite(path), "list each component once"
				f.Related = append(f.Related, related(r.found.at("hosts", h.ID, "runs", fmt.Sprint(first)), "it is first used here"))
				r.found.report(f)
			}
		}
		for _, at := range slices.Sorted(maps.Keys(h.Ports)) {
			r.hostPorts(h, at)
		}
		r.hostSettings(h)
		r.zone(h.Zone, "hosts", h.ID, "zone")
	}
	r.firewall()
	for _, t := range r.site.NAT {
		for i, z := range t.Zones {
			r.zone(z, "nat", t.ID, "zones", fmt.Sprint(i))
		}
	}
}

// having lists the releases that have a component.
func having(releases []*product, component string) []*product {
	return slices.DeleteFunc(slices.Clone(releases), func(p *product) bool { return p.Component(component) == nil })
}

// usedPorts reports undefined listeners among those whose ports the site changes. A
// listener is defined if one of the releases that the site uses has it.
func (r *resolver) usedPorts(u *model.Use, releases []*product) {
	for _, id := range slices.Sorted(maps.Keys(u.Ports)) {
		path := []string{"products", u.Product, "ports", id}
		switch with := having(releases, id); {
		case len(releases) == 0:
		case len(with) == 0:
			r.found.unknown(diag.UnknownComponent, path, id, componentIDs(releases[0].Product), "no component %s in %s", id, releases[0].called())
		default:
			r.portsOf(with, id, u.Ports[id], path)
		}
	}
}

// hostPorts does the same for the ports of one host.
func (r *resolver) hostPorts(h *model.Host, at model.Place) {
	path := []string{"hosts", h.ID, "ports", string(at)}
	if !r.place(h, at, path) {
		return
	}
	if p := r.products.on(h, at.Product()); p != nil {
		r.portsOf([]*product{p}, at.Component(), h.Ports[at], path)
	}
	if !slices.Contains(h.Runs, at) {
		r.found.wrong(diag.UnknownComponent, path, "add it to what the host runs, or remove its ports", "%s does not run %s, whose ports it changes", h.ID, at)
	}
}

// portsOf reports listeners that no release of a component has, and ports that do not
// fit the others.
func (r *resolver) portsOf(releases []*product, component string, ports map[string]model.PortRange, path []string) {
	for _, id := range slices.Sorted(maps.Keys(ports)) {
		path := append(slices.Clone(path), id)
		var known []string
		there := false
		for _, p := range releases {
			c := p.Component(component)
			if l := c.Listener(id); l != nil {
				r.fits(p, c, l, ports[id], path)
				there = true
			}
			for _, l := range c.Listeners {
				known = appendNew(known, l.ID)
			}
		}
		if !there {
			r.found.unknown(diag.UnknownListener, path, id, known, "component %s of %s has no listener %s", component, releases[0].called(), id)
		}
	}
}

// contradicted reports components that the site both has and excludes.
func (r *resolver) contradicted(at model.Place, path []string) {
	report := func(there []string, format string, args ...any) {
		f := finding(diag.Absent, r.found.at(path...), format, args...)
		f.Path, f.Hint = ofSite(path), "remove one of the two"
		f.Related = append(f.Related, related(r.found.at(there...), "it is here"))
		r.found.report(f)
	}
	for _, h := range r.site.Hosts {
		if i := slices.Index(h.Runs, at); i >= 0 {
			report([]string{"hosts", h.ID, "runs", fmt.Sprint(i)}, "the site excludes %s, but host %s runs it", at, h.ID)
			return
		}
	}
	for _, s := range r.site.Services {
		if s.What == string(at) {
			report([]string{"services", s.What}, "the site excludes %s, but also locates it", at)
		}
	}
}

// place reports whether a component exists that the site names on a host or, with nil,
// elsewhere.
func (r *resolver) place(h *model.Host, at model.Place, path []string) bool {
	if len(r.catalog.Releases(at.Product())) == 0 {
		r.found.unknown(diag.UnknownProduct, path, at.Product(), r.productIDs(), "no product %s", at.Product())
		return false
	}
	p := r.products.byID[at.Product()]
	if h != nil {
		p = r.products.on(h, at.Product())
	} else if p == nil && r.site.Release(at.Product(), nil) == "" { // the site does not mention it elsewhere
		if only := r.catalog.Release(at.Product(), ""); only != nil {
			p = &product{Product: only}
		}
	}
	if p == nil {
		return true // reported with the releases
	}
	if p.Component(at.Component()) == nil {
		r.found.unknown(diag.UnknownComponent, path, at.Component(), componentIDs(p.Product), "no component %s in %s", at.Component(), p.called())
		return false
	}
	return true
}

func (r *resolver) service(s *model.Location) {
	path := []string{"services", s.What}
	if !s.IsService() {
		r.place(nil, model.Place(s.What), path)
	} else if r.catalog.Service(s.What) == nil {
		var known []string
		for _, x := range r.catalog.Services {
			known = append(known, x.ID)
		}
		hint := "the shared services are " + strings.Join(known, ", ")
		if near := diag.Nearest(s.What, known); near != "" {
			hint = "did you mean " + near + "? " + hint
		}
		r.found.wrong(diag.UnknownService, path, hint, "no shared service %s", s.What)
	}
	if len(s.All()) == 0 {
		r.found.wrong(diag.NoPlace, path, "add names, addresses, networks, service_tags or urls", "%s has no location", s.What)
	}
	r.zone(s.Zone, append(path, "zone")...)
}

func (r *resolver) zone(id string, path ...string) {
	if id == "" {
		return
	}
	var known []string
	for _, z := range r.site.Zones {
		known = append(known, z.ID)
	}
	if !slices.Contains(known, id) {
		r.found.unknown(diag.UnknownZone, path, id, known, "no zone %s in the site", id)
	}
}

func componentIDs(p *model.Product) []string {
	var all []string
	for _, c := range p.Components {
		all = append(all, c.ID)
	}
	return all
}

func (r *resolver) productIDs() []string {
	var all []string
	for _, p := range r.catalog.Products {
		all = appendNew(all, p.ID)
	}
	return all
}
