package checks

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/load/eval"
)

// definition runs the checks of a definition on a value.
func (s *Schema) definition(name string, of *eval.Tree) {
	if !s.checked[name] {
		return
	}
	for _, e := range s.fields[name] {
		s.walk(e, of, nil)
	}
}

// walk runs the checks in an expression of the schema on a value.
func (s *Schema) walk(e ast.Expr, of *eval.Tree, in *scope) {
	switch e := e.(type) {
	case *ast.Alias:
		s.walk(e.Expr, of, &scope{parent: in, name: e.Ident.Name, value: known(of)})
	case *ast.Ident:
		if strings.Contains(e.Name, "#") {
			s.definition(e.Name, of)
		}
	case *ast.ParenExpr:
		s.walk(e.X, of, in)
	case *ast.BinaryExpr:
		if e.Op == token.AND {
			s.walk(e.X, of, in)
			s.walk(e.Y, of, in)
		} else if s.mentions(e) {
			leaveToCUE()
		}
	case *ast.ListLit:
		items := of.Items()
		for i, x := range e.Elts {
			if rest, ok := x.(*ast.Ellipsis); ok {
				for ; i < len(items) && rest.Type != nil; i++ {
					s.walk(rest.Type, items[i], in)
				}
			} else if i < len(items) {
				s.walk(x, items[i], in)
			}
		}
	case *ast.StructLit:
		here := &scope{parent: in, lit: e, data: of}
		for _, d := range e.Elts {
			s.walkDecl(d, of, here)
		}
	default:
		if s.mentions(e) {
			leaveToCUE()
		}
	}
}

// walkDecl is walk for a declaration in a struct.
func (s *Schema) walkDecl(d ast.Decl, of *eval.Tree, here *scope) {
	switch d := d.(type) {
	case *ast.Field:
		if !s.leads[d.Value] && !isCheck(d) {
			return
		}
		if list, ok := d.Label.(*ast.ListLit); ok && len(list.Elts) == 1 {
			for _, f := range of.Fields() {
				s.walk(d.Value, f.Value, here)
			}
			return
		}
		name, err := nameOf(d.Label)
		body, isStruct := d.Value.(*ast.StructLit)
		switch {
		case err != nil, d.Alias != nil, strings.HasPrefix(name, "_") && name != checkField, strings.HasPrefix(name, "#"):
			leaveToCUE()
		case name == checkField:
			if !isStruct {
				leaveToCUE()
			}
			if !s.forCUE[d] {
				s.check(body, here)
			}
		default:
			if value := of.Field(name); value != nil {
				s.walk(d.Value, value, here)
			}
		}
	case *ast.EmbedDecl:
		if c, ok := d.Expr.(*ast.Comprehension); ok {
			s.walkDecl(c, of, here)
			return
		}
		s.walk(d.Expr, of, here)
	case *ast.LetClause, *ast.CommentGroup, *ast.Attribute:
	default:
		if s.mentions(d) {
			leaveToCUE()
		}
	}
}

func isCheck(f *ast.Field) bool {
	name, _ := nameOf(f.Label)
	return name == checkField
}

// nameOf is a version of [ast.LabelName] that is fast for most labels.
func nameOf(l ast.Label) (string, error) {
	if ident, ok := l.(*ast.Ident); ok {
		return ident.Name, nil
	}
	name, _, err := ast.LabelName(l)
	return name, err
}

// check runs the checks in a struct: none may yield a field.
func (s *Schema) check(body *ast.StructLit, in *scope) {
	here := &scope{parent: in, lit: body}
	for _, d := range body.Elts {
		if e, ok := d.(*ast.EmbedDecl); ok {
			if c, ok := e.Expr.(*ast.Comprehension); ok {
				d = c
			}
		}
		switch d := d.(type) {
		case *ast.LetClause: // evaluated when used
		case *ast.Comprehension:
			s.yield(d, here, func(in *scope) {
				inner, ok := d.Value.(*ast.StructLit)
				if !ok {
					leaveToCUE()
				}
				s.check(inner, in)
			})
		case *ast.Field: // a group of checks, or the finding of one
			inner, ok := d.Value.(*ast.StructLit)
			if _, static := d.Label.(*ast.Ident); !ok || !static {
				leaveToCUE()
			}
			s.check(inner, here)
		default:
			leaveToCUE()
		}
	}
}
