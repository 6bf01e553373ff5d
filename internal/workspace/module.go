package workspace

import (
	"fmt"
	"iter"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/source"
)

// servedVersion is the version of portspec's CUE module in the binary.
const servedVersion = "v0.1.0"

// parseModule parses a module file. Errors in it are findings.
func parseModule(data []byte) (*modfile.File, diag.List) {
	// The version is checked first, because another major version would make the whole
	// file invalid.
	if f, ok := unknownVersion(data); ok {
		return nil, diag.List{f}
	}
	file, err := modfile.Parse(data, ModuleFile)
	if err != nil {
		return nil, moduleErrors(err)
	}
	return file, nil
}

// moduleErrors converts CUE's errors about a module file to findings.
func moduleErrors(err error) diag.List {
	var found diag.List
	for _, e := range errors.Errors(err) {
		f := diag.Finding{
			Code: diag.ModuleFile, Severity: diag.Error, Position: diag.Position{File: ModuleFile},
			Message: e.Error(),
			Hint:    `a module file has the module path and the language version: module: "example.com/specs@v0", language: version: "v0.17.0"`,
		}
		for _, pos := range append(errors.Positions(e), e.Position()) {
			if at := source.At(pos); at.File == ModuleFile && !(f.Position.Line > 0) {
				f.Position = at
			}
		}
		found = append(found, f)
	}
	return found.Sort()
}

// unknownVersion returns a finding if the module depends on a version of portspec's module
// that is newer than the one in the binary.
func unknownVersion(data []byte) (diag.Finding, bool) {
	f, err := parser.ParseFile(ModuleFile, data)
	if err != nil {
		return diag.Finding{}, false
	}
	for dep, v := range dependencies(f.Decls) {
		if name, _, _ := strings.Cut(dep, "@"); name != ModulePath {
			continue
		}
		at := source.Span(v)
		version := strings.Trim(source.Text(data, at), `"`)
		if dep == ModulePath+"@v0" && semver.IsValid(version) && semver.Compare(version, servedVersion) <= 0 {
			continue
		}
		return diag.Finding{
			Code: diag.UnknownVersion, Severity: diag.Error, Position: at, Path: diag.PathOf("deps", dep, "v"),
			Message: fmt.Sprintf("this version of portspec does not contain %s %s; it has %s", dep, version, servedVersion),
			Hint:    "require " + servedVersion + " of " + ModulePath + "@v0, or use a newer portspec",
		}, true
	}
	return diag.Finding{}, false
}

// dependencies iterates over the modules that a module file depends on, and the
// expressions of their versions.
func dependencies(decls []ast.Decl) iter.Seq2[string, ast.Expr] {
	return func(yield func(string, ast.Expr) bool) {
		for _, deps := range fields(decls, "deps") {
			for name, dep := range fields(deps, "") {
				for _, d := range dep {
					field, ok := d.(*ast.Field)
					if !ok {
						continue
					}
					key, _, err := ast.LabelName(field.Label)
					if err == nil && key == "v" && !yield(name, field.Value) {
						return
					}
				}
			}
		}
	}
}

// fields iterates over the fields with the given name, or all fields for "", whose values
// are structs.
func fields(decls []ast.Decl, name string) iter.Seq2[string, []ast.Decl] {
	return func(yield func(string, []ast.Decl) bool) {
		for _, d := range decls {
			field, ok := d.(*ast.Field)
			if !ok {
				continue
			}
			key, _, err := ast.LabelName(field.Label)
			value, isStruct := field.Value.(*ast.StructLit)
			if err == nil && isStruct && (name == "" || key == name) && !yield(key, value.Elts) {
				return
			}
		}
	}
}
