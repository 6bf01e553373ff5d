package partial

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"

	"github.com/portspec/portspec/internal/load/eval"
)

// NameCatalog replaces a site's catalogue, if it is that of another package, by the ids of its
// products. #Site needs only these ids, the catalogue's package is judged separately, and CUE
// would spend most of a site's time on evaluating it again. idsOf returns nil for a package
// whose ids are not known. A site with findings is judged again as written.
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

// catalogField returns the field of a site with its catalogue if nothing else in the package can
// refer to it, and nil otherwise.
func catalogField(inst *build.Instance) *ast.Field {
	var field *ast.Field
	var own []*ast.Ident // not references to the site or its catalogue
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
				return false // its name is not a reference
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
