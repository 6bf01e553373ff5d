//go:build unix

package cache

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestOwner has folders and entries that another user could have written: none is used, and each
// is reported once, with a remedy.
func TestOwner(t *testing.T) {
	const somebody = 65534
	k := key("k")
	foreign := func(name string) func(*testing.T, *Store) {
		return func(t *testing.T, s *Store) {
			if os.Geteuid() != 0 {
				t.Skip("only root can change the owner of files")
			}
			try(t, os.Lchown(filepath.Join(s.dir, name), somebody, somebody))
		}
	}
	mode := func(name string, mode fs.FileMode) func(*testing.T, *Store) {
		return func(t *testing.T, s *Store) { try(t, os.Chmod(filepath.Join(s.dir, name), mode)) }
	}
	// moved moves something of the store elsewhere and puts a link in its place.
	moved := func(name string) func(*testing.T, *Store) {
		return func(t *testing.T, s *Store) {
			name, away := filepath.Join(s.dir, name), filepath.Join(t.TempDir(), "away")
			try(t, os.Rename(name, away))
			try(t, os.Symlink(away, name))
		}
	}
	empty := Open(t.TempDir(), Limit, nil)
	shard, err := filepath.Rel(empty.dir, filepath.Dir(empty.name(k)))
	try(t, err)
	file := filepath.Join(shard, filepath.Base(empty.name(k)))
	for name, c := range map[string]struct {
		spoil func(*testing.T, *Store)
		want  string // what is reported; "" if the entry is used
	}{
		"as it was":                {func(*testing.T, *Store) {}, ""},
		"read by others":           {mode(file, 0o644), ""},
		"folder read by others":    {mode(".", 0o755), ""},
		"folder for the group":     {mode(".", 0o770), "run chmod go-w"},
		"folder for all":           {mode(".", 0o777|fs.ModeSticky), "run chmod go-w"},
		"folder of somebody":       {foreign("."), "belongs to user 65534"},
		"shard for all":            {mode(shard, 0o707), "run chmod go-w"},
		"shard of somebody":        {foreign(shard), "belongs to user 65534"},
		"shard behind a link":      {moved(shard), "must be a folder, not a link"},
		"entry for all":            {mode(file, 0o602), "run chmod go-w"},
		"entry for the group":      {mode(file, 0o620), "run chmod go-w"},
		"entry of somebody":        {foreign(file), "belongs to user 65534"},
		"entry behind a link":      {moved(file), "not a link"},
		"folder behind one's link": {moved("."), ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "cache")
			made := Open(dir, Limit, nil)
			made.Put(k, []byte("data"))
			c.spoil(t, made)
			var warned []string
			s := Open(dir, Limit, func(err error) { warned = append(warned, err.Error()) })
			for range 2 {
				if _, ok := s.Get(k); ok != (c.want == "") {
					t.Errorf("used: %t", ok)
				}
			}
			if c.want == "" && len(warned) > 0 || c.want != "" && (len(warned) != 1 || !strings.Contains(warned[0], c.want)) {
				t.Errorf("reported %q, want %q once", warned, c.want)
			}
		})
	}
}

// TestPipe has a named pipe in place of an entry: it is not waited for.
func TestPipe(t *testing.T) {
	s := Open(t.TempDir(), Limit, nil)
	k := key("k")
	s.Put(k, nil)
	try(t, os.Remove(s.name(k)))
	try(t, syscall.Mkfifo(s.name(k), 0o600))
	if _, ok := s.Get(k); ok {
		t.Error("a pipe was used")
	}
}

// TestTrimsItsOwn trims a folder with other files, such as a home folder: only files that the
// cache wrote are deleted, and links are not followed.
func TestTrimsItsOwn(t *testing.T) {
	dir, away := t.TempDir(), t.TempDir()
	s := Open(dir, 1000, nil)
	long := time.Now().Add(-100 * trimEvery)
	hex := strings.Repeat("ab", 31)
	others := []string{
		"notes.txt", ".new-1", "ab/notes.txt", "ab/.new-notes", "ab/.new-1", "ab/" + hex, "ab/cd/" + hex, "AB/" + hex, "abc/" + hex, "git/objects/ab/" + hex,
	}
	write := func(name, text string) {
		try(t, os.MkdirAll(filepath.Dir(name), 0o700))
		try(t, os.WriteFile(name, []byte(text), 0o600))
		try(t, os.Chtimes(name, long, long))
	}
	for _, name := range others {
		write(filepath.Join(dir, name), strings.Repeat("x", 2000))
	}
	// These have the names and contents of cache files, but are behind links.
	own := filepath.Join(away, hex)
	write(own, string(magic)+strings.Repeat("x", 2000))
	try(t, os.Symlink(away, filepath.Join(dir, "cd")))
	try(t, os.MkdirAll(filepath.Join(dir, "ef"), 0o700))
	try(t, os.Symlink(own, filepath.Join(dir, "ef", hex)))
	// These are cache files.
	entry, killed, started := filepath.Join(dir, "01", hex), filepath.Join(dir, "01", ".new-1"), filepath.Join(dir, "01", ".new-2")
	write(entry, string(magic)+strings.Repeat("x", 2000))
	write(killed, string(magic))
	write(started, "")

	s.Put(key("k"), []byte("data"))
	s.Close()
	for _, name := range others {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Lstat(own); err != nil {
		t.Error(err)
	}
	for _, name := range []string{entry, killed, started} {
		if _, err := os.Lstat(name); err == nil {
			t.Errorf("%s was not deleted", name)
		}
	}
}

// TestStamp replaces the file with the time of the last trimming: the replacement and the target
// of a link do not change.
func TestStamp(t *testing.T) {
	target := filepath.Join(t.TempDir(), "target")
	try(t, os.WriteFile(target, []byte("text"), 0o600))
	long := time.Now().Add(-100 * trimEvery).Truncate(time.Second)
	try(t, os.Chtimes(target, long, long))
	for name, put := range map[string]func(string) error{
		"a link":          func(name string) error { return os.Symlink(target, name) },
		"a dangling link": func(name string) error { return os.Symlink(target+"2", name) },
		"somebody's file": func(name string) error { return os.Link(target, name) },
	} {
		s := Open(t.TempDir(), Limit, nil)
		try(t, put(filepath.Join(s.dir, stamp)))
		s.Put(key("k"), []byte("data"))
		s.Close()
		info, err := os.Stat(target)
		try(t, err)
		if !info.ModTime().Equal(long) || info.Size() != 4 {
			t.Errorf("%s: the target has changed", name)
		}
		if _, err := os.Lstat(target + "2"); err == nil {
			t.Errorf("%s: the target was created", name)
		}
	}
}
