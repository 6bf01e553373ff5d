package markdown

import (
	"bytes"
	"path"
	"strings"
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

// onPaper is the width of a page of A4 between margins of a centimetre, in pixels, and letters
// as wide as those of Arial, than which DejaVu Sans, the only font here, is a sixth wider.
const onPaper = `<style>body { width: 718px; font-size: 13.7px }</style>`

// No table is cut off at the right edge: none is wider than the page in a browser, and those
// of a firewall request are not wider than paper.
func TestWidth(t *testing.T) {
	m := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(ghtml.WithUnsafe()))
	var files []gen.File
	for _, f := range published(t) {
		if path.Ext(f.Path) != ".md" {
			continue
		}
		var b bytes.Buffer
		b.WriteString(likeGitHub)
		if path.Base(f.Path) == requestName {
			b.WriteString(onPaper)
		}
		if err := m.Convert(f.Data, &b); err != nil {
			t.Fatal(err)
		}
		files = append(files, gen.File{Path: strings.TrimSuffix(f.Path, ".md") + ".html", Data: b.Bytes()})
	}
	dir := t.TempDir()
	write(t, dir, files)
	page := readers.Open(t, readers.View{Width: 900, Height: 1200})
	tables := 0
	for _, f := range files {
		page.Go(dir, f.Path, "")
		var widths [][2]int
		page.Eval(`[...document.querySelectorAll("table")].map(t => [t.scrollWidth, t.clientWidth])`, &widths)
		tables += len(widths)
		for i, w := range widths {
			if w[0] > w[1] {
				t.Errorf("%s: table %d is %d pixels wide, of which %d are shown", f.Path, i+1, w[0], w[1])
			}
		}
	}
	if tables < 100 {
		t.Errorf("only %d tables", tables)
	}
}
