// Package matrix sums up who reaches whom over which ports: the components of a product
// ([Sketch.Matrix]), or the groups of hosts of a site ([OfSite]). Tables and diagrams are
// made from one [Matrix].
package matrix

import (
	"cmp"
	"iter"
	"slices"

	"github.com/portspec/portspec/gen"
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
	first     int32 // the lowest number, for sorting; greater than all if none is known
	last      int32 // the highest number; 0 if Text is not just the range, and cannot be part of another
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
