package eval

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	cueload "cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/workspace"
)

// A Reading determines how CUE reads files.
type Reading struct {
	Files     fs.FS
	Repairs   Repairs
	Unchecked bool // without the checks of the schema
	OnData    bool // without the checks for which [ForCUE] is false
	// Bare gives CUE only the package clauses of the schema, so that its loader has less to
	// do. [Reading.Whole] adds the rest.
	Bare   bool
	sites  Sources
	parsed *Parsed
	syntax *Syntax
	Schema string     // folder of the schema, see [SchemaDir]
	Cache  *FileCache // files shared by all readings of this kind; may be nil
	Own    []string   // folders of the packages to judge, whose files are not cached
}

// Config returns a configuration with which CUE's loader reads only these files.
func (r Reading) Config() *cueload.Config {
	return &cueload.Config{Dir: "/", FS: r.Files, Registry: workspace.Offline{}, ParseFile: r.parse}
}

// parse parses a file and applies repairs. Positions stay those of the file.
func (r Reading) parse(name string, src any, cfg parser.Config) (*ast.File, error) {
	cfg.Mode &^= parser.ParseComments
	partly := cfg.Mode&(parser.ImportsOnly|parser.PackageClauseOnly) != 0
	if r.Cache != nil && !partly && r.shares(name) {
		return r.Cache.parse(name, func() (*ast.File, error) { return r.parseAnew(name, src, cfg) })
	}
	return r.parseAnew(name, src, cfg)
}

// shares reports whether a file can be parsed once for all packages of this reading: it
// belongs to the schema or to an imported package, and has no repairs.
func (r Reading) shares(name string) bool {
	name = strings.TrimPrefix(name, "/")
	return !slices.Contains(r.Own, path.Dir(name)) && !r.hasRepairs(name)
}

// inSchema reports whether a file belongs to the schema.
func (r Reading) inSchema(name string) bool {
	return strings.HasPrefix(strings.TrimPrefix(name, "/"), r.Schema)
}

func (r Reading) parseAnew(name string, src any, cfg parser.Config) (*ast.File, error) {
	if r.inSchema(name) {
		if f := r.syntax.file(name, cfg.Version); f != nil {
			switch {
			case r.Bare && r.shares(name):
				return bare(f), nil
			case cfg.Mode&(parser.ImportsOnly|parser.PackageClauseOnly) == 0:
				return r.repaired(name, r.ofSchema(f)), nil
			}
		}
		if path.Base(name) == resolutionFile {
			cfg.Mode |= parser.PackageClauseOnly // the rest is not needed
		}
	}
	var f *ast.File
	if len(r.Repairs) == 0 {
		f = r.parsed.take(name, cfg)
	}
	if f == nil {
		var err error
		if f, err = r.sites.parse(name, src, cfg); err != nil {
			return nil, err
		}
	}
	if text, ok := src.([]byte); !ok || workspace.MayRead(text) {
		workspace.Strip(f)
	}
	f = r.repaired(name, f)
	r.sites.place(name, f)
	if r.inSchema(name) && cfg.Mode&parser.ImportsOnly == 0 { // or all imports would seem unused
		f = r.ofSchema(f)
	}
	return f, nil
}

// repaired applies the repairs in a file.
func (r Reading) repaired(name string, f *ast.File) *ast.File {
	if r.hasRepairs(name) {
		r.Repairs.apply(f)
	}
	return f
}

// hasRepairs reports whether a file has repairs. The fields of a YAML or JSON file have the
// positions of that file, not of the CUE file that is read instead.
func (r Reading) hasRepairs(name string) bool {
	name = strings.TrimPrefix(name, "/")
	if _, ok := r.sites[name]; ok {
		return len(r.Repairs) > 0
	}
	return r.Repairs.in(name)
}

// bare returns a file with the package clause of another one.
func bare(f *ast.File) *ast.File {
	clause := *f
	clause.Unresolved = nil
	clause.Decls = slices.DeleteFunc(slices.Clone(f.Decls), func(d ast.Decl) bool {
		_, ok := d.(*ast.Package)
		return !ok
	})
	return copier{}.file(&clause)
}

// ofSchema returns a copy of a file of the schema with the checks that this reading needs.
func (r Reading) ofSchema(f *ast.File) *ast.File {
	switch {
	case !r.Unchecked && !r.OnData:
		return copier{}.file(f)
	case path.Base(f.Filename) == referencesFile:
		return bare(f)
	}
	f = copier{drop: func(field *ast.Field) bool {
		name, _, _ := ast.LabelName(field.Label)
		return name == "_check" && (r.Unchecked || !ForCUE(field))
	}}.file(f)
	DropUnusedImports(f)
	return f
}

// Whole returns copies of files of the schema, in which names are not resolved yet. Files that
// CUE has read as [Reading.Bare] are replaced by complete ones.
func (r Reading) Whole(files []*ast.File) []*ast.File {
	all := make([]*ast.File, len(files))
	for i, f := range files {
		if whole := r.syntax.file(f.Filename, f.LanguageVersion); whole != nil && !r.hasRepairs(f.Filename) {
			f = whole
		}
		all[i] = r.ofSchema(f)
	}
	return all
}

// resolutionFile is the part of the schema that resolves sites for plain cue. portspec does that
// in internal/resolve, to give reasons.
const resolutionFile = "resolution.cue"

// referencesFile is the part of the schema that contains only checks. Without them, it has to
// be left out completely, because CUE rejects unused names.
const referencesFile = "references.cue"

// SchemaDir returns the folder of the schema in a workspace, with a trailing slash.
func SchemaDir(files fs.FS) string {
	if _, err := fs.Stat(files, workspace.ModulePath+"/schema"); err == nil {
		return workspace.ModulePath + "/schema/"
	}
	return "schema/"
}

// ForCUE reports whether only CUE can run checks: they need a definition that computes.
func ForCUE(checks *ast.Field) bool {
	found := false
	ast.Walk(checks.Value, func(n ast.Node) bool {
		ident, ok := n.(*ast.Ident)
		found = found || ok && strings.HasPrefix(ident.Name, "_#")
		return !found
	}, nil)
	return found
}

// DropUnusedImports removes imports that a file no longer uses, which CUE rejects.
func DropUnusedImports(f *ast.File) {
	used := make(map[string]bool)
	ast.Walk(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := sel.X.(*ast.Ident); ok {
				used[pkg.Name] = true
			}
		}
		return true
	}, nil)
	f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
		imports, ok := d.(*ast.ImportDecl)
		if !ok {
			return false
		}
		imports.Specs = slices.DeleteFunc(imports.Specs, func(s *ast.ImportSpec) bool {
			return s.Name == nil && !used[path.Base(strings.Trim(s.Path.Value, `"`))]
		})
		return len(imports.Specs) == 0
	})
}
