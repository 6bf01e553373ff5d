package describe

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
)

// ByDefault groups the connections of the default scenario: optional ones last, and those
// between the same components together. All features have their defaults, and lines that depend
// on a feature without a default keep that condition. Lines that differ only in their purpose
// are in one group; key returns everything else that readers see of a line. Connections for
// which the vendor says that no rule is needed are listed separately.
func ByDefault[T ~string](p *model.Product, lines []*Line, key func(*Line) T) (open, noRule [][]*Line) {
	var needed, unneeded []*Line
	add := func(x *Line) bool {
		if !HoldsByDefault(p, x.When) {
			return false
		}
		own := *x
		own.When = undecided(p, x.When)
		own.From = slices.DeleteFunc(slices.Clone(x.From), func(c *model.Component) bool { return !HoldsByDefault(p, c.When) })
		if len(own.From) == 0 {
			return false
		}
		if x.Flow.NoRule != "" {
			unneeded = append(unneeded, &own)
		} else {
			needed = append(needed, &own)
		}
		return true
	}
	for _, l := range lines {
		if l.Flow.Scope == "same-host" {
			continue
		}
		forth := false
		for i, x := range l.Consequences() {
			if i > 0 && x.Ways == BothWays && forth {
				continue // the line's row covers both
			}
			forth = add(x) || forth
		}
	}
	open, noRule = gen.Together(needed, key), gen.Together(unneeded, key)
	sortBySides(open, func(row []*Line) *Line { return row[0] })
	return open, noRule
}

// mostNoRule is the maximum number of flows without a rule that are named.
const mostNoRule = 8

// NoRule counts the connections that need no rule, and names their flows: "2 documented
// connections need no rule: gossip and inner." Further ones are replaced by a link to all flows.
func (w *Words[T]) NoRule(list [][]*Line, flows func(words T) T) T {
	if len(list) == 0 {
		return ""
	}
	var ids gen.Distinct
	for _, row := range list {
		for _, l := range row {
			ids.Add(l.Flow.ID)
		}
	}
	var links []T
	for _, id := range ids.All[:min(len(ids.All), mostNoRule)] {
		links = append(links, w.FlowLink(id))
	}
	if left := len(ids.All) - mostNoRule; left > 0 {
		links = append(links, flows(T(english.Count(left, "more flow"))))
	}
	last := len(links) - 1
	names := Join(", ", links[:last]...)
	if last > 0 {
		names += " and "
	}
	need := T(" need")
	if len(list) == 1 {
		need = " needs"
	}
	return T(english.Count(len(list), "documented connection")) + need + " no rule: " + names + links[last] + "."
}

// BySides sorts lines so that those between the same sides are together, and optional ones are
// last. Sides are in the order of the spec.
func BySides(lines []*Line) []*Line {
	lines = slices.Clone(lines)
	sortBySides(lines, func(l *Line) *Line { return l })
	return lines
}

func sortBySides[T any](all []T, line func(T) *Line) {
	ranks := make(map[string]int)
	rank := func(components []*model.Component) int {
		var side strings.Builder
		for _, c := range components {
			side.WriteString(c.ID + " ")
		}
		if _, known := ranks[side.String()]; !known {
			ranks[side.String()] = len(ranks)
		}
		return ranks[side.String()]
	}
	type place struct{ optional, from, to int }
	places := make(map[*Line]place)
	for _, x := range all {
		l := line(x)
		at := place{0, rank(l.From), rank(l.To)}
		if l.Flow.Optional {
			at.optional = 1
		}
		places[l] = at
	}
	slices.SortStableFunc(all, func(a, b T) int {
		x, y := places[line(a)], places[line(b)]
		return cmp.Or(x.optional-y.optional, x.from-y.from, x.to-y.to)
	})
}

// HoldsByDefault reports whether a condition holds if each feature has its default, or any value
// if there is no default.
func HoldsByDefault(p *model.Product, w model.When) bool {
	for id, values := range w.Lists() {
		if f := p.Feature(id); len(values) == 0 || f != nil && f.Default != "" && !slices.Contains(values, f.Default) {
			return false
		}
	}
	return true
}

// undecided returns the part of a condition that is about features without a default.
func undecided(p *model.Product, w model.When) model.When {
	left := make(model.When)
	for id, values := range w {
		if f := p.Feature(id); f != nil && f.Default == "" {
			left[id] = values
		}
	}
	return left
}
