package diff

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// rowsOf returns a table with one row for each letter, numbered from 1.
func rowsOf(product, cells string) []model.Row {
	rows := []model.Row{}
	for i, c := range cells {
		rows = append(rows, model.Row{ID: fmt.Sprintf("%s/t/%d", product, i+1), Cell: string(c)})
	}
	return rows
}

func withRows(product, cells string, cite ...int) *model.Catalog {
	f := &model.Flow{ID: "f", From: []string{}, To: []model.Target{}, Cite: []string{}}
	for _, n := range cite {
		f.Cite = append(f.Cite, fmt.Sprintf("%s/t/%d", product, n))
	}
	return &model.Catalog{
		Products: []*model.Product{{
			ID: product, Features: []*model.Feature{}, Components: []*model.Component{}, Flows: []*model.Flow{f}, Rules: []*model.Rule{},
			Errata: []*model.Erratum{}, Suppress: []*model.Suppression{},
			Sources: []*model.Source{{ID: "guide", Tables: []*model.Table{{ID: "t", Rows: rowsOf(product, cells)}}}},
		}},
		Services: []*model.Service{},
	}
}

// TestShift compares tables in which rows have moved.
func TestShift(t *testing.T) {
	say := func(s *Shift) string {
		var parts []string
		for _, r := range s.Moved {
			parts = append(parts, strings.Join(r.Old, " ")+" > "+strings.Join(r.New, " "))
		}
		return fmt.Sprintf("-%s +%s %s", strings.Join(s.Removed, " "), strings.Join(s.Added, " "), strings.Join(parts, "; "))
	}
	for _, c := range []struct {
		name         string
		old, new     string
		was, is      []int // rows that a flow cites
		want         string
		other, moved int // number of changes outside of shifts and within them
	}{
		{"inserted", "abcd", "axbcd", []int{2, 4}, []int{3, 5}, "- +2 2 3 4 > 3 4 5", 0, 5},
		{"removed", "abcd", "acd", []int{3}, []int{2}, "-2 + 3 4 > 2 3", 0, 4},
		{"inserted twice", "abcde", "axbcyde", nil, nil, "- +2 5 2 3 > 3 4; 4 5 > 6 7", 0, 6},
		{"inserted, and the citation is stale", "abcd", "axbcd", []int{2}, []int{2, 3}, "- +2 2 3 4 > 3 4 5", 1, 4},
		{"inserted, and another row is cited", "abcd", "axbcd", []int{2}, []int{4}, "- +2 2 3 4 > 3 4 5", 1, 4},
		{"inserted, and one before has changed", "abcd", "xbycd", nil, nil, "- +3 3 4 > 4 5", 1, 3},
		{"another table", "abcdefgh", "xyzazzzz", nil, nil, "", 8, 0},
		{"added at the end", "ab", "abc", nil, nil, "", 1, 0},
		{"changed", "abc", "axc", []int{1}, []int{2}, "", 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, id := range []string{"p", "q"} { // with the same product, and with a renamed one
				if id == "q" && c.want == "" {
					continue
				}
				changes := Compare(withRows("p", c.old, c.was...), withRows(id, c.new, c.is...))
				got := ""
				for _, s := range changes.Shifts {
					got += say(s)
				}
				if got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
				other, moved := 0, 0
				for _, x := range changes.Changes {
					switch {
					case x.Shifted:
						moved++
					case x.Kind != Renamed:
						other++
					}
				}
				if id == "p" && (other != c.other || moved != c.moved) {
					t.Errorf("%d changes shifted and %d others, want %d and %d: %s", moved, other, c.moved, c.other, encode(changes))
				}
			}
		})
	}
}

// TestShiftedPairs checks for random tables the properties of TestPairs, and that each row is in
// a shift only once.
func TestShiftedPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, r.IntN(9))
		for i := range b {
			b[i] = byte('a' + r.IntN(4))
		}
		return string(b)
	}
	shifts := 0
	for range 1000 {
		a, b := word(), word()
		old, new := withRows("p", a, 1+r.IntN(9), 1+r.IntN(9)), withRows("p", b, 1+r.IntN(9), 1+r.IntN(9))
		c := Compare(old, new)
		if msg := wrong(old, new, c); msg != "" {
			t.Fatalf("%s and %s: %s", a, b, msg)
		}
		for _, s := range c.Shifts {
			shifts++
			cell := func(rows string, id string) byte { return rows[id[0]-'1'] }
			seen := make(map[string]bool)
			for _, run := range s.Moved {
				for i, was := range run.Old {
					if is := run.New[i]; seen[was] || was == is || cell(a, was) != cell(b, is) {
						t.Fatalf("%s and %s: %s", a, b, encode(s))
					}
					seen[was] = true
				}
			}
			if !reflect.DeepEqual(s, c.Mirror().Mirror().Shifts[0]) {
				t.Fatalf("%s and %s: mirroring twice gives something else", a, b)
			}
		}
	}
	if shifts < 150 {
		t.Errorf("only %d shifts", shifts)
	}
}
