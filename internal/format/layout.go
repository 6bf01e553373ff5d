package format

import (
	"strings"

	"cuelang.org/go/cue/ast"
)

// A span is a part of a text.
type span struct{ from, to int }

// A layout is how a struct is written: where its elements are, together with
// the comments that belong to them, and what is between.
type layout struct {
	all  span // with the braces
	elts []span
	// lines says that every element begins and ends on lines of its own.
	lines bool
	// gaps is what is between one element and the next.
	gaps []string
	// sections counts, for each element, the blank lines before it.
	sections []int
	// documented says which elements have a comment above them.
	documented []bool
}

// measure reads off a text how a struct is written. It fails where a comment
// does not say by its place what it belongs to, or where elements cannot change
// places as they are: on a line with others, a comment would swallow those.
func measure(src string, lit *ast.StructLit) (*layout, bool) {
	n := len(lit.Elts)
	l := &layout{
		all:        span{lit.Lbrace.Offset(), lit.Rbrace.Offset() + 1},
		elts:       make([]span, n),
		lines:      true,
		gaps:       make([]string, n-1),
		sections:   make([]int, n),
		documented: make([]bool, n),
	}
	commented := false
	from := l.all.from + 1
	section := 0
	for i := 0; i <= n; i++ {
		to := l.all.to - 1
		if i < n {
			to = lit.Elts[i].Pos().Offset()
		}
		g, ok := readGap(src[from:to])
		if !ok || i == n && g.doc > 0 {
			return nil, false
		}
		commented = commented || g.line > 0 || g.doc > 0
		l.lines = l.lines && g.newline
		if i > 0 {
			l.elts[i-1].to = from + g.line
		}
		if i < n {
			if i > 0 {
				l.gaps[i-1] = src[from+g.line : to-g.doc]
				if g.blank {
					section++
				}
			}
			l.elts[i].from = to - g.doc
			l.sections[i] = section
			l.documented[i] = g.doc > 0
			from = lit.Elts[i].End().Offset()
		}
	}
	return l, l.lines || !commented
}

// A gap is what is between two elements, or between one and a brace.
type gap struct {
	line    int  // how long the comment is that ends the line of the element before
	doc     int  // how long the comment is above the element after, with what indents that
	newline bool // the next element is on another line
	blank   bool // there is a blank line between them
}

// readGap takes a gap apart. It fails where there is more than white space,
// commas and comments of the elements on both sides.
func readGap(text string) (gap, bool) {
	lines := strings.Split(text, "\n")
	g := gap{newline: len(lines) > 1}
	if rest := strings.Trim(lines[0], " \t,"); rest != "" {
		if !strings.HasPrefix(rest, "//") || !g.newline {
			return g, false
		}
		g.line = len(lines[0])
	}
	if !g.newline {
		return g, true
	}
	last := len(lines) - 1
	if strings.Trim(lines[last], " \t") != "" {
		return g, false
	}
	first := last
	for first > 1 && strings.HasPrefix(strings.TrimLeft(lines[first-1], " \t"), "//") {
		first--
	}
	if first < last {
		g.doc = len(strings.TrimLeft(strings.Join(lines[first:], "\n"), " \t"))
	}
	for _, line := range lines[1:first] {
		if strings.Trim(line, " \t") != "" {
			return g, false
		}
		g.blank = true
	}
	return g, true
}
