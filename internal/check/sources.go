package check

import (
	"strconv"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/pattern"
)

func uncitedRows(r *reporter) {
	cover := r.Coverage()
	r.rows(func(path []string, row model.Row) {
		if len(cover.By[row.ID]) == 0 {
			r.report(path, "cite it where it is encoded, or say in an erratum why it is not",
				"nothing cites row %s (%q)", row.ID, row.Cell)
		}
	})
}

// rows visits every row with its data path.
func (r *reporter) rows(visit func(path []string, row model.Row)) {
	for _, s := range r.Sources {
		for _, t := range s.Tables {
			for _, row := range t.Rows {
				name := row.ID[len(r.ID)+len(t.ID)+2:]
				visit([]string{"sources", s.ID, "tables", t.ID, "rows", name}, row)
			}
		}
	}
}

// printed finds what can be a port in a cell: whole numbers, not those in
// releases, addresses and words.
var printed = pattern.New(`(?:^|[\s,;:/(\[-])([1-9][0-9]{0,4})(?:$|[\s,;:/)\]-])`)

func lostNumbers(r *reporter) {
	cover := r.Coverage()
	encoded := r.portsByRow()
	r.rows(func(path []string, row model.Row) {
		if len(cover.By[row.ID]) == 0 {
			return // PS3001 speaks of it
		}
		for _, digits := range numbers(row.Cell) {
			n, err := strconv.Atoi(digits)
			if err != nil || n > 65535 || holds(encoded[row.ID], n) {
				continue
			}
			r.report(path, "cite the row where this port is encoded",
				"row %s prints %d, which is no port of what cites it", row.ID, n)
		}
	})
}

// numbers lists what can be a port in a cell. Neighbours share the character
// between them, so each search starts where the last number ended.
func numbers(cell string) []string {
	var all []string
	for {
		at := printed().FindStringSubmatchIndex(cell)
		if at == nil {
			return all
		}
		all = append(all, cell[at[2]:at[3]])
		cell = cell[at[3]:]
	}
}

// portsByRow is the ports of the flows, listeners and rules that cite a row.
func (r *reporter) portsByRow() map[string][]model.PortRange {
	ports := make(map[string][]model.PortRange)
	add := func(rows []string, list ...model.PortRange) {
		for _, row := range rows {
			ports[row] = append(ports[row], list...)
		}
	}
	for _, c := range r.Connections() {
		add(c.Flow.Cite, c.Ports()...)
		add(c.Flow.Cite, c.Listener.Fallback...)
		if c.Flow.Source != nil {
			add(c.Flow.Cite, c.Flow.Source.Ports...)
		}
		if c.Flow.Reply != nil {
			add(c.Flow.Cite, c.Flow.Reply.Ports...)
		}
	}
	for _, c := range r.Components {
		for _, l := range c.Listeners {
			add(l.Cite, l.Ports...)
			add(l.Cite, l.Fallback...)
		}
	}
	for _, rule := range r.Rules {
		for _, moved := range rule.Move {
			for _, port := range moved {
				add(rule.Cite, model.PortRange{From: port, To: port})
			}
		}
	}
	return ports
}

func holds(list []model.PortRange, port int) bool {
	for _, r := range list {
		if r.From <= port && port <= r.To {
			return true
		}
	}
	return false
}

// oldSources compares the dates of sources, as far as they have any.
func oldSources(r *reporter) {
	for _, s := range r.Sources {
		// Dates that are cut off after the year or the month compare as text.
		if r.SourcesSince != "" && s.Date != "" && s.Date < r.SourcesSince[:len(s.Date)] {
			r.report([]string{"sources", s.ID, "date"}, "read the vendor's current page and mend what changed",
				"source %s is of %s, before %s", s.ID, s.Date, r.SourcesSince)
		}
	}
}
