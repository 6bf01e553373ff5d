package diff

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A Shift describes rows of a table whose ids changed because rows were inserted or removed
// before them. It covers all changes with [Change.Shifted].
type Shift struct {
	// Product is the new id of the product.
	Product string `json:"product"`
	// Old and New are the paths of the table.
	Old Path `json:"old"`
	New Path `json:"new"`
	// Removed and Added are the ids, within the table, of rows that are on one side only.
	Removed []string `json:"removed"`
	Added   []string `json:"added"`
	// Moved are runs of rows with the same cells but different ids, in order.
	Moved []Run `json:"moved"`
}

// A Run is a sequence of rows that are consecutive on both sides, with their ids within the
// table.
type Run struct {
	Old []string `json:"old"`
	New []string `json:"new"` // same length as Old
}

func compareShifts(a, b *Shift) int {
	return cmp.Or(cmp.Compare(a.Product, b.Product), slices.Compare(a.New, b.New))
}

// shifts finds the tables of a product with shifted rows, and marks changes that only follow
// from them.
func (c *Changes) shifts(was, is *model.Product, changes []*Change) {
	shifted := false
	tables := make(map[string]*Shift)
	moved := make(map[string]string) // full ids of rows
	for _, source := range was.Sources {
		for _, old := range source.Tables {
			new := table(is, source.ID, old.ID)
			if new == nil {
				continue
			}
			s, ids := shift(old, new)
			for from, to := range ids {
				moved[from] = to
			}
			if len(s.Moved) == 0 {
				continue
			}
			shifted = true
			under := func(product string) Path {
				return Path{}.under("products", product).under("sources", source.ID).under("tables", old.ID)
			}
			s.Product, s.Old, s.New = is.ID, under(was.ID), under(is.ID)
			c.Shifts = append(c.Shifts, s)
			tables[strings.Join(s.Old, "\x00")], tables[strings.Join(s.New, "\x00")] = s, s
		}
	}
	if !shifted {
		return
	}
	target := make(map[string]bool, len(moved))
	for _, to := range moved {
		target[to] = true
	}
	for _, x := range changes {
		switch at := x.place(); {
		case x.What == "row" && x.Kind != Renamed:
			s := tables[strings.Join(at[:len(at)-2], "\x00")]
			x.Shifted = s != nil && s.covers(at.id())
		case x.Kind == Changed && x.Before != nil && x.After != nil && slices.Contains(citing, x.Field):
			before, ok := renumbered(x.Before, moved, target)
			x.Shifted = ok && bytes.Equal(before, encode(value(x.After)))
		}
	}
}

// covers reports whether the shift covers a row of the table.
func (s *Shift) covers(row string) bool {
	row = row[strings.LastIndexByte(row, '/')+1:]
	return slices.Contains(s.Removed, row) || slices.Contains(s.Added, row) ||
		slices.ContainsFunc(s.Moved, func(r Run) bool { return slices.Contains(r.Old, row) || slices.Contains(r.New, row) })
}

// citing are the fields that contain citations.
var citing = []string{"cite", "dynamic", "reply"}

// renumbered returns JSON with the new ids of moved rows, and false if it contains the id of a
// row that was removed.
func renumbered(data json.RawMessage, moved map[string]string, target map[string]bool) (json.RawMessage, bool) {
	ok := true
	var each func(any) any
	each = func(v any) any {
		switch v := v.(type) {
		case string:
			to, is := moved[v]
			if is {
				return to
			}
			ok = ok && !target[v]
		case []any:
			for i := range v {
				v[i] = each(v[i])
			}
		case map[string]any:
			for k := range v {
				v[k] = each(v[k])
			}
		}
		return v
	}
	made := each(value(data))
	return encode(made), ok
}

func value(data json.RawMessage) (v any) {
	decode(data, &v)
	return v
}

func table(p *model.Product, source, id string) *model.Table {
	for _, s := range p.Sources {
		for _, t := range s.Tables {
			if s.ID == source && t.ID == id {
				return t
			}
		}
	}
	return nil
}

// shift compares two tables by the cells of their rows. moved maps full ids of rows to new
// ones.
func shift(old, new *model.Table) (s *Shift, moved map[string]string) {
	s, moved = &Shift{Removed: []string{}, Added: []string{}}, make(map[string]string)
	i, j := 0, 0
	following := false
	for _, pair := range append(aligned(old.Rows, new.Rows), [2]int{len(old.Rows), len(new.Rows)}) {
		following = following && i == pair[0] && j == pair[1]
		for ; i < pair[0]; i++ {
			s.Removed = append(s.Removed, rowID(old.Rows[i]))
		}
		for ; j < pair[1]; j++ {
			s.Added = append(s.Added, rowID(new.Rows[j]))
		}
		if i == len(old.Rows) {
			break
		}
		was, is := rowID(old.Rows[i]), rowID(new.Rows[j])
		if was == is {
			following = false
		} else {
			if !following {
				s.Moved = append(s.Moved, Run{})
			}
			run := &s.Moved[len(s.Moved)-1]
			run.Old, run.New = append(run.Old, was), append(run.New, is)
			following = true
		}
		moved[old.Rows[i].ID] = new.Rows[j].ID
		i, j = i+1, j+1
	}
	// A row whose cell has changed but not its id is neither added nor removed.
	for _, r := range old.Rows {
		id := rowID(r)
		if k := slices.Index(s.Added, id); k >= 0 && slices.Contains(s.Removed, id) {
			s.Added = slices.Delete(s.Added, k, k+1)
			s.Removed = slices.DeleteFunc(s.Removed, func(x string) bool { return x == id })
			moved[r.ID] = new.Rows[slices.IndexFunc(new.Rows, func(r model.Row) bool { return rowID(r) == id })].ID
		}
	}
	return s, moved
}

// rowID returns the id of a row within its table.
func rowID(r model.Row) string { return r.ID[strings.LastIndexByte(r.ID, '/')+1:] }

// maxCells limits the comparison of two tables: it is the maximum product of their numbers of
// rows, not counting equal rows at both ends.
const maxCells = 4_000_000

// aligned returns the pairs of places of rows with the same cells, in order: a longest common
// subsequence that does not depend on the direction. If tables have less than half of their
// rows in common, it pairs rows with the same id instead.
func aligned(old, new []model.Row) (pairs [][2]int) {
	start := 0
	for start < min(len(old), len(new)) && old[start].Cell == new[start].Cell {
		pairs = append(pairs, [2]int{start, start})
		start++
	}
	end := 0
	for end < min(len(old), len(new))-start && old[len(old)-1-end].Cell == new[len(new)-1-end].Cell {
		end++
	}
	a, b := old[start:len(old)-end], new[start:len(new)-end]
	if len(a)*len(b) <= maxCells {
		pairs = append(pairs, common(a, b, start)...)
	}
	for k := end; k > 0; k-- {
		pairs = append(pairs, [2]int{len(old) - k, len(new) - k})
	}
	if 2*len(pairs) < min(len(old), len(new)) {
		pairs = nil
	}
	return pairs
}

// common returns a longest common subsequence of two lists of rows, whose places begin at
// start.
func common(a, b []model.Row, start int) (pairs [][2]int) {
	longest := make([][]int32, len(a)+1)
	for i := range longest {
		longest[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].Cell == b[j].Cell {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch down, right := longest[i+1][j], longest[i][j+1]; {
		case a[i].Cell == b[j].Cell:
			pairs = append(pairs, [2]int{start + i, start + j})
			i, j = i+1, j+1
		case down > right, down == right && a[i].Cell < b[j].Cell: // whichever side is the old one
			i++
		default:
			j++
		}
	}
	return pairs
}
