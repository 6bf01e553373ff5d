package mermaid

import (
	"fmt"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
)

// A Change is ports at which one component begins or ceases to reach another.
type Change struct {
	From, To string // ids
	Ports    []matrix.Port
	Gone     bool
}

// A change is what happens to all connections that an arrow stands for.
type change int

const (
	unchanged change = iota // or some connections are new and some are gone
	added
	gone
)

// style returns a style that is visible on a white page and on a dark one.
func (c change) style() string {
	if c == added {
		return "stroke:#2da44e,stroke-width:3px"
	}
	return "stroke:#e5534b,stroke-width:2px"
}

const changeExplanation = "Arrows lead from the side that connects to the side that listens, at the ports in the box. " +
	"Thick and +: new. Dotted and −: gone. Thin: some ports are new, some are gone."

// Changes draws what has changed between the components of a product. Those with the same
// changes are in one box. It returns "" if nothing has changed, or too much to be legible.
func Changes(title string, name func(id string) string, list []Change) string {
	d := drawChanges(title, name, list)
	if len(d.boxes) == 0 || !d.legible() {
		return ""
	}
	return string(d.append(nil))
}

// A shift contains what is new and what is gone.
type shift struct {
	figures   []figure
	new, gone *matrix.Matrix
}

func drawChanges(title string, name func(id string) string, list []Change) *diagram {
	d := &diagram{title: shorten(title), limit: overviewWidth, changes: true}
	s := &shift{}
	place := make(map[string]int)
	of := func(id string) int {
		at, ok := place[id]
		if !ok {
			at = len(s.figures)
			place[id] = at
			s.figures = append(s.figures, figure{id: nodeID("c", id), name: name(id), kind: neutral})
		}
		return at
	}
	for _, c := range list {
		of(c.From)
		of(c.To)
	}
	if len(s.figures) > mostChanged {
		return &diagram{}
	}
	s.new, s.gone = matrix.New(len(s.figures)), matrix.New(len(s.figures))
	for _, c := range list {
		m := s.new
		if c.Gone {
			m = s.gone
		}
		m.Add(of(c.From), of(c.To), c.Ports)
	}
	s.new.Sort()
	s.gone.Sort()
	groups := s.groups()
	for i, group := range groups {
		var members []member
		for _, f := range group {
			members = append(members, member{&s.figures[f], s.ports((*matrix.Matrix).Accepted, f)})
		}
		among := s.ports(func(m *matrix.Matrix, f int) *matrix.Cell { return m.Cell(f, f) }, group[0])
		d.boxes = append(d.boxes, boxOf(members, boxRoom, false, among))
		for j, other := range groups {
			if c, ok := s.between(group[0], other[0]); ok && i != j {
				d.arrows = append(d.arrows, arrow{from: i, to: j, change: c})
			}
		}
	}
	return d
}

// mostChanged is the greatest number of components that are put into boxes. With more, the
// picture is illegible unless most of them are alike.
const mostChanged = 4 * mostBoxes

// ports lists the ports of cells that are new, and those that are gone.
func (s *shift) ports(cell func(*matrix.Matrix, int) *matrix.Cell, figure int) portLists {
	begins, ceases := listed(cell(s.new, figure).Lines(), true), listed(cell(s.gone, figure).Lines(), true)
	if begins != "" {
		begins = "+ " + begins
	}
	switch {
	case ceases == "":
		return begins
	case begins == "":
		return "− " + ceases
	}
	return begins + listBreak + "− " + ceases
}

// between returns how the way from one figure to another has changed, and whether it has.
func (s *shift) between(from, to int) (change, bool) {
	begins, ceases := s.new.Cell(from, to) != nil, s.gone.Cell(from, to) != nil
	switch {
	case begins && ceases:
		return unchanged, true
	case begins:
		return added, true
	}
	return gone, ceases
}

// groups lists the groups of figures that share a box, in the order of their first figures. In a
// group, the same has changed in whom the figures reach and who reaches them.
func (s *shift) groups() [][]int {
	return gen.Together(indexes(s.figures), func(i int) string {
		var key strings.Builder
		if _, ok := s.between(i, i); ok {
			fmt.Fprint(&key, "alone ", i)
		}
		for other := range s.figures {
			for way, ends := range [][2]int{{i, other}, {other, i}} {
				if c, ok := s.between(ends[0], ends[1]); ok {
					fmt.Fprint(&key, " ", other, ".", way, ".", c)
				}
			}
		}
		return key.String()
	})
}

// indexes returns the indexes of a list.
func indexes[T any](list []T) []int {
	all := make([]int, len(list))
	for i := range all {
		all[i] = i
	}
	return all
}
