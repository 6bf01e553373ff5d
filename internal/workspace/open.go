package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/portspec/portspec/internal/diag"
)

// Open reads a workspace: the folder root, which has no links below the folder
// under, by which it was found; "" where the user named it. Without findings in the
// list there is a snapshot to evaluate; they are of the module file, without which
// nothing is.
func Open(root, under string, limits Limits) (*Snapshot, diag.List, error) {
	door, err := openUnder(root, under, limits)
	if err != nil {
		return nil, nil, err
	}
	defer door.Close()
	s, found, err := take(door)
	if errors.Is(err, errNoModule) {
		return nil, nil, fmt.Errorf("%s is not a workspace: %w; portspec init makes one", root, err)
	}
	return s, found, err
}

// openUnder is the door to a folder that is below another.
func openUnder(root, under string, limits Limits) (*Door, error) {
	below, err := filepath.Rel(under, root)
	if under == "" || err != nil || below == "." || !filepath.IsLocal(below) {
		return OpenDoor(root, limits)
	}
	top, err := OpenDoor(under, limits)
	if err != nil {
		return nil, err
	}
	defer top.Close()
	f, err := top.in.open(filepath.ToSlash(below))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", root, Pathless(err))
	}
	return &Door{in: disk{f.(diskFolder).root}, limits: limits}, nil
}

// OpenFS is [Open] for a workspace that a file system is.
func OpenFS(files fs.FS, limits Limits) (*Snapshot, diag.List, error) {
	return take(OpenDoorFS(files, limits))
}

var errNoModule = errors.New("there is no " + ModuleFile)

// take reads a workspace through a door.
func take(door *Door) (*Snapshot, diag.List, error) {
	s := &Snapshot{
		sources: make(map[string][]byte), headers: make(map[string]Header),
		folders: make(map[string][]fs.DirEntry), links: make(map[string]string),
	}
	s.addFolder(".")
	data, err := door.ReadFile(ModuleFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, errNoModule
	case err != nil:
		return nil, nil, err
	}
	s.add(ModuleFile, data)
	module, found := parseModule(data)
	if len(found) > 0 {
		return s, found, nil
	}
	local, err := door.ReadFile(LocalFile)
	switch {
	case err == nil:
		s.add(LocalFile, local)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, nil, err
	}
	t := &taking{door: door, snapshot: s, module: moduleBase(module.Module)}
	if module.QualifiedModule() != ModulePath+"@v0" {
		if s.served, s.Replaced, err = serve(module, local); err != nil {
			return nil, nil, err
		}
	}
	if err := t.all(); err != nil {
		return nil, nil, err
	}
	s.sort()
	return s, nil, nil
}

// Unreadable is the finding of a file that cannot be read.
func Unreadable(name string, err error) diag.Finding {
	return diag.Finding{
		Code: diag.Unreadable, Severity: diag.Error, Position: diag.Position{File: name},
		Message: fmt.Sprintf("this cannot be read: %v", Pathless(err)),
		Hint:    "fix its permissions or its link, or remove it",
	}
}
