// Package findings generates a documentation page for each code of a finding from [diag.Codes].
package findings

import (
	"fmt"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/screen"
)

// New makes index.md and a page for each code. The pages are the same for every catalogue, and
// contain only portspec's own texts, so nothing has to be encoded.
func New(*model.Catalog) gen.Making { return making{} }

type making struct{}

// Product implements [gen.Making].
func (making) Product(gen.Step) ([]gen.File, diag.List) { return nil, nil }

// Close implements [gen.Making].
func (making) Close(add func(...gen.File)) diag.List {
	var index strings.Builder
	index.WriteString(head + "# Findings\n\n")
	index.WriteString("What `portspec vet` and `portspec generate` report, by code. `portspec explain CODE` prints the same.\n\n")
	index.WriteString("| Code | Level | Rule |\n| --- | --- | --- |\n")
	for _, c := range diag.Codes {
		fmt.Fprintf(&index, "| [%s](%s.md) | %s | %s |\n", c.Code, c.Code, c.Severity, c.Title)
		add(gen.File{Path: string(c.Code) + ".md", Data: []byte(page(c))})
	}
	add(gen.File{Path: "index.md", Data: []byte(index.String())})
	return nil
}

// head begins each page.
const head = "<!-- " + gen.Header + "\nChange internal/diag and generate again. -->\n\n"

// page emits:
//
//	# PS2101: Every component that is named is defined
//
//	Level: error.
//
//	## Why
//	…
func page(c diag.Explanation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# %s: %s\n\n", head, c.Code, strings.TrimSuffix(c.Title, "."))
	fmt.Fprintf(&b, "Level: %s.\n\n## Why\n\n%s\n\n## How to fix it\n\n%s\n", c.Severity, c.Why, c.Fix)
	if c.Wrong != "" {
		fmt.Fprintf(&b, "\n## Example\n\nThis causes the finding:\n\n```%[1]s\n%[2]s\n```\n\nThis does not:\n\n```%[1]s\n%[3]s\n```\n", c.Language(), c.Wrong, c.Right)
	}
	if c.Files != "" {
		fmt.Fprintf(&b, "\n## Example\n\nAdded to a workspace, these files cause the finding in `portspec %s`:\n\n```text\n%s```\n", c.Run(), strings.ReplaceAll(screen.Text(c.Files), "\t", "    "))
	}
	text, piece := c.Accept()
	fmt.Fprintf(&b, "\n## Accepting it\n\n%s\n", text)
	if piece != "" {
		fmt.Fprintf(&b, "\n```%s\n%s\n```\n", c.Language(), piece)
	}
	b.WriteString("\n[All findings](index.md)\n")
	return b.String()
}
