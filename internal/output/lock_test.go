//go:build unix

package output

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLockFolder checks that the folder of locks is not used if others may have replaced it.
func TestLockFolder(t *testing.T) {
	for name, put := range map[string]func(t *testing.T, dir string) error{
		"a link":                   func(t *testing.T, dir string) error { return os.Symlink(t.TempDir(), dir) },
		"a dangling link":          func(t *testing.T, dir string) error { return os.Symlink("nowhere", dir) },
		"a file":                   func(t *testing.T, dir string) error { return os.WriteFile(dir, nil, 0o600) },
		"a folder that others own": foreign,
		"a folder for everybody": func(t *testing.T, dir string) error {
			if err := os.Mkdir(dir, 0o777); err != nil {
				return err
			}
			return os.Chmod(dir, 0o777) // despite the umask
		},
	} {
		t.Run(name, func(t *testing.T) {
			tmp := t.TempDir()
			t.Setenv("TMPDIR", tmp)
			noError(t, put(t, filepath.Join(tmp, fmt.Sprintf("portspec-%d", os.Getuid()))))
			out := filepath.Join(t.TempDir(), "out")
			if _, err := outputTo(out).write(t.Context(), edition("old")); err == nil || !strings.Contains(err.Error(), "TMPDIR") {
				t.Errorf("it was used: %v", err)
			}
			// The contents are too large for memory, so the folder is needed before anything is written.
			if _, err := os.Lstat(out); err == nil {
				t.Error("the output's folder was made")
			}
		})
	}
	t.Setenv("TMPDIR", t.TempDir())
	_, err := outputTo(t.TempDir()).write(t.Context(), edition("old"))
	noError(t, err)
}

func foreign(t *testing.T, dir string) error {
	if os.Getuid() != 0 {
		t.Skip("only root can change the owner of a folder")
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return os.Chown(dir, 65534, 65534)
}

// TestNoTemporaryFolder has outputs that are too large for memory and no folder for the rest: the
// error names that folder.
func TestNoTemporaryFolder(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	t.Setenv("TMPDIR", missing)
	o := outputTo(filepath.Join(t.TempDir(), "out"))
	defer o.Close()
	noError(t, o.Begin(t.Context()))
	err := o.Add(edition("old")...)
	if err == nil || !strings.Contains(err.Error(), missing) || !strings.Contains(err.Error(), "TMPDIR must be a writable folder") {
		t.Errorf("got %v", err)
	}
}
