package cli

import (
	"context"
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

// onCores has so many files written and compared at once, whatever the machine.
func onCores(t *testing.T, n int) {
	before := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

func outputTo(dir string) *output {
	return &output{dir: dir, targets: targets, ctx: context.Background(), log: io.Discard}
}

// The manifest is what encoding/json makes of it, so that one that an earlier
// version wrote stays as it is.
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

// Of several files that cannot be written the first is told, on one core and on many.
func TestFirstError(t *testing.T) {
	onCores(t, 8)
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
		if _, err := outputTo(dir).write(files); err == nil || !strings.Contains(err.Error(), "go/p203: not a directory") {
			t.Fatalf("the error is %v, want one about go/p203", err)
		}
	}
}

// A file may come where a folder was emptied, and a folder where a file was, in
// one run that also makes others.
func TestFolderForFile(t *testing.T) {
	onCores(t, 8)
	dir := t.TempDir()
	edition := func(names ...string) []gen.File {
		var files []gen.File
		for _, name := range names {
			files = append(files, gen.File{Path: name, Data: []byte(name)})
		}
		return files
	}
	for _, files := range [][]gen.File{
		edition("go/a/x.go", "go/b", "go/c/deep/y.go", "mermaid/z.mmd"),
		edition("go/a/new.go", "go/c/other/y.go", "mermaid/z.mmd"),
		edition("go/b/x.go", "mermaid/z/z.mmd"),
	} {
		_, err := outputTo(dir).write(files)
		noError(t, err)
		got := snapshot(t, dir)
		delete(got, manifestName)
		equal(t, got, contents(files))
	}
	if _, err := os.Stat(filepath.Join(dir, "go/c")); !os.IsNotExist(err) {
		t.Errorf("the emptied folder go/c is still there: %v", err)
	}
}

// Two folders of an output that are one, through a link, share temporary names.
// What they hold afterwards is whole.
func TestLinkedFolders(t *testing.T) {
	onCores(t, 8)
	dir := t.TempDir()
	noError(t, os.MkdirAll(filepath.Join(dir, "go/a"), 0o777))
	noError(t, os.Symlink("a", filepath.Join(dir, "go/b")))
	var files []gen.File
	for i := range 40 {
		for _, folder := range []string{"a", "b"} {
			files = append(files, gen.File{Path: fmt.Sprintf("go/%s/%02d.go", folder, i), Data: []byte(strings.Repeat(folder+"\n", 100_000))})
		}
	}
	o := outputTo(dir)
	_, err := o.write(files)
	noError(t, err)
	for name, data := range snapshot(t, filepath.Join(dir, "go/a")) {
		if want := strings.Repeat(data[:2], 100_000); data != want {
			t.Errorf("%s is a mixture", name)
		}
	}
}
