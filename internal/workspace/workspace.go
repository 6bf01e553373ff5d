// Package workspace finds the workspace of a folder and opens it: the files that
// CUE gets to see, with what the binary serves among them. [Take] reads them once.
package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing/fstest"

	"cuelang.org/go/mod/modfile"

	"github.com/portspec/portspec/internal/diag"
)

// FindRoot is the nearest folder at or above dir that has a cue.mod, or "".
func FindRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		info, err := os.Stat(filepath.Join(dir, "cue.mod"))
		if err == nil && info.IsDir() {
			return dir, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", nil
		}
		dir = up
	}
}

// Open is the files of a workspace as CUE is to see them, or what is
// wrong with its module file.
func Open(root string) (fs.FS, diag.List, error) {
	files, found, err := OpenFS(os.DirFS(root))
	if err != nil {
		return nil, nil, fmt.Errorf("%s is no workspace: %w; portspec init makes one", root, err)
	}
	return files, found, nil
}

// OpenFS is the same for files wherever they are.
func OpenFS(files fs.FS) (fs.FS, diag.List, error) {
	served, found, err := serve(files)
	if err != nil || served == nil {
		return files, found, err
	}
	return layered{files, served}, nil, nil
}

// IsOwn reports whether a module path is that of portspec itself.
func IsOwn(module string) bool {
	base, _, _ := strings.Cut(module, "@")
	return base == ModulePath
}

// IsOwnRoot reports whether a folder is the root of portspec's own
// repository.
func IsOwnRoot(root string) (bool, error) {
	data, err := os.ReadFile(filepath.Join(root, ModuleFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m, err := modfile.ParseNonStrict(data, ModuleFile)
	if err != nil {
		return false, err
	}
	return IsOwn(m.Module), nil
}

// Served reports whether a file of a workspace, as positions name it, comes out
// of the binary.
func Served(file string) bool { return strings.HasPrefix(file, ModulePath+"/") }

// layered is a workspace with the files that the binary serves over it.
type layered struct {
	workspace fs.FS
	served    fstest.MapFS
}

// Open implements [fs.FS].
func (l layered) Open(name string) (fs.File, error) {
	files, err := l.layer("open", name)
	if err != nil {
		return nil, err
	}
	return files.Open(name)
}

// Stat implements [fs.StatFS]: to open a pipe would wait for its writer.
func (l layered) Stat(name string) (fs.FileInfo, error) {
	files, err := l.layer("stat", name)
	if err != nil {
		return nil, err
	}
	return fs.Stat(files, name)
}

// layer is where a file comes from.
func (l layered) layer(op, name string) (fs.FS, error) {
	if name == ModuleFile || name == LocalFile || name == ModulePath || Served(name) {
		return l.served, nil
	}
	// A copy that plain cue and editors read must not be found as well.
	if name == CopiedTo || strings.HasPrefix(name, CopiedTo+"/") {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return l.workspace, nil
}

// LeavesOut reports whether a folder of a workspace, by its path there, holds no
// specs whatever is in it: one whose name starts with a dot or an underscore,
// and cue.mod, as with cue itself, and what tools and tests put beside specs.
func LeavesOut(dir string) bool {
	base := path.Base(dir)
	return dir != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) ||
		base == "cue.mod" || base == "node_modules" || base == "testdata"
}
