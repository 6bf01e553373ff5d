package partial

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"github.com/portspec/portspec/internal/load/eval"
)

// dropUnused removes unused names, which CUE rejects; it reports whether there were any.
func dropUnused(f *ast.File) bool {
	uses := make(map[string]int)
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Alias:
			uses[n.Ident.Name]--
		case *ast.LetClause:
			uses[n.Ident.Name]--
		case *ast.Ident:
			uses[n.Name]++
		}
		return true
	}, nil)
	dropped := false
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if alias, ok := n.Value.(*ast.Alias); ok && uses[alias.Ident.Name] == 0 {
				n.Value = alias.Expr
				dropped = true
			}
		case *ast.StructLit:
			n.Elts = slices.DeleteFunc(n.Elts, func(d ast.Decl) bool {
				let, ok := d.(*ast.LetClause)
				unused := ok && uses[let.Ident.Name] == 0
				dropped = dropped || unused
				return unused
			})
		}
		return true
	}, nil)
	return dropped
}

// dropUnreferenced removes top-level definitions and fields of the schema to which neither
// packages nor the rest of the schema refer.
func (s *specialization) dropUnreferenced(files []*ast.File) {
	tops := make(map[string][]ast.Node)
	for _, f := range files {
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				name, _, _ := ast.LabelName(field.Label)
				tops[name] = append(tops[name], field)
			}
		}
	}
	needed := make(map[string]bool)
	var need func(name string)
	need = func(name string) {
		if needed[name] || tops[name] == nil {
			return
		}
		needed[name] = true
		for _, field := range tops[name] {
			ast.Walk(field, func(n ast.Node) bool {
				if ident, ok := n.(*ast.Ident); ok {
					need(ident.Name)
				}
				return true
			}, nil)
		}
	}
	for name := range s.used {
		need(name)
	}
	for _, f := range files {
		f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
			field, ok := d.(*ast.Field)
			if !ok {
				return false
			}
			name, _, _ := ast.LabelName(field.Label)
			return !needed[name]
		})
		eval.DropUnusedImports(f)
	}
}

// dropHidden removes hidden fields that only the schema's checks use. Whatever CUE could find
// wrong with them follows from another fault.
func dropHidden(files []*ast.File) {
	used := make(map[string]bool)
	for _, f := range files {
		labels := make(map[ast.Node]bool)
		ast.Walk(f, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok {
				labels[field.Label] = true
			}
			if ident, ok := n.(*ast.Ident); ok && !labels[n] {
				used[ident.Name] = true
			}
			return true
		}, nil)
	}
	for _, f := range files {
		ast.Walk(f, func(n ast.Node) bool {
			if body, ok := n.(*ast.StructLit); ok {
				body.Elts = slices.DeleteFunc(body.Elts, func(d ast.Decl) bool {
					field, ok := d.(*ast.Field)
					if !ok {
						return false
					}
					name, _, err := ast.LabelName(field.Label)
					return err == nil && strings.HasPrefix(name, "_") && name != "_check" && !strings.HasPrefix(name, "_#") && !used[name]
				})
			}
			return true
		}, nil)
		eval.DropUnusedImports(f)
	}
}
