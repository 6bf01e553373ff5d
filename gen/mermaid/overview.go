package mermaid

import (
	"iter"
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
)

// overview draws groups of figures as boxes, which list the ports at which others reach them. It
// returns nil if the diagram would not be legible.
func (g *graph) overview(groups [][]int) *diagram {
	if len(groups) > mostBoxes {
		return nil
	}
	d := &diagram{title: g.title, limit: overviewWidth, boxes: make([]box, len(groups)), arrows: g.arrows(groups)}
	// Most diagrams that are too wide would be so with the names alone.
	for i, group := range groups {
		d.boxes[i] = g.outline(group)
	}
	if d.crowded() || d.placing().narrowest() > d.limit {
		return nil
	}
	for i, group := range groups {
		dotted := !slices.ContainsFunc(d.arrows, func(a arrow) bool { return !a.dotted && (a.to == i || a.bothWays && a.from == i) })
		d.boxes[i] = g.groupBox(group, dotted)
	}
	if !d.legible() {
		return nil
	}
	return d
}

// arrows returns the arrows between groups of figures, at most one between two of them.
func (g *graph) arrows(groups [][]int) []arrow {
	in := make([]int, len(g.figures)) // the group of each figure
	for i, group := range groups {
		for _, f := range group {
			in[f] = i
		}
	}
	var all []arrow
	known := make([]int, len(groups)*len(groups)) // by two groups, the index of their arrow plus one
	for from := range g.figures {
		for to, c := range g.Row(from) {
			a := arrow{from: in[from], to: in[to], dotted: c.Sometimes()}
			if a.from == a.to {
				continue
			}
			n := &known[min(a.from, a.to)*len(groups)+max(a.from, a.to)]
			if *n == 0 {
				all = append(all, a)
				*n = len(all)
				continue
			}
			same := &all[*n-1]
			same.bothWays = same.bothWays || same.from != a.from
			same.dotted = same.dotted && a.dotted
		}
	}
	return all
}

// boxRoom is the maximum width, in pixels, of lines in a box.
const boxRoom = 210

// outline returns a box with only the names of a group. It is no wider than the group's own box.
func (g *graph) outline(group []int) box {
	b := box{kind: g.figures[group[0]].kind}
	for _, f := range group {
		b.width = max(b.width, g.figures[f].nameWidth())
	}
	b.width += b.kind.room + b.kind.slant
	return b
}

// nameWidth returns the width of the name in a box of an overview.
func (f *figure) nameWidth() int {
	if f.width == 0 {
		l := label{room: boxRoom}
		l.bold(f.name)
		f.width = l.width
	}
	return f.width
}

func (g *graph) groupBox(group []int, dotted bool) box {
	members := make([]member, 0, 4)
	for _, f := range group {
		members = append(members, member{&g.figures[f], listed(g.Accepted(f).Lines(), dotted)})
	}
	return boxOf(members, boxRoom, g.oneOf(group), listed(g.Cell(group[0], group[0]).Lines(), dotted))
}

// groups lists the groups of figures that share a box, in the order of their first figures. Those
// of a kind that reach the same others, and are reached by the same, in the same way, share one.
func (g *graph) groups(figures []int) [][]int {
	var key []byte
	ways := func(cells iter.Seq2[int, *matrix.Cell]) {
		key = append(key, '.')
		for other, c := range cells {
			key = strconv.AppendInt(key, int64(other), 10)
			if c.Sometimes() {
				key = append(key, '?')
			} else {
				key = append(key, ' ')
			}
		}
	}
	return gen.Together(figures, func(i int) string {
		f := &g.figures[i]
		if f.note != "" || g.Cell(i, i) != nil {
			return "alone " + strconv.Itoa(i)
		}
		key = append(key[:0], f.kind.class...)
		ways(g.Row(i))
		ways(g.Column(i))
		return string(key)
	})
}

// oneOf reports whether figures are alternatives: the choices of one feature.
func (g *graph) oneOf(group []int) bool {
	if len(group) < 2 {
		return false
	}
	for feature := range g.figures[group[0]].choice {
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
