package mermaid

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
)

// overview draws a whole graph. Figures of a kind that reach the same others, and are
// reached by the same, are in one box, which lists the ports at which others reach it.
func (g *graph) overview() diagram {
	groups := g.groups()
	in := make([]int, len(g.figures)) // the group of each
	for i, group := range groups {
		for _, f := range group {
			in[f] = i
		}
	}
	d := diagram{title: g.title, limit: overviewWidth}
	type pair struct{ a, b int }
	known := make(map[pair]int) // the place of the arrow between two boxes
	for from := range g.figures {
		for to := range g.figures {
			c := g.Cell(from, to)
			if c == nil || in[from] == in[to] {
				continue
			}
			a := arrow{from: in[from], to: in[to], dotted: c.Sometimes()}
			ends := pair{min(a.from, a.to), max(a.from, a.to)}
			if i, ok := known[ends]; ok {
				same := &d.arrows[i]
				same.bothWays = same.bothWays || same.from != a.from
				same.dotted = same.dotted && a.dotted
				continue
			}
			known[ends] = len(d.arrows)
			d.arrows = append(d.arrows, a)
		}
	}
	for i, group := range groups {
		dotted := !slices.ContainsFunc(d.arrows, func(a arrow) bool { return !a.dotted && (a.to == i || a.bothWays && a.from == i) })
		d.boxes = append(d.boxes, g.groupBox(group, dotted))
	}
	return d
}

// boxRoom is how many pixels wide the lines of boxes are.
const boxRoom = 210

func (g *graph) groupBox(group []int, dotted bool) box {
	var members []member
	for _, f := range group {
		members = append(members, member{&g.figures[f], listed(g.Accepted(f).Lines(), dotted)})
	}
	return boxOf(members, boxRoom, g.oneOf(group), listed(g.Cell(group[0], group[0]).Lines(), dotted))
}

// groups lists the figures that are drawn as one, in the order of their first.
func (g *graph) groups() [][]int {
	return gen.Together(indexes(g.figures), func(i int) string {
		f := g.figures[i]
		if f.note != "" || g.Cell(i, i) != nil {
			return fmt.Sprint("alone ", i)
		}
		return f.kind.class + " " + g.neighbours(i)
	})
}

// neighbours tells figures apart by whom they reach and who reaches them.
func (g *graph) neighbours(of int) string {
	var b strings.Builder
	for other := range g.figures {
		for way, c := range []*matrix.Cell{g.Cell(of, other), g.Cell(other, of)} {
			if c != nil {
				fmt.Fprint(&b, other, ".", way, ".", c.Sometimes(), " ")
			}
		}
	}
	return b.String()
}

// oneOf reports whether figures are alternatives: the choices of one feature.
func (g *graph) oneOf(group []int) bool {
	if len(group) < 2 {
		return false
	}
	for _, feature := range g.figures[group[0]].choice.Features() {
		seen := make(map[string]bool)
		exclusive := true
		for _, f := range group {
			values := g.figures[f].choice[feature]
			exclusive = exclusive && len(values) > 0
			for _, v := range values {
				exclusive = exclusive && !seen[v]
				seen[v] = true
			}
		}
		if exclusive {
			return true
		}
	}
	return false
}
