package load

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/portspec/portspec/internal/cache"
)

// TestForget loads a workspace with a shelf and without. With one, files are not in memory: they
// are read again, unless they have changed, or lead elsewhere now.
func TestForget(t *testing.T) {
	for _, shelve := range []bool{false, true} {
		root := t.TempDir()
		if err := os.CopyFS(root, os.DirFS("../../testdata/workspace")); err != nil {
			t.Fatal(err)
		}
		r, err := Loader{Shelve: shelve, few: -1, Cache: cache.Open(t.TempDir(), cache.Limit, nil)}.Workspace(t.Context(), root)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, p := range r.Catalog.Products {
			for _, at := range p.Positions.All() {
				names = append(names, at.File)
			}
		}
		if r.Shelf != nil { // only the identities of products are in memory
			p, err := r.Shelf.Read(0)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range p.Positions.All() {
				names = append(names, at.File)
			}
		}
		name := names[0]
		file := filepath.Join(root, filepath.FromSlash(name))
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		check := func(when string, there bool) {
			t.Helper()
			got, err := fs.ReadFile(r.Files, name)
			if there && string(got) != string(before) || !there && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("shelved: %v, %s: %s has %d bytes, %v", shelve, when, name, len(got), err)
			}
		}
		write := func(data string) {
			t.Helper()
			if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		check("unchanged", true)
		write("// Another first line.\n" + string(before))
		check("changed", !shelve)
		write(string(before))
		check("as before", true)
		outside := filepath.Join(t.TempDir(), "outside.cue")
		if err := errors.Join(os.Rename(file, outside), os.Symlink(outside, file)); err != nil {
			t.Fatal(err)
		}
		check("a link to the same contents outside", !shelve)
	}
}
