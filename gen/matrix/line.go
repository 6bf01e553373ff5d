package matrix

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A Line is a list of ports that differ only in their numbers.
type Line struct {
	Sometimes  bool
	Transports string   // "TCP+UDP", "ICMP", "IP 88"
	Ports      []string // none for protocols without ports
	Note       string
}

// String returns the line as "TCP+UDP 88, 389 (same host)".
func (l Line) String() string { return string(l.Append(make([]byte, 0, 64), ' ')) }

// Append appends the line, with another character for each space at which it may be broken: those
// after commas, and before the note.
func (l Line) Append(b []byte, space byte) []byte {
	b = append(b, l.Transports...)
	for i, port := range gen.SomePorts(l.Ports) {
		switch {
		case i > 0:
			b = append(b, ',', space)
		case l.Transports != "":
			b = append(b, ' ')
		}
		start := len(b)
		b = append(b, port...)
		for at := start + 1; at < len(b); at++ {
			if b[at] == ' ' && b[at-1] == ',' {
				b[at] = space
			}
		}
	}
	if l.Note != "" {
		b = append(append(append(b, space, '('), l.Note...), ')')
	}
	return b
}

// compare orders the lines of a cell. Those that are reached by default are first.
func (l *Line) compare(other *Line) int {
	switch {
	case l.Sometimes == other.Sometimes:
		return cmp.Or(cmp.Compare(l.Note, other.Note), cmp.Compare(l.Transports, other.Transports))
	case l.Sometimes:
		return 1
	}
	return -1
}

// Lines sums up a cell.
func (c *Cell) Lines() []Line {
	if c == nil {
		return nil
	}
	ports := make([]linePort, 0, 8) // enough for most cells without allocating memory
	for rest := c.Ports; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Text == rest[0].Text && rest[n].Note == rest[0].Note {
			n++
		}
		for _, sometimes := range []bool{false, true} {
			if transports := transportsText(rest[:n], sometimes); transports != "" {
				p := linePort{Line: Line{Sometimes: sometimes, Transports: transports, Note: rest[0].Note}, text: rest[0].Text}
				if rest[0].last > 0 {
					p.in = model.PortRange{From: int(rest[0].first), To: int(rest[0].last)}
				}
				ports = append(ports, p)
			}
		}
		rest = rest[n:]
	}
	slices.SortStableFunc(ports, func(a, b linePort) int { return a.compare(&b.Line) })
	ports = short(ports)
	var lines []Line
	texts := make([]string, 0, len(ports)) // of all lines, in one piece of memory
	for i, p := range ports {
		if i == 0 || ports[i-1].compare(&p.Line) != 0 {
			lines, texts = append(lines, p.Line), texts[len(texts):]
		}
		if p.text != "" {
			texts = append(texts, p.text)
			lines[len(lines)-1].Ports = slices.Clip(texts)
		}
	}
	return lines
}

// A linePort is a port of a line.
type linePort struct {
	Line // without its ports
	text string
	in   model.PortRange // zero if the text is not just a range
}

// short merges ports of the same line for people.
func short(ports []linePort) []linePort {
	var all []linePort // nil as long as ports stay as they are
	var few [16]model.PortRange
	for i := 0; i < len(ports); {
		ranges, start := few[:0], i
		for ; i < len(ports) && (i == start || ports[i].in.To > 0 && ports[start].in.To > 0 && ports[i].compare(&ports[start].Line) == 0); i++ {
			ranges = append(ranges, ports[i].in)
		}
		merged := model.ShortPorts(ranges)
		if len(merged) < len(ranges) && all == nil {
			all = slices.Clip(ports[:start])
		}
		switch {
		case len(merged) < len(ranges):
			for _, r := range merged {
				all = append(all, linePort{ports[start].Line, r.String(), r})
			}
		case all != nil:
			all = append(all, ports[start:i]...)
		}
	}
	if all == nil {
		return ports
	}
	return all
}

// transportsText returns the transports of ports that are reached by default, or of the others:
// "TCP+UDP".
func transportsText(ports []Port, sometimes bool) string {
	all := ""
	for _, p := range ports {
		switch text := transportText(p.Transport); {
		case p.Sometimes != sometimes:
		case all == "":
			all = text
		default:
			all += "+" + text
		}
	}
	return all
}

// transportText returns a transport as people write it: "TCP", "IP 88". For an undocumented
// transport, it returns "port", as in "port 2049".
func transportText(t string) string {
	switch t {
	case "tcp": // most are one of these two
		return "TCP"
	case "udp":
		return "UDP"
	case model.UnknownTransport:
		return "port"
	}
	if number, ok := strings.CutPrefix(t, "ip/"); ok {
		return "IP " + number
	}
	return strings.ToUpper(t)
}
