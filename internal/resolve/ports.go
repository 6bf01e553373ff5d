package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// An assigner decides the ports of listeners.
type assigner struct {
	found     *findings
	noReasons bool // nobody reads the reasons for the ports
}

// A decision is the ports of a listener and the reasons for them.
type decision struct {
	ports   []model.PortRange
	dynamic bool
	why     []model.Reason
}

// An override is another port of a listener, by a rule or by the site.
type override struct {
	ports model.PortRange
	why   model.Reason
	rule  *model.Rule // nil for the site
	path  []string    // where the site sets it; nil for a rule
}

// who describes the origin of an override, as part of a finding about the site.
func (o override) who() string {
	if o.rule != nil {
		return "by rule " + o.rule.ID
	}
	return "here"
}

// byDefault returns the ports of a listener on a host according to the spec alone, with the
// values that its settings have there.
func (a *assigner) byDefault(h *model.Host, p *product, c *component, l *model.Listener) decision {
	os, release := h.OS, h.OSVersion
	d := decision{ports: l.Ports}
	text := "" // "" stands for the usual case
	switch {
	case l.Dynamic != nil:
		d.dynamic = true
		d.ports = pool(l.Dynamic, os, release)
		text = "is chosen at run time"
		if len(d.ports) > 0 {
			text += " out of " + model.FormatPorts(d.ports)
		}
	case l.OneOf && l.Ports[0].From < l.Ports[0].To:
		d.ports = nil
		text = fmt.Sprintf("is one of %s, and the site does not choose one", model.FormatPorts(l.Ports))
	case l.OneOf:
		d.ports = l.Ports[:1]
		text = fmt.Sprintf("is the first of %s", model.FormatPorts(l.Ports))
	case len(l.Known()) < len(l.Ports):
		d.ports = nil
		text = fmt.Sprintf("is %s and above, one for each %s, and their number is not known", model.FormatPorts(l.Ports), l.Per)
	case len(l.Fallback) > 0:
		d.ports = append(slices.Clone(l.Ports), l.Fallback...)
		text = model.FormatPorts(l.Ports) + " is the default, " + model.FormatPorts(l.Fallback) + " where that does not answer"
	case l.Count > 0:
		text = fmt.Sprintf("is %d ports, none of which the vendor names", l.Count)
	case l.Unknown.Has(model.AspectPort):
		text = "is not documented: " + l.Unknown[model.AspectPort]
	case len(l.Ports) == 0:
		text = "has no port"
	}
	if !a.noReasons {
		if text == "" {
			text = "is " + model.FormatPorts(d.ports) + " by default"
		}
		at := p.portAt(c.Component, l)
		d.why = append(d.why, model.Reason{Kind: model.ByDefault, At: at, Text: name(model.Place(p.at(c.place)), l) + " " + text, Cite: l.Cite})
	}
	if l.Offset != nil && l.Offset.Named {
		a.set(&d, h, p, c, l)
	}
	if a.noReasons {
		return d
	}
	for _, cond := range []model.When{c.When, l.When} {
		for _, f := range cond.Features() {
			d.why = append(d.why, becauseOf(a.found, p, f))
		}
	}
	return d
}

// set changes the ports of a listener to those that follow from the value of the
// setting, which the site sets for the host or for all.
func (a *assigner) set(d *decision, h *model.Host, p *product, c *component, l *model.Listener) {
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
		f := finding(diag.UnfitPort, a.found.at(path...), "the port of %s follows from %s; with %d it would be %s, which is not a port", name(c.place, l), o.Setting, value, ports)
		f.Path, f.Hint = ofSite(path), "give "+o.Setting+" another value"
		f.Related = append(f.Related, related(p.portAt(c.Component, l), "the spec is here"))
		if !slices.ContainsFunc(a.found.list, func(g diag.Finding) bool { return g.Position == f.Position && g.Message == f.Message }) {
			a.found.report(f)
		}
		return
	}
	d.ports = []model.PortRange{ports}
	d.why = append(d.why, model.Reason{Kind: model.BySite, At: a.found.at(path...), Text: fmt.Sprintf("the site sets %s to %d", o.Setting, value)})
}

// name returns the name of a component's listener in findings.
func name(at model.Place, l *model.Listener) string { return string(at) + "." + l.ID }

// becauseOf returns the value of a feature as a reason.
func becauseOf(found *findings, p *product, feature string) model.Reason {
	f := p.Feature(feature)
	why := model.Reason{Kind: model.ByFeature, Cite: f.Cite}
	if _, ok := p.use.Features[feature]; ok {
		why.At = found.at("products", p.ID, "features", feature)
		why.Text = fmt.Sprintf("the site sets %s to %s", feature, and(p.values[feature]))
	} else {
		why.At = p.Positions.At("features", feature, "default")
		why.Text = fmt.Sprintf("%s%s is %s by default", feature, p.ofRelease(), and(p.values[feature]))
	}
	return why
}

// pool returns the ranges of a dynamic port on an operating system, or all of them if the
// system is not known.
func pool(d *model.Dynamic, os, release string) []model.PortRange {
	var ports []model.PortRange
	for _, r := range d.Ranges {
		if len(r.OS) > 0 && os != "" && !slices.Contains(r.OS, os) || !inSystem(release, r.Versions) {
			continue
		}
		if !slices.Contains(ports, r.PortRange) {
			ports = append(ports, r.PortRange)
		}
	}
	return ports
}

// siteOverride returns the port that the site sets for a listener on all hosts.
func (a *assigner) siteOverride(p *product, c *component, l *model.Listener) (override, bool) {
	ports, ok := p.use.Ports[c.ID][l.ID]
	if !ok {
		return override{}, false
	}
	return a.overrideAt(ports, "products", p.ID, "ports", c.ID, l.ID), true
}

// hostOverride returns the port that the site sets for a listener on one host: for that host
// or, if it sets none, for all.
func (a *assigner) hostOverride(h *model.Host, p *product, c *component, l *model.Listener) (override, bool) {
	if ports, ok := h.Ports[c.place][l.ID]; ok {
		return a.overrideAt(ports, "hosts", h.ID, "ports", string(c.place), l.ID), true
	}
	return a.siteOverride(p, c, l)
}

func (a *assigner) overrideAt(ports model.PortRange, path ...string) override {
	return override{ports, model.Reason{Kind: model.BySite, At: a.found.at(path...), Text: "the site sets it to " + ports.String()}, nil, path}
}

// elsewhere returns the ports of a listener that is not on a host of the site.
func (a *assigner) elsewhere(p *product, c *component, l *model.Listener) decision {
	d := a.byDefault(&model.Host{}, p, c, l)
	if l.Offset != nil && l.Offset.Of != "" {
		a.addOffset(&d, c, l, a.elsewhere(p, c, c.Listener(l.Offset.Of)))
	}
	if o, ok := a.siteOverride(p, c, l); ok {
		d.apply(o)
	}
	return d
}

// apply changes the ports to those of an override.
func (d *decision) apply(o override) {
	d.ports, d.dynamic = []model.PortRange{o.ports}, d.dynamic && o.ports.From != o.ports.To
	d.why = append(d.why, o.why)
}

// decide returns the ports of a listener on a host: the default, unless a rule in force there
// or the site changes them. Overrides that differ are a conflict.
func (a *assigner) decide(h *model.Host, p *product, c *component, l *model.Listener, rules []inForce) decision {
	d := a.byDefault(h, p, c, l)
	if l.Offset != nil && l.Offset.Of != "" {
		a.addOffset(&d, c, l, a.decide(h, p, c, c.Listener(l.Offset.Of), rules))
	}
	var overrides []override
	for _, rule := range rules {
		if n, moved := rule.Move[c.ID][l.ID]; moved && rule.product == p {
			overrides = append(overrides, override{
				model.PortRange{From: n, To: n},
				model.Reason{
					Kind: model.ByRule, At: p.Positions.At("rules", rule.ID, "move", c.ID, l.ID),
					Text: fmt.Sprintf("rule %s%s: %s", rule.ID, p.ofRelease(), rule.Reason), Cite: rule.Cite,
				},
				rule.Rule, nil,
			})
		}
	}
	if o, ok := a.hostOverride(h, p, c, l); ok {
		overrides = append(overrides, o)
	}
	for i, o := range overrides {
		if i > 0 && o.ports != overrides[0].ports {
			a.found.report(conflict(h, c.place, l, overrides[0], o))
			continue
		}
		d.apply(o)
	}
	return d
}

// addOffset computes the port of a listener that is defined as an offset from the port of
// another one.
func (a *assigner) addOffset(d *decision, c *component, l *model.Listener, base decision) {
	if len(base.ports) != 1 || len(d.ports) != 1 {
		return
	}
	counted := l.Offset.Ports(base.ports[0].From)
	n := counted.From
	if n < 1 || counted.To > 65535 {
		n = min(n, counted.To)
		if n > 0 {
			n = counted.To
		}
		var at diag.Position // none where ports have no reasons
		if len(base.why) > 0 {
			at = base.why[len(base.why)-1].At
		}
		f := finding(diag.UnfitPort, at, "%s is always the port of %s %+d, which is %d and not a port", name(c.place, l), l.Offset.Of, l.Offset.Plus, n)
		f.Hint = "give " + l.Offset.Of + " another port"
		a.found.report(f)
		return
	}
	if counted != d.ports[0] {
		d.ports = []model.PortRange{counted}
		for _, why := range base.why {
			if why.Kind == model.ByRule || why.Kind == model.BySite {
				why.Text = fmt.Sprintf("it is %s %+d: %s", l.Offset.Of, l.Offset.Plus, why.Text)
				d.why = append(d.why, why)
			}
		}
	}
}

// conflict reports that a rule and another override differ.
func conflict(h *model.Host, place model.Place, l *model.Listener, rule, other override) diag.Finding {
	f := finding(diag.AgainstRule, other.why.At, "%s is %s %s and %s %s", name(place, l), other.ports, other.who(), rule.ports, rule.who())
	f.Path = ofSite(run(h, place))
	if other.path != nil {
		f.Path = ofSite(other.path)
	}
	if rule.rule != nil {
		f.Related = append(f.Related, related(rule.why.At, "fixed to %s here, because %s share host %s", rule.ports, and(rule.rule.Together), h.ID))
	}
	f.Hint = "remove the site's port, or run one of them on another host"
	if other.rule != nil {
		f.Related = append(f.Related, related(other.why.At, "fixed to %s here", other.ports))
		f.Hint = "the rules contradict each other: run one of the components on another host"
	}
	return f
}
