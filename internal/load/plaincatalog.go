package load

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/token"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/store"
)

// plainCatalog takes a package that only names the products and the services of
// other packages in a #Catalog. All that #Catalog asks for is known then: each is
// in order by itself, a product has the id that it has there, and all say the
// same of every shared service. To have CUE evaluate all of them once more takes
// as long as to judge them did. False where any of that is not so, or not known.
func (l *loading) plainCatalog(p *eval.Package) bool {
	top := l
	for top.parent != nil {
		top = top.parent
	}
	fields := catalogFields(p.Instance)
	if fields == nil || l.whole || !top.settled || len(top.views.Differing()) > 0 {
		return false
	}
	o := &store.Outcome{Summary: store.Summary{
		Dir: strings.TrimPrefix(p.Instance.Dir, "/"), Kind: eval.CatalogKind, Views: make(store.Views), Catalog: []string{}, Lasting: true,
	}}
	for _, f := range fields {
		switch name, _, _ := ast.LabelName(f.Label); name {
		case "products":
			products, ok := f.Value.(*ast.StructLit)
			if !ok {
				return false
			}
			for _, d := range products.Elts {
				f, ok := d.(*ast.Field)
				if !ok || f.Constraint != token.ILLEGAL {
					return false
				}
				id, _, err := ast.LabelName(f.Label)
				of := l.outcomeOf(fieldOf(p.Instance, f.Value, "product"))
				if err != nil || of == nil || of.ProductID != id || slices.Contains(o.Catalog, id) {
					return false
				}
				o.Catalog = append(o.Catalog, id)
			}
		case "services":
			if of := l.outcomeOf(fieldOf(p.Instance, f.Value, "services")); of == nil || len(of.ServiceIDs) == 0 {
				return false
			}
		default:
			return false
		}
	}
	if len(o.Catalog) == 0 {
		return false
	}
	l.take(o)
	return true
}

// catalogFields is what a #Catalog that is all of a package says of its products
// and services; nil where it says anything else.
func catalogFields(inst *build.Instance) []*ast.Field {
	if len(inst.Files) != 1 || inst.Complete() != nil || inst.ResolutionErr != nil {
		return nil
	}
	var catalog *ast.Field
	for _, d := range inst.Files[0].Decls {
		switch d := d.(type) {
		case *ast.Package, *ast.ImportDecl, *ast.CommentGroup:
		case *ast.Field:
			if catalog != nil || d.Alias != nil || len(d.Attrs) > 0 {
				return nil
			}
			catalog = d
		default:
			return nil
		}
	}
	if catalog == nil || len(fieldsOf([]ast.Decl{catalog}, "catalog")) == 0 {
		return nil
	}
	elts := bodyOf(inst, catalog.Value, "#Catalog")
	products, services := fieldsOf(elts, "products"), fieldsOf(elts, "services")
	if len(products) != 1 || len(services) > 1 || len(elts) != 1+len(services) {
		return nil
	}
	return append(products, services...)
}

// fieldOf is the package of which an expression names a field at the top; nil
// where it is anything else.
func fieldOf(inst *build.Instance, e ast.Expr, name string) *build.Instance {
	ref, ok := e.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	sel, ok := ref.Sel.(*ast.Ident)
	if !ok || sel.Name != name {
		return nil
	}
	return importedBy(inst, ref.X)
}

// outcomeOf is what judging a package gave; nil where it was not, or has faults.
func (l *loading) outcomeOf(inst *build.Instance) *store.Outcome {
	if inst == nil {
		return nil
	}
	dir := strings.TrimPrefix(inst.Dir, "/")
	for at := l; at != nil; at = at.parent {
		for _, o := range at.outcomes {
			if o.Dir == dir {
				return o
			}
		}
	}
	return nil
}

// fieldsOf is the fields of a name among declarations.
func fieldsOf(decls []ast.Decl, name string) []*ast.Field {
	var all []*ast.Field
	for _, d := range decls {
		f, ok := d.(*ast.Field)
		if !ok || f.Constraint != token.ILLEGAL || f.Alias != nil {
			continue
		}
		if label, ok := f.Label.(*ast.Ident); ok && label.Name == name {
			all = append(all, f)
		}
	}
	return all
}

// bodyOf is the fields of a value that is schema.#Definition & {…}; nil where it is
// anything else, or has more than fields.
func bodyOf(inst *build.Instance, e ast.Expr, definition string) []ast.Decl {
	both, ok := e.(*ast.BinaryExpr)
	if !ok || both.Op != token.AND {
		return nil
	}
	schema := fieldOf(inst, both.X, definition)
	body, ok := both.Y.(*ast.StructLit)
	if !ok || schema == nil || !eval.IsSchema(schema.ImportPath) {
		return nil
	}
	for _, d := range body.Elts {
		if _, ok := d.(*ast.Field); !ok {
			return nil
		}
	}
	return body.Elts
}
