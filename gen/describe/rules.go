package describe

import (
	"maps"
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// RuleFacts lists when a rule applies and what it does:
//
//	Together: UMS Server, UMS Load Balancer on one host
//	Moves: UMS Server device from TCP 30001 to 30002
func (w *Words[T]) RuleFacts(r *model.Rule) []T {
	facts := []T{"Together: " + w.NamesOf(r.Together) + " on one host"}
	if len(r.When) > 0 {
		facts = append(facts, "When: "+w.Condition(r.When, ""))
	}
	if r.Forbid {
		facts = append(facts, "Forbidden: they must not share a host")
	}
	for _, c := range w.ordered(slices.Collect(maps.Keys(r.Move))) {
		for _, l := range c.Listeners {
			if port, ok := r.Move[c.ID][l.ID]; ok {
				facts = append(facts, w.move(c, l, port))
			}
		}
	}
	for _, c := range w.ordered(slices.Collect(maps.Keys(r.Close))) {
		for _, l := range c.Listeners {
			if slices.Contains(r.Close[c.ID], l.ID) {
				facts = append(facts, "Not opened: "+w.ListenerLink(c, l, w.Text(c.Name+" "+l.ID))+" ("+w.PortAt(l.Transports, gen.PortText(l))+")")
			}
		}
	}
	for _, socket := range slices.Sorted(maps.Keys(r.Share)) {
		var owners []T
		for _, c := range w.ordered(slices.Collect(maps.Keys(r.Share[socket]))) {
			if l := c.Listener(r.Share[socket][c.ID]); l != nil {
				owners = append(owners, w.ListenerLink(c, l, w.Text(c.Name+" "+l.ID))+" ("+w.PortAt(l.Transports, gen.PortText(l))+")")
			}
		}
		facts = append(facts, "One socket, "+w.Text(socket)+": "+Join(", ", owners...))
	}
	for _, words := range r.Provided {
		facts = append(facts, "Provided that: "+w.Text(words))
	}
	return facts
}

// move describes the port that a rule gives a listener; a rule may also keep the port.
func (w *Words[T]) move(c *model.Component, l *model.Listener, port int) T {
	words := w.ListenerLink(c, l, w.Text(c.Name+" "+l.ID))
	if keeps(l, port) {
		return "Keeps: " + words + " at " + w.PortAt(l.Transports, strconv.Itoa(port))
	}
	return "Moves: " + words + " from " + w.PortAt(l.Transports, gen.PortText(l)) + T(" to "+strconv.Itoa(port))
}

// keeps reports whether a rule assigns the port that a listener already has.
func keeps(l *model.Listener, port int) bool {
	return len(l.Ports) == 1 && l.Ports[0] == model.PortRange{From: port, To: port}
}

// Moved describes what rules that can apply together with a condition do to a listener: "30002
// by rule ha-same-host", "closed by rule one-submission-server".
func (w *Words[T]) Moved(c *model.Component, l *model.Listener, when model.When) T {
	var all []T
	for _, other := range w.product.OtherPorts(c, l, when) {
		if other.Rule != nil {
			all = append(all, w.Text(model.FormatPorts(other.Ports))+" by rule "+w.RuleLink(other.Rule.ID))
		}
	}
	for _, r := range w.product.Rules {
		if slices.Contains(r.Close[c.ID], l.ID) && w.product.InForce(r, when) {
			all = append(all, "closed by rule "+w.RuleLink(r.ID))
		}
	}
	return Join(", ", all...)
}

// ordered lists components, given their ids, in the order of the spec.
func (w *Words[T]) ordered(ids []string) []*model.Component {
	return slices.DeleteFunc(slices.Clone(w.product.Components), func(c *model.Component) bool { return !slices.Contains(ids, c.ID) })
}
