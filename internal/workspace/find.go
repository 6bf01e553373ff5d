package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// FindRoot returns the nearest folder at or above dir that has a cue.mod, or "". A cue.mod that is
// not a folder is an error: without it, commands would work on the products in the binary. The
// error is [Foreign] if the folder is above dir and belongs to another user.
func FindRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Lstat(filepath.Join(at, "cue.mod"))
		switch {
		case err == nil:
			name := filepath.Join(at, "cue.mod")
			if err := IsFolder(name, info); err != nil {
				return "", err
			}
			return at, Trust(dir, name, info)
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		case at == filepath.Dir(at):
			return "", nil
		}
	}
}

// IsFolder returns an error if a cue.mod is not a folder.
func IsFolder(name string, info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return nil
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s must be a folder, not a symbolic link", name)
	}
	return fmt.Errorf("%s must be a folder, not a file", name)
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
