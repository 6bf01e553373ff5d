package output

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
)

// onCores lets eight files be written and compared at once.
func onCores(t *testing.T) {
	before := runtime.GOMAXPROCS(8)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

var all = []string{"ansible", "findings", "go", "markdown", "mermaid"}

func outputTo(dir string) *Output { return &Output{Dir: dir, Targets: all, All: all, Log: io.Discard} }

// TestManifestEncoding compares the manifest with the encoding of encoding/json, so that a
// manifest of an earlier version does not change.
func TestManifestEncoding(t *testing.T) {
	for _, files := range []map[string][]string{
		{},
		{"go/a.go": {"01"}},
		{"go/b.go": {"01", "02"}, "go/a.go": {}, "markdown/<ü> \"&\\\u2028\xff.md": {"<\n>"}},
	} {
		for _, config := range []string{"", "ports <\"é\">.yaml"} {
			m := manifest{Version: 1, Config: config, Files: files}
			want, err := json.MarshalIndent(m, "", "  ")
			noError(t, err)
			got, err := m.encode()
			noError(t, err)
			if string(got) != string(want)+"\n" {
				t.Errorf("%s\nwant\n%s", got, want)
			}
		}
	}
}

// TestFirstError has several files that cannot be written: the first one is reported, on one
// core and on many.
func TestFirstError(t *testing.T) {
	onCores(t)
	var files []gen.File
	for i := range 400 {
		files = append(files, gen.File{Path: fmt.Sprintf("go/p%03d/ports.go", i), Data: []byte("package p\n")})
	}
	dir := t.TempDir()
	noError(t, os.Mkdir(filepath.Join(dir, "go"), 0o777))
	for i := 203; i < 400; i += 3 {
		noError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("go/p%03d", i)), nil, 0o666))
	}
	for range 20 {
		if _, err := outputTo(dir).write(t.Context(), files); err == nil || !strings.Contains(err.Error(), "go/p203 is not a folder") {
			t.Fatalf("the error is %v, want one about go/p203", err)
		}
	}
}

// TestFileForRoot has a file in place of the folder of outputs, and of one above it.
func TestFileForRoot(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out")
	noError(t, os.WriteFile(file, nil, 0o666))
	for _, dir := range []string{file, filepath.Join(file, "a", "b")} {
		want := file + " is not a folder, but outputs"
		if _, err := Open(t.Context(), dir, "", io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open: %v, want %q", err, want)
		}
		if _, err := openToRead(dir, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("openToRead: %v, want %q", err, want)
		}
	}
}

// TestFolderForFile replaces an emptied folder by a file, and a file by a folder, in a run that
// also writes others.
func TestFolderForFile(t *testing.T) {
	onCores(t)
	dir := t.TempDir()
	edition := func(names ...string) []gen.File {
		var files []gen.File
		for _, name := range names {
			files = append(files, gen.File{Path: name, Data: []byte(header + name)})
		}
		return files
	}
	for _, files := range [][]gen.File{
		edition("go/a/x.go", "go/b.go", "go/c/deep/y.go", "mermaid/z.mmd"),
		edition("go/a/new.go", "go/c/other/y.go", "mermaid/z.mmd"),
		edition("go/b.go/x.go", "mermaid/z/z.mmd"),
	} {
		_, err := outputTo(dir).write(t.Context(), files)
		noError(t, err)
		got := snapshot(t, dir)
		delete(got, ManifestName)
		equal(t, got, contents(files))
	}
	if _, err := os.Stat(filepath.Join(dir, "go/c")); !os.IsNotExist(err) {
		t.Errorf("the emptied folder go/c still exists: %v", err)
	}
}

// TestLinks puts links in place of folders and files: nothing is written through a link, even if
// it stays inside the output, and nothing is compared with its target.
func TestLinks(t *testing.T) {
	onCores(t)
	for _, c := range []struct{ link, target string }{
		{"go/b", "a"},
		{"go/b", "../../outside"},
		{"go/b", "/etc"},
		{"go", "../outside"},
		{"go/b/x.go", "../../../outside/x.go"},
		{"go/b/x.go", "../a/x.go"},
		{"go/b/x.go", "nowhere"},
	} {
		top := t.TempDir()
		dir := filepath.Join(top, "out")
		link := filepath.Join(dir, filepath.FromSlash(c.link))
		noError(t, os.MkdirAll(filepath.Dir(link), 0o777))
		noError(t, os.MkdirAll(filepath.Join(top, "outside"), 0o777))
		noError(t, os.WriteFile(filepath.Join(top, "outside/x.go"), []byte("theirs"), 0o666))
		if c.link != "go" {
			noError(t, os.MkdirAll(filepath.Join(dir, "go/a"), 0o777))
		}
		noError(t, os.Symlink(c.target, link))
		files := []gen.File{{Path: "go/a/x.go", Data: []byte("a")}, {Path: "go/b/x.go", Data: []byte("b")}}
		want := fmt.Sprintf("%s is a symbolic link to %s,", c.link, c.target)
		for _, force := range []bool{false, true} {
			o := outputTo(dir)
			o.Force = force
			if _, err := o.plan(files); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("plan: %v, want %s", err, want)
			}
			o = outputTo(dir)
			o.Force = force
			if _, err := o.write(t.Context(), files); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("write: %v, want %s", err, want)
			}
		}
		if got := snapshot(t, filepath.Join(top, "outside")); len(got) != 1 || got["x.go"] != "theirs" {
			t.Errorf("%s: files outside changed: %v", c.link, got)
		}
		if _, err := os.Lstat(filepath.Join(dir, "go/a/x.go")); err == nil {
			t.Errorf("%s: something was written", c.link)
		}
	}
}
