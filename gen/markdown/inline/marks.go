package inline

import (
	"bytes"
	"strings"
)

// Markdown contains links, anchors and breaks as marks until it is written to a page:
//
//	STX page US anchor US words ETX    SOH id ETX
//
// EOT is where generators must not join what is before with what is after it.
//
// Marks are control characters, which no text contains, because [Visible] replaces them.
const (
	anchorMark = "\x01"
	linkMark   = "\x02"
	endMark    = "\x03"
	breakMark  = "\x04"
	partMark   = "\x1f"
)

// Link returns a link to a page, or another file, and an anchor there; "" for none.
func Link(page string, anchor, words Markdown) Markdown {
	return linkMark + Markdown(page) + partMark + anchor + partMark + words + endMark
}

// Anchor returns an anchor, which links can lead to.
func Anchor(id Markdown) Markdown { return anchorMark + id + endMark }

// Anchors returns the ids of the anchors in words, in their order.
func Anchors(words Markdown) []Markdown {
	var ids []Markdown
	for _, part := range strings.Split(string(words), anchorMark)[1:] {
		id, _, _ := strings.Cut(part, endMark)
		ids = append(ids, Markdown(id))
	}
	return ids
}

// A Form is how links, anchors and breaks are written, which depends on the page and on the
// program that shows it.
type Form struct {
	// Break is written between characters that must not be read as a link or an escape, if
	// a character reference for one of them is not enough; "" if it always is.
	Break string
	// Anchor appends an anchor.
	Anchor func(b []byte, id Markdown) []byte
	// Address appends the destination of a link; nothing if only the words are to be shown.
	Address func(b []byte, page string, anchor Markdown) []byte
}

// Write writes words to a page.
func (f Form) Write(page *bytes.Buffer, words Markdown) {
	rest := string(words)
	for {
		i := firstMark(rest)
		if i < 0 {
			page.WriteString(rest)
			return
		}
		page.WriteString(rest[:i])
		mark := rest[i : i+1]
		if mark == breakMark {
			page.WriteString(f.Break)
			rest = rest[i+1:]
			continue
		}
		var inside string
		inside, rest, _ = strings.Cut(rest[i+1:], endMark)
		b := page.AvailableBuffer() // the end of the page, unless what is appended is too long for it
		if mark == anchorMark {
			page.Write(f.Anchor(b, Markdown(inside)))
			continue
		}
		to, inside, _ := strings.Cut(inside, partMark)
		anchor, shown, _ := strings.Cut(inside, partMark)
		shown = strings.ReplaceAll(shown, breakMark, f.Break)
		b = append(append(append(b, '['), shown...), "]("...)
		if linked := f.Address(b, to, Markdown(anchor)); len(linked) > len(b) {
			page.Write(append(linked, ')'))
		} else {
			page.WriteString(shown)
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
