package matrix

import "strings"

// A Table is a part of a matrix that is narrow enough for a page: its rows are reached by its
// columns, at the ports in the cells.
type Table struct{ Rows, Columns []int }

// Limits are how large a matrix may be as tables. Most of its places are empty.
type Limits struct{ Rows, Columns, Places int }

// Tables are as few as have no more than so many columns each, all about as wide; nil if the
// matrix is empty or exceeds the limits. Rows without a cell are left out.
func (m *Matrix) Tables(columns int, l Limits) []Table {
	var to, from []int
	for i := range m.Size {
		reached, reaches := false, false
		for other := range m.Size {
			reached = reached || m.Cell(other, i) != nil
			reaches = reaches || m.Cell(i, other) != nil
		}
		if reached {
			to = append(to, i)
		}
		if reaches {
			from = append(from, i)
		}
	}
	if len(to) > l.Rows || len(from) > l.Columns || len(to)*len(from) > l.Places {
		return nil
	}
	n := (len(from) + columns - 1) / columns
	all := make([]Table, n)
	for i := range all {
		t := &all[i]
		t.Columns = from[i*len(from)/n : (i+1)*len(from)/n]
		for _, row := range to {
			for _, column := range t.Columns {
				if m.Cell(column, row) != nil {
					t.Rows = append(t.Rows, row)
					break
				}
			}
		}
	}
	return all
}

// Text is what a place of a table holds: "443, 8443; UDP 53; *80*". TCP is left out, and
// what is there sometimes is marked, here by asterisks. It is "" for no cell.
func Text[T ~string](c *Cell, line func(Line) T, sometimes func(T) T) T {
	var all []string
	for _, l := range c.Lines() {
		if l.Transports == "TCP" && len(l.Ports) > 0 {
			l.Transports = ""
		}
		ports := line(l)
		if l.Sometimes {
			ports = sometimes(ports)
		}
		all = append(all, string(ports))
	}
	return T(strings.Join(all, "; "))
}
