package checks

import (
	"slices"
	"strconv"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/load/eval"
)

// Known reports whether the only values with checks in a package and its imports are products
// and services.
func (s *Schema) Known(inst *build.Instance) bool {
	if s == nil || inst.Err != nil {
		return false
	}
	for _, f := range inst.Files {
		if !s.knownIn(f) {
			return false
		}
	}
	return !slices.ContainsFunc(inst.Imports, func(i *build.Instance) bool { return !eval.IsSchema(i.ImportPath) && !s.Known(i) })
}

// uses reports whether a package has a top-level field with the given definition.
func (s *Schema) uses(inst *build.Instance, field, definition string) bool {
	return slices.ContainsFunc(inst.Files, func(f *ast.File) bool {
		for _, sel := range s.expected(f, schemaName(f)) {
			if sel.field == field && sel.definition == definition {
				return true
			}
		}
		return false
	})
}

// A use is a definition of the schema at a place where it is expected.
type use struct{ field, definition string }

// schemaName returns the name under which a file imports the schema; "" if it does not.
func schemaName(f *ast.File) string {
	for spec := range f.ImportSpecs() {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil && eval.IsSchema(p) {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return "schema"
		}
	}
	return ""
}

// knownIn reports whether a file uses definitions with checks only where they are expected.
func (s *Schema) knownIn(f *ast.File) bool {
	schema := schemaName(f)
	if schema == "" {
		return true
	}
	expected := s.expected(f, schema)
	known := true
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportDecl, *ast.Package:
			return false
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == schema {
				name, _, err := ast.LabelName(n.Sel)
				_, here := expected[n]
				known = known && err == nil && (here || !s.checked[name])
				return false
			}
		case *ast.Ident:
			known = known && n.Name != schema
		}
		return known
	}, nil)
	return known
}

// expected returns the uses of #Product and #Service in a file at the places where the values
// are known:
//
//	product: schema.#Product & {…}
//	services: [ID=schema.#ID]: schema.#Service & {id: ID}
func (s *Schema) expected(f *ast.File, schema string) map[*ast.SelectorExpr]use {
	all := make(map[*ast.SelectorExpr]use)
	var conjuncts func(e ast.Expr, of use)
	conjuncts = func(e ast.Expr, of use) {
		switch e := e.(type) {
		case *ast.ParenExpr:
			conjuncts(e.X, of)
		case *ast.BinaryExpr:
			if e.Op == token.AND {
				conjuncts(e.X, of)
				conjuncts(e.Y, of)
			}
		case *ast.SelectorExpr:
			x, ok := e.X.(*ast.Ident)
			if name, _, err := ast.LabelName(e.Sel); ok && err == nil && x.Name == schema && name == of.definition {
				all[e] = of
			}
		case *ast.StructLit:
			if of.definition == "" {
				for _, d := range e.Elts {
					if field, ok := d.(*ast.Field); ok && field.Constraint == token.ILLEGAL {
						conjuncts(field.Value, use{of.field, "#Service"})
					}
				}
			}
		}
	}
	for _, d := range f.Decls {
		field, ok := d.(*ast.Field)
		if !ok || field.Constraint != token.ILLEGAL {
			continue
		}
		switch name, _, _ := ast.LabelName(field.Label); name {
		case "product":
			conjuncts(field.Value, use{name, "#Product"})
		case "services":
			conjuncts(field.Value, use{name, ""})
		}
	}
	return all
}
