package mermaid

import "slices"

// Limits within which a diagram is legible on a page that is 900 pixels wide. The generator
// does not use a browser: TestLegible shows for many diagrams that those within the limits
// are legible.
const (
	// On the page, letters of 16 pixels still have at least 10.5 pixels at overviewWidth, and
	// 13 at aroundWidth. The widths are estimates; pictures are about an eighth narrower.
	overviewWidth = 1420
	aroundWidth   = 1100
	// mostArrows is how many arrows a reader can follow. With more than mostBoxes boxes, a
	// table is clearer than a picture.
	mostArrows = 60
	mostBoxes  = 40
	// mostLines limits the lines of text in a column, and mostInBox those in a box.
	mostLines = 70
	mostInBox = 30
	// mostText limits the bytes of all labels; Mermaid refuses files of more than 50,000
	// characters.
	mostText = 40_000
)

// legible reports whether the diagram is within the limits.
func (d *diagram) legible() bool {
	if d.crowded() || slices.ContainsFunc(d.boxes, func(b box) bool { return b.lines > mostInBox }) {
		return false
	}
	text := 0
	for _, b := range d.boxes {
		text += len(b.label) - (b.lines-1)*len(lineBreak)
	}
	if text > mostText {
		return false
	}
	if d.merged {
		return d.aroundWidth() <= d.limit && d.aroundLines() <= mostLines
	}
	return d.placing().narrowest() <= d.limit && d.arranged().width <= d.limit
}

// crowded reports whether there are too many boxes or arrows.
func (d *diagram) crowded() bool { return len(d.arrows) > mostArrows || len(d.boxes) > mostBoxes }

// aroundWidth returns the width of three columns: the subject's, and one on each side.
func (d *diagram) aroundWidth() int {
	left, right := 0, 0
	for _, a := range d.arrows {
		if a.to == 0 {
			left = max(left, d.boxes[a.from].width)
		} else {
			right = max(right, d.boxes[a.to].width)
		}
	}
	return margin + left + gap + d.boxes[0].width + gap + right
}

// aroundLines returns the number of lines below each other on the side with more of them.
func (d *diagram) aroundLines() int {
	left, right := 0, 0
	for _, a := range d.arrows {
		if a.to == 0 {
			left += d.boxes[a.from].lines + 2
		} else {
			right += d.boxes[a.to].lines + 2
		}
	}
	return max(left, right)
}
