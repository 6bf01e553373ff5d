package markdown

import (
	"path/filepath"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

func TestMarkdownlint(t *testing.T) {
	var files []gen.File
	for name, c := range catalogs(t) {
		for _, f := range generate(t, c) {
			files = append(files, gen.File{Path: name + "/" + f.Path, Data: f.Data})
		}
	}
	lint(t, files)
}

// A test that lints nothing would pass, too.
func TestMarkdownlintRefuses(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, []gen.File{{Path: "bad.md", Data: []byte("# a\n# a\n[x]()\n<b>x</b>\n")}})
	if out, err := readers.TryNode(t, dir, "markdownlint-cli2", lintArgs(t)...); err == nil {
		t.Fatalf("accepted a page full of faults:\n%s", out)
	}
}

func lint(t *testing.T, files []gen.File) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, files)
	readers.Node(t, dir, "markdownlint-cli2", lintArgs(t)...)
}

func lintArgs(t *testing.T) []string {
	t.Helper()
	config, err := filepath.Abs(".markdownlint-cli2.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return []string{"--config", config, "**/*.md"}
}

// generate is Generate with small diagrams.
func generate(t *testing.T, c *model.Catalog) []gen.File {
	t.Helper()
	files, findings := Options{}.Generate(c, func(p gen.Step) *gen.Diagrams {
		d := &gen.Diagrams{Overview: "flowchart LR\n\ta --> b\n"}
		for i, c := range p.Components { // the first has a diagram that is too large
			d.Parts = append(d.Parts, gen.Part{ID: c.ID, Name: c.Name, Diagram: []string{"", d.Overview}[min(i, 1)]})
		}
		return d
	})
	if len(findings) > 0 {
		t.Fatalf("findings: %v", findings)
	}
	return files
}
