package partial

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/token"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
)

// Judged describes a package that was judged to have no faults.
type Judged struct {
	Product  string // id of its product; "" for none
	Version  string // version of its product
	Services int    // number of services
}

// PlainCatalog lists, by id and version, the products of a package that does nothing but name
// products and services of other packages in a #Catalog. Such a catalogue has no faults if its
// products agree about shared services: each product was judged separately, and is listed under
// its own id. Evaluating all products in the catalogue would take as long as judging them did.
// It returns nil for any other package, and if a product has faults or is not known.
func PlainCatalog(inst *build.Instance, of func(*build.Instance) *Judged) []string {
	var refs []string
	for _, f := range catalogFields(inst) {
		switch name, _, _ := ast.LabelName(f.Label); name {
		case "products":
			products, ok := f.Value.(*ast.StructLit)
			if !ok {
				return nil
			}
			for _, d := range products.Elts {
				f, ok := d.(*ast.Field)
				if !ok || f.Constraint != token.ILLEGAL {
					return nil
				}
				name, _, err := ast.LabelName(f.Label)
				id, version := model.SplitRef(name)
				imported := fieldOf(inst, f.Value, "product")
				if err != nil || imported == nil {
					return nil
				}
				of := of(imported)
				if of == nil || of.Product != id || version != "" && of.Version != version || slices.Contains(refs, model.RefOf(id, of.Version)) {
					return nil
				}
				refs = append(refs, model.RefOf(id, of.Version))
			}
		case "services":
			imported := fieldOf(inst, f.Value, "services")
			if imported == nil {
				return nil
			}
			if of := of(imported); of == nil || of.Services == 0 {
				return nil
			}
		default:
			return nil
		}
	}
	return refs
}

// catalogFields returns the fields of a #Catalog that is the only content of a package; nil if
// there is anything else.
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

// fieldOf returns the package whose top-level field an expression names; nil for other
// expressions.
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

// fieldsOf returns the fields with a name among declarations.
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

// bodyOf returns the fields of a value of the form schema.#Definition & {…}; nil for other
// values, and if there is anything but fields.
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
