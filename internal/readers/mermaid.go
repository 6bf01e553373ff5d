package readers

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"testing"
)

// A Drawing is a Mermaid diagram as shown by a browser on a page that is 900 pixels wide.
type Drawing struct {
	Letters float64 // height of the smallest letters, in pixels
	Height  float64
	Full    float64 // width of the picture before it is fitted to the page
	Boxes   int
	Arrows  int
	Texts   []string // of all labels
	// Foreign has elements and attributes that no flowchart needs.
	Foreign []string
	// Faults has overlapping labels, arrows through boxes, and texts that exceed their
	// boxes.
	Faults []string
}

// A Drawer draws diagrams in a browser page.
type Drawer struct{ *Page }

// OpenDrawer opens a page for diagrams.
func OpenDrawer(t testing.TB) Drawer {
	t.Helper()
	p := Open(t, View{Width: 1000, Height: 1000})
	home := (&url.URL{Scheme: "file", Path: filepath.ToSlash(Dir())}).String() + "/"
	p.Visit(home, home+"mermaid-layout.html")
	return Drawer{p}
}

// Draw draws a diagram. The test fails if Mermaid rejects it.
func (d Drawer) Draw(text string) Drawing {
	d.t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		d.t.Fatal(err)
	}
	var drawn Drawing
	d.Eval("draw("+string(quoted)+")", &drawn)
	return drawn
}

// Picture writes the last drawing to a PNG file.
func (d Drawer) Picture(file string) {
	d.t.Helper()
	d.Screenshot(file, true)
}
