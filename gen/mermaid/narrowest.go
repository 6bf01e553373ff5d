package mermaid

import "math/bits"

// narrowest is a width that no arrangement of the boxes is below. Most diagrams that do not fit a
// page are known by it, for much less than the best arrangement takes.
//
// Boxes that are joined are in different columns. So boxes of which each is joined to each have
// a column each, and of the arrows between three of them one passes a column. Every arrow takes
// room in a gap between columns, and one that passes a column in two.
func narrowest(boxes []box, arrows []arrow) int {
	p := newPlacing(boxes, arrows)
	crowd, sum := p.crowd()
	n := crowd.len()
	passing := (n - 1) * (n - 2) / 2
	return sum + arrowGap*(len(arrows)+passing+triangles(p.joined, crowd))
}

// crowd returns boxes of which each is joined to each, and how wide a picture of them is without
// their arrows: those of which that is most.
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

// triangles counts triples of boxes that are joined to each other, such that no two of them have
// two boxes in common, nor one of them with the crowd.
func triangles(joined []set, crowd set) int {
	left := make([]set, len(joined)) // what each box is joined to, without what is counted
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

// first is the first box in a set that has one.
func (s set) first() int { return bits.TrailingZeros64(uint64(s)) }
