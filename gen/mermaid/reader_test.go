package mermaid

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// Mermaid's own parser takes every file.
func TestMermaidParses(t *testing.T) {
	dir := t.TempDir()
	var names []string
	for name, c := range map[string]*model.Catalog{"embedded": realCatalog(t), "shapes": everyShape(), "hostile": hostile()} {
		for path, file := range generate(t, c) {
			names = append(names, write(t, filepath.Join(dir, name, path), file))
		}
	}
	readers.Node(t, dir, "mermaid-parse.mjs", names...)

	// The parser refuses what is broken, or the above would mean nothing.
	broken := write(t, filepath.Join(dir, "broken.mmd"), strings.Replace(Product(everyShape().Products[0]), "c_end(", "end(", 1))
	if out, err := readers.TryNode(t, dir, "mermaid-parse.mjs", broken); err == nil {
		t.Errorf("a broken diagram passes: %s", out)
	}
}

func write(t *testing.T, path, data string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// In a browser hostile text is text: every label reads as it was given, and
// the picture holds nothing that acts or loads.
func TestHostileTextIsDrawnAsText(t *testing.T) {
	dir := t.TempDir()
	config := write(t, filepath.Join(dir, "browser.json"), `{"executablePath": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu"]}`)
	files := generate(t, hostile())
	paths := slices.Sorted(maps.Keys(files))
	// One page with all diagrams: the program starts a browser each time.
	var page strings.Builder
	for _, path := range paths {
		fmt.Fprintf(&page, "```mermaid\n%s```\n\n", files[path])
	}
	in := write(t, filepath.Join(dir, "page.md"), page.String())
	readers.Node(t, dir, "mmdc", "--quiet", "-p", config, "-i", in, "-o", filepath.Join(dir, "out.md"))

	for i, path := range paths {
		svg, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("out-%d.svg", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		drawn := inspect(t, path, string(svg))
		for _, want := range labelsOf(files[path]) {
			if n := slices.Index(drawn, want); n >= 0 {
				drawn = slices.Delete(drawn, n, n+1)
			} else {
				t.Errorf("%s: nothing reads %q", path, want)
			}
		}
		if len(drawn) > 0 {
			t.Errorf("%s: drawn besides: %q", path, drawn)
		}
	}

	// Each text is a component's name, and all components are in the overview.
	overview := labelsOf(files["catalog-.mmd"])
	for _, s := range hostileTexts {
		if want := shorten(s); !slices.ContainsFunc(overview, func(l string) bool { return strings.HasPrefix(l, want) }) {
			t.Errorf("the overview lacks %q", want)
		}
	}
}

// labelsOf are the labels of a file as a reader is to see them.
func labelsOf(file string) []string {
	var labels []string
	for _, line := range strings.Split(file, "\n") {
		if parts := strings.Split(line, `"`); len(parts) == 3 && !strings.HasPrefix(line, "%%") {
			labels = append(labels, shownText(decode(strings.ReplaceAll(parts[1], lineBreak, " "))))
		}
	}
	return labels
}

// shownText is a text as a browser spaces it.
func shownText(s string) string { return strings.Join(strings.Fields(s), " ") }

// elements are those that Mermaid makes a flowchart of.
var elements = []string{
	"svg", "g", "style", "title", "defs", "marker", "path", "rect", "circle", "polygon", "ellipse", "line",
	"filter", "feDropShadow", "linearGradient", "stop", "foreignObject", "div", "span", "p", "br", "text", "tspan",
}

// inspect returns the labels of a picture, and fails the test where anything
// in it is not of Mermaid's making.
func inspect(t *testing.T, path, svg string) []string {
	t.Helper()
	var labels []string
	var label *strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return labels
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			if !slices.Contains(elements, x.Name.Local) {
				t.Errorf("%s: element %s", path, x.Name.Local)
			}
			for _, a := range x.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" || a.Name.Local == "src" {
					t.Errorf("%s: attribute %s of %s is %q", path, a.Name.Local, x.Name.Local, a.Value)
				}
			}
			switch {
			case x.Name.Local == "foreignObject":
				label = &strings.Builder{}
			case x.Name.Local == "br" && label != nil:
				label.WriteString(" ")
			}
		case xml.EndElement:
			if x.Name.Local == "foreignObject" {
				if s := shownText(strings.ReplaceAll(label.String(), "\u2060", "")); s != "" {
					labels = append(labels, s)
				}
				label = nil
			}
		case xml.CharData:
			if label != nil {
				label.Write(x)
			}
		}
	}
}
