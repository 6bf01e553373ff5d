package load

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	cueload "cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/workspace"
)

// mends are places in files that are wrong, and what to do there to see what is
// wrong besides. Their ends are left out.
type mends map[diag.Position]mend

// A mend says what to do at a place: give the field there another name, take it
// out, or let the value there be anything.
type mend struct {
	how  how
	name string // the other name
}

type how int

const (
	open how = iota
	drop
	rename
)

func (m mends) add(at diag.Position, with mend) {
	if at.IsValid() && at.Line > 0 {
		m[source.Start(at)] = with
	}
}

func (m mends) open(at diag.Position)                { m.add(at, mend{how: open}) }
func (m mends) drop(at diag.Position)                { m.add(at, mend{how: drop}) }
func (m mends) rename(at diag.Position, name string) { m.add(at, mend{rename, name}) }

// takeOut mends a field that there is not: it becomes the one that was meant, or
// goes.
func (m mends) takeOut(at diag.Position, meant string) {
	if meant != "" {
		m.rename(at, meant)
	} else {
		m.drop(at)
	}
}

// covers reports whether a place is mended.
func (m mends) covers(at diag.Position) bool {
	_, ok := m[source.Start(at)]
	return ok
}

// A reading says how CUE reads files.
type reading struct {
	files     fs.FS
	mended    mends
	unchecked bool // leave the checks of the schema out
	sites     siteSources
	schema    string   // the folder of the schema
	schemas   *schemas // what is read once for all readings of this kind; nil for nothing
	own       []string // the folders of the packages that are judged, whose files are read anew
}

// config makes CUE's loader read the files and nothing else.
func (r reading) config() *cueload.Config {
	return &cueload.Config{Dir: "/", FS: r.files, Registry: workspace.Offline{}, ParseFile: r.parse}
}

// parse is CUE's parser with the mends applied. Positions stay as they are in
// the file.
func (r reading) parse(name string, src any, cfg parser.Config) (*ast.File, error) {
	cfg.Mode &^= parser.ParseComments
	partly := cfg.Mode&(parser.ImportsOnly|parser.PackageClauseOnly) != 0
	if r.schemas != nil && !partly && r.shares(name) {
		return r.schemas.parse(name, func() (*ast.File, error) { return r.parseAnew(name, src, cfg) })
	}
	return r.parseAnew(name, src, cfg)
}

// shares reports whether a file is the same for all packages of this reading, and
// is read once for them: it is of the schema or of a package that is imported,
// and nothing in it is mended.
func (r reading) shares(name string) bool {
	name = strings.TrimPrefix(name, "/")
	if slices.Contains(r.own, path.Dir(name)) {
		return false
	}
	for at := range r.mended {
		if at.File == name {
			return false
		}
	}
	return true
}

// inSchema reports whether a file is one of the schema's.
func (r reading) inSchema(name string) bool {
	return strings.HasPrefix(strings.TrimPrefix(name, "/"), r.schema)
}

func (r reading) parseAnew(name string, src any, cfg parser.Config) (*ast.File, error) {
	if r.inSchema(name) && (path.Base(name) == resolutionFile || r.unchecked && path.Base(name) == referencesFile) {
		cfg.Mode |= parser.PackageClauseOnly // nothing else of it is needed
	}
	f, err := r.sites.parse(name, src, cfg)
	if err != nil {
		return nil, err
	}
	if text, ok := src.([]byte); !ok || workspace.MayRead(text) {
		workspace.Strip(f)
	}
	r.mended.apply(f)
	r.sites.place(name, f)
	if r.inSchema(name) && r.unchecked {
		withoutChecks(f)
	}
	return f, nil
}

// resolutionFile is the part of the schema that resolves sites for plain cue.
// portspec does so itself, in internal/resolve, to say why.
const resolutionFile = "resolution.cue"

// referencesFile is the part of the schema that has only checks. Without them
// nothing of it may stay, as CUE refuses names that nothing uses.
const referencesFile = "references.cue"

// schemaDir is the folder of the schema in a workspace.
func schemaDir(files fs.FS) string {
	if _, err := fs.Stat(files, workspace.ModulePath+"/schema"); err == nil {
		return workspace.ModulePath + "/schema/"
	}
	return "schema/"
}

// withoutChecks takes the checks out of a file of the schema.
func withoutChecks(f *ast.File) {
	astutil.Apply(f, func(c astutil.Cursor) bool {
		if field, ok := c.Node().(*ast.Field); ok {
			if name, _, _ := ast.LabelName(field.Label); name == "_check" {
				c.Delete()
				return false
			}
		}
		return true
	}, nil)
	dropImports(f)
}

// dropImports takes the imports out that a file no longer uses, which CUE
// refuses.
func dropImports(f *ast.File) {
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

// apply mends a file.
func (m mends) apply(f *ast.File) {
	if len(m) == 0 {
		return
	}
	astutil.Apply(f, func(c astutil.Cursor) bool {
		switch n := c.Node().(type) {
		case *ast.Field:
			return m.field(c, n)
		case *ast.ListLit:
			name := ""
			if parent := c.Parent(); parent != nil {
				if field, ok := parent.Node().(*ast.Field); ok {
					name, _, _ = ast.LabelName(field.Label)
				}
			}
			for i, x := range n.Elts {
				if m.opens(x) {
					n.Elts[i] = anything("in "+name, x)
				}
			}
		}
		return true
	}, nil)
}

// field mends a field; false where it is gone.
func (m mends) field(c astutil.Cursor, n *ast.Field) bool {
	if with, ok := m[source.At(n.Label.Pos())]; ok {
		switch with.how {
		case drop:
			c.Delete()
			return false
		case rename:
			label := ast.NewStringLabel(with.name)
			ast.SetPos(label, n.Label.Pos())
			n.Label = label
		}
	}
	name, _, _ := ast.LabelName(n.Label)
	if source.IsLeaf(n.Value) && m.opens(n.Value) || !source.IsLeaf(n.Value) && m.opens(n.Label) {
		n.Value = anything(name, n.Value)
	}
	return true
}

func (m mends) opens(n ast.Node) bool {
	with, ok := m[source.At(n.Pos())]
	return ok && with.how == open
}

// standIns are values in the place of wrong ones, by field and, for elements of
// a list, by "in" and its field. Anything at all would do, if the schema's
// checks did not look at them.
var standIns = map[string]ast.BasicLit{
	"port":          {Kind: token.INT, Value: "30000"}, // others may be counted from it, in both directions
	"from":          {Kind: token.INT, Value: "1"},
	"to":            {Kind: token.INT, Value: "65535"},
	"in ports":      {Kind: token.INT, Value: "1"},
	"in one_of":     {Kind: token.INT, Value: "1"},
	"in fallback":   {Kind: token.INT, Value: "1"},
	"base":          {Kind: token.INT, Value: "30000"},
	"plus":          {Kind: token.INT, Value: "1"},
	"of":            {Kind: token.STRING, Value: `"other"`},
	"count":         {Kind: token.INT, Value: "1"},
	"in transports": {Kind: token.STRING, Value: `"tcp"`},
	"transport":     {Kind: token.STRING, Value: `"tcp"`},
}

// anything is any value at all, in the place of an expression. It keeps the
// expression where that may be what an import is for.
func anything(field string, e ast.Expr) ast.Expr {
	if lit, ok := standIns[field]; ok && source.IsLeaf(e) {
		lit.ValuePos = e.Pos()
		return &lit
	}
	top := &ast.Ident{NamePos: e.Pos(), Name: "_"}
	switch e.(type) {
	case *ast.BasicLit, *ast.Ident, *ast.StructLit, *ast.ListLit:
		return top
	}
	return &ast.BinaryExpr{X: top, Op: token.OR, OpPos: e.Pos(), Y: e}
}
