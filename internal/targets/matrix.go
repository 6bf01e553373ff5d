package targets

import (
	"strings"

	"github.com/portspec/portspec/internal/policy"
)

// Matrix returns a Markdown table of what the targets that write the rules of firewalls can
// express, with a column for each target. It is part of docs/firewall.md.
func Matrix() string {
	var b strings.Builder
	row := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	head, line := []string{""}, []string{"---"}
	for _, t := range All {
		if t.Rules() {
			head, line = append(head, t.firewall.can.Title), append(line, "---")
		}
	}
	row(head)
	row(line)
	for _, r := range policy.Rows {
		cells := []string{r.Title}
		for _, t := range All {
			if t.Rules() {
				cells = append(cells, r.Cell(t.firewall.can))
			}
		}
		row(cells)
	}
	return b.String()
}
