package format

import (
	"strings"

	"cuelang.org/go/cue/ast"
)

// A span is a range of bytes in a text.
type span struct{ from, to int }

// A layout describes how a struct is written: the spans of its elements, including their
// comments, and the text between them.
type layout struct {
	all  span // the struct, with braces
	elts []span
	// lines means that no two elements share a line.
	lines bool
	// gaps has the text between each element and the next.
	gaps []string
	// sections has the number of blank lines before each element.
	sections []int
	// documented reports for each element whether it has a comment above it.
	documented []bool
}

// measure determines the layout of a struct. It fails if it is not clear to which element a
// comment belongs, or if elements cannot be moved: a line comment would swallow elements
// that follow it on the same line.
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

// A gap is the text between two elements, or between an element and a brace.
type gap struct {
	line    int  // length of the comment at the end of the line of the element before
	doc     int  // length of the comment above the element after, with its indentation
	newline bool // the next element is on another line
	blank   bool // there is a blank line between the elements
}

// readGap parses a gap. It fails if the gap contains anything but white space, commas and
// comments that belong to one of the two elements.
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
