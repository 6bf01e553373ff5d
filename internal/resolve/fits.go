package resolve

import (
	"fmt"
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// having lists the releases that have a component.
func having(releases []*product, component string) []*product {
	return slices.DeleteFunc(slices.Clone(releases), func(p *product) bool { return p.Component(component) == nil })
}

// usedPorts reports undefined listeners among those whose ports the site changes. A
// listener is defined if one of the releases that the site uses has it.
func usedPorts(found *findings, u *model.Use, releases []*product) {
	for _, id := range slices.Sorted(maps.Keys(u.Ports)) {
		path := []string{"products", u.Product, "ports", id}
		switch with := having(releases, id); {
		case len(releases) == 0:
		case len(with) == 0:
			found.unknown(diag.UnknownComponent, path, id, componentIDs(releases[0].Product), "no component %s in %s", id, releases[0].called())
		default:
			portsOf(found, with, id, u.Ports[id], path)
		}
	}
}

// portsOf reports listeners that no release of a component has, and ports that do not
// fit the others.
func portsOf(found *findings, releases []*product, component string, ports map[string]model.PortRange, path []string) {
	for _, id := range slices.Sorted(maps.Keys(ports)) {
		path := append(slices.Clone(path), id)
		var known []string
		there := false
		for _, p := range releases {
			c := p.Component(component)
			if l := c.Listener(id); l != nil {
				fits(found, p, c, l, ports[id], path)
				there = true
			}
			for _, l := range c.Listeners {
				known = appendNew(known, l.ID)
			}
		}
		if !there {
			found.unknown(diag.UnknownListener, path, id, known, "component %s of %s has no listener %s", component, releases[0].called(), id)
		}
	}
}

// fits reports a port that the site gives a listener although the listener cannot have it.
func fits(found *findings, p *product, c *model.Component, l *model.Listener, given model.PortRange, path []string) {
	name := name(model.PlaceOf(p.ID, c.ID), l)
	one := given.From == given.To
	var wrong, hint string
	switch {
	case len(l.Transports) > 0 && !slices.ContainsFunc(l.Transports, model.HasPorts):
		wrong, hint = "has no port", "remove it"
	case l.Offset != nil && l.Offset.Of != "":
		wrong, hint = fmt.Sprintf("is always the port of %s %+d", l.Offset.Of, l.Offset.Plus), "give "+l.Offset.Of+" another port, and this one follows"
	case l.AnyOther && one, l.Per != "" && l.Count == 0:
	case l.OneOf && !slices.ContainsFunc(l.Ports, func(r model.PortRange) bool { return r.From <= given.From && given.To <= r.To }):
		wrong, hint = "is one of "+model.FormatPorts(l.Ports), "choose one of them"
	case l.Dynamic != nil, l.Unknown.Has(model.AspectPort), l.OneOf:
	case l.Count > 0:
		if n := given.To - given.From + 1; n != l.Count && (l.Per == "" || n%l.Count != 0) {
			wrong, hint = fmt.Sprintf("takes %d ports", l.Count), fmt.Sprintf("give it a range of %d", l.Count)
		}
	case len(l.Ports) > 1 || len(l.Fallback) > 0:
		wrong, hint = "has several ports, "+model.FormatPorts(append(slices.Clone(l.Ports), l.Fallback...)), "a site can give a listener another port or another range, not several"
	case len(l.Ports) == 1 && (l.Ports[0].From == l.Ports[0].To) != one:
		if one {
			wrong, hint = "takes a range, such as "+l.Ports[0].String(), "give it a range: {from: …, to: …}"
		} else {
			wrong, hint = "takes one port", "give it a number"
		}
	}
	if wrong != "" {
		f := finding(diag.UnfitPort, found.at(path...), "the site assigns %s to %s, which %s", given, name, wrong)
		f.Path, f.Hint = ofSite(path), hint
		f.Related = append(f.Related, related(p.portAt(c, l), "the spec is here"))
		found.report(f)
		return
	}
	if slices.Equal(l.Ports, []model.PortRange{given}) || l.OneOf || l.Per != "" {
		return // choosing an alternative does not change the port
	}
	if l.Configurable != nil && !l.Configurable.Allowed {
		f := finding(diag.FixedPort, found.at(path...), "the site assigns %s to %s, which cannot be changed according to the vendor", given, name)
		f.Path, f.Hint = ofSite(path), "remove it: the port is "+model.FormatPorts(l.Ports)
		f.Related = append(f.Related, related(p.listenerAt(c, l, "configurable"), "the spec says so here"))
		found.report(f)
		return
	}
	if tooEarly(found, p, c, l, name, path, given) {
		return
	}
	for _, flow := range p.Flows {
		if flow.Configurable == nil || flow.Configurable.Allowed || !talksTo(flow, c.ID, l.ID) {
			continue
		}
		if !p.holds(flow.Conditions) {
			continue
		}
		f := finding(diag.NotCarried, found.at(path...), "the site assigns %s to %s, but flow %s of %s cannot use another port", given, name, flow.ID, p.called())
		f.Path, f.Hint = ofSite(path), "remove it: the port is "+model.FormatPorts(l.Ports)
		f.Related = append(f.Related, related(p.Positions.At("flows", flow.ID, "configurable"), "the spec says so here"))
		found.report(f)
	}
}

// sinceReached reports whether the port of a listener can be changed in the product's
// release, as far as that depends on the release.
func sinceReached(p *model.Product, l *model.Listener) bool {
	return l.Configurable == nil || l.Configurable.Since == "" || inRelease(p, &model.Versions{From: l.Configurable.Since})
}

// tooEarly reports a port that can be changed only in a later release, and returns whether
// it did so.
func tooEarly(found *findings, p *product, c *model.Component, l *model.Listener, name string, path []string, given model.PortRange) bool {
	if sinceReached(p.Product, l) {
		return false
	}
	f := finding(diag.FixedPort, found.at(path...), "the site assigns %s to %s, which can be changed only since release %s of %s, and this is %s", given, name, l.Configurable.Since, p.ID, p.Version)
	f.Path, f.Hint = ofSite(path), "remove it: the port is "+model.FormatPorts(l.Ports)
	f.Related = append(f.Related, related(p.listenerAt(c, l, "configurable", "since"), "the spec says so here"))
	found.report(f)
	return true
}

func talksTo(f *model.Flow, component, listener string) bool {
	return slices.ContainsFunc(f.To, func(t model.Target) bool {
		return t.Component == component && slices.Contains(t.Listeners, listener)
	})
}
