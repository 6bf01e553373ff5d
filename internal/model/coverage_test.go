package model

import "testing"

func TestCited(t *testing.T) {
	rows := []Row{{ID: "p/ports/1"}, {ID: "p/ports/2"}, {ID: "p/ports/3"}}
	p := &Product{
		Sources: []*Source{{Tables: []*Table{{Rows: rows[:1]}, {Rows: rows[1:]}}}},
		Flows:   []*Flow{{ID: "f", Cite: []string{"p/ports/1"}}, {ID: "g", Cite: []string{"p/ports/1"}}},
		Errata:  []*Erratum{{ID: "e", Cite: []string{"p/ports/3"}}},
	}
	c := p.Coverage()
	missing := c.Missing()
	if c.Cited() != 2 || len(missing) != 1 || missing[0].ID != "p/ports/2" {
		t.Errorf("%d cited, %v missing", c.Cited(), missing)
	}
}
