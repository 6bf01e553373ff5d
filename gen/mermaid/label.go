package mermaid

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// lineLength is how many characters a line of a label holds, so that a list of
// ports does not push boxes apart.
const lineLength = 25

// A group is what the sockets on some lines of a label have in common:
// everything but the port.
type group struct {
	sometimes  bool
	transports string // "tcp", "tcp+udp"
	how, when  string
}

// A listing is a group and the sockets of it, sorted.
type listing struct {
	group
	sockets []socket
}

// label lists the groups, each on lines of its own. Those that are not always
// there are in brackets, unless the arrow is dotted and says so of all.
//
//	tcp/80, 443, 8443<br/>tcp+udp/389<br/>[udp/9 (broadcast)<br/>if Wake on LAN]
func (e *edge) label() string {
	var lines []string
	room, more := e.most, 0
	for _, g := range e.groups() {
		list := g.sockets
		if e.most > 0 {
			n := min(room, len(list))
			room, more, list = room-n, more+len(list)-n, list[:n]
		}
		if len(list) == 0 {
			continue
		}
		phrases := g.phrases(list)
		if g.sometimes && e.isSolid() {
			phrases[0] = "[" + phrases[0]
			phrases[len(phrases)-1] += "]"
		}
		lines = append(lines, wrap(phrases)...)
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("+%d more", more))
	}
	for i := range lines {
		lines[i] = text(lines[i])
	}
	return strings.Join(lines, lineBreak)
}

// groups sorts the edge's sockets into groups.
func (e *edge) groups() []listing {
	var all []listing
	add := func(g group, s socket) {
		for i := range all {
			if all[i].group == g {
				all[i].sockets = append(all[i].sockets, s)
				return
			}
		}
		all = append(all, listing{g, []socket{s}})
	}
	for rest := e.offers; len(rest) > 0; {
		n, s := 1, rest[0].socket
		for n < len(rest) && rest[n].socket == s {
			n++
		}
		var same []group // transports that differ in nothing else, as one
		for _, o := range rest[:n] {
			g := group{sometimes: !o.always, transports: o.transport, how: s.how, when: o.words()}
			i := slices.IndexFunc(same, func(x group) bool { return x.sometimes == g.sometimes && x.when == g.when })
			if i < 0 {
				same = append(same, g)
			} else {
				same[i].transports += "+" + g.transports
			}
		}
		for _, g := range same {
			add(g, s)
		}
		rest = rest[n:]
	}
	slices.SortFunc(all, func(a, b listing) int { return compareGroups(a.group, b.group) })
	return all
}

func compareGroups(a, b group) int {
	if a.sometimes != b.sometimes {
		if a.sometimes {
			return 1
		}
		return -1
	}
	return cmp.Or(
		cmp.Compare(a.how, b.how),
		cmp.Compare(a.when, b.when),
		cmp.Compare(a.transports, b.transports),
	)
}

func compareSockets(a, b socket) int {
	return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.ports, b.ports))
}

// phrases are the parts of a group that better stay on one line: each port,
// with the transports before the first, "(broadcast)", "if Wake on LAN".
func (g group) phrases(list []socket) []string {
	var ports []string
	for _, s := range list {
		ports = append(ports, s.ports)
	}
	phrases := strings.SplitAfter(transportAndPorts(g.transports, strings.Join(ports, ", ")), ", ")
	if g.how != "" {
		phrases = append(phrases, "("+g.how+")")
	}
	if g.when != "" {
		phrases = append(phrases, g.when)
	}
	return phrases
}

// wrap puts phrases on lines. One that is longer than a line is broken between
// words.
func wrap(phrases []string) []string {
	var words []string
	for _, phrase := range phrases {
		phrase = strings.TrimSpace(phrase)
		if utf8.RuneCountInString(phrase) > lineLength {
			words = append(words, strings.Fields(phrase)...)
		} else {
			words = append(words, phrase)
		}
	}
	var lines []string
	for _, word := range words {
		last := len(lines) - 1
		if last < 0 || utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) > lineLength {
			lines = append(lines, word)
		} else {
			lines[last] += " " + word
		}
	}
	return lines
}
