package mermaid

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// TestMermaidParses checks that Mermaid's parser accepts every file.
func TestMermaidParses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var names []string
	for name, c := range map[string]*model.Catalog{"embedded": realCatalog(t), "shapes": everyShape(), "hostile": hostile()} {
		for path, file := range generate(t, c) {
			names = append(names, write(t, filepath.Join(dir, name, path), file))
		}
	}
	for name, d := range deployments(t) {
		files, _ := GenerateSite(d)
		for _, f := range files {
			names = append(names, write(t, filepath.Join(dir, name, f.Path), string(f.Data)))
		}
	}
	readers.Node(t, dir, "mermaid-parse.mjs", names...)

	// The parser must reject broken diagrams, or the test would be useless.
	whole := generate(t, realCatalog(t))["shopping.mmd"]
	broken := write(t, filepath.Join(dir, "broken.mmd"), strings.Replace(whole, `"]:::software`, `:::software`, 1))
	if out, err := readers.TryNode(t, dir, "mermaid-parse.mjs", broken); err == nil {
		t.Errorf("a broken diagram was accepted: %s", out)
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

// TestHostileTextIsDrawnAsText draws hostile texts in a browser: every label must show its text,
// and the picture must not contain anything active or load anything. The test fails if the page
// makes a request or opens a dialog.
func TestHostileTextIsDrawnAsText(t *testing.T) {
	t.Parallel()
	d := readers.OpenDrawer(t)
	shown := make(map[string]bool)
	files := generate(t, hostile())
	for _, path := range slices.Sorted(maps.Keys(files)) {
		// One browser draws each text once or twice, which is enough.
		if !strings.HasPrefix(path, "catalog/component-") {
			continue
		}
		drawn := d.Draw(files[path])
		if len(drawn.Foreign) > 0 {
			t.Errorf("%s: foreign elements: %q", path, drawn.Foreign)
		}
		var want, got []string
		for _, label := range read(t, files[path]).labels {
			want = append(want, squeezed(label))
			shown[squeezed(label)] = true
		}
		for _, text := range drawn.Texts {
			got = append(got, squeezed(strings.ReplaceAll(text, "\u2060", "")))
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s shows\n%q\nwant\n%q", path, got, want)
		}
	}
	// Each text is the name of a component.
	for _, s := range hostileTexts {
		if want := squeezed(shorten(s)); !slices.ContainsFunc(slices.Collect(maps.Keys(shown)), func(l string) bool { return strings.Contains(l, want) }) {
			t.Errorf("no label shows %q", want)
		}
	}
}
