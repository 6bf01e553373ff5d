package eval

import (
	"bytes"

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

// IsPlain reports whether a file that is not parsed yet is certainly of [PlainKind]. It returns
// false if the file may have a field, at any depth, of which the name says another kind.
func IsPlain(data []byte) bool {
	if bytes.Contains(data, []byte(`\u`)) || bytes.Contains(data, []byte(`\U`)) { // letters of a label can be written so
		return false
	}
	const quoted = "\"'# \t\r"
	for _, name := range []string{"catalog", "site"} {
		for rest := data; ; {
			before, after, found := bytes.Cut(rest, []byte(name))
			if !found {
				break
			}
			before, rest = bytes.TrimRight(before, quoted), after
			// A field begins a line, or follows a comma, a brace or the name of an alias.
			begins := len(before) == 0 || bytes.IndexByte([]byte("\n,{="), before[len(before)-1]) >= 0
			if begins && bytes.HasPrefix(bytes.TrimLeft(after, quoted), []byte(":")) {
				return false
			}
		}
	}
	return true
}
