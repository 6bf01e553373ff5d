package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// inForce is a rule that holds on a host, because all of its components run there.
type inForce struct {
	*model.Rule
	product *product
}

// An opener decides what hosts open.
type opener struct {
	products *products
	found    *findings
	ports    assigner
	alike    map[string][]*model.Socket // of hosts that are alike and in order
}

func newOpener(products *products, found *findings) *opener {
	return &opener{products, found, assigner{found, found.anyHost}, make(map[string][]*model.Socket)}
}

// hosts computes what each host of the site opens.
func (o *opener) hosts(site *model.Site) []*model.Deployed {
	if len(site.Hosts) == 0 {
		o.found.wrong(diag.NoHosts, []string{"hosts"}, "list what runs where: hosts: server1: runs: [\"product/component\"]", "the site has no hosts")
	}
	var all []*model.Deployed
	for _, h := range site.Hosts {
		all = append(all, &model.Deployed{Host: h, NetZone: zoneOf(site, h.Zone, h.Addresses), Sockets: o.sockets(h)})
	}
	return all
}

// sockets returns what a host opens. Hosts that are alike and have no errors share the
// list.
func (o *opener) sockets(h *model.Host) []*model.Socket {
	key := ""
	if len(h.Ports) == 0 && len(h.Settings) == 0 { // the reasons for its own ports point at the host
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s", h.OS, h.OSVersion)
		for _, at := range h.Runs {
			b.WriteByte(' ')
			b.WriteString(string(at))
			if v := h.Releases[at.Product()]; v != "" {
				fmt.Fprintf(&b, "@%q", v)
			}
		}
		key = b.String()
		if known, ok := o.alike[key]; ok {
			return known
		}
	}
	before := len(o.found.list)
	sockets := o.open(h)
	if key != "" && len(o.found.list) == before {
		o.alike[key] = sockets
	}
	return sockets
}

// open decides the sockets of one host and reports errors in them.
func (o *opener) open(h *model.Host) []*model.Socket {
	rules := o.products.inForce(h)
	var all []*model.Socket
	for i, at := range h.Runs {
		p, c := o.products.on(h, at.Product()), o.products.component(h, at)
		if slices.Index(h.Runs, at) < i {
			continue // reported by references
		}
		if p == nil || p.Component(at.Component()) == nil {
			continue // reported by references
		}
		if c == nil {
			absent(o.found, h, p, at)
			continue
		}
		if !runsOn(o.found, h, p, c) {
			continue
		}
		for _, l := range c.listeners {
			if !opensOn(o.found, h, at, l) || closed(p, c, l, rules) {
				continue
			}
			d := o.ports.decide(h, p, c, l, rules)
			for _, t := range p.transports(c.Component, l) {
				s := &model.Socket{
					Place: at, Listener: l, Transport: t, Bind: p.bind(c.Component, l), Phase: phase(l.Phase, c.Phase),
					Ports: d.ports, Dynamic: d.dynamic, Why: d.why,
				}
				if !model.HasPorts(t) {
					s.Ports, s.Dynamic = nil, false
				}
				all = append(all, s)
			}
		}
	}
	for _, rule := range rules {
		enforce(o.found, h, rule)
		sharing(rule, all)
	}
	o.collisions(h, all, rules)
	oneService(o.products, o.found, h, all, rules)
	return all
}

// sharing adds a rule as a reason to the sockets that it lets share.
func sharing(rule inForce, sockets []*model.Socket) {
	for _, id := range sortedKeys(rule.Share) {
		share := rule.Share[id]
		for _, s := range sockets {
			if s.Place.Product() != rule.product.ID || share[s.Place.Component()] != s.Listener.ID {
				continue
			}
			var with []string
			for _, c := range sortedKeys(share) {
				if c != s.Place.Component() {
					with = append(with, string(model.PlaceOf(rule.product.ID, c))+"."+share[c])
				}
			}
			s.Why = append(slices.Clip(s.Why), model.Reason{
				Kind: model.ByRule, At: rule.product.Positions.At("rules", rule.ID, "share", id), Cite: rule.Cite,
				Text: fmt.Sprintf("one socket with %s, by rule %s%s: %s", and(with), rule.ID, rule.product.ofRelease(), rule.Reason),
			})
		}
	}
}

// phase returns the first phase other than normal operation.
func phase(phases ...string) string {
	for _, p := range phases {
		if p != "" {
			return p
		}
	}
	return ""
}

// enforce reports what a rule forbids on a host, and the manual steps that it requires.
func enforce(found *findings, h *model.Host, rule inForce) {
	path := run(h, model.PlaceOf(rule.product.ID, rule.Together[len(rule.Together)-1]))
	at := found.at(path...)
	if rule.Forbid {
		f := finding(diag.Forbidden, at, "%s cannot share %s, by rule %s: %s", and(rule.Together), found.the(h), rule.ID, rule.Reason)
		f.Related = append(f.Related, related(rule.product.Positions.At("rules", rule.ID), "the rule is here"))
		f.Path, f.Hint = ofSite(path), "run one of them on another host"
		found.report(f)
	}
	for i, proviso := range rule.Provided {
		f := finding(diag.Proviso, at, "%s on host %s: rule %s holds provided that: %s", and(rule.Together), h.ID, rule.ID, proviso)
		f.Severity, f.Path = diag.Info, ofSite(path)
		f.Related = append(f.Related, related(rule.product.Positions.At("rules", rule.ID, "provided", fmt.Sprint(i)), "the proviso is here"))
		found.report(f)
	}
}

// absent reports a component that the features exclude.
func absent(found *findings, h *model.Host, p *product, at model.Place) {
	c := p.Component(at.Component())
	path := run(h, at)
	f := finding(diag.Absent, found.at(path...), "host %s runs %s, which does not exist with the chosen features", h.ID, at)
	f.Path = ofSite(path)
	for feature, needed := range c.When.Lists() {
		if !model.Intersect(p.values[feature], needed) {
			f.Related = append(f.Related, related(becauseOf(found, p, feature).At, "%s is %s, and %s needs %s", feature, or(p.values[feature]), at, or(needed)))
			f.Hint = fmt.Sprintf("set %s to %s (products: %s: features: %s), or remove the component", feature, or(needed), p.ID, feature)
		}
	}
	if f.Hint == "" {
		f.Hint = fmt.Sprintf("release %s of %s does not have it: remove it", p.Version, p.ID)
	}
	found.report(f)
}

// runsOn reports whether a component runs on a host's operating system.
func runsOn(found *findings, h *model.Host, p *product, c *component) bool {
	if hasOS(h, c.Conditions) {
		return true
	}
	only := osText(c.Conditions)
	if h.OS == "" {
		noOS(found, h, fmt.Sprintf("%s runs on %s only", c.place, only))
		return false
	}
	path := run(h, c.place)
	f := finding(diag.NotItsSystem, found.at(path...), "host %s has %s, but %s runs on %s only", h.ID, strings.TrimSpace(h.OS+" "+h.OSVersion), c.place, only)
	f.Path, f.Hint = ofSite(path), "run it on a host with "+only
	f.Related = append(f.Related, related(p.Positions.At("components", c.ID, "os"), "the spec says so here"))
	found.report(f)
	return false
}

// hasOS reports whether a host's operating system and its release are among
// those that conditions name.
func hasOS(h *model.Host, c model.Conditions) bool {
	if len(c.OS) > 0 && !slices.Contains(c.OS, h.OS) {
		return false
	}
	return inSystem(h.OSVersion, c.OSVersions[h.OS])
}

// osText lists the operating systems that conditions name, with their releases.
func osText(c model.Conditions) string {
	all := slices.Clone(c.OS)
	for _, os := range sortedKeys(c.OSVersions) {
		named := os + " " + c.OSVersions[os].String()
		if i := slices.Index(all, os); i >= 0 {
			all[i] = named
		} else {
			all = append(all, named)
		}
	}
	return or(all)
}

// closed reports whether a rule in force keeps a component from opening a
// listener.
func closed(p *product, c *component, l *model.Listener, rules []inForce) bool {
	return slices.ContainsFunc(rules, func(rule inForce) bool {
		return rule.product == p && slices.Contains(rule.Close[c.ID], l.ID)
	})
}

// opensOn reports whether a listener is opened on a host's operating system.
func opensOn(found *findings, h *model.Host, at model.Place, l *model.Listener) bool {
	if len(l.OS) > 0 && h.OS == "" {
		noOS(found, h, fmt.Sprintf("%s is opened on %s only", name(at, l), or(l.OS)))
	}
	return hasOS(h, l.Conditions)
}

// noOS reports that a host's operating system matters but is not set.
func noOS(found *findings, h *model.Host, why string) {
	f := finding(diag.NoSystem, found.at("hosts", h.ID), "host %s needs an operating system: %s", h.ID, why)
	f.Path, f.Hint = ofSite([]string{"hosts", h.ID}), "add os: windows, linux or another"
	found.report(f)
}
