package markdown

import (
	"maps"
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// rules writes what changes where components share a host.
func (v *view) rules(p *page) {
	if len(v.Rules) == 0 {
		return
	}
	p.heading(2, "rules", "Rules for shared hosts")
	for _, r := range v.Rules {
		p.heading(3, anchorID("rule", r.ID), "Rule "+text(r.ID))
		p.paragraph(text(r.Reason))
		p.list(v.ruleFacts(r))
	}
}

// ruleFacts lists when a rule holds, what it does, and what it rests on:
//
//   - Together: [UMS Server](#component-ums-server), [UMS Load Balancer](#component-ha-load-balancer) on one host
//   - Moves: [UMS Server device](#listener-ums-server--device) from TCP 30001 to 30002
func (v *view) ruleFacts(r *model.Rule) []md {
	facts := []md{"Together: " + v.namesOf(r.Together) + " on one host"}
	if len(r.When) > 0 {
		facts = append(facts, "When: "+v.condition(r.When, ""))
	}
	if r.Forbid {
		facts = append(facts, "Forbidden: they must not share a host")
	}
	for _, c := range v.ordered(slices.Collect(maps.Keys(r.Move))) {
		for _, l := range c.Listeners {
			if port, ok := r.Move[c.ID][l.ID]; ok {
				facts = append(facts, v.move(c, l, port))
			}
		}
	}
	for _, c := range v.ordered(slices.Collect(maps.Keys(r.Close))) {
		for _, l := range c.Listeners {
			if slices.Contains(r.Close[c.ID], l.ID) {
				facts = append(facts, "Not opened: "+v.listenerLink(c, l, text(c.Name+" "+l.ID))+" ("+portAt(l.Transports, gen.PortText(l))+")")
			}
		}
	}
	for _, socket := range slices.Sorted(maps.Keys(r.Share)) {
		var owners []md
		for _, c := range v.ordered(slices.Collect(maps.Keys(r.Share[socket]))) {
			if l := c.Listener(r.Share[socket][c.ID]); l != nil {
				owners = append(owners, v.listenerLink(c, l, text(c.Name+" "+l.ID))+" ("+portAt(l.Transports, gen.PortText(l))+")")
			}
		}
		facts = append(facts, "One socket, "+text(socket)+": "+join(", ", owners...))
	}
	for _, words := range r.Provided {
		facts = append(facts, "Provided that: "+text(words))
	}
	return append(facts, "Rows: "+v.evidence(r.Cite, v.errata(func(e *model.Erratum) bool { return slices.Contains(e.Rules, r.ID) })))
}

// move says where a listener goes; a rule may also hold one at its port.
func (v *view) move(c *model.Component, l *model.Listener, port int) md {
	words := v.listenerLink(c, l, text(c.Name+" "+l.ID))
	if keeps(l, port) {
		return "Keeps: " + words + " at " + portAt(l.Transports, strconv.Itoa(port))
	}
	return "Moves: " + words + " from " + portAt(l.Transports, gen.PortText(l)) + md(" to "+strconv.Itoa(port))
}

func keeps(l *model.Listener, port int) bool {
	return len(l.Ports) == 1 && l.Ports[0] == model.PortRange{From: port, To: port}
}

// moved lists what becomes of a listener under rules that can hold where a
// condition does: "30002 by rule ha-same-host", "closed by rule
// one-submission-server".
func (v *view) moved(c *model.Component, l *model.Listener, when model.When) md {
	var all []md
	for _, other := range v.OtherPorts(c, l, when) {
		if other.Rule != nil {
			all = append(all, text(model.FormatPorts(other.Ports))+" by rule "+v.ruleLink(other.Rule.ID))
		}
	}
	for _, r := range v.Rules {
		if slices.Contains(r.Close[c.ID], l.ID) && v.InForce(r, when) {
			all = append(all, "closed by rule "+v.ruleLink(r.ID))
		}
	}
	return join(", ", all...)
}

// ordered lists components by id in the order of the spec.
func (v *view) ordered(ids []string) []*model.Component {
	return slices.DeleteFunc(slices.Clone(v.Components), func(c *model.Component) bool { return !slices.Contains(ids, c.ID) })
}
