package mermaid

import "slices"

// An arrow leads from one box to another, by their places. All of what it stands for is in
// the boxes.
type arrow struct {
	from, to         int
	bothWays, dotted bool
	change           change
}

// An arrangement is an order of boxes. Arrows to boxes that are later lead to the right, the
// others to the left; the layout puts boxes into as few columns as that leaves.
type arrangement struct {
	order []int
	width int // of the picture, an estimate in pixels at full size
}

// What the layout leaves between columns for arrows: at least so much, and so much more for
// each arrow that bends there.
const (
	gap      = 40
	arrowGap = 10
	margin   = 16
)

// arrange finds an order in which the picture fits a page and few arrows lead to the left. It
// begins with boxes that reach more than reach them, and moves single boxes while that makes
// it better.
func arrange(boxes []box, arrows []arrow) arrangement {
	order := make([]int, len(boxes))
	balance := make([]int, len(boxes))
	for i := range boxes {
		order[i] = i
	}
	for _, a := range arrows {
		if !a.bothWays {
			balance[a.from]--
			balance[a.to]++
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return balance[a] - balance[b] })
	best := cost(boxes, arrows, order)
	for better := true; better; {
		better = false
		for i := range order {
			for to := range order {
				if i == to {
					continue
				}
				moved := slices.Insert(slices.Delete(slices.Clone(order), i, i+1), to, order[i])
				if c := cost(boxes, arrows, moved); c < best {
					order, best, better = moved, c, true
				}
			}
		}
	}
	return arrangement{order, width(boxes, columns(boxes, arrows, order))}
}

// A picture that is as wide and as high is not made smaller.
const (
	fullWidth  = 900
	fullHeight = 800
)

// cost is what an order is judged by: how much wider and higher than a page the picture is,
// and so much for each arrow to the left and each column that an arrow passes.
func cost(boxes []box, arrows []arrow, order []int) int {
	at := columns(boxes, arrows, order)
	high := make([]int, len(at.bends))
	for i, b := range boxes {
		high[at.column[i]] += len(b.lines)*24 + 56
	}
	sum := 2*max(0, width(boxes, at)-fullWidth) + max(0, slices.Max(high)-fullHeight)
	for _, a := range arrows {
		length := at.column[a.to] - at.column[a.from]
		if length < 0 {
			length = -length
			if !a.bothWays {
				sum += 150
			}
		}
		sum += 20 * (length - 1)
	}
	return sum
}

// A placing is the column of each box, and how many arrows bend behind each column.
type placing struct {
	column []int
	bends  []int
}

// columns puts boxes into columns as the layout does: each behind all that lead to it, and
// then as near to what it is joined with as that leaves.
func columns(boxes []box, arrows []arrow, order []int) placing {
	rank := make([]int, len(boxes))
	for i, b := range order {
		rank[b] = i
	}
	type span struct{ left, right int }
	spans := make([]span, len(arrows))
	into, out := make([][]int, len(boxes)), make([][]int, len(boxes))
	for i, a := range arrows {
		s := span{a.from, a.to}
		if rank[s.left] > rank[s.right] {
			s = span{a.to, a.from}
		}
		spans[i] = s
		into[s.right] = append(into[s.right], s.left)
		out[s.left] = append(out[s.left], s.right)
	}
	at := placing{column: make([]int, len(boxes))}
	last := 0
	for _, b := range order {
		for _, before := range into[b] {
			at.column[b] = max(at.column[b], at.column[before]+1)
		}
		last = max(last, at.column[b])
	}
	// A box that is joined to more on its right than on its left moves there.
	for i := len(order) - 1; i >= 0; i-- {
		b := order[i]
		if len(out[b]) <= len(into[b]) {
			continue
		}
		nearest := last
		for _, behind := range out[b] {
			nearest = min(nearest, at.column[behind]-1)
		}
		at.column[b] = max(at.column[b], nearest)
	}
	at.bends = make([]int, last+1)
	for _, s := range spans {
		at.bends[at.column[s.left]]++
		if before := at.column[s.right] - 1; before != at.column[s.left] {
			at.bends[before]++
		}
	}
	return at
}

// width is that of all columns, and of the arrows between them.
func width(boxes []box, at placing) int {
	widest := make([]int, len(at.bends))
	for i, b := range boxes {
		widest[at.column[i]] = max(widest[at.column[i]], b.width)
	}
	sum := margin
	for i, w := range widest {
		if i > 0 {
			sum += gap + arrowGap*at.bends[i-1]
		}
		sum += w
	}
	return sum
}
