package matrix

// A Table is a part of a matrix that is narrow enough for a page: its columns reach its rows
// at the ports in the cells.
type Table struct{ Rows, Columns []int }

// Limits bound the size of a matrix that is shown as tables. Places include empty ones, which are
// most of them.
type Limits struct{ Rows, Columns, Places int }

// Tables divides the matrix into as few tables as possible, of about the same width and with at
// most the given number of columns. It returns nil if the matrix is empty or exceeds the limits.
// Rows without a cell are left out.
func (m *Matrix) Tables(columns int, l Limits) []Table {
	var to, from []int
	reached := make([]bool, m.Size)
	for i, row := range m.rows {
		if len(row) > 0 {
			from = append(from, i)
		}
		for _, p := range row {
			reached[p.other] = true
		}
	}
	for i := range m.Size {
		if reached[i] {
			to = append(to, i)
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

// Text returns the text of a cell: "443, 8443; UDP 53; *80*". TCP is left out, and ports that
// are only reached sometimes are marked, in this example by asterisks. Text returns "" for a nil
// cell.
func Text[T ~string](c *Cell, line func(Line) T, sometimes func(T) T) T {
	var all T
	for _, l := range c.Lines() {
		if l.Transports == "TCP" && len(l.Ports) > 0 {
			l.Transports = ""
		}
		ports := line(l)
		if l.Sometimes {
			ports = sometimes(ports)
		}
		if all != "" {
			all += "; "
		}
		all += ports
	}
	return all
}
