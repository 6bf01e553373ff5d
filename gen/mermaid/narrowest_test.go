package mermaid

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// TestNarrowest arranges random boxes: no order may be narrower than the width that narrowest
// returns, which decides whether a diagram is drawn.
func TestNarrowest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	decided, tooWide := 0, 0
	for range 300 {
		boxes, arrows := randomBoxes(r)
		p := newPlacing(boxes, arrows)
		least := p.narrowest()
		for range 100 {
			order := r.Perm(len(boxes))
			p.place(order)
			if got := p.width(p.passing()); got < least {
				t.Fatalf("%d pixels wide, and narrowest returned %d\nboxes %v\narrows %v\norder %v", got, least, boxes, arrows, order)
			}
			for _, a := range arrows {
				if p.column[a.from] == p.column[a.to] {
					t.Fatalf("joined boxes in column %d\narrows %v\norder %v", p.column[a.from], arrows, order)
				}
			}
		}
		if len(boxes) > 15 { // the others are enough to see what it decides
			continue
		}
		if width := p.arrange().width; width < least {
			t.Fatalf("arranged %d pixels wide, and narrowest returned %d\nboxes %v\narrows %v", width, least, boxes, arrows)
		} else if width > overviewWidth {
			tooWide++
			if least > overviewWidth {
				decided++
			}
		}
	}
	if decided == 0 || decided == tooWide {
		t.Errorf("narrowest returned too much for %d of %d diagrams that are too wide, expected some of them", decided, tooWide)
	}
}

// randomBoxes makes boxes and arrows between them as diagrams have them: at most two between the
// same boxes, and then in both directions.
func randomBoxes(r *rand.Rand) (boxes []box, arrows []arrow) {
	n := 2 + r.IntN(mostBoxes-1)
	if r.IntN(3) > 0 {
		n = min(n, 15)
	}
	for i := range n {
		boxes = append(boxes, box{id: strconv.Itoa(i), width: 60 + r.IntN(190), lines: 1 + r.IntN(5)})
	}
	known := make(map[[2]int]bool)
	twice := r.IntN(3) == 0
	for range r.IntN(mostArrows + 1) {
		from, to := r.IntN(n), r.IntN(n)
		if from == to || known[[2]int{from, to}] || !twice && known[[2]int{to, from}] {
			continue
		}
		known[[2]int{from, to}] = true
		arrows = append(arrows, arrow{from: from, to: to, bothWays: !twice && r.IntN(4) == 0})
	}
	return boxes, arrows
}

// TestOutline draws random names and ports: no box may be narrower than its outline, by which
// diagrams are rejected before their boxes are made.
func TestOutline(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	word := func() string { return strings.Repeat([]string{"i", "W", "é", "漢"}[r.IntN(4)], 1+r.IntN(30)) }
	same := 0
	for range 2000 {
		g := &graph{}
		var members []member
		for i := range 1 + r.IntN(3) {
			name := word()
			for range r.IntN(4) {
				name += strings.Repeat(" ", 1+r.IntN(2)) + word()
			}
			g.figures = append(g.figures, figure{id: strconv.Itoa(i), name: name, kind: kinds[r.IntN(len(kinds))]})
		}
		for i := range g.figures {
			g.figures[i].kind = g.figures[0].kind
			var ports portLists
			for range r.IntN(3) {
				ports += portLists("TCP " + strings.Repeat("8", r.IntN(20)) + listBreak)
			}
			members = append(members, member{&g.figures[i], ports})
		}
		least := g.outline(indexes(g.figures)).width
		switch width := boxOf(members, boxRoom, false, "").width; {
		case width < least:
			t.Fatalf("a box of %d pixels has an outline of %d\n%+v", width, least, g.figures)
		case width == least:
			same++
		}
	}
	if same == 0 {
		t.Error("no outline is as wide as its box")
	}
}
