package eval

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// A Kind is what a package unifies. It determines when the package is evaluated: lower kinds
// come first.
type Kind int

// Kinds of packages.
const (
	PlainKind   Kind = iota // a product, services, or anything else
	CatalogKind             // products
	SiteKind                // a site, with its catalogue
)

// KindOf returns the kind of a package with only this file.
func KindOf(f *ast.File) Kind {
	kind := PlainKind
	for _, d := range f.Decls {
		if field, ok := d.(*ast.Field); ok && field.Constraint == token.ILLEGAL {
			switch name, _, _ := ast.LabelName(field.Label); name {
			case "catalog":
				kind = max(kind, CatalogKind)
			case "site":
				kind = SiteKind
			}
		}
	}
	return kind
}
