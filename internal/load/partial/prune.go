package partial

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// apply prunes the structs and lists directly below a node.
func (s *specialization) apply(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.StructLit:
		n.Elts = s.pruneDecls(n.Elts)
	case *ast.ListLit:
		var kept []ast.Expr
		for _, e := range n.Elts {
			if e = s.yields(e); e != nil {
				kept = append(kept, e)
			}
		}
		n.Elts = kept
	}
	return true
}

// pruneDecls removes declarations that have no effect.
func (s *specialization) pruneDecls(all []ast.Decl) []ast.Decl {
	var kept []ast.Decl
	for _, d := range all {
		switch n := d.(type) {
		case *ast.Field:
			name, _, err := ast.LabelName(n.Label)
			if err != nil {
				break
			}
			if n.Constraint == token.OPTION && s.isUnwritten(name) {
				continue
			}
			if n.Constraint == token.ILLEGAL && s.regular[name] == 1 && !s.writes(name) {
				n.Value = byDefault(n.Value)
			}
		case *ast.EmbedDecl:
			if n.Expr = s.yields(n.Expr); n.Expr == nil {
				continue
			}
		case *ast.Comprehension:
			e := s.yields(n)
			if e == nil {
				continue
			}
			if e != ast.Expr(n) {
				d = &ast.EmbedDecl{Expr: e}
			}
		}
		kept = append(kept, d)
	}
	return kept
}

// yields returns what an embedded expression yields: nil if it is a comprehension that yields
// nothing, and only its value if its condition always holds. A condition must not refer to a
// removed field.
func (s *specialization) yields(e ast.Expr) ast.Expr {
	c, ok := e.(*ast.Comprehension)
	if !ok || c.Fallback != nil {
		return e
	}
	var clauses []ast.Clause
	for _, clause := range c.Clauses {
		if is, ok := clause.(*ast.IfClause); ok {
			condition, holds := s.truth(is.Condition)
			switch holds {
			case never:
				return nil
			case always:
				continue
			}
			is.Condition = condition
		}
		clauses = append(clauses, clause)
	}
	if len(clauses) == 0 {
		return c.Value
	}
	c.Clauses = clauses
	return c
}

// byDefault returns the default of a disjunction if it is a literal, and the expression itself
// otherwise.
func byDefault(e ast.Expr) ast.Expr {
	choice, ok := e.(*ast.BinaryExpr)
	if !ok || choice.Op != token.OR {
		return e
	}
	var marked []ast.Expr
	var collect func(ast.Expr)
	collect = func(e ast.Expr) {
		switch e := e.(type) {
		case *ast.BinaryExpr:
			collect(e.X)
			collect(e.Y)
		case *ast.UnaryExpr:
			if e.Op == token.MUL {
				marked = append(marked, e.X)
			}
		}
	}
	collect(choice)
	if len(marked) == 1 {
		if literal, ok := marked[0].(*ast.BasicLit); ok {
			return literal
		}
	}
	return e
}
