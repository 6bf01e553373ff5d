package changes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diff"
)

// namedAlike is the maximum number of similar things that a line names.
const namedAlike = 4

// alike groups elements by key. Groups are in the order of their first elements.
func alike[T any](list []T, key func(T) string) [][]T {
	at := make(map[string]int)
	var groups [][]T
	for _, x := range list {
		k := key(x)
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], x)
	}
	return groups
}

// names lists the first of some names, without repeats.
func names[T any](list []T, of func(T) []string) string {
	var all []string
	for _, x := range list {
		for _, name := range of(x) {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
		if len(all) > namedAlike {
			return strings.Join(all[:namedAlike], ", ") + ", …"
		}
	}
	return strings.Join(all, ", ")
}

// Actions lists the consequences for the network, the most urgent first. If a
// listener moves, all of its flows are one line.
func Actions(actions []*diff.Action) []Line {
	groups := alike(actions, func(a *diff.Action) string {
		t := a.Traffic()
		return strings.Join([]string{string(a.Class), a.Product, t.Transport, actionPorts(a), t.To, t.Listener, t.Back, differs(a)}, "\x00")
	})
	lines := []Line{}
	for _, g := range groups {
		l := Line{Class: g[0].Class, Product: g[0].Product, Text: actionText(g[0]), Count: len(g)}
		if len(g) > 1 {
			l.Text = actionsText(g)
		}
		lines = append(lines, l)
	}
	sortLines(lines)
	return lines
}

// actionsText describes several actions on one listener in a line.
func actionsText(g []*diff.Action) Columns {
	a, t := g[0], g[0].Traffic()
	from, to := names(g, func(a *diff.Action) []string { return a.Traffic().From }), t.To
	if t.Back != "" {
		from, to = to, from
	}
	flows := fmt.Sprintf("%d flows on %s", len(g), t.Listener)
	if t.Back != "" {
		flows += ", " + gen.BackText[t.Back]
	}
	if differs := differs(a); differs != "" {
		flows += " [" + differs + "]"
	}
	flows += ": " + names(g, func(a *diff.Action) []string { return []string{a.Traffic().Flow} })
	return Columns{t.Transport + " " + actionPorts(a), from + " → " + to, flows}
}

// All lists everything that has changed. The same change of several things is one
// line, and so are all changes that only follow from shifted rows.
func All(c *diff.Changes) []Line {
	groups := alike(unshifted(c), func(x *diff.Change) string {
		return strings.Join([]string{string(x.Class), x.Product, x.What, string(x.Kind), x.Field}, "\x00")
	})
	lines := shiftLines(c)
	for _, g := range groups {
		if len(g) <= namedAlike {
			for _, x := range g {
				lines = append(lines, Line{Class: x.Class, Product: x.Product, Text: Columns{changeText(x)}, Count: 1})
			}
			continue
		}
		x := g[0]
		what := string(x.Kind)
		switch x.Kind {
		case diff.Changed:
			what = x.Field
			if len(alike(g, func(y *diff.Change) string { return string(y.Before) + "\x00" + string(y.After) })) == 1 {
				what += " " + value(x.Field, x.Before) + " → " + value(x.Field, x.After)
			}
		case diff.Reordered:
			what = x.Field + " in another order"
		}
		lines = append(lines, Line{
			Class: x.Class, Product: x.Product, Count: len(g),
			Text: Columns{fmt.Sprintf("%d × %s: %s (%s)", len(g), x.What, what, names(g, func(y *diff.Change) []string { return []string{changeName(y)} }))},
		})
	}
	sortLines(lines)
	return lines
}

// Rules lists the rules of hosts that differ. A change that several hosts, peers or
// flows have in common is one line, which does not tell which belong together.
func Rules(changes []*diff.SiteChange) []RuleLine {
	groups := alike(changes, func(x *diff.SiteChange) string {
		r := x.Rule()
		return strings.Join([]string{string(x.Class), r.Direction, r.Product, r.Component, r.Listener, r.Transport, r.Back, rulePorts(x), strings.Join(ruleDiffers(x), "; ")}, "\x00")
	})
	lines := []RuleLine{}
	for _, g := range groups {
		l := RuleLine{Class: g[0].Class, Text: ruleText(g[0]), Count: len(g)}
		if len(g) > 1 {
			l.Text = rulesText(g)
		}
		for _, x := range g {
			if !slices.Contains(l.Hosts, x.Host) {
				l.Hosts = append(l.Hosts, x.Host)
			}
		}
		lines = append(lines, l)
	}
	slices.SortStableFunc(lines, func(a, b RuleLine) int { return urgency(a.Class) - urgency(b.Class) })
	return lines
}

// rulesText describes several rules in a line.
func rulesText(g []*diff.SiteChange) Columns {
	r := g[0].Rule()
	traffic := fmt.Sprintf("%s %s %s", r.Direction, r.Transport, rulePorts(g[0]))
	peers := names(g, func(x *diff.SiteChange) []string { return []string{x.Rule().Peer} })
	switch r.Direction {
	case "inbound":
		traffic += " from " + peers
	case "outbound":
		traffic += " to " + peers
	}
	use := fmt.Sprintf("%s/%s.%s", r.Product, r.Component, r.Listener)
	if r.Flow != "" {
		use += ": " + names(g, func(x *diff.SiteChange) []string { return []string{x.Rule().Flow} })
	}
	if differs := ruleDiffers(g[0]); len(differs) > 0 {
		use += " [" + strings.Join(differs, "; ") + "]"
	}
	return Columns{traffic, use}
}

func sortLines(lines []Line) {
	slices.SortStableFunc(lines, func(a, b Line) int { return urgency(a.Class) - urgency(b.Class) })
}

// urgency returns a number that is lower for more urgent classes.
func urgency(c diff.Class) int { return slices.Index(diff.Classes, c) }
