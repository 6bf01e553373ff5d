package store

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/workspace"
)

// TestKeys changes everything that the judgement of a package depends on, one after the other:
// its key changes, and the keys of others do not.
func TestKeys(t *testing.T) {
	base := fstest.MapFS{
		workspace.ModuleFile:  {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n")},
		"above.cue":           {Data: []byte("package x\n")},
		"one/x.cue":           {Data: []byte("package one\nimport \"example.com/x/two/deep:deep\"\n")},
		"two/deep/d.cue":      {Data: []byte("package deep\nimport \"example.com/x/three\"\n")},
		"three/t.cue":         {Data: []byte("package three\n")},
		"four/f.cue":          {Data: []byte("package four\nimport \"other.com/y\"\n")},
		"cue.mod/pkg/o/y.cue": {Data: []byte("package y\n")},
		"loop/a/a.cue":        {Data: []byte("package a\nimport \"example.com/x/loop/b\"\n")},
		"loop/b/b.cue":        {Data: []byte("package b\nimport \"example.com/x/loop/a\"\n")},
		"nowhere/n.cue":       {Data: []byte("package n\nimport \"example.com/x/gone\"\n")},
		"testdata/one.cue":    {Data: []byte("package x\n")},
		"unread/u.cue":        {Data: []byte("package u\n")},
		"unread/v.cue":        {Mode: fs.ModeNamedPipe},
	}
	keysOf := func(files fstest.MapFS) map[string]cache.Key {
		snap, _, err := workspace.OpenFS(files, workspace.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		k := NewKeys(snap)
		all := make(map[string]cache.Key)
		for _, dir := range snap.Dirs {
			if key, ok := k.of(dir); ok {
				all[strings.TrimPrefix(dir, "./")] = key
			}
		}
		return all
	}
	before := keysOf(base)
	for _, dir := range []string{"loop/a", "loop/b", "nowhere", "unread"} {
		if _, ok := before[dir]; ok {
			t.Errorf("%s has a key", dir)
		}
	}
	for name, want := range map[string]string{
		workspace.ModuleFile:  ". four one three two/deep",
		workspace.LocalFile:   ". four one three two/deep",
		"cue.mod/pkg/o/y.cue": ". four one three two/deep",
		"above.cue":           ".",
		"two/above.cue":       "one two/deep",
		"one/x.cue":           "one",
		"one/new.cue":         "one",
		"two/deep/d.cue":      "one two/deep",
		"three/t.cue":         "one three two/deep",
		"four/f.cue":          "four",
		"testdata/one.cue":    "",
		"README.md":           "",
	} {
		files := make(fstest.MapFS)
		for n, f := range base {
			files[n] = f
		}
		data := "// other\n"
		if name == "two/above.cue" {
			data = "package deep\n"
		}
		if f := base[name]; f != nil {
			data += string(f.Data)
		}
		files[name] = &fstest.MapFile{Data: []byte(data)}
		after := keysOf(files)
		var changed []string
		for _, dir := range []string{".", "four", "one", "three", "two/deep"} {
			if before[dir] != after[dir] {
				changed = append(changed, dir)
			}
		}
		if got := strings.Join(changed, " "); got != want {
			t.Errorf("%s: the keys of %q change, want %q", name, got, want)
		}
	}
	seen := make(map[cache.Key]string)
	for dir, key := range before {
		if other, twice := seen[key]; twice {
			t.Errorf("%s and %s have the same key", dir, other)
		}
		seen[key] = dir
	}
}
