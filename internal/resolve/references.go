package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// references checks what a site names against what is defined.
type references struct {
	catalog  *model.Catalog
	site     *model.Site
	products *products
	found    *findings
}

// check reports ids that are not defined, and errors in the features that the site chose.
func (r *references) check() {
	for _, u := range r.site.Products {
		if len(r.catalog.Releases(u.Product)) == 0 {
			r.found.unknown(diag.UnknownProduct, []string{"products", u.Product}, u.Product, productIDs(r.catalog), "no product %s", u.Product)
			continue
		}
		releases := r.products.inUse(u.Product)
		checkFeatures(r.found, u, releases)
		usedPorts(r.found, u, releases)
		checkChoices(r.found, u, releases)
		checkSettings(r.found, u.Settings, releases, "products", u.Product, "settings")
		for i, c := range u.Without {
			path := []string{"products", u.Product, "without", fmt.Sprint(i)}
			switch {
			case len(releases) == 0:
			case len(having(releases, c)) == 0:
				r.found.unknown(diag.UnknownComponent, path, c, componentIDs(releases[0].Product), "no component %s in %s", c, releases[0].called())
			default:
				contradicted(r.site, r.found, model.PlaceOf(u.Product, c), path)
			}
		}
	}
	for _, p := range r.products.all {
		if r.site.Use(p.ID) == nil && r.products.byID[p.ID] != nil {
			checkFeatures(r.found, p.use, []*product{p}) // a feature without a default must be decided
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
		checkZoneID(r.site, r.found, h.Zone, "hosts", h.ID, "zone")
	}
	r.firewall()
	for _, t := range r.site.NAT {
		for i, z := range t.Zones {
			checkZoneID(r.site, r.found, z, "nat", t.ID, "zones", fmt.Sprint(i))
		}
	}
}

// hostPorts reports undefined components and listeners among those whose ports one host changes.
func (r *references) hostPorts(h *model.Host, at model.Place) {
	path := []string{"hosts", h.ID, "ports", string(at)}
	if !r.place(h, at, path) {
		return
	}
	if p := r.products.on(h, at.Product()); p != nil {
		portsOf(r.found, []*product{p}, at.Component(), h.Ports[at], path)
	}
	if !slices.Contains(h.Runs, at) {
		r.found.wrong(diag.UnknownComponent, path, "add it to what the host runs, or remove its ports", "%s does not run %s, whose ports it changes", h.ID, at)
	}
}

// hostSettings reports faults in the settings of one host.
func (r *references) hostSettings(h *model.Host) {
	for _, id := range sortedKeys(h.Settings) {
		path := []string{"hosts", h.ID, "settings", id}
		switch {
		case len(r.catalog.Releases(id)) == 0:
			r.found.unknown(diag.UnknownProduct, path, id, productIDs(r.catalog), "no product %s", id)
		case !slices.ContainsFunc(h.Runs, func(at model.Place) bool { return at.Product() == id }):
			r.found.wrong(diag.UnfitSetting, path, "add a component of it to what the host runs, or remove its settings", "host %s does not run %s, whose settings it changes", h.ID, id)
		default:
			checkSettings(r.found, h.Settings[id], r.products.inUse(id), path...)
		}
	}
}

// contradicted reports components that the site both has and excludes.
func contradicted(site *model.Site, found *findings, at model.Place, path []string) {
	report := func(there []string, format string, args ...any) {
		f := finding(diag.Absent, found.at(path...), format, args...)
		f.Path, f.Hint = ofSite(path), "remove one of the two"
		f.Related = append(f.Related, related(found.at(there...), "it is here"))
		found.report(f)
	}
	for _, h := range site.Hosts {
		if i := slices.Index(h.Runs, at); i >= 0 {
			report([]string{"hosts", h.ID, "runs", fmt.Sprint(i)}, "the site excludes %s, but host %s runs it", at, h.ID)
			return
		}
	}
	for _, s := range site.Services {
		if s.What == string(at) {
			report([]string{"services", s.What}, "the site excludes %s, but also locates it", at)
		}
	}
}

// place reports whether a component exists that the site names on a host or, with nil,
// elsewhere.
func (r *references) place(h *model.Host, at model.Place, path []string) bool {
	if len(r.catalog.Releases(at.Product())) == 0 {
		r.found.unknown(diag.UnknownProduct, path, at.Product(), productIDs(r.catalog), "no product %s", at.Product())
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

func (r *references) service(s *model.Location) {
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
	checkZoneID(r.site, r.found, s.Zone, append(path, "zone")...)
}

// checkZoneID reports a zone that the site does not define.
func checkZoneID(site *model.Site, found *findings, id string, path ...string) {
	if id == "" {
		return
	}
	var known []string
	for _, z := range site.Zones {
		known = append(known, z.ID)
	}
	if !slices.Contains(known, id) {
		found.unknown(diag.UnknownZone, path, id, known, "no zone %s in the site", id)
	}
}

func componentIDs(p *model.Product) []string {
	var all []string
	for _, c := range p.Components {
		all = append(all, c.ID)
	}
	return all
}

func productIDs(catalog *model.Catalog) []string {
	var all []string
	for _, p := range catalog.Products {
		all = appendNew(all, p.ID)
	}
	return all
}
