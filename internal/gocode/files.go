package gocode

import (
	"errors"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/portspec/portspec/internal/diag"
)

// files are the files of packages that may be shown and rewritten: those that the
// go command lists, by the names that findings have. Comments such as //line, which
// name any file, do not count.
type files struct {
	// modules are the folders of the modules, by the names of files.
	modules map[string]string
}

// moduleOf is the folder of a file's module.
func moduleOf(p *packages.Package, file string) string {
	if p.Module != nil && p.Module.Dir != "" {
		return p.Module.Dir
	}
	return filepath.Dir(file)
}

// place is where something in a package is: in one of its files as they are on the
// disk. Only of what cmd/cgo made of one is it asked where that came from, and
// then it must be another file of the package.
func (g *files) place(p *packages.Package, pos token.Pos) token.Position {
	at := p.Fset.PositionFor(pos, false)
	if slices.Contains(p.GoFiles, at.Filename) {
		return at
	}
	if from := p.Fset.Position(pos); slices.Contains(p.GoFiles, from.Filename) {
		return from
	}
	source := strings.TrimSuffix(filepath.Base(at.Filename), ".cgo1.go") + ".go"
	for _, name := range p.GoFiles {
		if filepath.Base(name) == source {
			return token.Position{Filename: name, Line: 1, Column: 1}
		}
	}
	return token.Position{}
}

// add notes a file of a package, by the name that findings have, which is its path
// from the current folder.
func (g *files) add(p *packages.Package, file string) string {
	name := file
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, file); err == nil {
			name = rel
		}
	}
	name = filepath.ToSlash(name)
	g.modules[name] = moduleOf(p, file)
	return name
}

var errNotInModule = errors.New("must be a regular file of the module")

// inModule is a file's path in its module, if it is a regular file there and no link
// leads to it from elsewhere.
func inModule(dir, file string) (string, error) {
	rel, err := filepath.Rel(dir, file)
	if err != nil || !filepath.IsLocal(rel) {
		return "", errNotInModule
	}
	at := "."
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer root.Close()
	parts := strings.Split(rel, string(filepath.Separator))
	for i, part := range parts {
		at = filepath.Join(at, part)
		info, err := root.Lstat(at)
		if err != nil {
			return "", err
		}
		if last := i == len(parts)-1; last && !info.Mode().IsRegular() || !last && !info.IsDir() {
			return "", errNotInModule
		}
	}
	return rel, nil
}

// Open implements [fs.FS], for the files that were added.
func (g *files) Open(name string) (fs.File, error) {
	dir, ok := g.modules[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	file, err := filepath.Abs(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	rel, err := inModule(dir, file)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return os.OpenInRoot(dir, rel)
}

// position is a place as findings have it.
func (g *files) position(p *packages.Package, from, to token.Position) diag.Position {
	at := diag.Position{File: g.add(p, from.Filename), Line: from.Line, Column: from.Column}
	if to.Filename != from.Filename || to.Line < from.Line {
		return at
	}
	at.EndColumn = to.Column
	if to.Line > from.Line {
		at.EndLine = to.Line
	}
	return at
}
