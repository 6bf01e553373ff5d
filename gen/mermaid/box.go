package mermaid

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen/matrix"
)

// A box is one or more figures that are drawn as one.
type box struct {
	id      string
	kind    kind
	lines   []string // of the label, encoded
	width   int      // an estimate, in pixels at full size
	subject bool     // what the diagram is about
}

// A member is a figure in a box, with what the box lists of it.
type member struct {
	*figure
	ports portLists
}

// portLists are lists of ports, each of phrases that better stay on one line each. A list begins
// a line.
type portLists [][]string

// boxOf draws members in one box, in lines of at most so many pixels. If one of them is
// used, oneOf, the box says so.
func boxOf(members []member, room int, oneOf bool, among portLists) box {
	first := members[0]
	b := box{id: first.id, kind: first.kind}
	l := label{room: room}
	if oneOf {
		l.italic("one of")
	}
	alike := !slices.ContainsFunc(members, func(m member) bool { return !slices.EqualFunc(m.ports, first.ports, slices.Equal) })
	short := func(m member) (name, ports string, fits bool) {
		name, ports = shorten(m.name), strings.Join(slices.Concat(m.ports...), " ")
		return name, ports, !alike && m.note == "" && measure(name+" "+ports) <= room
	}
	allShort := !slices.ContainsFunc(members, func(m member) bool { _, _, fits := short(m); return !fits })
	for _, m := range members {
		if allShort {
			name, ports, _ := short(m)
			l.width = max(l.width, measure(name+" "+ports))
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

// A label is the lines of a box as they are made.
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

// listed are the ports of a cell: "TCP 8443,", "30001,", "UDP dynamic", "[TCP 9080]". Those
// that are not there by default are in brackets, unless dotted says so of all.
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

// wrap puts phrases on lines that are no wider than there is room.
func wrap(phrases []string, room int) []string {
	var lines []string
	for _, phrase := range phrases {
		last := len(lines) - 1
		if last < 0 || measure(lines[last]+" "+phrase) > room {
			lines = append(lines, phrase)
		} else {
			lines[last] += " " + phrase
		}
	}
	return lines
}

// words splits a text into words, and words that are wider than there is room.
func words(s string, room int) []string {
	var all []string
	for _, word := range strings.Fields(s) {
		part := ""
		for _, r := range word {
			if part != "" && measure(part+string(r)) > room {
				all, part = append(all, part), ""
			}
			part += string(r)
		}
		all = append(all, part)
	}
	return all
}

// measure is about how wide a text is at 16 pixels, in bold letters of a wide font. A
// browser knows better, but the generator has none.
func measure(s string) int {
	sum := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune(" ilIj.,:;'|!", r):
			sum += 6
		case strings.ContainsRune("rtf()[]-/", r):
			sum += 8
		case strings.ContainsRune("scvxyzkJ", r):
			sum += 10
		case strings.ContainsRune("mwMW@%", r) || r > 0x24ff:
			sum += 18
		case r >= 'A' && r <= 'Z' && !strings.ContainsRune("ELFTPSZ", r):
			sum += 13
		default:
			sum += 11
		}
	}
	return sum
}
