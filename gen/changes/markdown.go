package changes

import (
	"fmt"
	"io"
	"strings"

	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/internal/diff"
)

// Markdown prints changes as notes for an upgrade and a changelog.
func Markdown(out io.Writer, c *diff.Changes) {
	text := inline.Comment
	fmt.Fprint(out, "# Changes of communication ports\n")

	if c.Empty() {
		fmt.Fprint(out, "\nNothing has changed.\n")
		return
	}
	if users := breakingFor(c); users != "" {
		fmt.Fprintf(out, "\nBreaking for: %s.\n", users)
	}
	bullets := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(out, "\n## %s\n\n- %s\n", title, strings.Join(lines, "\n- "))
		}
	}
	var found, settled, missing []string
	for _, f := range c.Contradictions {
		found = append(found, fmt.Sprintf("%s %s: %s", f.Code, text(f.Position.String()), text(f.Message)))
	}
	for _, f := range c.Settled {
		settled = append(settled, fmt.Sprintf("%s %s: %s", f.Code, text(f.Position.String()), text(f.Message)))
	}
	for _, n := range c.NotCompared {
		missing = append(missing, fmt.Sprintf("%s, which is incomplete on the %s side", text(n.Product), n.Side))
	}
	bullets("New contradictions", found)
	bullets("Contradictions settled", settled)
	bullets("Not compared", missing)
	for _, p := range c.Products {
		fmt.Fprintf(out, "\n## %s\n", text(productTitle(p)))
		for _, class := range diff.Classes {
			actionTable(out, c, p.ID, class, text)
		}
		fieldList(out, c, p.ID, "What changed in "+p.ID, text)
	}
	fieldList(out, c, "", "Shared services and the catalogue", text)
	last := ""
	for _, x := range c.Site {
		if x.Host != last {
			fmt.Fprintf(out, "\n## Host %s\n\n", text(x.Host))
			last = x.Host
		}
		fmt.Fprintf(out, "- %s: %s\n", x.Class.Title(), text(ruleText(x).String()))
	}
	for i, s := range c.Work {
		if i == 0 {
			fmt.Fprint(out, "\n## Order of work\n\n")
		}
		fmt.Fprintf(out, "%d. %s\n", i+1, text(stepText(s)))
		for _, r := range s.Rules {
			fmt.Fprintf(out, "   - %s\n", text(firewallText(s.Do, r)))
		}
	}
}

// actionTable writes the actions of a class, for people who run firewalls.
func actionTable(out io.Writer, c *diff.Changes, product string, class diff.Class, text func(string) string) {
	rows := actionRows(c, product, class, func(id string) string { return id })
	if len(rows) > 0 {
		fmt.Fprintf(out, "\n### %s in %s\n\n", capitalized(class.Title()), text(product))
		writeTable(out, actionHead, rows, text)
	}
}

var actionHead = []string{"Transport", "Ports", "From", "To", "Flow", "What differs", "When", "Purpose"}

// actionRows returns the cells of the actions of a class. name returns the name of a component.
func actionRows(c *diff.Changes, product string, class diff.Class, name func(id string) string) [][]string {
	var rows [][]string
	for _, a := range c.Actions {
		if a.Product != product || a.Class != class {
			continue
		}
		t := a.Traffic()
		var names []string
		for _, id := range t.From {
			names = append(names, name(id))
		}
		from, to := strings.Join(names, ", "), name(t.To)
		if t.Back != "" {
			from, to = to, from
		}
		when := whenText(t.When)
		if t.Optional {
			when = strings.TrimPrefix(when+", optional", ", ")
		}
		rows = append(rows, []string{t.Transport, actionPorts(a), from, to, t.Flow + " on " + t.Listener, differs(a), when, t.Purpose})
	}
	return rows
}

// writeTable writes a table in Markdown.
func writeTable(out io.Writer, head []string, rows [][]string, text func(string) string) {
	fmt.Fprintf(out, "| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat(" --- |", len(head)))
	for _, cells := range rows {
		for _, cell := range cells {
			if fmt.Fprint(out, "| "); cell != "" {
				fmt.Fprint(out, text(cell), " ")
			}
		}
		fmt.Fprintln(out, "|")
	}
}

func capitalized(words string) string { return strings.ToUpper(words[:1]) + words[1:] }

// fieldList writes all changes of a product, or those that belong to none.
func fieldList(out io.Writer, c *diff.Changes, product, title string, text func(string) string) {
	first := true
	for _, l := range linesOf(c, product) {
		if first {
			first = false
			fmt.Fprintf(out, "\n### %s\n\n", text(title))
		}
		fmt.Fprintf(out, "- %s (%s)\n", text(l.Text.String()), l.Class.Title())
	}
}
