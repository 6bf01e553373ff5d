package markdown

import (
	"bytes"
	"fmt"
	"path"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	ghtml "github.com/yuin/goldmark/renderer/html"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/readers"
)

// likeGitHub shows text and tables like GitHub, as wide as its column of text.
const likeGitHub = `<!doctype html><meta charset="utf-8"><style>
body { width: 900px; margin: 0; font: 16px/1.5 "Noto Sans", Helvetica, Arial, sans-serif }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse }
th, td { padding: 6px 13px; border: 1px solid }
code { font-size: 85%; padding: .2em .4em }
pre { overflow: auto }
</style>`

// onPaper sets the width of a page of A4 between margins of a centimetre, in pixels, and the
// size of the font. It makes letters as wide as those of Arial: DejaVu Sans, the only font
// here, is a sixth wider.
const onPaper = `<style>body { width: 718px; font-size: 13.7px }</style>`

// No table is cut off at the right edge: none is wider than the page in a browser, and those
// of a firewall request are not wider than paper. The browser shows all pages of a kind below
// each other.
func TestWidth(t *testing.T) {
	m := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(ghtml.WithUnsafe()))
	screen, paper := bytes.NewBufferString(likeGitHub), bytes.NewBufferString(likeGitHub+onPaper)
	for _, f := range published(t) {
		if path.Ext(f.Path) != ".md" {
			continue
		}
		b := screen
		if path.Base(f.Path) == requestName {
			b = paper
		}
		fmt.Fprintf(b, "<section title=%q>\n", f.Path)
		if err := m.Convert(f.Data, b); err != nil {
			t.Fatal(err)
		}
		b.WriteString("</section>\n")
	}
	dir := t.TempDir()
	write(t, dir, []gen.File{{Path: "screen.html", Data: screen.Bytes()}, {Path: "paper.html", Data: paper.Bytes()}})
	page := readers.Open(t, readers.View{Width: 900, Height: 1200})
	tables := make(map[string]int)
	for _, kind := range []string{"screen", "paper"} {
		page.Go(dir, kind+".html", "")
		var widths []struct {
			Page                   string
			Number, Content, Shown int
		}
		page.Eval(`[...document.querySelectorAll("section")].flatMap(s => [...s.querySelectorAll("table")].map((t, i) =>
			({Page: s.title, Number: i + 1, Content: t.scrollWidth, Shown: t.clientWidth})))`, &widths)
		tables[kind] = len(widths)
		for _, w := range widths {
			if w.Content > w.Shown {
				t.Errorf("%s: table %d is %d pixels wide, of which %d are shown", w.Page, w.Number, w.Content, w.Shown)
			}
		}
	}
	if tables["screen"] < 100 || tables["paper"] < 3 {
		t.Errorf("only %v tables", tables)
	}
}
