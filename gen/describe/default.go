package describe

import (
	"cmp"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
)

// ByDefault groups the connections of the default scenario: optional ones last, and those
// between the same components together. All features have their defaults, and lines that depend
// on a feature without a default keep that condition. Lines that differ only in their purpose
// are in one group; key returns everything else that readers see of a line. Connections for
// which the vendor says that no rule is needed are listed separately.
func ByDefault[K comparable](p *model.Product, lines []*Line, key func(*Line) K) (open, noRule [][]*Line) {
	var needed, unneeded []*Line
	add := func(x *Line) bool {
		if !HoldsByDefault(p, x.When) {
			return false
		}
		absent := func(c *model.Component) bool { return !HoldsByDefault(p, c.When) }
		if len(x.When) > 0 || slices.ContainsFunc(x.From, absent) {
			own := *x
			own.When = undecided(p, x.When)
			own.From = slices.DeleteFunc(slices.Clone(x.From), absent)
			x = &own
		}
		if len(x.From) == 0 {
			return false
		}
		if x.Flow.NoRule != "" {
			unneeded = append(unneeded, x)
		} else {
			needed = append(needed, x)
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
	if len(all) < 2 {
		return
	}
	ranks := make(map[string]int)
	var side []byte
	rank := func(components []*model.Component) int {
		side = side[:0]
		for _, c := range components {
			side = append(append(side, c.ID...), ' ')
		}
		r, known := ranks[string(side)]
		if !known {
			r = len(ranks)
			ranks[string(side)] = r
		}
		return r
	}
	type placed struct {
		item               T
		optional, from, to int
	}
	places := make([]placed, len(all))
	for i, x := range all {
		l := line(x)
		places[i] = placed{x, 0, rank(l.From), rank(l.To)}
		if l.Flow.Optional {
			places[i].optional = 1
		}
	}
	slices.SortStableFunc(places, func(x, y placed) int {
		return cmp.Or(x.optional-y.optional, x.from-y.from, x.to-y.to)
	})
	for i, x := range places {
		all[i] = x.item
	}
}

// HoldsByDefault reports whether a condition holds if each feature has its default, or any value
// if there is no default.
func HoldsByDefault(p *model.Product, w model.When) bool {
	for id, lists := range w {
		f := p.Feature(id)
		for _, values := range lists {
			if len(values) == 0 || f != nil && f.Default != "" && !slices.Contains(values, f.Default) {
				return false
			}
		}
	}
	return true
}

// undecided returns the part of a condition that is about features without a default.
func undecided(p *model.Product, w model.When) model.When {
	var left model.When
	for id, values := range w {
		if f := p.Feature(id); f != nil && f.Default == "" {
			if left == nil {
				left = make(model.When)
			}
			left[id] = values
		}
	}
	return left
}
