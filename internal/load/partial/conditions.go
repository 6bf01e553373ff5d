package partial

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// holds tells whether a condition is true, as far as known.
type holds int

const (
	sometimes holds = iota
	never
	always
)

// truth returns whether a condition holds and, if that depends, the condition without the parts
// that always or never hold.
func (s *specialization) truth(e ast.Expr) (ast.Expr, holds) {
	switch b := e.(type) {
	case *ast.ParenExpr:
		inner, h := s.truth(b.X)
		b.X = inner
		return b, h
	case *ast.BinaryExpr:
		// For LAND, decides is the value of one side that decides, and passes is the value
		// that leaves the decision to the other side.
		decides, passes := never, always
		switch b.Op {
		case token.LAND:
		case token.LOR:
			decides, passes = always, never
		case token.EQL, token.NEQ:
			if _, bottom := b.Y.(*ast.BottomLit); !bottom || !s.absent(b.X) {
				return e, sometimes
			}
			if b.Op == token.EQL {
				return e, always
			}
			return e, never
		default:
			return e, sometimes
		}
		x, hx := s.truth(b.X)
		y, hy := s.truth(b.Y)
		switch {
		case hx == decides || hy == decides:
			return e, decides
		case hx == passes:
			return y, hy
		case hy == passes:
			return x, hx
		}
		b.X, b.Y = x, y
	}
	return e, sometimes
}

// absent reports whether a reference is to a field that nobody writes.
func (s *specialization) absent(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		name, _, err := ast.LabelName(e.Sel)
		return err == nil && s.isUnwritten(name) || s.absent(e.X)
	case *ast.IndexExpr:
		return s.absent(e.X)
	case *ast.Ident:
		return s.isUnwritten(e.Name) && !s.bound[e.Name]
	}
	return false
}
