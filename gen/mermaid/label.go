package mermaid

import (
	"cmp"
	"fmt"
	"maps"
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

// label lists the groups, each on lines of its own. Those that are not always
// there stand in brackets, unless the arrow is dotted and says so of all.
//
//	tcp/80, 443, 8443<br/>tcp+udp/389<br/>[udp/9 (broadcast)<br/>if Wake on LAN]
func (e *edge) label() string {
	groups := e.groups()
	var lines []string
	room, more := e.most, 0
	for _, g := range slices.SortedFunc(maps.Keys(groups), compareGroups) {
		list := groups[g]
		slices.SortFunc(list, compareSockets)
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
func (e *edge) groups() map[group][]socket {
	groups := map[group][]socket{}
	for s, transports := range e.sockets {
		same := map[group][]string{} // transports that differ in nothing else
		for t, at := range transports {
			g := group{sometimes: !at.always, how: s.how, when: at.words()}
			same[g] = append(same[g], t)
		}
		for g, list := range same {
			slices.Sort(list)
			g.transports = strings.Join(list, "+")
			groups[g] = append(groups[g], s)
		}
	}
	return groups
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
