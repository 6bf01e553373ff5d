package eval

import (
	"fmt"
	"slices"

	"cuelang.org/go/cue/ast"
)

// A copier copies syntax, except for the fields that drop reports. Names in a copy do not
// refer to anything yet. Literals and attributes are shared, because nothing changes them.
type copier struct {
	drop func(*ast.Field) bool // nil to keep all fields
}

func (c copier) file(f *ast.File) *ast.File {
	to := *f
	to.Decls, to.Unresolved = c.decls(f.Decls), nil
	return &to
}

func (c copier) decls(all []ast.Decl) []ast.Decl {
	to := make([]ast.Decl, 0, len(all))
	for _, d := range all {
		if f, ok := d.(*ast.Field); !ok || c.drop == nil || !c.drop(f) {
			to = append(to, copyOf(c, d))
		}
	}
	return to
}

func (c copier) exprs(all []ast.Expr) []ast.Expr {
	to := make([]ast.Expr, len(all))
	for i, e := range all {
		to[i] = copyOf(c, e)
	}
	return to
}

// copyOf copies a node; nil if there is none.
func copyOf[Node comparable](c copier, n Node) Node {
	if none := *new(Node); n == none {
		return none
	}
	return c.node(any(n).(ast.Node)).(Node)
}

func (c copier) node(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.BasicLit, *ast.BottomLit, *ast.Attribute, *ast.CommentGroup:
		return n
	case *ast.Ident:
		to := *n
		to.Node, to.Scope = nil, nil
		return &to
	case *ast.SelectorExpr:
		to := *n
		to.X, to.Sel = copyOf(c, n.X), copyOf(c, n.Sel)
		return &to
	case *ast.BinaryExpr:
		to := *n
		to.X, to.Y = copyOf(c, n.X), copyOf(c, n.Y)
		return &to
	case *ast.UnaryExpr:
		to := *n
		to.X = copyOf(c, n.X)
		return &to
	case *ast.PostfixExpr:
		to := *n
		to.X = copyOf(c, n.X)
		return &to
	case *ast.ParenExpr:
		to := *n
		to.X = copyOf(c, n.X)
		return &to
	case *ast.IndexExpr:
		to := *n
		to.X, to.Index = copyOf(c, n.X), copyOf(c, n.Index)
		return &to
	case *ast.SliceExpr:
		to := *n
		to.X, to.Low, to.High = copyOf(c, n.X), copyOf(c, n.Low), copyOf(c, n.High)
		return &to
	case *ast.CallExpr:
		to := *n
		to.Fun, to.Args = copyOf(c, n.Fun), c.exprs(n.Args)
		return &to
	case *ast.Func:
		to := *n
		to.Args, to.Ret = c.exprs(n.Args), copyOf(c, n.Ret)
		return &to
	case *ast.Interpolation:
		to := *n
		to.Elts = c.exprs(n.Elts)
		return &to
	case *ast.ListLit:
		to := *n
		to.Elts = c.exprs(n.Elts)
		return &to
	case *ast.StructLit:
		to := *n
		to.Elts = c.decls(n.Elts)
		return &to
	}
	return c.decl(n)
}

// decl copies a declaration or a node that is not an expression.
func (c copier) decl(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.Package:
		// Without a position: CUE's loader writes to the token.File of a file's first position.
		return &ast.Package{Name: ast.NewIdent(n.Name.Name)}
	case *ast.ImportDecl:
		to := *n
		to.Specs = slices.Clone(n.Specs)
		return &to
	case *ast.Field:
		to := *n
		to.Label, to.Alias, to.Value = copyOf(c, n.Label), copyOf(c, n.Alias), copyOf(c, n.Value)
		return &to
	case *ast.Alias:
		to := *n
		to.Ident, to.Expr = copyOf(c, n.Ident), copyOf(c, n.Expr)
		return &to
	case *ast.PostfixAlias:
		to := *n
		to.Label, to.Field = copyOf(c, n.Label), copyOf(c, n.Field)
		return &to
	case *ast.EmbedDecl:
		to := *n
		to.Expr = copyOf(c, n.Expr)
		return &to
	case *ast.Ellipsis:
		to := *n
		to.Type = copyOf(c, n.Type)
		return &to
	case *ast.Comprehension:
		to := *n
		to.Clauses = make([]ast.Clause, len(n.Clauses))
		for i, clause := range n.Clauses {
			to.Clauses[i] = copyOf(c, clause)
		}
		to.Value, to.Fallback = copyOf(c, n.Value), copyOf(c, n.Fallback)
		return &to
	case *ast.FallbackClause:
		to := *n
		to.Body = copyOf(c, n.Body)
		return &to
	case *ast.ForClause:
		to := *n
		to.Key, to.Value, to.Source = copyOf(c, n.Key), copyOf(c, n.Value), copyOf(c, n.Source)
		return &to
	case *ast.IfClause:
		to := *n
		to.Condition = copyOf(c, n.Condition)
		return &to
	case *ast.LetClause:
		to := *n
		to.Ident, to.Expr = copyOf(c, n.Ident), copyOf(c, n.Expr)
		return &to
	case *ast.TryClause:
		to := *n
		to.Ident, to.Expr = copyOf(c, n.Ident), copyOf(c, n.Expr)
		return &to
	}
	panic(fmt.Sprintf("unknown syntax node of type %T", n))
}
