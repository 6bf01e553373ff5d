package cli

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every file of the committed outputs is one that its target is known to make,
// and every pattern of a target has one.
func TestTargetFiles(t *testing.T) {
	used := map[string]bool{"go/*.go": true} // a package of its own
	for name := range snapshot(t, filepath.Join("..", "..", "out")) {
		folder, below, ok := strings.Cut(name, "/")
		if !ok {
			continue
		}
		if !makes(name, false) || !makes(name, true) || !makes("some/folder/"+below, true) {
			t.Errorf("no target makes %s", name)
		}
		for _, pattern := range targets[slices.Index(targetNames(), folder)].files {
			if ok, err := path.Match(pattern, below); err != nil {
				t.Error(err)
			} else if ok {
				used[folder+"/"+pattern] = true
			}
		}
	}
	for _, target := range targets {
		for _, pattern := range target.files {
			if !used[target.name+"/"+pattern] {
				t.Errorf("%s/%s: no output is like it", target.name, pattern)
			}
		}
	}
	for _, name := range []string{"README.md", "main.go", "src/main.go", "markdown/README.md", "Makefile", "x/y/conftest.py", ".git/HEAD", "mermaid/a/b/c.mmd", "go/go.mod", "docs/index.md"} {
		if makes(name, false) {
			t.Errorf("a target makes %s", name)
		}
	}
}
