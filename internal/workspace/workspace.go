// Package workspace reads specs. It finds the workspace of a folder ([FindRoot]) and reads
// it into a [Snapshot] ([Open]), and CUE sees nothing else. Other files that were found,
// not named by the user, are read through a [Door].
package workspace

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"cuelang.org/go/mod/modfile"
)

// IsOwn reports whether a module path is portspec's own.
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

// Served reports whether a file, given its name in positions, is provided by the binary.
func Served(file string) bool { return strings.HasPrefix(file, ModulePath+"/") }

// LeavesOut reports whether to skip a folder of a workspace, given its path there. As cue
// does, it skips cue.mod and folders whose names start with a dot or an underscore, and in
// addition node_modules and testdata.
func LeavesOut(dir string) bool {
	base := path.Base(dir)
	return dir != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) ||
		base == "cue.mod" || base == "node_modules" || base == "testdata"
}

// isHidden reports whether to ignore a file or folder because of its name, as with locks
// and backups of editors, and files of version control.
func isHidden(name string) bool { return strings.HasPrefix(path.Base(name), ".") && name != "." }

// IsSource reports whether CUE reads a file with that name as part of a package. The
// configuration is not a source file, because it has no package clause.
func IsSource(name string) bool {
	return name != "portspec.cue" && strings.HasSuffix(name, ".cue") && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") &&
		!strings.HasSuffix(name, "_tool.cue") && !strings.HasSuffix(name, "_test.cue")
}
