package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// FindRoot returns the nearest folder at or above dir that has a cue.mod, or "". The error is
// [Foreign] if the folder is above dir and belongs to another user.
func FindRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Lstat(filepath.Join(at, "cue.mod"))
		switch {
		case err == nil && info.IsDir():
			return at, Trust(dir, filepath.Join(at, "cue.mod"), info)
		case err == nil && info.Mode()&fs.ModeSymlink != 0:
			return "", fmt.Errorf("%s is a symbolic link; it must be a folder", filepath.Join(at, "cue.mod"))
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return "", err
		case at == filepath.Dir(at):
			return "", nil
		}
	}
}

// Foreign is the error for a file or folder that was found above the folder where the
// search began, and that another user may have put there.
type Foreign struct {
	Name  string
	Owner uint32
}

// Error implements error.
func (f Foreign) Error() string {
	return fmt.Sprintf("%s belongs to another user (%d); to use it, name its folder with -C or the configuration with --config", f.Name, f.Owner)
}

// Trust returns an error if a file or folder that was found by walking up from a folder must
// not be used. Anybody with write access to a parent folder could have put it there. It and its
// folder must belong to the user, to root, or to the owner of the folder from. Files in the
// folder from itself are always trusted.
func Trust(from, name string, info fs.FileInfo) error {
	in := filepath.Dir(name)
	if in == from {
		return nil
	}
	start, err := os.Stat(from)
	if err != nil {
		start = info // does not exist yet
		if owner, yes := foreign(info, nil); yes {
			return Foreign{name, owner}
		}
	}
	above, err := os.Stat(in)
	if err != nil {
		return err
	}
	for _, i := range []fs.FileInfo{info, above} {
		if owner, yes := foreign(i, start); yes {
			return Foreign{name, owner}
		}
	}
	return nil
}
