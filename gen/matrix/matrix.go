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
	rows [][]place
}

// A place is a cell in the row of a party.
type place struct {
	to   int
	cell *Cell
}

// New returns a matrix without cells.
func New(size int) *Matrix { return &Matrix{size, make([][]place, size)} }

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
	return slices.BinarySearchFunc(row, to, func(p place, to int) int { return p.to - to })
}

// Cell returns the ports at which one party reaches another; nil for none.
func (m *Matrix) Cell(from, to int) *Cell {
	if i, found := find(m.rows[from], to); found {
		return m.rows[from][i].cell
	}
	return nil
}

// Row yields the parties that a party reaches, in order, and the ports.
func (m *Matrix) Row(from int) iter.Seq2[int, *Cell] {
	return func(yield func(int, *Cell) bool) {
		for _, p := range m.rows[from] {
			if !yield(p.to, p.cell) {
				return
			}
		}
	}
}

// Cells returns the number of cells.
func (m *Matrix) Cells() int {
	n := 0
	for _, row := range m.rows {
		n += len(row)
	}
	return n
}

// Add adds ports at which one party reaches another. Call [Matrix.Sort] after the last call.
func (m *Matrix) Add(from, to int, ports []Port) {
	i, found := find(m.rows[from], to)
	if !found {
		m.rows[from] = slices.Insert(m.rows[from], i, place{to, &Cell{}})
	}
	m.rows[from][i].cell.add(ports)
}

// fewPorts is the number of ports below which a linear search is faster than a map.
const fewPorts = 16

// add adds ports. A port that is reached by default in one of several ways is reached by default.
func (c *Cell) add(ports []Port) {
	for _, p := range ports {
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

// Sort sorts the ports of each cell.
func (m *Matrix) Sort() {
	for _, row := range m.rows {
		for _, p := range row {
			p.cell.sort()
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
	for from := range m.Size {
		if c := m.Cell(from, to); c != nil && from != to {
			all.add(c.Ports)
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
func (l Line) String() string {
	return strings.Join(l.Phrases(), " ")
}

// Phrases returns the parts of the line that should not be broken: "TCP+UDP 88,", "389",
// "(same host)".
func (l Line) Phrases() []string {
	all := strings.SplitAfter(strings.Join(gen.SomePorts(l.Ports), ", "), ", ")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	all[0] = strings.TrimSpace(l.Transports + " " + all[0])
	if l.Note != "" {
		all = append(all, "("+l.Note+")")
	}
	return all
}

// Lines sums up a cell, with the ports that are reached by default first.
func (c *Cell) Lines() []Line {
	if c == nil {
		return nil
	}
	var lines []Line
	for rest := c.Ports; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Text == rest[0].Text && rest[n].Note == rest[0].Note {
			n++
		}
		for _, sometimes := range []bool{false, true} {
			transports := ""
			for _, p := range rest[:n] {
				if p.Sometimes != sometimes {
					continue
				}
				if transports != "" {
					transports += "+"
				}
				transports += transportText(p.Transport)
			}
			if transports == "" {
				continue
			}
			i := slices.IndexFunc(lines, func(l Line) bool {
				return l.Sometimes == sometimes && l.Note == rest[0].Note && l.Transports == transports
			})
			if i < 0 {
				i = len(lines)
				lines = append(lines, Line{Sometimes: sometimes, Transports: transports, Note: rest[0].Note})
			}
			if rest[0].Text != "" {
				lines[i].Ports = append(lines[i].Ports, rest[0].Text)
			}
		}
		rest = rest[n:]
	}
	slices.SortStableFunc(lines, func(a, b Line) int {
		switch {
		case a.Sometimes != b.Sometimes && a.Sometimes:
			return 1
		case a.Sometimes != b.Sometimes:
			return -1
		}
		return cmp.Or(cmp.Compare(a.Note, b.Note), cmp.Compare(a.Transports, b.Transports))
	})
	return lines
}

// transportText returns a transport as people write it: "TCP", "IP 88". For an undocumented
// transport, it returns "port", as in "port 2049".
func transportText(t string) string {
	if t == model.UnknownTransport {
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
