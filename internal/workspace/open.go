package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/portspec/portspec/internal/diag"
)

// Open reads the workspace in the folder root. If it was found through the folder under,
// there must be no links between the two; under is "" if the user named root. Findings are
// about the module file; if there are any, there is no snapshot.
func Open(root, under string, limits Limits) (*Snapshot, diag.List, error) {
	door, err := openUnder(root, under, limits)
	if err != nil {
		return nil, nil, err
	}
	defer door.Close()
	s, found, err := take(door)
	if errors.Is(err, errNoModule) {
		return nil, nil, fmt.Errorf("%s is not a workspace: %w; portspec init creates one", root, err)
	}
	return s, found, err
}

// openUnder opens a door to a folder below another one.
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

// OpenFS is like [Open], for a workspace in a file system.
func OpenFS(files fs.FS, limits Limits) (*Snapshot, diag.List, error) {
	return take(OpenDoorFS(files, limits))
}

var errNoModule = errors.New("there is no " + ModuleFile)

// take reads the workspace behind a door.
func take(door *Door) (*Snapshot, diag.List, error) {
	s := &Snapshot{
		sources: make(map[string]contents), headers: make(map[string]Header),
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
	s.add(ModuleFile, s.keep(data))
	module, found := parseModule(data)
	if len(found) > 0 {
		return s, found, nil
	}
	local, err := door.ReadFile(LocalFile)
	switch {
	case err == nil:
		s.add(LocalFile, s.keep(local))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, nil, err
	}
	t := &taking{door: door, snapshot: s, module: moduleBase(module.Module)}
	if module.QualifiedModule() != ModulePath+"@v0" {
		if s.served, s.Replaced, s.Absent, err = serve(module, local); err != nil {
			return nil, nil, err
		}
	}
	s.language = module.Language.Version
	if err := t.all(); err != nil {
		return nil, nil, err
	}
	s.sort()
	return s, nil, nil
}

// Unreadable returns the finding for a file that cannot be read.
func Unreadable(name string, err error) diag.Finding {
	return diag.Finding{
		Code: diag.Unreadable, Severity: diag.Error, Position: diag.Position{File: name},
		Message: fmt.Sprintf("cannot read this file: %v", Pathless(err)),
		Hint:    "fix its permissions or its link, or remove it",
	}
}
