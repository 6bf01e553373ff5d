package format

import (
	"slices"
	"strings"
)

// arrange applies moves to a text. They are in the order of the text, outer ones before
// those inside them. Elements are moved byte for byte, with their comments.
func arrange(src []byte, moves []move) []byte {
	a := &arranger{src: string(src)}
	for _, m := range moves {
		if l, ok := measure(a.src, m.lit); ok {
			a.layouts = append(a.layouts, l)
			a.orders = append(a.orders, m.order)
		}
	}
	if len(a.orders) == 0 {
		return src
	}
	return []byte(a.text(span{0, len(src)}))
}

// An arranger builds the text with moves applied.
type arranger struct {
	src     string
	layouts []*layout
	orders  [][]int
}

// text returns a part of the text with the moves in it applied.
func (a *arranger) text(part span) string {
	var b strings.Builder
	at := part.from
	for i, l := range a.layouts {
		// Moves inside a struct were applied together with it.
		if l.all.from < at || l.all.from >= part.to {
			continue
		}
		b.WriteString(a.src[at:l.all.from])
		b.WriteString(a.structure(l, a.orders[i]))
		at = l.all.to
	}
	b.WriteString(a.src[at:part.to])
	return b.String()
}

// structure returns a struct with its elements in another order.
func (a *arranger) structure(l *layout, order []int) string {
	var b strings.Builder
	b.WriteString(a.src[l.all.from:l.elts[0].from])
	separators := l.separators(order)
	for i, elt := range order {
		if i > 0 {
			b.WriteString(separators[i-1])
		}
		b.WriteString(a.text(l.elts[elt]))
	}
	b.WriteString(a.src[l.elts[len(order)-1].to:l.all.to])
	return b.String()
}

// separators returns the text between the reordered elements. On a single line, the
// separators stay in place. Otherwise there is a blank line wherever elements of different
// sections meet, except that an element without a comment joins a section that it is
// moved into.
func (l *layout) separators(order []int) []string {
	if !l.lines {
		return l.gaps
	}
	var all []string
	section := l.sections[order[0]]
	for i := 1; i < len(order); i++ {
		elt := order[i]
		sep := "\n"
		if s := l.sections[elt]; s != section {
			joins := !l.documented[elt] && slices.ContainsFunc(order[i:], func(later int) bool {
				return l.sections[later] == section
			})
			if !joins {
				section = s
				sep = "\n\n"
			}
		}
		all = append(all, sep)
	}
	return all
}
