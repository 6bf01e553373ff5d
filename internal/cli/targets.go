package cli

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/ansible"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A target is one kind of output; its files go to the folder of its name.
type target struct {
	name    string
	summary string
	// generate returns the files and, as findings, what the target cannot
	// express.
	generate func(*model.Catalog) ([]gen.File, diag.List)
}

// targets lists every target, in the order of their names.
var targets = []target{
	{"ansible", "variables for Ansible, and an example playbook", ansible.Generate},
	{"go", "Go constants and tables, a package a product", golang.Generate},
	{"markdown", "documentation pages", func(c *model.Catalog) ([]gen.File, diag.List) {
		return markdown.Generate(c, mermaid.Product)
	}},
	{"mermaid", "diagrams", mermaid.Generate},
}

func targetNames() []string {
	names := make([]string, len(targets))
	for i, t := range targets {
		names[i] = t.name
	}
	return names
}
