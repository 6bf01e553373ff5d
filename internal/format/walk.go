package format

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// schemaPath is the import path of the schema.
const schemaPath = "github.com/portspec/portspec/schema"

// A move is a struct whose elements have to be reordered.
type move struct {
	lit   *ast.StructLit
	order []int // indexes of the elements in their new order
}

// unordered finds the structs whose fields are not in the order of the schema, outer ones
// before those inside them.
func unordered(s *shapes, f *ast.File) []move {
	w := &walker{shapes: s, schema: schemaName(f)}
	w.decls(s.file(), f.Decls)
	return w.moves
}

// schemaName returns the name under which a file imports the schema, or "".
func schemaName(f *ast.File) string {
	for spec := range f.ImportSpecs() {
		path, err := literal.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		path, _, _ = strings.Cut(path, ":")
		if path, _, _ = strings.Cut(path, "@"); path != schemaPath {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return "schema"
	}
	return ""
}

// A walker traverses a file together with the shapes of its values.
type walker struct {
	shapes *shapes
	schema string
	moves  []move
	edits  []edit
}

func (w *walker) decls(s *shape, decls []ast.Decl) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			name, isIdent, err := ast.LabelName(d.Label)
			switch {
			case err != nil: // a pattern or expression
				w.expr(s.value(), d.Value)
			case isIdent && internal(name):
				w.expr(nil, d.Value)
			default:
				w.update(s, name, d)
				w.expr(s.field(name), d.Value)
			}
		case *ast.LetClause:
			w.expr(nil, d.Expr)
		case *ast.EmbedDecl:
			w.expr(s, d.Expr)
		case ast.Expr:
			w.expr(s, d)
		}
	}
}

func (w *walker) expr(s *shape, e ast.Expr) {
	switch e := e.(type) {
	case *ast.StructLit:
		w.structure(s, e)
	case *ast.ListLit:
		for _, x := range e.Elts {
			w.expr(s.item(), x)
		}
	case *ast.Ellipsis:
		w.expr(s, e.Type)
	case *ast.Comprehension:
		w.expr(s, e.Value)
		if e.Fallback != nil {
			w.expr(s, e.Fallback.Body)
		}
	case *ast.BinaryExpr:
		all := operands(e)
		for _, x := range all {
			if named := w.named(x); named != nil && e.Op == token.AND {
				s = named
			}
		}
		for _, x := range all {
			w.expr(s, x)
		}
	case *ast.UnaryExpr:
		w.expr(s, e.X)
	case *ast.ParenExpr:
		w.expr(s, e.X)
	case *ast.Alias:
		w.expr(s, e.Expr)
	}
}

// operands returns the operands of a chain of one operator: a & b & c.
func operands(e *ast.BinaryExpr) []ast.Expr {
	all := []ast.Expr{e.Y}
	x, more := e.X.(*ast.BinaryExpr)
	for ; more && x.Op == e.Op; x, more = x.X.(*ast.BinaryExpr) {
		all = append(all, x.Y)
		e = x
	}
	all = append(all, e.X)
	slices.Reverse(all)
	return all
}

// named returns the shape of the definition that an expression refers to, such as
// schema.#Product; nil if it does not.
func (w *walker) named(e ast.Expr) *shape {
	if e, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := e.X.(*ast.Ident); ok && x.Name == w.schema {
			name, _, _ := ast.LabelName(e.Sel) // "" if it is not a name
			return w.shapes.known[name]
		}
	}
	return nil
}

func (w *walker) structure(s *shape, lit *ast.StructLit) {
	for _, d := range lit.Elts {
		if embed, ok := d.(*ast.EmbedDecl); ok && s == nil {
			s = w.named(embed.Expr)
		}
	}
	if order := arrangement(s, lit.Elts); !slices.IsSorted(order) {
		w.moves = append(w.moves, move{lit, order})
	}
	w.decls(s, lit.Elts)
}
