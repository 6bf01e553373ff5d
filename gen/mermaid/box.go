package mermaid

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portspec/portspec/gen/matrix"
)

// A box is one or more figures that are drawn as one.
type box struct {
	id      string
	kind    *kind
	label   []byte // encoded, with lineBreak between lines
	lines   int
	width   int  // an estimate, in pixels at full size
	subject bool // whether the diagram is about it
}

// A member is a figure in a box, with what the box lists about it.
type member struct {
	*figure
	ports portLists
}

// portLists are lists of ports as text, with phraseBreak between phrases and listBreak between
// lists. Each list begins on a new line of a box, and lines break between phrases if possible.
type portLists string

const (
	phraseBreak = '\n'
	listBreak   = "\n\n"
)

// boxOf draws members in one box, in lines of at most room pixels. With oneOf, the box notes that
// only one of them is used. The ports among are those at which the members reach each other.
func boxOf(members []member, room int, oneOf bool, among portLists) box {
	first := members[0]
	l := label{room: room, text: make([]byte, 0, 96)}
	if oneOf {
		l.italic("one of")
	}
	alike := !slices.ContainsFunc(members, func(m member) bool { return m.ports != first.ports })
	allShort := !alike && !slices.ContainsFunc(members, func(m member) bool { return m.note != "" || m.shortWidth() > room })
	for _, m := range members {
		if allShort {
			l.short(m)
			continue
		}
		l.bold(m.name)
		l.plain(m.note)
		if !alike {
			l.ports(m.ports)
		}
	}
	if alike {
		l.ports(first.ports)
	}
	if among != "" {
		l.italic("among them:")
		l.ports(among)
	}
	return box{
		id: first.id, kind: first.kind, label: l.text, lines: l.lines,
		width: l.width + first.kind.room + first.kind.slant*l.lines,
	}
}

// shortWidth returns the width of a line with the name and the ports.
func (m member) shortWidth() int {
	return measure(shorten(m.name)) + space + measure(m.ports.text())
}

// text returns the lists as one text.
func (p portLists) text() string { return strings.Join(strings.Fields(string(p)), " ") }

// listed returns the ports of a cell, in phrases: "TCP 8443,", "30001,", "UDP dynamic",
// "[TCP 9080]". Ports that are not reached by default are in brackets, unless a dotted arrow
// marks all of them.
func listed(list []matrix.Line, dotted bool) portLists {
	b, inBrackets := make([]byte, 0, 96), false
	for i, line := range list {
		begins := line.Sometimes && !dotted && !inBrackets
		switch {
		case i > 0 && begins:
			b = append(b, phraseBreak)
		case i > 0:
			b = append(b, ',', phraseBreak)
		}
		if begins {
			b, inBrackets = append(b, '['), true
		}
		b = line.Append(b, phraseBreak)
	}
	if inBrackets {
		b = append(b, ']')
	}
	return portLists(b)
}

// A label collects the lines of a box.
type label struct {
	room  int // pixels
	text  []byte
	lines int
	width int // of the widest line
	// Of the line that is being made, which is not encoded yet:
	start         int    // in text
	used          int    // pixels; 0 if there is no such line
	before, after string // its markup
}

func (l *label) bold(name string) {
	l.before, l.after = "<b>", "</b>"
	l.words(shorten(name))
	l.end()
}

func (l *label) italic(s string) {
	l.before, l.after = "<i>", "</i>"
	l.phrase(s)
	l.end()
}

func (l *label) plain(s string) {
	l.before, l.after = "", ""
	l.words(s)
	l.end()
}

func (l *label) ports(lists portLists) {
	l.before, l.after = "", ""
	for phrase := range strings.SplitSeq(string(lists), string(phraseBreak)) {
		switch {
		case phrase == "": // a list ends
			l.end()
		case measure(phrase) > l.room:
			l.words(phrase)
		default:
			l.phrase(phrase)
		}
	}
	l.end()
}

// short adds a line with the name and the ports of a member.
func (l *label) short(m member) {
	l.bold(m.name)
	l.text = append(append(l.text, ' '), text(m.ports.text())...)
	l.width = max(l.width, m.shortWidth())
}

// words adds the words of a text, and splits words that are wider than a line.
func (l *label) words(s string) {
	for word := range strings.FieldsSeq(s) {
		start, width := 0, 0 // of the part
		for i, r := range word {
			if i > start && width+letter(r) > l.room {
				l.phrase(word[start:i])
				start, width = i, 0
			}
			width += letter(r)
		}
		l.phrase(word[start:])
	}
}

// phrase adds a phrase to the line if there is room, or else begins the next.
func (l *label) phrase(s string) {
	width := measure(s)
	if l.used > 0 && l.used+space+width <= l.room {
		l.text = append(append(l.text, ' '), s...)
		l.used += space + width
		return
	}
	l.end()
	if l.lines > 0 {
		l.text = append(l.text, lineBreak...)
	}
	l.text = append(l.text, l.before...)
	l.start, l.used = len(l.text), width
	l.text = append(l.text, s...)
}

// end encodes the line, if there is one.
func (l *label) end() {
	if l.used == 0 {
		return
	}
	if line := l.text[l.start:]; !isAllPlain(line) {
		l.text = append(l.text[:l.start], text(string(line))...)
	}
	l.text = append(l.text, l.after...)
	l.width = max(l.width, l.used)
	l.lines, l.used = l.lines+1, 0
}

// measure estimates the width of a text at 16 pixels, in bold letters of a wide font. Only
// a browser could tell exactly.
func measure(s string) int {
	sum := 0
	for _, r := range s {
		sum += letter(r)
	}
	return sum
}

// letter returns the width of a character.
func letter(r rune) int {
	if r < utf8.RuneSelf {
		return int(letters[r])
	}
	return widthOf(r)
}

// letters are the widths of ASCII characters, which are measured often.
var letters = func() (all [utf8.RuneSelf]uint8) {
	for r := range all {
		all[r] = uint8(widthOf(rune(r)))
	}
	return all
}()

// space is the width of a space.
var space = letter(' ')

func widthOf(r rune) int {
	switch {
	case strings.ContainsRune(" ilIj.,:;'|!", r):
		return 6
	case strings.ContainsRune("rtf()[]-/", r):
		return 8
	case strings.ContainsRune("scvxyzkJ", r):
		return 10
	case strings.ContainsRune("mwMW@%", r) || r > 0x24ff:
		return 18
	case r >= 'A' && r <= 'Z' && !strings.ContainsRune("ELFTPSZ", r):
		return 13
	}
	return 11
}
