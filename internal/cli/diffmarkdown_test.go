package cli

import (
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	gfm "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/portspec/portspec/internal/readers"
)

// plainBlocks are the kinds of blocks in diff's Markdown. It must not contain HTML, links,
// images, emphasis or code, whatever the specs contain.
var plainBlocks = map[ast.NodeKind]bool{
	ast.KindDocument: true, ast.KindHeading: true, ast.KindParagraph: true, ast.KindText: true,
	ast.KindList: true, ast.KindListItem: true, ast.KindTextBlock: true,
	gfm.KindTable: true, gfm.KindTableHeader: true, gfm.KindTableRow: true, gfm.KindTableCell: true,
}

// TestDiffMarkdown parses diff's Markdown as GitHub does, and checks its form: one title, a
// chapter for each product, tables with eight columns, and text. markdownlint must not report
// anything.
func TestDiffMarkdown(t *testing.T) {
	dir := t.TempDir()
	for name, args := range diffPairs(t) {
		page, status := portspec(append([]string{"diff", "--format", "markdown", "--fail-on", "never"}, args...)...)
		if status != statusFine {
			t.Fatalf("%s: status %d", name, status)
		}
		write(t, dir, strings.ReplaceAll(name, " ", "-")+".md", page)
		source := []byte(page)
		root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
		level, words := 0, strings.Builder{}
		err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if !entering {
				return ast.WalkContinue, nil
			}
			if !plainBlocks[n.Kind()] {
				t.Errorf("%s has a %s:\n%.300s", name, n.Kind(), n.Parent().Lines().Value(source))
			}
			switch n := n.(type) {
			case *ast.Heading:
				if n.Level > level+1 || n.Level == 1 && level > 0 || n.Level > 3 {
					t.Errorf("%s: a heading of level %d after one of %d", name, n.Level, level)
				}
				level = n.Level
			case *gfm.TableRow:
				if n.ChildCount() != 8 {
					t.Errorf("%s: a row of %d cells", name, n.ChildCount())
				}
			case *ast.Text:
				words.Write(n.Value(source))
			}
			return ast.WalkContinue, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if hostile := strings.Contains(name, "hostile"); hostile != strings.Contains(html.UnescapeString(words.String()), "[l](javascript:x)") {
			t.Errorf("%s: hostile text is shown as text: %v", name, !hostile)
		}
	}
	config, err := filepath.Abs("../../gen/markdown/.markdownlint-cli2.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(config); err != nil {
		t.Fatal(err)
	}
	readers.Node(t, dir, "markdownlint-cli2", "--config", config, "*.md")
}
