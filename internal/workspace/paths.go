package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Pathless returns an error without the path that it mentions.
func Pathless(err error) error {
	var in *fs.PathError
	if errors.As(err, &in) {
		return in.Err
	}
	return err
}

// Within returns the slash-separated path of a file relative to a folder, and whether the
// file is inside. If the file is on another drive, the path is absolute.
func Within(root, file string) (name string, inside bool, err error) {
	if root, err = filepath.Abs(root); err != nil {
		return "", false, err
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", false, err
	}
	rel, err := filepath.Rel(root, abs)
	if err != nil {
		return filepath.ToSlash(abs), false, nil
	}
	return filepath.ToSlash(rel), filepath.IsLocal(rel), nil
}

// Near returns a path relative to the current folder if it is below that.
func Near(name string) string {
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, name); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return name
}

// Repository returns the root of the git repository or worktree that contains a folder; ""
// if there is none.
func Repository(dir string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}
