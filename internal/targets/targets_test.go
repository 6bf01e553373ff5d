package targets

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
)

// Every file of the committed outputs is one that its target is known to make,
// and every pattern of a target has one. Each shows itself that portspec wrote it,
// so that no list has to be believed.
func TestTargetFiles(t *testing.T) {
	used := map[string]bool{"go/*.go": true} // a package of its own
	err := fs.WalkDir(os.DirFS(filepath.Join("..", "..", "out")), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		folder, below, ok := strings.Cut(name, "/")
		if !ok {
			return nil
		}
		if !Makes(name, false) || !Makes(name, true) || !Makes("some/folder/"+below, true) {
			t.Errorf("no target makes %s", name)
		}
		data, err := os.ReadFile(filepath.Join("..", "..", "out", filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if !gen.Sealed(name, data) && !gen.IsTable(name, data) {
			t.Errorf("%s has no seal: its format is none that gen.Seal knows, or it has no header", name)
		}
		for _, pattern := range All[slices.Index(Names(), folder)].files {
			if ok, err := path.Match(pattern, below); err != nil {
				t.Error(err)
			} else if ok {
				used[folder+"/"+pattern] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range All {
		for _, pattern := range target.files {
			if !used[target.Name+"/"+pattern] {
				t.Errorf("%s/%s: no output is like it", target.Name, pattern)
			}
		}
	}
	for _, name := range []string{"README.md", "main.go", "src/main.go", "markdown/README.md", "Makefile", "x/y/conftest.py", ".git/HEAD", "mermaid/a/b/c.mmd", "go/go.mod", "docs/index.md"} {
		if Makes(name, false) {
			t.Errorf("a target makes %s", name)
		}
	}
}
