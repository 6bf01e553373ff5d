package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/pattern"
)

// A printed is a number in the cell of a row, or a transport without a number.
type printed struct {
	kind printedKind
	// ports is a number or a range; the zero value for aTransport.
	ports model.PortRange
	// transports are the transports that the cell gives for the number; empty if it gives
	// none or is not clear.
	transports []string
	// loose means that there are spaces around the dash between two numbers, which may be a
	// range or two ports.
	loose bool
}

type printedKind int

const (
	aPort printedKind = iota
	aProtocol
	aMessage // the type of an ICMP message
	aTransport
)

// tokens matches a token of a cell: a range, a word, something with digits that is not a
// number, a number, or a separator that ends a part.
var tokens = pattern.New(`(?i)\b([0-9]{1,5})(\s*(?:[-‐‑–—~…]|\.\.\.?|\bto\b|\bthrough\b|\bbis\b)\s*|:)([0-9]{1,5})\b|\b(tcp|udp|sctp)([0-9]{1,5})\b|\b([0-9]{1,5})(tcp|udp|sctp)\b|[\pL_@#$][\pL\pN_.-]*|[0-9]+(?:[._][\pL\pN]+|[\pL])[\pL\pN_.]*|[0-9]+%?|[;\n]`)

// A cellReader interprets the tokens of a cell, part by part.
type cellReader struct {
	all     []printed
	part    []partItem
	named   map[int]bool // numbers of the protocols that the cell names
	context string       // what a number that follows directly is: "protocol" or "icmp"
	negated bool
}

// A partItem is a number, given by its index in the result, or a transport.
type partItem struct {
	number    int
	transport string
	joined    string // text between the previous item and this one
}

// readCell lists the numbers and transports in a cell.
func readCell(text string) []printed {
	r := &cellReader{named: make(map[int]bool)}
	end := 0
	between := ""
	for _, at := range tokens().FindAllStringSubmatchIndex(text, -1) {
		between += text[end:at[0]]
		group := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}
		items := len(r.part)
		switch {
		case group(1) != "":
			r.span(group(1), group(2), group(3), between)
		case group(4) != "":
			r.word(strings.ToLower(group(4)), between)
			r.number(group(5), "")
		case group(6) != "":
			r.number(group(6), between)
			r.word(strings.ToLower(group(7)), "")
		default:
			r.word(strings.ToLower(group(0)), between)
		}
		if end = at[1]; len(r.part) > items {
			between = ""
		} else {
			between += group(0)
		}
	}
	r.bind()
	for i, p := range r.all {
		if p.kind == aPort && len(p.transports) == 0 && p.ports.From == p.ports.To && r.named[p.ports.From] {
			r.all[i].kind = aProtocol
		}
	}
	return r.all
}

// word handles any token but a range.
func (r *cellReader) word(w, between string) {
	if w[0] >= '0' && w[0] <= '9' {
		if strings.Trim(w, "0123456789") == "" {
			r.number(w, between)
		}
		return
	}
	context := ""
	switch w {
	case ";", "\n":
		r.bind()
	case "tcp", "udp", "sctp":
		if !r.negated {
			r.part = append(r.part, partItem{number: -1, transport: w, joined: between})
		}
	case "icmp", "icmpv6":
		r.all = append(r.all, printed{kind: aTransport, transports: []string{w}})
		context = "icmp"
	case "ip":
		if !strings.HasSuffix(strings.TrimSpace(between), "/") { // TCP/IP
			context = "protocol"
		}
	case "protocol", "protokoll", "protocole", "proto", "ip-protokoll":
		context = "protocol"
	case "type", "number", "no", "nr":
		context = r.context
	}
	if n := model.ProtocolNumber(w); n > 0 && context == "" && !model.HasPorts(w) {
		r.named[n], context = true, "name"
		if last := len(r.part) - 1; last >= 0 && r.part[last].number >= 0 && r.all[r.part[last].number].ports.From == n {
			r.all[r.part[last].number].kind = aProtocol // 50 (ESP)
			r.part = r.part[:last]
		}
	}
	r.context = context
	r.negated = slices.Contains([]string{"not", "no", "without", "nicht", "kein", "ohne"}, w) && context == ""
}

// number handles a number, which is a port unless the context says otherwise.
func (r *cellReader) number(w, between string) {
	n, err := strconv.Atoi(w)
	if err != nil || n > 65535 || w[0] == '0' && (n > 0 || r.context != "icmp") {
		return
	}
	p := printed{ports: model.PortRange{From: n, To: n}}
	switch {
	case r.context == "protocol" && n <= 255, r.context == "name" && r.named[n]:
		p.kind = aProtocol
		r.context = ""
	case r.context == "icmp" && n <= 255:
		p.kind = aMessage
	default:
		r.context = ""
		r.part = append(r.part, partItem{number: len(r.all), joined: between})
	}
	r.all = append(r.all, p)
}

// span handles two numbers and the text between them.
func (r *cellReader) span(from, join, to, between string) {
	a, _ := strconv.Atoi(from)
	b, _ := strconv.Atoi(to)
	if a >= b || b > 65535 || from[0] == '0' && a > 0 {
		r.number(from, between)
		r.number(to, join)
		return
	}
	r.part = append(r.part, partItem{number: len(r.all), joined: between})
	r.all = append(r.all, printed{ports: model.PortRange{From: max(a, 1), To: b}, loose: strings.TrimSpace(join) != join})
}

// bind assigns transports to the numbers in a part of the cell: if the part begins with a
// transport, the one before each number, otherwise the one after it.
func (r *cellReader) bind() {
	part := r.part
	r.part, r.context = nil, ""
	var groups [][]partItem // alternating numbers and transports
	for _, item := range part {
		if n := len(groups); n > 0 && (groups[n-1][0].number < 0) == (item.number < 0) {
			groups[n-1] = append(groups[n-1], item)
		} else {
			groups = append(groups, []partItem{item})
		}
	}
	give := func(numbers, transports []partItem) {
		for _, n := range numbers {
			for _, t := range transports {
				if p := &r.all[n.number]; !slices.Contains(p.transports, t.transport) {
					p.transports = append(p.transports, t.transport)
				}
			}
		}
	}
	for i, g := range groups {
		switch prefix := groups[0][0].number < 0; {
		case g[0].number >= 0:
		case prefix && i+1 < len(groups):
			give(groups[i+1], g)
		case i > 0 && prefix: // TCP 636 (UDP too)
			before := groups[i-1]
			give(before[len(before)-1:], g)
		case i > 0:
			if i == len(groups)-2 && len(g) > 1 && !strings.Contains(g[1].joined, "/") {
				continue // 53 TCP and UDP 67: ambiguous
			}
			give(groups[i-1], g)
		default:
			for _, t := range g {
				r.all = append(r.all, printed{kind: aTransport, transports: []string{t.transport}})
			}
		}
	}
}
