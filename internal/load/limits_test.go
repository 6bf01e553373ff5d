package load

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"time"
)

func TestWithin(t *testing.T) {
	forever := func(context.Context) (*Result, error) {
		<-t.Context().Done()
		return nil, nil
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		limits Limits
		work   func(context.Context) (*Result, error)
		want   string
	}{
		{"time", t.Context(), Limits{Time: time.Millisecond}, forever, "takes longer than 1ms"},
		{"memory", t.Context(), Limits{Memory: 1}, forever, "takes more than 1B of memory"},
		{"interrupt", cancelled, Limits{}, forever, "interrupted"},
		{"panic", t.Context(), Limits{}, func(context.Context) (*Result, error) { panic("boom") }, "CUE failed on these specs"},
	} {
		_, err := Within(c.ctx, c.limits, c.work)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	r, err := Within(t.Context(), Limits{Time: time.Minute, Memory: 4 << 30}, func(ctx context.Context) (*Result, error) { return Embedded(ctx) })
	if err != nil || len(r.Catalog.Products) == 0 {
		t.Error("within limits:", r, err)
	}
}

func TestBytes(t *testing.T) {
	for _, s := range []string{"4GiB", "100MiB", "3KiB", "7B", "0"} {
		var b Bytes
		if err := b.Set(s); err != nil || b.String() != s {
			t.Errorf("%s became %s, %v", s, b, err)
		}
	}
	for _, s := range []string{"", "much", "-1GiB", "4GB", "1.5GiB", "99999999999GiB"} {
		if err := new(Bytes).Set(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}

// TestUnreadable has a file that the user may not read, which a test that runs
// as root cannot make on disk.
func TestUnreadable(t *testing.T) {
	files := forbidden{workspaceOf(t, map[string]string{"tool.cue": "package tool\n"}), "tool.cue"}
	r, err := load(t.Context(), files, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 1 {
		t.Fatal(r.Findings)
	}
	f := r.Findings[0]
	if f.Code != "PS1003" || f.Position.File != "tool.cue" || f.Message != "this cannot be read: permission denied" {
		t.Error(f)
	}
}

// forbidden is files of which one must not be read.
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
