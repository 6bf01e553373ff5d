package changes

import (
	"fmt"
	"io"
	"strings"

	"github.com/portspec/portspec/internal/diff"
)

// Upgrade writes the changes between two releases of a product in Markdown, without a title:
// first what firewalls have to open and may close, then everything else. text encodes texts of
// specs for the page.
func Upgrade(c *diff.Changes, text func(string) string) string {
	var out strings.Builder
	if c.Empty() {
		return "Nothing has changed.\n"
	}
	for _, p := range c.Products {
		if users := breakingFor(c); users != "" {
			fmt.Fprintf(&out, "\nBreaking for users of: %s.\n", users)
		}
		upgradeActions(&out, c, p, text)
		classList(&out, "Everything that changes", plainChanges(c, p.ID), text)
	}
	classList(&out, "Shared services and the catalogue", linesOf(c, ""), text)
	return strings.TrimPrefix(out.String(), "\n")
}

// upgradeActions writes tables of the consequences for firewalls, or a sentence if there are none.
func upgradeActions(out io.Writer, c *diff.Changes, p *diff.Product, text func(string) string) {
	name := func(id string) string {
		for _, h := range []*diff.Heading{p.New, p.Old} {
			if h != nil && h.Components[id] != "" {
				return h.Components[id]
			}
		}
		return id
	}
	found := false
	for _, class := range diff.Classes {
		rows := actionRows(c, p.ID, class, name)
		if len(rows) == 0 {
			continue
		}
		found = true
		words := ""
		if class == diff.Moved {
			words = "Open the new port, and close the old one when no host runs the old release.\n\n"
		}
		fmt.Fprintf(out, "\n## Firewalls: %s\n\n%s", class.Title(), words)
		head, rows := filled(actionHead, rows)
		writeTable(out, head, rows, text)
	}
	if !found {
		fmt.Fprint(out, "\nFirewalls stay as they are: nothing has to be opened, and nothing may be closed.\n")
	}
}

// filled leaves out empty columns.
func filled(head []string, rows [][]string) ([]string, [][]string) {
	var columns []int
	for i := range head {
		for _, r := range rows {
			if r[i] != "" {
				columns = append(columns, i)
				break
			}
		}
	}
	pick := func(cells []string) []string {
		var picked []string
		for _, i := range columns {
			picked = append(picked, cells[i])
		}
		return picked
	}
	var picked [][]string
	for _, r := range rows {
		picked = append(picked, pick(r))
	}
	return pick(head), picked
}

// plainChanges returns the changes in a product except that of its release, which is in the title.
func plainChanges(c *diff.Changes, product string) []Line {
	own := *c
	own.Changes = nil
	for _, x := range c.Changes {
		if x.What != "product" || x.Field != "version" && x.Field != "after" {
			own.Changes = append(own.Changes, x)
		}
	}
	return linesOf(&own, product)
}

// classList writes lines below the titles of their classes, the most urgent first.
func classList(out io.Writer, title string, lines []Line, text func(string) string) {
	for _, class := range diff.Classes {
		first := true
		for _, l := range lines {
			if l.Class != class {
				continue
			}
			if title != "" {
				fmt.Fprintf(out, "\n## %s\n", text(title))
				title = ""
			}
			if first {
				fmt.Fprintf(out, "\n### %s\n\n", capitalized(class.Title()))
				first = false
			}
			fmt.Fprintf(out, "- %s\n", text(l.Text.String()))
		}
	}
}
