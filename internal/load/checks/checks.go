// Package checks runs the checks of the schema on data that CUE has accepted without
// them. A [Schema] is read off the files that CUE reads, so that each check is
// written once; what CUE spends half of its time on takes a tenth of that here. A
// check that finds something, and whatever is not understood, is left to CUE.
package checks

import (
	"io/fs"
	"path"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/load/eval"
)

// checkField is the field of a definition that holds its checks.
const checkField = "_check"

// A Schema is the definitions of a schema and their checks. It may be used by several
// goroutines.
type Schema struct {
	fields  map[string][]ast.Expr             // at the top of the schema
	checked map[string]bool                   // the definitions that have checks, or lead to some
	leads   map[ast.Node]bool                 // the values of fields that lead to some
	forCUE  map[*ast.Field]bool               // checks that are not run here
	labels  map[*ast.StructLit]map[string]any // what names a struct binds: the node
	values  map[*ast.BasicLit]any             // of literals
	pieces  map[*ast.Interpolation][]string   // between what is interpolated
	refused bool                              // CUE has refused the values: not all is there
}

// Read reads the schema in a folder of a workspace; nil where that cannot be done.
func Read(files fs.FS, dir string) *Schema {
	dir = path.Clean(dir)
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil
	}
	var all []*ast.File
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if path.Ext(name) != ".cue" || path.Base(name) == eval.ResolutionFile {
			continue
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil
		}
		f, err := parser.ParseFile(name, data)
		if err != nil {
			return nil
		}
		all = append(all, f)
	}
	return newSchema(all)
}

func newSchema(files []*ast.File) *Schema {
	s := &Schema{
		fields: make(map[string][]ast.Expr), checked: make(map[string]bool), leads: make(map[ast.Node]bool), forCUE: make(map[*ast.Field]bool),
		labels: make(map[*ast.StructLit]map[string]any), values: make(map[*ast.BasicLit]any), pieces: make(map[*ast.Interpolation][]string),
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				name, _, _ := ast.LabelName(field.Label)
				s.fields[name] = append(s.fields[name], field.Value)
			}
		}
		ast.Walk(f, func(n ast.Node) bool {
			s.prepare(n)
			return true
		}, nil)
	}
	for again := true; again; {
		again = false
		for name, all := range s.fields {
			for _, e := range all {
				if !s.checked[name] && s.mentions(e) {
					s.checked[name], again = true, true
				}
			}
		}
	}
	for _, f := range files {
		ast.Walk(f, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok {
				s.leads[field.Value] = s.mentions(field.Value)
				s.forCUE[field] = isCheck(field) && eval.ForCUE(field)
			}
			return true
		}, nil)
	}
	return s
}

// mentions reports whether an expression has checks, or names a definition that does.
func (s *Schema) mentions(e ast.Node) bool {
	found := false
	ast.Walk(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			name, _, _ := ast.LabelName(n.Label)
			found = found || name == checkField
		case *ast.Ident:
			found = found || strings.Contains(n.Name, "#") && s.checked[n.Name]
		}
		return !found
	}, nil)
	return found
}

// Hold reports whether the checks hold for what a package says, which CUE has
// accepted without them: false where one does not, and where that is not known.
func (s *Schema) Hold(inst *build.Instance, root *eval.Tree) (hold bool) {
	if s == nil || root == nil || !s.Known(inst) {
		return false
	}
	defer func() {
		if r := recover(); r != nil {
			_, left := r.(toCUE)
			if _, lack := r.(lacking); !left && !lack {
				panic(r)
			}
			hold = false
		}
	}()
	if product := root.Field("product"); product != nil {
		if !s.uses(inst, "product", "#Product") {
			return false
		}
		s.definition("#Product", product)
	}
	if services := root.Field("services"); services != nil {
		for _, f := range services.Fields() {
			s.definition("#Service", f.Value)
		}
	}
	return true
}

// HoldBeside reports the same of a package that CUE refuses, for reasons other than
// checks. What is missing follows from those reasons: a condition that needs it does
// not hold.
func (s *Schema) HoldBeside(inst *build.Instance, root *eval.Tree) bool {
	if s == nil {
		return false
	}
	of := *s
	of.refused = true
	return of.Hold(inst, root)
}

// lacking is what is thrown where a value is missing from a package that is refused.
type lacking struct{}

// lack is called where a value is missing.
func (s *Schema) lack() {
	if s.refused {
		panic(lacking{})
	}
	leaveToCUE()
}

// toCUE is what is thrown where CUE has to say what is wrong, if anything is.
type toCUE struct{}

func leaveToCUE() { panic(toCUE{}) }
