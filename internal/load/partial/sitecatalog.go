package partial

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"

	"github.com/portspec/portspec/internal/load/eval"
)

// NameCatalog puts the ids of the products in the place of a site's catalogue that
// is the one of another package: that package is in order by itself, #Site asks no
// more of its products than that they have ids, and CUE takes most of a site's
// time for evaluating all of them once more. The ids are nil of a package of which
// they are not known. A site with findings is judged again as it is written.
func NameCatalog(p *eval.Package, idsOf func(*build.Instance) []string) {
	if p.By != eval.ByPart || len(p.Written.At("site")) != 1 || len(p.Written.At("site", "catalog")) != 1 ||
		p.Instance.Complete() != nil || p.Instance.ResolutionErr != nil {
		return
	}
	field := catalogField(p.Instance)
	if field == nil {
		return
	}
	imported := fieldOf(p.Instance, field.Value, "catalog")
	if imported == nil {
		return
	}
	ids := idsOf(imported)
	if ids == nil {
		return
	}
	products := &ast.StructLit{}
	for _, id := range ids {
		products.Elts = append(products.Elts, &ast.Field{Label: ast.NewString(id), Value: &ast.StructLit{}})
	}
	field.Value = ast.NewStruct("products", products)
}

// catalogField is the field of a site that says its catalogue, where nothing else
// in the package can refer to it; nil where that is not so.
func catalogField(inst *build.Instance) *ast.Field {
	var field *ast.Field
	var own []*ast.Ident // that are not references to the site or its catalogue
	for _, f := range inst.Files {
		for _, site := range fieldsOf(f.Decls, "site") {
			for _, c := range fieldsOf(bodyOf(inst, site.Value, "#Site"), "catalog") {
				ref, ok := c.Value.(*ast.SelectorExpr)
				if !ok {
					return nil
				}
				if sel, ok := ref.Sel.(*ast.Ident); ok {
					own = append(own, sel)
				}
				field = c
			}
		}
	}
	for _, f := range inst.Files {
		ast.Walk(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Package:
				return false // its name refers to nothing
			case *ast.Field:
				if label, ok := n.Label.(*ast.Ident); ok && n.Alias == nil {
					own = append(own, label)
				}
			case *ast.Ident:
				if slices.Contains([]string{"catalog", "site", "self"}, n.Name) && !slices.Contains(own, n) {
					field = nil
				}
			}
			return true
		}, nil)
	}
	return field
}
