package markdown

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A document is a page as goldmark parses it, with all extensions that GitHub
// and Hugo have.
type document struct {
	root     ast.Node
	source   []byte
	wordless bool // shapes leave out words
}

func parse(source []byte) document {
	m := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.DefinitionList, extension.Footnote))
	return document{m.Parser().Parse(gtext.NewReader(source)), source, false}
}

// plain returns the text of the node as readers see it.
func (d document) plain(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if s, ok := n.(*ast.Text); ok && entering {
			b.WriteString(d.decode(s))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// decode returns the text of a node, without the marks that isolate text from right to left.
func (d document) decode(n *ast.Text) string {
	b := util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(n.Segment.Value(d.source))))
	if n.SoftLineBreak() {
		b = append(b, '\n')
	}
	return isolates.Replace(string(b))
}

var isolates = strings.NewReplacer("\u2068", "", "\u2069", "")

// raw returns the raw HTML in a node.
func (d document) raw(n *ast.RawHTML) string {
	return string(n.Segments.Value(d.source))
}

// outline returns one line for each block with everything in it, so that pages
// can be compared.
func outline(d document) string {
	var b strings.Builder
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		b.WriteString(strings.TrimRight(d.shape(n), " ") + "\n")
	}
	return b.String()
}

// shape returns the name of a node and the shapes of its children.
func (d document) shape(n ast.Node) string {
	switch n := n.(type) {
	case *ast.HTMLBlock:
		return "HTML "
	case *ast.FencedCodeBlock:
		return "CODE "
	case *ast.Heading:
		return fmt.Sprintf("H%d %s", n.Level, d.inside(n))
	case *ast.Paragraph:
		return "P " + d.inside(n)
	case *ast.TextBlock, *extast.TableHeader, *extast.TableRow:
		return d.inside(n)
	case *ast.List:
		return "UL " + d.inside(n)
	case *ast.ListItem:
		return "LI " + d.inside(n)
	case *extast.Table:
		return "TABLE " + d.inside(n)
	case *extast.TableCell:
		if n.Parent().Kind() == extast.KindTableHeader {
			return "TH " + d.inside(n)
		}
		return "TD " + d.inside(n)
	case *ast.RawHTML:
		return "RAW(" + d.raw(n) + ") "
	case *ast.Link:
		return "LINK(" + string(util.ResolveEntityNames(n.Destination)) + " " + strings.TrimRight(d.inside(n), " ") + ") "
	case *ast.Emphasis:
		return fmt.Sprintf("EM%d(%s) ", n.Level, strings.TrimRight(d.inside(n), " "))
	}
	return n.Kind().String() + "(" + d.inside(n) + ") "
}

// inside returns the shapes of a node's children, with adjacent texts joined.
func (d document) inside(n ast.Node) string {
	var b, words strings.Builder
	flush := func() {
		if words.Len() > 0 {
			if d.wordless {
				words.Reset()
			}
			b.WriteString(`"` + words.String() + `" `)
			words.Reset()
		}
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if s, ok := c.(*ast.Text); ok {
			words.WriteString(d.decode(s))
			continue
		}
		flush()
		b.WriteString(d.shape(c))
	}
	flush()
	return b.String()
}
