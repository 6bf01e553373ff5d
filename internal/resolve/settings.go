package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// set changes the ports of a listener to those that follow from the value of the
// setting, which the site sets for the host or for all.
func (r *resolver) set(d *decision, h *model.Host, p *product, c *component, l *model.Listener) {
	o := l.Offset
	path := []string{"hosts", h.ID, "settings", p.ID, o.Setting}
	value, given := h.Settings[p.ID][o.Setting]
	if !given {
		path = []string{"products", p.ID, "settings", o.Setting}
		if value, given = p.use.Settings[o.Setting]; !given {
			return
		}
	}
	ports := o.Ports(value)
	if ports.From < 1 || ports.To > 65535 {
		f := finding(diag.UnfitPort, r.found.at(path...), "the port of %s follows from %s; with %d it would be %s, which is not a port", name(c.place, l), o.Setting, value, ports)
		f.Path, f.Hint = ofSite(path), "give "+o.Setting+" another value"
		f.Related = append(f.Related, related(p.portAt(c.Component, l), "the spec is here"))
		if !slices.ContainsFunc(r.found.list, func(g diag.Finding) bool { return g.Position == f.Position && g.Message == f.Message }) {
			r.found.report(f)
		}
		return
	}
	d.ports = []model.PortRange{ports}
	d.why = append(d.why, model.Reason{Kind: model.BySite, At: r.found.at(path...), Text: fmt.Sprintf("the site sets %s to %d", o.Setting, value)})
}

// settings reports values of settings that no release in use has, and values that are
// out of range.
func (r *resolver) settings(values map[string]int, releases []*product, path ...string) {
	for _, id := range sortedKeys(values) {
		path := append(slices.Clone(path), id)
		var known []string
		var s *model.Setting
		var of *product
		for _, p := range releases {
			for _, x := range p.Settings {
				known = append(known, x.ID)
			}
			if found := p.Setting(id); found != nil && s == nil {
				s, of = found, p
			}
		}
		switch n := values[id]; {
		case len(releases) == 0:
		case s == nil:
			r.found.unknown(diag.UnfitSetting, path, id, known, "no setting %s in %s", id, releases[0].called())
		case n < s.Min || n > s.Max:
			f := finding(diag.UnfitSetting, r.found.at(path...), "%s of %s must be from %d to %d; got %d", id, of.called(), s.Min, s.Max, n)
			f.Path, f.Hint = ofSite(path), "set it to the value that the installation uses"
			f.Related = append(f.Related, related(of.Positions.At("settings", id), "the spec is here"))
			r.found.report(f)
		}
	}
}

// hostSettings does the same for one host.
func (r *resolver) hostSettings(h *model.Host) {
	for _, id := range sortedKeys(h.Settings) {
		path := []string{"hosts", h.ID, "settings", id}
		switch {
		case len(r.catalog.Releases(id)) == 0:
			r.found.unknown(diag.UnknownProduct, path, id, r.productIDs(), "no product %s", id)
		case !slices.ContainsFunc(h.Runs, func(at model.Place) bool { return at.Product() == id }):
			r.found.wrong(diag.UnfitSetting, path, "add a component of it to what the host runs, or remove its settings", "host %s does not run %s, whose settings it changes", h.ID, id)
		default:
			r.settings(h.Settings[id], r.products.inUse(id), path...)
		}
	}
}
