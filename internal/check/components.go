package check

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

func idleListeners(r *reporter) {
	used := make(map[*model.Listener]bool)
	for _, c := range r.Connections() {
		used[c.Listener] = true
		for _, from := range c.WayBack() { // these components also listen
			if l := from.Listener(c.Listener.ID); l != nil {
				used[l] = true
			}
		}
	}
	for _, c := range r.Components {
		if c.Service != "" {
			continue // a product need not use all listeners of a shared service
		}
		for _, l := range c.Listeners {
			if !used[l] {
				r.report([]string{"components", c.ID, "listeners", l.ID}, "add a flow to it, or remove it",
					"no flow reaches listener %s of %s", l.ID, c.ID)
			}
		}
	}
}

func idleComponents(r *reporter) {
	used := make(map[string]bool)
	for _, f := range r.Flows {
		for _, id := range slices.Concat(f.From, f.Via, f.Passes) {
			used[id] = true
		}
		for _, t := range f.To {
			used[t.Component] = true
		}
	}
	for _, c := range r.Components {
		if !used[c.ID] {
			r.report([]string{"components", c.ID}, "add a flow from or to it, or remove it",
				"no flow names component %s", c.ID)
		}
	}
}

func idleFeatures(r *reporter) {
	used := make(map[string]bool)
	use := func(w model.When) {
		for _, f := range w.Features() {
			used[f] = true
		}
	}
	for _, f := range r.Flows {
		use(f.When)
		use(f.BothWaysWhen)
	}
	for _, c := range r.Components {
		use(c.When)
		for _, l := range c.Listeners {
			use(l.When)
		}
	}
	for _, rule := range r.Rules {
		use(rule.When)
	}
	for _, f := range r.Features {
		use(f.Needs)
	}
	for _, f := range r.Features {
		if !used[f.ID] {
			r.report([]string{"features", f.ID}, "use it in a when, or remove it",
				"feature %s is not used in any condition", f.ID)
		}
	}
}

// overlaps compares the fixed ports of a component's listeners. It ignores pairs that are
// never active at the same time or of which one is bound to loopback.
func overlaps(r *reporter) {
	for _, c := range r.Components {
		for i, a := range c.Listeners {
			for _, b := range c.Listeners[:i] {
				at, both := collide(r.Product, a, b)
				if !both {
					continue
				}
				f := r.report([]string{"components", c.ID, "listeners", a.ID},
					"give one of them other ports, or add conditions so that they are never active at the same time",
					"listeners %s and %s of %s both take %s", b.ID, a.ID, c.ID, at)
				f.Related = []diag.Related{{
					Position: r.Positions.At("components", c.ID, "listeners", b.ID),
					Message:  "the other listener",
				}}
			}
		}
	}
}

// collide returns a transport and ports that both listeners use.
func collide(p *model.Product, a, b *model.Listener) (string, bool) {
	if a.Bind != b.Bind || a.OneOf || b.OneOf || apart(a.Conditions, b.Conditions) || a.Phase != b.Phase ||
		!p.CanHold(a.When, b.When) {
		return "", false
	}
	for _, transport := range a.Transports {
		if !slices.Contains(b.Transports, transport) {
			continue
		}
		for _, x := range a.Ports {
			for _, y := range b.Ports {
				if x.From <= y.To && y.From <= x.To && !x.Includes(y) && !y.Includes(x) {
					both := model.PortRange{From: max(x.From, y.From), To: min(x.To, y.To)}
					return transport + "/" + both.String(), true
				}
			}
		}
	}
	return "", false
}

// rangesElsewhere finds ports that are listed separately although they are in a range of
// another listener, with which they have no transport in common.
func rangesElsewhere(r *reporter) {
	for _, c := range r.Components {
		if c.Service != "" {
			continue
		}
		for _, l := range c.Listeners {
			for _, one := range c.Listeners {
				if len(l.Transports) == 0 || len(one.Transports) == 0 || slices.ContainsFunc(l.Transports, func(t string) bool { return slices.Contains(one.Transports, t) }) {
					continue
				}
				for _, x := range l.Ports {
					for _, y := range one.Ports {
						if !x.Includes(y) {
							continue
						}
						f := r.report([]string{"components", c.ID, "listeners", l.ID}, "correct the transports, or leave the port out of the range",
							"the range %s of listener %s of %s is over %s, and contains port %s of listener %s, which is over %s",
							x, l.ID, c.ID, strings.Join(l.Transports, " and "), y, one.ID, strings.Join(one.Transports, " and "))
						f.Related = []diag.Related{{Position: r.Positions.At("components", c.ID, "listeners", one.ID), Message: "the port listed by itself"}}
					}
				}
			}
		}
	}
}

// apart reports whether two conditions have no operating system in common, or only systems
// whose ranges of releases do not overlap. An empty list of systems means all.
func apart(a, b model.Conditions) bool {
	if len(a.OS) == 0 || len(b.OS) == 0 {
		return false
	}
	return !slices.ContainsFunc(a.OS, func(os string) bool {
		x, y := a.OSVersions[os], b.OSVersions[os]
		follow := x != nil && y != nil && (x.Before != "" && x.Before == y.From || y.Before != "" && y.Before == x.From)
		return slices.Contains(b.OS, os) && !follow
	})
}

// impossible finds flows whose condition contradicts that of their listener.
func impossible(r *reporter) {
	for _, c := range r.Connections() {
		for f, values := range c.When.Lists() {
			if len(values) == 0 {
				r.report([]string{"flows", c.Flow.ID}, "make the when of the flow agree with those of its target",
					"flow %s is never active: its condition on %s contradicts that of %s.%s",
					c.Flow.ID, f, c.To.ID, c.Listener.ID)
			}
		}
		if c.When.Never() != "" {
			continue
		}
		for f, values := range c.BackWhen().Lists() {
			if len(values) == 0 {
				r.report([]string{"flows", c.Flow.ID, "both_ways_when"}, "make both_ways_when agree with when, or remove both_ways",
					"%s never starts flow %s: both_ways_when and the condition of the flow on %s exclude each other",
					c.To.ID, c.Flow.ID, f)
			}
		}
	}
}

// unknownRanges finds listeners with a dynamic port whose range is not known. It ignores
// shared services.
func unknownRanges(r *reporter) {
	for _, c := range r.Components {
		for _, l := range c.Listeners {
			if c.Service == "" && l.Dynamic != nil && len(l.Dynamic.Ranges) == 0 {
				r.report([]string{"components", c.ID, "listeners", l.ID, "dynamic"}, "add the range, if one is documented",
					"the port of listener %s of %s is chosen at run time, from an unknown range", l.ID, c.ID)
			}
		}
	}
}
