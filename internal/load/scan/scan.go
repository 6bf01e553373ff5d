// Package scan finds what is wrong with files of CUE by themselves, before CUE's
// loader reads them, and outlines the packages that they are.
package scan

import (
	stderrors "errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/mod/module"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/workspace"
)

// Folders finds what is wrong with the CUE files of some folders by themselves, and
// what packages they are. CUE's loader stops at the first fault of a package, and
// takes text that is not UTF-8 as it is.
func Folders(files fs.FS, dirs []string) (map[string]Outline, diag.List) {
	what := make([]Outline, len(dirs))
	found := make([]diag.List, len(dirs))
	parallel.Do(len(dirs), func(i int) { what[i], found[i] = scanFolder(files, path.Clean(dirs[i])) })
	outlines := make(map[string]Outline, len(dirs))
	for i, dir := range dirs {
		outlines[dir] = what[i]
	}
	return outlines, slices.Concat(found...)
}

// An Outline is what of a package decides when it is judged.
type Outline struct {
	Imports []string // import paths, without names of packages
	Kind    eval.Kind
}

func (o *Outline) add(f *ast.File) {
	for spec := range f.ImportSpecs() {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			p, _, _ = strings.Cut(p, ":")
			o.Imports = append(o.Imports, p)
		}
	}
	o.Kind = max(o.Kind, eval.KindOf(f))
}

// scanFolder is scan for one folder.
func scanFolder(files fs.FS, dir string) (Outline, diag.List) {
	var what Outline
	var found diag.List
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return what, diag.List{workspace.Unreadable(dir, err)}
	}
	var first *clause
	for _, entry := range entries {
		name := entry.Name()
		if !workspace.IsSource(name) || entry.IsDir() {
			continue
		}
		f, problems := scanFile(files, path.Join(dir, name))
		var c *clause
		if f != nil {
			what.add(f)
			c, problems = packageClause(path.Join(dir, name), f)
		}
		found = append(found, problems...)
		if odd := unimportable(dir); first == nil && c != nil && odd != "" {
			found = append(found, diag.Finding{
				Code: diag.UnknownImport, Severity: diag.Error, Position: c.at,
				Message: fmt.Sprintf("the folder %q cannot be in an import path, so CUE reads no package there", odd),
				Hint:    "name it with letters, digits and hyphens, or begin its name with an underscore if it holds no specs",
			})
		}
		switch {
		case c == nil:
		case first == nil:
			first = c
		case c.name != first.name:
			found = append(found, diag.Finding{
				Code: diag.NotOnePackage, Severity: diag.Error, Position: c.at,
				Message: fmt.Sprintf("package %s, but other files of this folder are package %s", c.name, first.name),
				Related: []diag.Related{{Position: first.at, Message: "package " + first.name + " is here"}},
				Hint:    "a folder holds one package; name them alike, or move one to a folder of its own",
			})
		}
	}
	return what, found
}

// unimportable is the folder of a path by which CUE does not take it as the end
// of an import path; "" where it does.
func unimportable(dir string) string {
	if dir == "." {
		return ""
	}
	for part := range strings.SplitSeq(dir, "/") {
		if strings.ContainsAny(part, "@:") || module.CheckImportPath("example.com/"+part) != nil {
			return part
		}
	}
	return ""
}

// A clause is a file's package clause.
type clause struct {
	name string
	at   diag.Position
}

// scanFile reads a file; it is nil where it cannot be read.
func scanFile(files fs.FS, name string) (*ast.File, diag.List) {
	info, err := fs.Stat(files, name)
	if err == nil && !info.Mode().IsRegular() {
		err = stderrors.New("it is not a regular file")
	}
	var data []byte
	if err == nil {
		data, err = fs.ReadFile(files, name)
	}
	if err != nil {
		return nil, diag.List{workspace.Unreadable(name, err)}
	}
	if found := source.NotUTF8(name, data, "CUE files are UTF-8; convert the file"); found != nil {
		return nil, found
	}
	f, err := parser.ParseFile(name, data, parser.AllErrors)
	if err != nil {
		return nil, syntaxErrors(err)
	}
	return f, nil
}

// packageClause is the package clause of a file; nil and no finding where CUE
// leaves the file out by an attribute.
func packageClause(name string, f *ast.File) (*clause, diag.List) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.Package:
			return &clause{d.Name.Name, source.Span(d)}, nil
		case *ast.Attribute:
			if key, _ := d.Split(); key == "if" || key == "ignore" {
				return nil, nil
			}
		}
	}
	return nil, diag.List{{
		Code: diag.NotOnePackage, Severity: diag.Error, Position: diag.Position{File: name, Line: 1, Column: 1},
		Message: "there is no package clause",
		Hint:    "start the file with package and a name, such as package " + packageName(name),
	}}
}

// packageName is a name for the package that a file is in.
func packageName(name string) string {
	dir := regexp.MustCompile(`[^a-z0-9_]`).ReplaceAllString(strings.ToLower(path.Base(path.Dir(name))), "")
	if dir == "" || dir[0] >= '0' && dir[0] <= '9' {
		return "ports"
	}
	return dir
}

// syntaxErrors is the findings of what CUE's parser has against a file, one a
// line: what follows on a line follows from it.
func syntaxErrors(err error) diag.List {
	var found diag.List
	lines := make(map[int]bool)
	for _, e := range errors.Errors(err) {
		at := source.At(e.Position())
		if !lines[at.Line] {
			lines[at.Line] = true
			found = append(found, diag.Finding{
				Code: diag.Syntax, Severity: diag.Error, Position: at,
				Message: eval.Message(e), Hint: "fix the CUE syntax here",
			})
		}
	}
	return found
}
