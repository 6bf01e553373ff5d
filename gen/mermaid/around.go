package mermaid

import (
	"strconv"

	"github.com/portspec/portspec/gen/matrix"
)

// sideRoom is the maximum width, in pixels, of lines in the boxes beside a subject.
const sideRoom = 320

// around draws one figure, with the figures that reach it on the left and the figures that it
// reaches on the right. Each of their boxes lists the ports.
func (g *graph) around(subject int, groups [][]int) diagram {
	me := &g.figures[subject]
	d := diagram{title: g.title + ": " + shorten(me.name), limit: aroundWidth, merged: true}
	d.boxes = make([]box, 1, 8)
	d.boxes[0] = boxOf([]member{{me, ""}}, boxRoom, false, "")
	d.boxes[0].subject = true
	add := func(b box, to bool, dotted bool) {
		n := len(d.boxes)
		a := arrow{from: n, dotted: dotted}
		if to {
			a = arrow{to: n, dotted: dotted}
		}
		b.id = "x" + strconv.Itoa(n)
		d.boxes, d.arrows = append(d.boxes, b), append(d.arrows, a)
	}
	var members []member
	var of []int // the figures of the members
	side := func(to bool, cell func(other int) *matrix.Cell) {
		for _, group := range groups {
			for _, dotted := range []bool{false, true} {
				members, of = members[:0], of[:0]
				for _, f := range group {
					if c := cell(f); c != nil && f != subject && c.Sometimes() == dotted {
						members = append(members, member{&g.figures[f], g.between(c)})
						of = append(of, f)
					}
				}
				if len(members) > 0 {
					add(boxOf(members, sideRoom, g.oneOf(of), ""), to, dotted)
				}
			}
		}
	}
	side(false, func(other int) *matrix.Cell { return g.Cell(other, subject) })
	side(true, func(other int) *matrix.Cell { return g.Cell(subject, other) })
	if c := g.Cell(subject, subject); c != nil {
		other := *me
		other.name, other.note = "another "+me.name, ""
		add(boxOf([]member{{&other, g.between(c)}}, sideRoom, false, ""), true, c.Sometimes())
	}
	return d
}

// between lists the ports of a cell in a diagram around a figure, where the arrow is dotted if no
// port is reached by default. The lists are cached, because two such diagrams show each cell.
func (g *graph) between(c *matrix.Cell) portLists {
	lists, ok := g.lists[c]
	if !ok {
		lists = listed(c.Lines(), c.Sometimes())
		if g.lists == nil {
			g.lists = make(map[*matrix.Cell]portLists, g.Cells())
		}
		g.lists[c] = lists
	}
	return lists
}
