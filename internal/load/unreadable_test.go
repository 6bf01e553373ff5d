package load

import (
	"io/fs"
	"testing"
)

// TestUnreadable loads a workspace with a file that the user may not read. A test that runs as
// root cannot create such a file on disk.
func TestUnreadable(t *testing.T) {
	files := forbidden{workspaceOf(t, map[string]string{"tool.cue": "package tool\n"}), "tool.cue"}
	r, err := Loader{}.load(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 1 {
		t.Fatal(r.Findings)
	}
	f := r.Findings[0]
	if f.Code != "PS1003" || f.Position.File != "tool.cue" || f.Message != "cannot read this file: permission denied" {
		t.Error(f)
	}
}

// forbidden is a file system with one file that must not be read.
type forbidden struct {
	fs.FS
	name string
}

// Open implements [fs.FS].
func (f forbidden) Open(name string) (fs.File, error) {
	if name == f.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f.FS.Open(name)
}
