// Package workspace is the door through which specs are read. It finds the
// workspace of a folder ([FindRoot]) and reads it into a [Snapshot] ([Open]), which
// is all that CUE gets to see. Files elsewhere that were found, and not named by
// the user, are read through a [Door].
package workspace

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"cuelang.org/go/mod/modfile"
)

// IsOwn reports whether a module path is that of portspec itself.
func IsOwn(module string) bool {
	base, _, _ := strings.Cut(module, "@")
	return base == ModulePath
}

// IsOwnRoot reports whether a folder is the root of portspec's own
// repository.
func IsOwnRoot(root string) (bool, error) {
	door, err := OpenDoor(root, Limits{})
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer door.Close()
	data, err := door.ReadFile(ModuleFile)
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

// LeavesOut reports whether a folder of a workspace, by its path there, holds no
// specs whatever is in it: one whose name starts with a dot or an underscore,
// and cue.mod, as with cue itself, and what tools and tests put beside specs.
func LeavesOut(dir string) bool {
	base := path.Base(dir)
	return dir != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) ||
		base == "cue.mod" || base == "node_modules" || base == "testdata"
}

// IsHidden reports whether a file or folder is ignored by its name: editors' locks
// and backups, and what version control keeps.
func IsHidden(name string) bool { return strings.HasPrefix(path.Base(name), ".") && name != "." }

// IsSource reports whether CUE reads a file of that name as part of a package.
// The configuration is none, as it has no package clause.
func IsSource(name string) bool {
	return name != "portspec.cue" && strings.HasSuffix(name, ".cue") && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") &&
		!strings.HasSuffix(name, "_tool.cue") && !strings.HasSuffix(name, "_test.cue")
}
