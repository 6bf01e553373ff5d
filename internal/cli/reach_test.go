package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// TestIndexed counts how often a site is resolved to answer questions about it: once, until
// something that it depends on changes.
func TestIndexed(t *testing.T) {
	dir, kept := newWorkspace(t), t.TempDir()
	t.Setenv("PORTSPEC_CACHE", kept)
	site := "site: one\nhosts: {a: {os: linux, addresses: [10.0.0.1]}}\n"
	write(t, dir, "one.yaml", site)
	t.Chdir(dir)
	resolved, during := 0, func() {}
	damaged := func() {
		err := filepath.WalkDir(kept, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return os.Truncate(name, 60)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []struct {
		what   string
		change func()
		want   int
	}{
		{"the first time", func() {}, 1},
		{"again", func() {}, 1},
		{"the site has changed", func() { write(t, dir, "one.yaml", site+"name: One\n") }, 2},
		{"it is as before", func() { write(t, dir, "one.yaml", site) }, 2},
		{"a spec was added", func() { write(t, dir, "new.cue", "package ports\n") }, 3},
		{"again", func() {}, 3},
		{"the cache is damaged", damaged, 4},
		{"again", func() {}, 4},
		{"a spec changes in the meantime", func() {
			write(t, dir, "new.cue", "package ports // 1\n")
			during = func() { write(t, dir, "new.cue", "package ports // 2\n") }
		}, 5},
		{"it is as before", func() { write(t, dir, "new.cue", "package ports // 1\n") }, 6},
	} {
		x.change()
		w := &workspace{}
		w.Site = "one.yaml"
		index, err := w.indexed(func() (*model.Deployment, error) {
			resolved++
			during()
			during = func() {}
			return &model.Deployment{Site: &model.Site{ID: "one"}, Hosts: []*model.Deployed{{Host: &model.Host{ID: "a", Count: 1}}}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if p, err := index.Find("a"); err != nil || p.ID != "a" {
			t.Errorf("%s: %v, %v", x.what, p, err)
		}
		if resolved != x.want {
			t.Errorf("%s: resolved %d times, want %d", x.what, resolved, x.want)
		}
	}
	w := &workspace{}
	w.Site = "one.yaml"
	write(t, dir, "one.yaml", site+"name: Two\n")
	for range 2 {
		if _, err := w.indexed(func() (*model.Deployment, error) { return nil, errReported }); !errors.Is(err, errReported) {
			t.Errorf("a site with errors: %v", err)
		}
	}
}
