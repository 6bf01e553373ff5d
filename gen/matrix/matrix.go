// Package matrix sums up who reaches whom over which ports: the components of a product
// ([Sketch.Matrix]), or the groups of hosts of a site ([OfSite]). Tables and diagrams are
// made from one [Matrix].
package matrix

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A Matrix has a cell for each ordered pair of parties of which the first reaches the second.
// Parties are numbers whose meaning only the caller knows.
type Matrix struct {
	Size int // parties are 0 to Size-1
	// rows contains the cells of each party, sorted by the party that they reach. Most rows
	// have few cells, so a binary search is faster than a map.
	rows    [][]place
	columns [][]place // the same cells by the party that is reached; made by [Matrix.Sort]
}

// A place is a cell in the row of a party, or in the column of one.
type place struct {
	other int // at the other end
	cell  *Cell
}

// New returns a matrix without cells.
func New(size int) *Matrix { return &Matrix{Size: size, rows: make([][]place, size)} }

// A Cell is the ports at which one party reaches another.
type Cell struct {
	Ports []Port        // sorted, each once
	known map[where]int // indexes in Ports; nil for few ports
}

// A Port is where packets are accepted, over one transport.
type Port struct {
	where
	Note string // one of the constants below, if it applies to everything accepted there
	// Sometimes means that the port is optional or not reached by default.
	Sometimes bool
}

type where struct {
	first     int // the lowest number, for sorting; greater than all if none is known
	Transport string
	Text      string // "443", "dynamic 49152-65535", "" for protocols without ports
}

const (
	SameHost = "same host" // reached only from the same host
	Answer   = "answer"    // answers to other ports arrive there
	NoRule   = gen.NoRule  // no firewall has to permit it
)

// find returns the index of the cell for a party in a row, or the index at which to insert it.
func find(row []place, to int) (i int, found bool) {
	return slices.BinarySearchFunc(row, to, func(p place, to int) int { return p.other - to })
}

// Cell returns the ports at which one party reaches another; nil for none.
func (m *Matrix) Cell(from, to int) *Cell {
	if i, found := find(m.rows[from], to); found {
		return m.rows[from][i].cell
	}
	return nil
}

// Row yields the parties that a party reaches, in order, and the ports.
func (m *Matrix) Row(from int) iter.Seq2[int, *Cell] { return cells(m.rows[from]) }

// Column yields the parties that reach a party, in order, and the ports.
func (m *Matrix) Column(to int) iter.Seq2[int, *Cell] { return cells(m.columns[to]) }

func cells(places []place) iter.Seq2[int, *Cell] {
	return func(yield func(int, *Cell) bool) {
		for _, p := range places {
			if !yield(p.other, p.cell) {
				return
			}
		}
	}
}

// IsAlone reports whether a party reaches nobody and is reached by nobody.
func (m *Matrix) IsAlone(party int) bool { return len(m.rows[party])+len(m.columns[party]) == 0 }

// Cells returns the number of cells.
func (m *Matrix) Cells() int {
	n := 0
	for _, row := range m.rows {
		n += len(row)
	}
	return n
}

// Add adds ports at which one party reaches another. Call [Matrix.Sort] after the last call.
func (m *Matrix) Add(from, to int, ports []Port) { m.cell(from, to).add(ports, false) }

// cell returns the cell for two parties, and adds it if there is none.
func (m *Matrix) cell(from, to int) *Cell {
	i, found := find(m.rows[from], to)
	if !found {
		m.rows[from] = slices.Insert(m.rows[from], i, place{to, &Cell{}})
	}
	return m.rows[from][i].cell
}

// fewPorts is the number of ports below which a linear search is faster than a map.
const fewPorts = 16

// add adds ports; with always, they are reached by default. A port that is reached by default in
// one of several ways is reached by default.
func (c *Cell) add(ports []Port, always bool) {
	c.Ports = slices.Grow(c.Ports, len(ports))
	for _, p := range ports {
		p.Sometimes = p.Sometimes && !always
		if i := c.index(p.where); i >= 0 {
			c.Ports[i].Sometimes = c.Ports[i].Sometimes && p.Sometimes
			if c.Ports[i].Note != p.Note {
				c.Ports[i].Note = ""
			}
			continue
		}
		c.Ports = append(c.Ports, p)
		if c.known != nil {
			c.known[p.where] = len(c.Ports) - 1
		}
	}
}

// index returns the index of a port in Ports, or -1.
func (c *Cell) index(at where) int {
	if c.known == nil && len(c.Ports) < fewPorts {
		return slices.IndexFunc(c.Ports, func(p Port) bool { return p.where == at })
	}
	if c.known == nil {
		c.known = make(map[where]int)
		for i, p := range c.Ports {
			c.known[p.where] = i
		}
	}
	if i, ok := c.known[at]; ok {
		return i
	}
	return -1
}

// Sort sorts the ports of each cell, and makes the columns.
func (m *Matrix) Sort() {
	sizes := make([]int, m.Size)
	for _, row := range m.rows {
		for _, p := range row {
			p.cell.sort()
			sizes[p.other]++
		}
	}
	m.columns = make([][]place, m.Size)
	all := make([]place, m.Cells()) // one piece of memory for all columns
	for to, n := range sizes {
		m.columns[to], all = all[:0:n], all[n:]
	}
	for from, row := range m.rows {
		for _, p := range row {
			m.columns[p.other] = append(m.columns[p.other], place{from, p.cell})
		}
	}
}

func (c *Cell) sort() {
	c.known = nil
	if len(c.Ports) < 2 {
		return
	}
	slices.SortFunc(c.Ports, func(a, b Port) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Note, b.Note), cmp.Compare(a.Transport, b.Transport))
	})
}

// Sometimes reports whether no port is reached by default.
func (c *Cell) Sometimes() bool {
	return !slices.ContainsFunc(c.Ports, func(p Port) bool { return !p.Sometimes })
}

// Accepted returns the ports at which others reach a party; nil for none.
func (m *Matrix) Accepted(to int) *Cell {
	all := &Cell{}
	for from, c := range m.Column(to) {
		if from != to {
			all.add(c.Ports, false)
		}
	}
	if len(all.Ports) == 0 {
		return nil
	}
	all.sort()
	return all
}

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
	type port struct {
		Line // without its ports
		text string
	}
	ports := make([]port, 0, 8) // enough for most cells without allocating memory
	for rest := c.Ports; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Text == rest[0].Text && rest[n].Note == rest[0].Note {
			n++
		}
		for _, sometimes := range []bool{false, true} {
			if transports := transportsText(rest[:n], sometimes); transports != "" {
				ports = append(ports, port{Line{Sometimes: sometimes, Transports: transports, Note: rest[0].Note}, rest[0].Text})
			}
		}
		rest = rest[n:]
	}
	slices.SortStableFunc(ports, func(a, b port) int { return a.compare(&b.Line) })
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

// unnumbered sorts after all numbers.
const unnumbered = math.MaxInt

// numbered returns the ports of a list, one for each range.
func numbered(transport string, list []model.PortRange, note string, sometimes bool) []Port {
	var all []Port
	for _, r := range list {
		all = append(all, Port{where{r.From, transport, r.String()}, note, sometimes})
	}
	return all
}

// whole returns a port statement that cannot be split.
func whole(transport string, known []model.PortRange, text, note string, sometimes bool) []Port {
	first := unnumbered
	for _, r := range known {
		first = min(first, r.From)
	}
	return []Port{{where{first, transport, text}, note, sometimes}}
}

// dynamicText returns "dynamic 1025-5000 or 49152-65535", sorted and without repeats.
func dynamicText(known []model.PortRange) string {
	return strings.TrimSpace("dynamic " + alternatives(known))
}

// alternatives returns "1025-5000 or 49152-65535", sorted and without repeats.
func alternatives(list []model.PortRange) string {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b model.PortRange) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	var parts []string
	for _, r := range slices.Compact(sorted) {
		parts = append(parts, r.String())
	}
	return strings.Join(parts, " or ")
}

// ofListener returns the ports of a connection.
func ofListener(c *model.Connection, note string, sometimes bool) []Port {
	l := c.Listener
	text := ""
	switch {
	case c.Transport == model.UnknownTransport && l.Unknown.Has(model.AspectPort):
		text = gen.NotDocumented
	case c.Transport == model.UnknownTransport:
		text = gen.PortText(l)
	case !model.HasPorts(c.Transport):
	case l.AnyOther || l.Per != "":
		text = gen.PortText(l)
	case l.Dynamic != nil && (l.Dynamic.Upward || slices.ContainsFunc(l.Dynamic.Ranges, func(r model.DynamicRange) bool { return r.Above })):
		text = gen.PortText(l)
	case l.Dynamic != nil:
		text = dynamicText(c.Ports())
	case l.Count > 0:
		text = fmt.Sprintf("%d unknown ports", l.Count)
	case l.Unknown.Has(model.AspectPort):
		text = gen.UnknownText(model.AspectPort)
	case l.OneOf:
		text = alternatives(l.Ports)
	case len(l.Fallback) > 0:
		text = alternatives(l.Ports) + " else " + alternatives(l.Fallback)
	default:
		return numbered(c.Transport, l.Ports, note, sometimes)
	}
	return whole(c.Transport, c.Ports(), text, note, sometimes)
}

// Changed returns ports that were added to or removed from a listener or, if reply is true, those
// at which its answers arrive.
func Changed(transport string, list []model.PortRange, dynamic, oneOf, reply bool) []Port {
	note := ""
	if reply {
		note = Answer
	}
	switch {
	case !model.HasPorts(transport):
		return whole(transport, nil, "", note, true)
	case dynamic:
		return whole(transport, list, dynamicText(list), note, true)
	case len(list) == 0:
		return whole(transport, nil, gen.UnknownText(model.AspectPort), note, true)
	case oneOf:
		return whole(transport, list, alternatives(list), note, true)
	}
	return numbered(transport, list, note, true)
}
