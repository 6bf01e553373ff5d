package html

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// TestAssets runs the command in assets.go: its output must be equal to the assets in the
// repository.
func TestAssets(t *testing.T) {
	source, err := os.ReadFile("assets.go")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^//go:generate \S+/esbuild (.+) --outdir=assets$`).FindSubmatch(source)
	if command == nil {
		t.Fatal("no command in assets.go")
	}
	dir := t.TempDir()
	readers.Run(t, ".", filepath.Join(readers.Dir(), "node_modules", ".bin", "esbuild"), append(strings.Fields(string(command[1])), "--outdir="+dir)...)
	made, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadDir("assets")
	if err != nil {
		t.Fatal(err)
	}
	if len(made) == 0 || len(made) != len(kept) {
		t.Errorf("%d assets, want %d; run go generate ./gen/html", len(kept), len(made))
	}
	for _, f := range made {
		want, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join("assets", f.Name())); err != nil || !bytes.Equal(got, want) {
			t.Errorf("assets/%s is out of date; run go generate ./gen/html", f.Name())
		}
	}
}

// TestTypes checks the types of the scripts, and that none of them parses text as markup.
func TestTypes(t *testing.T) {
	readers.Node(t, ".", "tsc", "-p", "src")
	sources, err := filepath.Glob("src/*.ts")
	if err != nil || len(sources) < 5 {
		t.Fatal(sources, err)
	}
	markup := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML|createContextualFragment|\beval\(|new Function`)
	for _, name := range sources {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := markup.Find(data); found != nil {
			t.Errorf("%s has %s; make elements with h instead", name, found)
		}
	}
}
