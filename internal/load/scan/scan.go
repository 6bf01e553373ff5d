// Package scan finds faults in single CUE files before CUE's loader reads them, and outlines
// their packages.
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

// Folders finds faults in the CUE files of some folders, and outlines their packages. CUE's
// loader would stop at the first fault of a package, and accept invalid UTF-8. The files are
// parsed in a version of CUE's language, and added to parsed, which may be nil.
func Folders(files fs.FS, dirs []string, version string, parsed *eval.Parsed) (map[string]Outline, diag.List) {
	what := make([]Outline, len(dirs))
	found := make([]diag.List, len(dirs))
	parallel.Do(len(dirs), func(i int) { what[i], found[i] = scanFolder(files, path.Clean(dirs[i]), version, parsed) })
	outlines := make(map[string]Outline, len(dirs))
	for i, dir := range dirs {
		outlines[dir] = what[i]
	}
	return outlines, slices.Concat(found...)
}

// An Outline has the properties of a package that determine when it is judged.
type Outline struct {
	Imports []string // import paths, without package names
	Kind    eval.Kind
	// Unscanned means that the package may contain broken files, because its files were not
	// parsed yet.
	Unscanned bool
}

// Plain outlines the packages in those folders that are certainly of [eval.PlainKind], without
// parsing their files, and returns the other folders.
func Plain(files *workspace.Snapshot, dirs []string) (outlines map[string]Outline, others []string) {
	what := make([]Outline, len(dirs))
	plain := make([]bool, len(dirs))
	parallel.Do(len(dirs), func(i int) { what[i], plain[i] = outline(files, path.Clean(dirs[i])) })
	outlines = make(map[string]Outline, len(dirs))
	for i, dir := range dirs {
		if plain[i] {
			outlines[dir] = what[i]
		} else {
			others = append(others, dir)
		}
	}
	return outlines, others
}

func outline(files *workspace.Snapshot, dir string) (what Outline, plain bool) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return what, false
	}
	what.Unscanned = true
	for _, entry := range entries {
		if !workspace.IsSource(entry.Name()) || entry.IsDir() {
			continue
		}
		name := path.Join(files.Folder(dir), entry.Name())
		if !eval.IsPlain(files.Source(name)) {
			return what, false
		}
		what.Imports = append(what.Imports, files.Header(name).Imports...)
	}
	return what, true
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

// scanFolder scans a folder.
func scanFolder(files fs.FS, dir, version string, parsed *eval.Parsed) (Outline, diag.List) {
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
		f, problems := scanFile(files, path.Join(dir, name), version)
		var c *clause
		if f != nil {
			what.add(f)
			parsed.Add(f)
			c, problems = packageClause(path.Join(dir, name), f)
		}
		found = append(found, problems...)
		if odd := unimportable(dir); first == nil && c != nil && odd != "" {
			found = append(found, diag.Finding{
				Code: diag.UnknownImport, Severity: diag.Error, Position: c.at,
				Message: fmt.Sprintf("the folder name %q is not allowed in import paths, so CUE cannot read a package there", odd),
				Hint:    "use only letters, digits and hyphens, or start the name with an underscore if the folder does not contain specs",
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
				Hint:    "a folder can contain only one package; use the same name, or move one of them to another folder",
			})
		}
	}
	return what, found
}

// unimportable returns the element of a path that CUE does not allow in import paths; "" if
// there is none.
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

// scanFile parses a file; it returns nil if the file cannot be read.
func scanFile(files fs.FS, name, version string) (*ast.File, diag.List) {
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
	if found := source.NotUTF8(name, data, source.CUEIsUTF8); found != nil {
		return nil, found
	}
	f, err := parser.ParseFile("/"+name, data, parser.AllErrors, parser.Version(version))
	if err != nil {
		return nil, syntaxErrors(err)
	}
	return f, nil
}

// packageClause returns the package clause of a file. It returns nil and no finding if an
// attribute excludes the file.
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
		Message: "missing package clause",
		Hint:    "start the file with package and a name, such as package " + packageName(name),
	}}
}

// packageName suggests a name for the package of a file.
func packageName(name string) string {
	dir := regexp.MustCompile(`[^a-z0-9_]`).ReplaceAllString(strings.ToLower(path.Base(path.Dir(name))), "")
	if dir == "" || dir[0] >= '0' && dir[0] <= '9' {
		return "ports"
	}
	return dir
}

// syntaxErrors converts the errors of CUE's parser to findings. It reports one for each line,
// because further errors on a line follow from the first.
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
