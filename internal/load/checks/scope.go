package checks

import (
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/load/eval"
)

// A scope binds names: those of a struct of the schema, or the one that a clause or an alias
// binds.
type scope struct {
	parent *scope
	name   string // bound by a clause or an alias; "" for a struct
	value  any
	lit    *ast.StructLit
	data   *eval.Tree     // the value that the struct describes; nil if it creates one
	made   map[string]any // values of its let clauses and hidden fields
}

// absent is the value of an absent field.
type absent struct{}

// known returns a value of the workspace: a scalar, or the *[eval.Tree] of a struct or list.
func known(t *eval.Tree) any {
	if t == nil {
		return absent{}
	}
	switch t.Kind() {
	case cue.StructKind, cue.ListKind:
		return t
	}
	v := t.Scalar()
	if v == nil {
		leaveToCUE()
	}
	return v
}

// prepare computes once what evaluation needs to know about a node.
func (s *Schema) prepare(n ast.Node) {
	switch n := n.(type) {
	case *ast.StructLit:
		names := make(map[string]any)
		for _, d := range n.Elts {
			switch d := d.(type) {
			case *ast.Field:
				if name, err := nameOf(d.Label); err == nil {
					names[name] = d
				}
			case *ast.LetClause:
				names[d.Ident.Name] = d
			case *ast.Alias:
				names[d.Ident.Name] = d
			}
		}
		s.labels[n] = names
	case *ast.BasicLit:
		switch n.Kind {
		case token.STRING:
			if text, err := literal.Unquote(n.Value); err == nil {
				s.values[n] = text
			}
		case token.INT:
			var num literal.NumInfo
			if err := literal.ParseNum(n.Value, &num); err == nil {
				if i, ok := asInt(num.String()); ok {
					s.values[n] = i
				}
			}
		case token.TRUE, token.FALSE:
			s.values[n] = n.Kind == token.TRUE
		}
	case *ast.Interpolation:
		s.pieces[n] = piecesOf(n)
	}
}

// piecesOf returns the texts between the expressions of an interpolation; nil if they have
// escapes.
func piecesOf(n *ast.Interpolation) []string {
	var all []string
	for i := 0; i < len(n.Elts); i += 2 {
		lit, ok := n.Elts[i].(*ast.BasicLit)
		if !ok {
			return nil
		}
		text := lit.Value
		if i == 0 {
			text = strings.TrimPrefix(text, `"`)
		} else {
			text = strings.TrimPrefix(text, ")")
		}
		if i == len(n.Elts)-1 {
			text = strings.TrimSuffix(text, `"`)
		} else {
			text = strings.TrimSuffix(text, `\(`)
		}
		if strings.ContainsAny(text, "\\\"\n") {
			return nil
		}
		all = append(all, text)
	}
	return all
}

// lookup returns the value that a name is bound to.
func (s *Schema) lookup(name string, in *scope) any {
	for ; in != nil; in = in.parent {
		if in.lit == nil {
			if in.name == name {
				return in.value
			}
			continue
		}
		switch n := s.labels[in.lit][name].(type) {
		case nil:
		case *ast.LetClause:
			return in.once(name, func() any { return s.eval(n.Expr, in) })
		case *ast.Field:
			switch {
			case in.data == nil:
				leaveToCUE()
			case strings.HasPrefix(name, "_"):
				return in.once(name, func() any { return s.hidden(name, in) })
			}
			return known(in.data.Field(name))
		default:
			leaveToCUE()
		}
	}
	if all := s.fields[name]; len(all) == 1 && !strings.Contains(name, "#") {
		return s.eval(all[0], nil)
	}
	leaveToCUE()
	return nil
}

// once returns a value that is computed on first use.
func (in *scope) once(name string, eval func() any) any {
	if v, made := in.made[name]; made {
		return v
	}
	v := eval()
	if in.made == nil {
		in.made = make(map[string]any)
	}
	in.made[name] = v
	return v
}

// hidden returns the value of a hidden field of a struct, its own or one of an embedded
// definition.
func (s *Schema) hidden(name string, in *scope) any {
	for _, d := range in.lit.Elts {
		switch d := d.(type) {
		case *ast.Field:
			if label, _ := nameOf(d.Label); label == name {
				if top, ok := d.Value.(*ast.Ident); !ok || top.Name != "_" {
					return s.eval(d.Value, in)
				}
			}
		case *ast.EmbedDecl:
			def, ok := d.Expr.(*ast.Ident)
			if !ok || !strings.HasPrefix(def.Name, "#") {
				continue
			}
			for _, e := range s.fields[def.Name] {
				if body, ok := e.(*ast.StructLit); ok {
					if v := s.hidden(name, &scope{lit: body, data: in.data}); v != (absent{}) {
						return v
					}
				}
			}
		}
	}
	return absent{}
}
