package mermaid

import "math/bits"

// narrowest returns a lower bound of the width of all arrangements of the boxes. For most diagrams
// that do not fit a page, this bound is enough to tell, and takes much less time than finding the
// best arrangement.
//
// Boxes that are joined are in different columns. So boxes that are all joined to each other
// have a column each, and of the arrows between three of them one passes a column. Every arrow
// takes room in a gap between columns, and one that passes a column takes room in two.
func (p *placing) narrowest() int {
	crowd, sum := p.crowd()
	n := crowd.len()
	passing := (n - 1) * (n - 2) / 2
	return sum + arrowGap*(len(p.arrows)+passing+triangles(p.joined, crowd))
}

// crowd returns a set of boxes that are all joined to each other, and the width of a picture of
// them without arrows: the set for which that width is greatest.
func (p *placing) crowd() (best set, width int) {
	var grow func(in, candidates set, sum int)
	grow = func(in, candidates set, sum int) {
		if candidates == 0 && sum > width {
			best, width = in, sum
		}
		for candidates != 0 {
			i := candidates.first()
			candidates &^= 1 << i
			grow(in|1<<i, candidates&p.joined[i], sum+gap+p.boxes[i].width)
		}
	}
	grow(0, 1<<len(p.boxes)-1, margin-gap)
	return best, width
}

// triangles counts triples of boxes that are joined to each other. No two triples have two boxes
// in common, and none has two in common with the crowd.
func triangles(joined []set, crowd set) int {
	left := make([]set, len(joined)) // what each box is joined to by arrows that are not counted yet
	for i, others := range joined {
		if left[i] = others; crowd&(1<<i) != 0 {
			left[i] &^= crowd
		}
	}
	count := 0
	for a := range left {
		for others := left[a] &^ (1<<a - 1); others != 0; {
			b := others.first()
			others &^= 1 << b
			if third := left[a] & left[b] &^ (1<<b - 1); third != 0 {
				c := third.first()
				for _, i := range []int{a, b, c} {
					left[i] &^= 1<<a | 1<<b | 1<<c
				}
				others &= left[a]
				count++
			}
		}
	}
	return count
}

// first returns the first box of a set that is not empty.
func (s set) first() int { return bits.TrailingZeros64(uint64(s)) }
