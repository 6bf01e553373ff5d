package mermaid

import (
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
)

// overview draws a whole graph. It returns nil if the diagram would not be legible. Figures of a
// kind that reach the same others, and are reached by the same, share a box, which lists the ports
// at which others reach it.
func (g *graph) overview() *diagram {
	groups := g.groups()
	d := &diagram{title: g.title, limit: overviewWidth, arrows: g.arrows(groups)}
	// Most diagrams that are too wide would be so with the names alone.
	for _, group := range groups {
		d.boxes = append(d.boxes, g.outline(group))
	}
	if d.crowded() || narrowest(d.boxes, d.arrows) > d.limit {
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
	type pair struct{ a, b int }
	var all []arrow
	known := make(map[pair]int) // the index of the arrow between two boxes
	for from := range g.figures {
		for to, c := range g.Row(from) {
			if in[from] == in[to] {
				continue
			}
			a := arrow{from: in[from], to: in[to], dotted: c.Sometimes()}
			ends := pair{min(a.from, a.to), max(a.from, a.to)}
			if i, ok := known[ends]; ok {
				same := &all[i]
				same.bothWays = same.bothWays || same.from != a.from
				same.dotted = same.dotted && a.dotted
				continue
			}
			known[ends] = len(all)
			all = append(all, a)
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
	var members []member
	for _, f := range group {
		members = append(members, member{&g.figures[f], listed(g.Accepted(f).Lines(), dotted)})
	}
	return boxOf(members, boxRoom, g.oneOf(group), listed(g.Cell(group[0], group[0]).Lines(), dotted))
}

// groups lists the groups of figures that share a box, in the order of their first figures.
func (g *graph) groups() [][]int {
	neighbours := g.neighbours()
	return gen.Together(indexes(g.figures), func(i int) string {
		f := g.figures[i]
		if f.note != "" || g.Cell(i, i) != nil {
			return "alone " + strconv.Itoa(i)
		}
		return f.kind.class + neighbours[i]
	})
}

// neighbours returns a key for each figure. Figures have the same key if they reach the same
// figures, and are reached by the same, in the same way.
func (g *graph) neighbours() []string {
	// Each cell is visited once, because a catalogue has thousands of figures.
	ways := make([][2][]byte, len(g.figures)) // whom each reaches, and who reaches it
	for from := range g.figures {
		for to, c := range g.Row(from) {
			often := byte(' ')
			if c.Sometimes() {
				often = '?'
			}
			out, in := &ways[from][0], &ways[to][1]
			*out = append(strconv.AppendInt(*out, int64(to), 10), often)
			*in = append(strconv.AppendInt(*in, int64(from), 10), often)
		}
	}
	keys := make([]string, len(ways))
	for i, way := range ways {
		keys[i] = "." + string(way[0]) + "." + string(way[1])
	}
	return keys
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
