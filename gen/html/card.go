package html

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// A card shows a component or host in the middle, who reaches it on its left, and whom it
// reaches on its right.
type card struct {
	ID      string
	Name    hyper
	Note    hyper
	Alone   bool // it is the only card, and the page has no heading above it but its title
	In, Out []peer
}

// A peer is a party on the other side and the ports: those that are always needed, and those
// that depend on something.
type peer struct{ Name, Always, When hyper }

// ranked returns the components, the product's own first.
func (v *view) ranked() []*model.Component {
	return slices.SortedStableFunc(slices.Values(v.Components), func(a, b *model.Component) int {
		return cmp.Compare(describe.Rank(a), describe.Rank(b))
	})
}

// cards adds a card for each component of the product that connects to another. Components of
// others, such as shared services, appear only as peers.
func (v *view) cards() {
	var all []card
	for _, c := range v.ranked() {
		if c.Service != "" || c.Kind != model.Software && c.Kind != model.Device {
			continue
		}
		if k := v.card(c); len(k.In)+len(k.Out) > 0 {
			all = append(all, k)
		}
	}
	if len(all) > 0 {
		v.heading(2, "cards", "Who reaches whom")
		v.paragraph(brackets(inBrackets, all...))
	}
	for _, k := range all {
		v.show("card.html", k)
	}
}

// brackets explains the ports in brackets, if cards have any.
func brackets(meaning hyper, cards ...card) hyper {
	for _, k := range cards {
		if slices.ContainsFunc(slices.Concat(k.In, k.Out), func(p peer) bool { return p.When != "" }) {
			return "In brackets: " + meaning + "."
		}
	}
	return ""
}

func (v *view) card(c *model.Component) card {
	s := v.sides[c]
	among := func(far func(*describe.Line) []*model.Component) []*describe.Line {
		return slices.DeleteFunc(slices.Clone(s.AmongNodes), func(l *describe.Line) bool { return !slices.Contains(far(l), c) })
	}
	from := func(l *describe.Line) []*model.Component { return l.From }
	to := func(l *describe.Line) []*model.Component { return l.To }
	return card{
		ID: anchor("card", c.ID), Name: syntax{v}.ComponentLink(c),
		In: v.peers(slices.Concat(s.Accepted, among(to)), c, from), Out: v.peers(slices.Concat(s.Reached, among(from)), c, to),
	}
}

// peers sums up lines by the component on their other side.
func (v *view) peers(lines []*describe.Line, self *model.Component, far func(*describe.Line) []*model.Component) []peer {
	var order []*model.Component
	by := make(map[*model.Component][]*describe.Line)
	for _, l := range lines {
		for _, c := range far(l) {
			if by[c] == nil {
				order = append(order, c)
			}
			by[c] = append(by[c], l)
		}
	}
	var all []peer
	for _, c := range order {
		var always, when []*describe.Line
		for _, l := range by[c] {
			if !l.Flow.Optional && l.Flow.NoRule == "" && describe.HoldsByDefault(v.Product, l.When) && describe.HoldsByDefault(v.Product, c.When) {
				always = append(always, l)
			} else {
				when = append(when, l)
			}
		}
		known := make(map[string]bool)
		for _, l := range always {
			known[fmt.Sprint(l.Port, l.Transports)] = true
		}
		when = slices.DeleteFunc(when, func(l *describe.Line) bool { return known[fmt.Sprint(l.Port, l.Transports)] })
		name := v.party(c, nil)
		if c == self {
			name = "another " + text(c.Name)
		}
		all = append(all, peer{name, v.words.Sum(always), v.words.Sum(when)})
	}
	slices.SortStableFunc(all, func(a, b peer) int {
		switch {
		case (a.Always == "") == (b.Always == ""):
			return 0
		case a.Always == "":
			return 1
		}
		return -1
	})
	return all
}
