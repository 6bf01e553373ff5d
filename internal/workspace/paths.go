package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Pathless is an error without the path that it names.
func Pathless(err error) error {
	var in *fs.PathError
	if errors.As(err, &in) {
		return in.Err
	}
	return err
}

// Within is a file relative to a folder, with slashes, and whether it is inside. On
// another drive it is absolute.
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

// Near is a path from the current folder where it is below it.
func Near(name string) string {
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, name); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return name
}

// Repository is the folder of the git repository or worktree that a folder is
// in; "" where it is in none.
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
