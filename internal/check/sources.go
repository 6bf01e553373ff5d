package check

import "github.com/portspec/portspec/internal/model"

func uncitedRows(r *reporter) {
	cover := r.Coverage()
	r.rows(func(path []string, row model.Row) {
		if len(cover.By[row.ID]) == 0 {
			r.report(path, "cite it where it is encoded, or explain in an erratum why it is not",
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

func lostNumbers(r *reporter) {
	cover := r.Coverage()
	encoded := r.encodedByRow()
	r.rows(func(path []string, row model.Row) {
		if len(cover.By[row.ID]) == 0 {
			return // reported as PS3001
		}
		e := encoded[row.ID]
		if e == nil {
			e = &encodedRow{}
		}
		for _, p := range readCell(row.Cell) {
			if what := e.lacks(p); what != "" {
				r.report(path, "cite the row where this is encoded", "row %s prints %s", row.ID, what)
			}
		}
	})
}

// oldSources checks the dates of sources that have one.
func oldSources(r *reporter) {
	for _, s := range r.Sources {
		// Dates may consist of only a year, or a year and a month.
		if r.SourcesSince != "" && s.Date != "" && s.Date < r.SourcesSince[:len(s.Date)] {
			r.report([]string{"sources", s.ID, "date"}, "read the vendor's current page and fix what changed",
				"source %s dates from %s, before %s", s.ID, s.Date, r.SourcesSince)
		}
	}
}
