package workspace

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestContents reads a workspace most of which does not stay in memory. A snapshot contains
// files as they were, even if they change or are deleted afterwards.
func TestContents(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("../../testdata/workspace")); err != nil {
		t.Fatal(err)
	}
	const files = 3 * maxInMemory / (64 << 10)
	want := make(map[string][]byte)
	for i := range files {
		name := fmt.Sprintf("large%d/large.cue", i)
		want[name] = append([]byte("package large\n"), bytes.Repeat(fmt.Appendf(nil, "// %d\n", i), 64<<10/5)...)
		at := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, want[name], 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, found, err := Open(root, "", Limits{})
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	held := 0
	for name, data := range want {
		held += cap(s.sources[name].data)
		if got, err := fs.ReadFile(s, name); err != nil || !bytes.Equal(got, data) || !bytes.Equal(s.Source(name), data) {
			t.Errorf("%s has %d bytes, want %d; %v", name, len(got), len(data), err)
		}
	}
	if s.spool.Err() == nil && (held == 0 || held > maxInMemory*3/2) {
		t.Errorf("%d bytes are in memory", held)
	}
}
