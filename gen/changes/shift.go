package changes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diff"
)

// linesOf lists the changes in a product, or those that belong to none, in their order. All
// changes that only follow from shifted rows of a table are one line.
func linesOf(c *diff.Changes, product string) []Line {
	var lines []Line
	for _, x := range unshifted(c) {
		if x.Product == product {
			lines = append(lines, Line{Class: x.Class, Product: product, Text: Columns{changeText(x)}, Count: 1})
		}
	}
	for _, l := range shiftLines(c) {
		if l.Product == product {
			lines = append(lines, l)
		}
	}
	return lines
}

// unshifted returns the changes that are more than another id of a row.
func unshifted(c *diff.Changes) []*diff.Change {
	return slices.DeleteFunc(slices.Clone(c.Changes), func(x *diff.Change) bool { return x.Shifted })
}

func shiftLines(c *diff.Changes) []Line {
	lines := []Line{}
	for _, s := range c.Shifts {
		lines = append(lines, Line{Class: diff.Evidence, Product: s.Product, Text: Columns{shiftText(s)}, Count: 1})
	}
	return lines
}

// shiftText describes a shift in one line.
func shiftText(s *diff.Shift) string {
	var parts []string
	for _, one := range []struct {
		rows []string
		what string
	}{{s.Removed, "gone"}, {s.Added, "new"}} {
		switch {
		case len(one.rows) == 1:
			parts = append(parts, "row "+one.rows[0]+" is "+one.what)
		case len(one.rows) > namedAlike:
			parts = append(parts, fmt.Sprintf("%d rows are %s (%s, …)", len(one.rows), one.what, strings.Join(one.rows[:namedAlike], ", ")))
		case len(one.rows) > 1:
			parts = append(parts, "rows "+strings.Join(one.rows, ", ")+" are "+one.what)
		}
	}
	for i, run := range s.Moved {
		if i == namedAlike {
			parts = append(parts, fmt.Sprintf("%d more runs of rows have new ids", len(s.Moved)-i))
			break
		}
		if len(run.Old) == 1 {
			parts = append(parts, fmt.Sprintf("row %s is now %s", run.Old[0], run.New[0]))
		} else {
			parts = append(parts, fmt.Sprintf("rows %s are now %s", ends(run.Old), ends(run.New)))
		}
	}
	return fmt.Sprintf("table %s: %s", s.New[len(s.New)-1], strings.Join(parts, "; "))
}

// ends returns the first and the last of consecutive rows.
func ends(rows []string) string { return rows[0] + " to " + rows[len(rows)-1] }
