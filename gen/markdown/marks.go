package markdown

import "strings"

// Inline Markdown contains links and anchors as marks until it is written to a page, because
// how they are written depends on the page and its flavor:
//
//	STX page US anchor US words ETX    SOH id ETX
//
// EOT is where generators must not join what is before with what is after it.
//
// Marks are control characters, which no text contains, because [visible] replaces them.
const (
	anchorMark = "\x01"
	linkMark   = "\x02"
	endMark    = "\x03"
	breakMark  = "\x04"
	partMark   = "\x1f"
	cellMark   = "\x00" // between the cells of rows that are kept
)

// A place is what a link can lead to: a page or another file, and an anchor there.
type place struct {
	page   string
	anchor md
}

// link returns a link to a place.
func link(to place, words md) md {
	return linkMark + md(to.page) + partMark + to.anchor + partMark + words + endMark
}

// anchor returns an anchor, which links can lead to.
func anchor(id md) md { return anchorMark + id + endMark }

// inline writes words to the page, with links and anchors as its flavor has them.
func (p *page) inline(words md) {
	rest := string(words)
	for {
		i := firstMark(rest)
		if i < 0 {
			p.data.WriteString(rest)
			return
		}
		p.data.WriteString(rest[:i])
		mark := rest[i : i+1]
		if mark == breakMark {
			p.data.WriteString(p.flavor.apart)
			rest = rest[i+1:]
			continue
		}
		var inside string
		inside, rest, _ = strings.Cut(rest[i+1:], endMark)
		if mark == anchorMark {
			p.flavor.anchor(p, md(inside))
			continue
		}
		page, inside, _ := strings.Cut(inside, partMark)
		id, shown, _ := strings.Cut(inside, partMark)
		shown = strings.ReplaceAll(shown, breakMark, p.flavor.apart)
		b := append(p.data.AvailableBuffer(), '[') // the end of the page, unless the link is too long for it
		b = append(append(b, shown...), "]("...)
		if linked := p.flavor.address(b, p, place{page, md(id)}); len(linked) > len(b) {
			p.data.Write(append(linked, ')'))
		} else {
			p.data.WriteString(shown)
		}
	}
}

// firstMark returns the index of the first mark that begins something; -1 if there is none. All
// text of pages passes through it, so it does not make a set of the marks each time, as
// [strings.IndexAny] does.
func firstMark(s string) int {
	for i := range len(s) {
		if c := s[i]; c <= breakMark[0] && (c == anchorMark[0] || c == linkMark[0] || c == breakMark[0]) {
			return i
		}
	}
	return -1
}

// labels writes, before a block, the labels of anchors inside of it, for generators that do not
// find such anchors.
func (p *page) labels(words ...md) {
	if p.flavor.label == nil {
		return
	}
	for _, w := range words {
		for _, part := range strings.Split(string(w), anchorMark)[1:] {
			id, _, _ := strings.Cut(part, endMark)
			p.data.WriteString(p.flavor.label(p, md(id)))
		}
	}
}

// relative returns the path from one file to another; "" if they are the same.
func relative(from, to string) string {
	if from == to {
		return ""
	}
	shared := 0 // the folders that both are in
	for i := 0; i < len(from) && i < len(to) && from[i] == to[i]; i++ {
		if from[i] == '/' {
			shared = i + 1
		}
	}
	return strings.Repeat("../", strings.Count(from[shared:], "/")) + to[shared:]
}
