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
	kind    kind
	lines   []string // of the label, encoded
	width   int      // an estimate, in pixels at full size
	subject bool     // whether the diagram is about it
}

// A member is a figure in a box, with what the box lists about it.
type member struct {
	*figure
	ports portLists
}

// portLists are lists of ports, as phrases. Each list begins on a new line, and lines break
// between phrases if possible.
type portLists [][]string

// boxOf draws members in one box, in lines of at most room pixels. With oneOf, the box notes that
// only one of them is used. The ports among are those at which the members reach each other.
func boxOf(members []member, room int, oneOf bool, among portLists) box {
	first := members[0]
	b := box{id: first.id, kind: first.kind}
	l := label{room: room}
	if oneOf {
		l.italic("one of")
	}
	alike := !slices.ContainsFunc(members, func(m member) bool { return !slices.EqualFunc(m.ports, first.ports, slices.Equal) })
	short := func(m member) (name, ports string) {
		return shorten(m.name), strings.Join(slices.Concat(m.ports...), " ")
	}
	allShort := !alike && !slices.ContainsFunc(members, func(m member) bool {
		name, ports := short(m)
		return m.note != "" || measure(name)+space+measure(ports) > room
	})
	for _, m := range members {
		if allShort {
			name, ports := short(m)
			l.width = max(l.width, measure(name)+space+measure(ports))
			l.lines = append(l.lines, "<b>"+text(name)+"</b> "+text(ports))
			continue
		}
		l.bold(m.name)
		l.plain(strings.Fields(m.note))
		if !alike {
			l.ports(m.ports)
		}
	}
	if alike {
		l.ports(first.ports)
	}
	if len(among) > 0 {
		l.italic("among them:")
		l.ports(among)
	}
	b.lines, b.width = l.lines, l.width+b.kind.room+b.kind.slant*len(l.lines)
	return b
}

// A label collects the lines of a box.
type label struct {
	room  int // pixels
	lines []string
	width int // of the widest line
}

func (l *label) bold(s string)   { l.add(wrap(words(shorten(s), l.room), l.room), "<b>", "</b>") }
func (l *label) italic(s string) { l.add([]string{s}, "<i>", "</i>") }

func (l *label) plain(phrases []string) { l.add(wrap(phrases, l.room), "", "") }

func (l *label) ports(lists portLists) {
	for _, list := range lists {
		var phrases []string
		for _, phrase := range list {
			if measure(phrase) > l.room {
				phrases = append(phrases, words(phrase, l.room)...)
			} else {
				phrases = append(phrases, phrase)
			}
		}
		l.plain(phrases)
	}
}

// listed returns the ports of a cell: "TCP 8443,", "30001,", "UDP dynamic", "[TCP 9080]".
// Ports that are not reached by default are in brackets, unless a dotted arrow marks all of them.
func listed(list []matrix.Line, dotted bool) portLists {
	var always, sometimes []string
	for _, line := range list {
		into := &always
		if line.Sometimes && !dotted {
			into = &sometimes
		}
		if n := len(*into); n > 0 {
			(*into)[n-1] += ","
		}
		*into = append(*into, line.Phrases()...)
	}
	if n := len(sometimes); n > 0 {
		sometimes[0] = "[" + sometimes[0]
		sometimes[n-1] += "]"
	}
	if len(list) == 0 {
		return nil
	}
	return portLists{append(always, sometimes...)}
}

func (l *label) add(lines []string, before, after string) {
	for _, line := range lines {
		l.width = max(l.width, measure(line))
		l.lines = append(l.lines, before+text(line)+after)
	}
}

// wrap puts phrases on lines that are no wider than room.
func wrap(phrases []string, room int) []string {
	var lines []string
	width := 0 // of the last line
	for _, phrase := range phrases {
		more := measure(phrase)
		if last := len(lines) - 1; last >= 0 && width+space+more <= room {
			lines[last] += " " + phrase
			width += space + more
			continue
		}
		lines = append(lines, phrase)
		width = more
	}
	return lines
}

// words splits a text into words, and splits words that are wider than room.
func words(s string, room int) []string {
	all := strings.Fields(s)
	if !slices.ContainsFunc(all, func(word string) bool { return measure(word) > room }) {
		return all
	}
	var parts []string
	for _, word := range all {
		start, width := 0, 0 // of the part
		for i, r := range word {
			if i > start && width+letter(r) > room {
				parts = append(parts, word[start:i])
				start, width = i, 0
			}
			width += letter(r)
		}
		parts = append(parts, word[start:])
	}
	return parts
}

// measure estimates the width of a text at 16 pixels, in bold letters of a wide font. Only
// a browser could tell exactly.
func measure(s string) int {
	sum := 0
	for _, r := range s {
		if r < utf8.RuneSelf {
			sum += int(letters[r])
		} else {
			sum += letter(r)
		}
	}
	return sum
}

// letters are the widths of ASCII characters, which are measured often.
var letters = func() (all [utf8.RuneSelf]uint8) {
	for r := range all {
		all[r] = uint8(letter(rune(r)))
	}
	return all
}()

// space is the width of a space.
var space = letter(' ')

// letter returns the width of a character.
func letter(r rune) int {
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
