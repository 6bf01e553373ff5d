package mermaid

import (
	"math"
	"math/bits"
	"slices"
)

// An arrow leads from one box to another, given by their indexes. It stands for all connections
// between figures of the two boxes.
type arrow struct {
	from, to         int
	bothWays, dotted bool
	change           change
}

// An arrangement is an order of boxes. Arrows to later boxes lead to the right, the others to the
// left. Within these bounds, the layout uses as few columns as possible.
type arrangement struct {
	order []int
	width int // of the picture, an estimate in pixels at full size
}

// The room that the layout leaves, in pixels.
const (
	gap      = 40 // between columns
	arrowGap = 10 // more between columns, for each arrow that bends there
	margin   = 16 // around the picture
)

// arrange finds an order in which the picture fits a page and few arrows lead to the left. It
// begins with the boxes that have more outgoing than incoming arrows, and moves single boxes as
// long as that improves the order.
func (p *placing) arrange() arrangement {
	order, balance := indexes(p.boxes), make([]int, len(p.boxes))
	for _, a := range p.arrows {
		if !a.bothWays {
			balance[a.from]--
			balance[a.to]++
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return balance[a] - balance[b] })
	best := p.cost(order, math.MaxInt)
	moved := make([]int, 0, len(order))
	for tried, all := 0, len(order)*(len(order)-1); tried < all; { // since the last improvement
		for i := range order {
			worse := false // whether the box would be no better at the place before
			for to := range order {
				if i == to || tried == all {
					worse = true
					continue
				}
				moved = append(append(moved[:0], order[:i]...), order[i+1:]...)
				tried++
				// It makes no difference on which side of a box it is, if they are not joined.
				if worse && p.joined[order[i]]&(1<<moved[to-1]) == 0 {
					continue
				}
				moved = slices.Insert(moved, to, order[i])
				c := p.cost(moved, best)
				if worse = c >= best; !worse {
					order, moved = moved, order
					best, tried = c, 0
				}
			}
		}
	}
	p.place(order)
	return arrangement{order, p.width(p.passing())}
}

// The size, in pixels, up to which a picture is shown at full size.
const (
	fullWidth  = 900
	fullHeight = 800
)

// A placing assigns a column to each box. Thousands of orders are tried for a picture, so memory
// is allocated once, and joined boxes are found by operations on sets.
type placing struct {
	boxes  []box
	arrows []arrow
	joined []set // for each box, the boxes at the other ends of its arrows
	twice  []set // for each box, the boxes to which two arrows join it
	column []int // of each box
	in     []set // the boxes in each column
	last   int   // the last column
	sizes  []int // of columns, for width and height
}

// A set is a set of boxes of a diagram, which has at most mostBoxes.
type set uint64

const _ = uint(64 - mostBoxes) // does not compile if a set is too small

func (s set) len() int { return bits.OnesCount64(uint64(s)) }

func newPlacing(boxes []box, arrows []arrow) *placing {
	n := len(boxes)
	sets, numbers := make([]set, 3*n), make([]int, 2*n)
	p := &placing{
		boxes: boxes, arrows: arrows, joined: sets[:n:n], twice: sets[n : 2*n : 2*n], in: sets[2*n:],
		column: numbers[:n:n], sizes: numbers[n:],
	}
	join := func(a, b int) {
		p.twice[a] |= p.joined[a] & (1 << b)
		p.joined[a] |= 1 << b
	}
	for _, a := range arrows {
		join(a.from, a.to)
		join(a.to, a.from)
	}
	return p
}

// cost returns the number by which orders are compared; lower is better. It adds up the arrows to
// the left, the columns that arrows pass, and the pixels by which the picture is wider or higher
// than a page. It stops when the sum reaches most, because most orders are no better than the
// best one so far.
func (p *placing) cost(order []int, most int) int {
	p.place(order)
	sum, passing := 0, 0
	for i := range p.arrows {
		a := &p.arrows[i]
		length := p.column[a.to] - p.column[a.from]
		if length < 0 {
			length = -length
			if !a.bothWays {
				sum += 150
			}
		}
		if length > 1 {
			passing++
			sum += 20 * (length - 1)
		}
	}
	if sum < most {
		sum += 2 * max(0, p.width(passing)-fullWidth)
	}
	if sum < most {
		sum += max(0, p.height()-fullHeight)
	}
	return sum
}

// place puts boxes into columns as the layout does: each box to the right of the earlier boxes
// that are joined to it, and then as near to its neighbours as possible.
func (p *placing) place(order []int) {
	clear(p.in)
	p.last = 0
	for _, b := range order {
		column := p.last + 1
		for column > 0 && p.in[column-1]&p.joined[b] == 0 {
			column--
		}
		p.column[b] = column
		p.in[column] |= 1 << b
		p.last = max(p.last, column)
	}
	// A box that is joined to more boxes on its right than on its left moves to the right.
	var after set
	for _, b := range slices.Backward(order) {
		right := p.joined[b] & after
		after |= 1 << b
		if 2*(right.len()+(p.twice[b]&after).len()) <= p.joined[b].len()+p.twice[b].len() {
			continue
		}
		p.in[p.column[b]] &^= 1 << b
		for p.in[p.column[b]+1]&right == 0 {
			p.column[b]++
		}
		p.in[p.column[b]] |= 1 << b
	}
}

// zeros returns a slice of n zeros, in the memory of another slice if that is large enough.
func zeros(of []int, n int) []int {
	of = slices.Grow(of[:0], n)[:n]
	clear(of)
	return of
}

// passing counts the arrows that pass a column.
func (p *placing) passing() int {
	n := 0
	for _, a := range p.arrows {
		if length := p.column[a.to] - p.column[a.from]; length < -1 || length > 1 {
			n++
		}
	}
	return n
}

// width returns the width of all columns and of the arrows between them. Each arrow bends after
// the column where it begins, and those that pass a column bend again before the one where they
// end.
func (p *placing) width(passing int) int {
	p.sizes = zeros(p.sizes, p.last+1)
	for i := range p.boxes {
		size := &p.sizes[p.column[i]]
		*size = max(*size, p.boxes[i].width)
	}
	sum := margin + gap*p.last + arrowGap*(len(p.arrows)+passing)
	for _, w := range p.sizes {
		sum += w
	}
	return sum
}

// height returns the height of the highest column.
func (p *placing) height() int {
	p.sizes = zeros(p.sizes, p.last+1)
	for i := range p.boxes {
		p.sizes[p.column[i]] += p.boxes[i].lines*24 + 56
	}
	return slices.Max(p.sizes)
}
