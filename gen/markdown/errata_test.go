package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// Each page of errata begins with those on it by kind, and with the rows that are at fault in
// the order of the document. Where more are on other pages, it says how many.
func TestErrataByKind(t *testing.T) {
	p := &model.Product{ID: "p", Name: "P", Vendor: "V", Version: "1"}
	table := &model.Table{ID: "t", Title: "T"}
	p.Sources = []*model.Source{{ID: "s", Title: "S", Tables: []*model.Table{table}}}
	add := func(n int, kind string) {
		for range n {
			i := len(p.Errata) + 1
			// The last erratum cites the first row.
			table.Rows = slices.Insert(table.Rows, 0, model.Row{ID: fmt.Sprintf("p/t/%d", i), Cell: "TCP"})
			p.Errata = append(p.Errata, &model.Erratum{ID: fmt.Sprintf("e%d", i), Kind: kind, Says: "A.", Encoded: "B.", Why: "C.", Cite: []string{table.Rows[0].ID}})
		}
	}
	add(mostErrata-2, "silent")
	add(3, "wrong")
	add(1, "contradiction")
	first := "silent: the document does not say."
	for i := range mostErrata - 2 {
		first += fmt.Sprintf(" E%d,", i+1)
	}
	pages := pagesOf(generate(t, &model.Catalog{Products: []*model.Product{p}}))
	deadLinks(t, pages, nil)
	for at, want := range map[string][]string{
		"products/p/errata.md": {
			fmt.Sprintf("wrong: the document says something that is not true (2 of 3 on this page). E%d, E%d; rows 1.%d, 1.%d", mostErrata-1, mostErrata, mostErrata, mostErrata-1),
			"contradiction: the document contradicts itself (0 of 1 on this page).",
			strings.TrimSuffix(first, ","),
		},
		"products/p/errata-2.md": {
			fmt.Sprintf("wrong: the document says something that is not true (1 of 3 on this page). E%d; rows 1.%[1]d", mostErrata+1),
			fmt.Sprintf("contradiction: the document contradicts itself. E%d; rows 1.%[1]d", mostErrata+2),
			fmt.Sprintf("silent: the document does not say (0 of %d on this page).", mostErrata-2),
		},
	} {
		if got := pages[at].items(); len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}
