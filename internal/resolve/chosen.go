package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// checkChoices reports choices of a site that refer to nothing in the specs, and those that the
// specs already decide.
func checkChoices(found *findings, u *model.Use, releases []*product) {
	if len(releases) == 0 {
		return
	}
	first := releases[0]
	for _, id := range sortedKeys(u.Transports) {
		path := []string{"products", u.Product, "transports", id}
		with := having(releases, id)
		if len(with) == 0 {
			found.unknown(diag.UnknownComponent, path, id, componentIDs(first.Product), "no component %s in %s", id, first.called())
			continue
		}
		for _, lid := range sortedKeys(u.Transports[id]) {
			checkTransports(found, with, id, lid, append(slices.Clone(path), lid))
		}
	}
	checkBinds(found, u, releases)
	for _, of := range []struct {
		field  string
		chosen map[string]string
		aspect model.Aspect
		what   string
	}{
		{"directions", u.Directions, model.AspectDirection, "which side starts"},
		{"suffices", u.Suffices, model.AspectSuffices, "whether one connection is enough"},
	} {
		for _, id := range sortedKeys(of.chosen) {
			path := []string{"products", u.Product, of.field, id}
			with := slices.DeleteFunc(slices.Clone(releases), func(p *product) bool { return p.Flow(id) == nil })
			if len(with) == 0 {
				found.unknown(diag.UnknownFlow, path, id, flowIDs(first.Product), "no flow %s in %s", id, first.called())
			} else if !slices.ContainsFunc(with, func(p *product) bool { return p.Flow(id).Unknown.Has(of.aspect) }) {
				decided(found, path, with[0].Positions.At("flows", id), "flow %s of %s specifies %s", id, with[0].called(), of.what)
			}
		}
	}
}

// checkTransports reports errors in the transports that a site chose for one listener. Not
// every release must have the listener.
func checkTransports(found *findings, releases []*product, component, id string, path []string) {
	first := releases[0]
	with := slices.DeleteFunc(slices.Clone(releases), func(p *product) bool { return p.Component(component).Listener(id) == nil })
	if len(with) == 0 {
		found.unknown(diag.UnknownListener, path, id, listenerIDs(first.Component(component)), "component %s of %s has no listener %s", component, first.called(), id)
		return
	}
	undocumented := slices.DeleteFunc(slices.Clone(with), func(p *product) bool { return len(p.Component(component).Listener(id).Transports) > 0 })
	if len(undocumented) == 0 {
		c := with[0].Component(component)
		l := c.Listener(id)
		decided(found, path, with[0].listenerAt(c, l, "transports"), "%s uses %s", name(model.PlaceOf(with[0].ID, c.ID), l), and(l.Transports))
		return
	}
	l := undocumented[0].Component(component).Listener(id)
	if len(l.Ports) == 0 && l.Dynamic == nil && l.Count == 0 {
		return
	}
	for i, t := range first.use.Transports[component][id] {
		if !model.HasPorts(t) {
			path := append(slices.Clone(path), fmt.Sprint(i))
			found.wrong(diag.Decided, path, "choose tcp, udp or sctp", "%s has a port, and %s has none", name(model.PlaceOf(first.ID, component), l), t)
		}
	}
}

// checkBinds reports listeners that the site binds but that do not exist, or whose
// bind a site cannot choose.
func checkBinds(found *findings, u *model.Use, releases []*product) {
	for _, id := range sortedKeys(u.Bind) {
		path := []string{"products", u.Product, "bind", id}
		with := having(releases, id)
		if len(with) == 0 {
			found.unknown(diag.UnknownComponent, path, id, componentIDs(releases[0].Product), "no component %s in %s", id, releases[0].called())
			continue
		}
		for _, lid := range sortedKeys(u.Bind[id]) {
			path := append(slices.Clone(path), lid)
			p := with[0]
			for _, other := range with {
				if l := other.Component(id).Listener(lid); l != nil && (p.Component(id).Listener(lid) == nil || l.Bind == model.LoopbackByDefault) {
					p = other
				}
			}
			c := p.Component(id)
			if l := c.Listener(lid); l == nil {
				found.unknown(diag.UnknownListener, path, lid, listenerIDs(c), "component %s of %s has no listener %s", id, p.called(), lid)
			} else if l.Bind != model.LoopbackByDefault {
				decided(found, path, p.listenerAt(c, l, "bind"), "%s is bound to %s", name(model.PlaceOf(p.ID, id), l), l.Bind)
			}
		}
	}
}

// decided reports a choice that the spec already decides.
func decided(found *findings, path []string, spec diag.Position, format string, args ...any) {
	f := finding(diag.Decided, found.at(path...), "%s; a site cannot choose it", fmt.Sprintf(format, args...))
	f.Path, f.Hint = ofSite(path), "remove it"
	f.Related = append(f.Related, related(spec, "the spec says so here"))
	found.report(f)
}

func flowIDs(p *model.Product) []string {
	var all []string
	for _, f := range p.Flows {
		all = append(all, f.ID)
	}
	return all
}

func listenerIDs(c *model.Component) []string {
	var all []string
	for _, l := range c.Listeners {
		all = append(all, l.ID)
	}
	return all
}
