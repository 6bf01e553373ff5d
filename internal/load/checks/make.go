package checks

import (
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/load/eval"
)

// yield calls do for each element that a comprehension yields.
func (s *Schema) yield(c *ast.Comprehension, in *scope, do func(in *scope)) {
	if c.Fallback != nil {
		leaveToCUE()
	}
	s.clauses(c.Clauses, in, do)
}

func (s *Schema) clauses(all []ast.Clause, in *scope, do func(in *scope)) {
	if len(all) == 0 {
		do(in)
		return
	}
	switch c := all[0].(type) {
	case *ast.IfClause:
		if s.holds(c.Condition, in) {
			s.clauses(all[1:], in, do)
		}
	case *ast.LetClause:
		s.clauses(all[1:], &scope{parent: in, name: c.Ident.Name, value: s.eval(c.Expr, in)}, do)
	case *ast.ForClause:
		s.loop(c, in, func(in *scope) { s.clauses(all[1:], in, do) })
	default:
		leaveToCUE()
	}
}

// loop calls do for each value that a clause iterates over. All calls share the same scopes,
// since no caller keeps one.
func (s *Schema) loop(c *ast.ForClause, in *scope, do func(in *scope)) {
	value := &scope{parent: in, name: c.Value.Name}
	inner, key := value, new(scope)
	if c.Key != nil {
		key = &scope{parent: value, name: c.Key.Name}
		inner = key
	}
	switch of := s.eval(c.Source, in).(type) {
	case *object:
		for _, name := range of.names {
			key.value, value.value = name, of.fields[name]
			do(inner)
		}
	case *eval.Tree:
		if of.Kind() == cue.ListKind {
			for i, t := range of.Items() {
				key.value, value.value = int64(i), known(t)
				do(inner)
			}
			return
		}
		for _, f := range of.Fields() {
			key.value, value.value = f.Name, known(f.Value)
			do(inner)
		}
	case []any:
		for i, v := range of {
			key.value, value.value = int64(i), v
			do(inner)
		}
	default:
		leaveToCUE()
	}
}

// holds reports whether a condition is true.
func (s *Schema) holds(condition ast.Expr, in *scope) (yes bool) {
	if s.refused {
		defer func() {
			if r := recover(); r != nil {
				if _, is := r.(missingValue); !is {
					panic(r)
				}
				yes = false
			}
		}()
	}
	return s.truth(condition, in)
}

// object evaluates a struct literal to an *object, or to the value that is embedded in it alone.
func (s *Schema) object(lit *ast.StructLit, in *scope) any {
	here := &scope{parent: in, lit: lit}
	made := &object{fields: make(map[string]any)}
	var alone any
	embed := func(v any) {
		switch v := v.(type) {
		case *object:
			for _, name := range v.names {
				made.add(name, v.fields[name])
			}
		case *eval.Tree:
			if v.Kind() != cue.StructKind {
				leaveToCUE()
			}
			for _, f := range v.Fields() {
				made.add(f.Name, known(f.Value))
			}
		case absent:
			leaveToCUE()
		default:
			if alone != nil {
				leaveToCUE()
			}
			alone = v
		}
	}
	for _, d := range lit.Elts {
		if e, ok := d.(*ast.EmbedDecl); ok {
			c, ok := e.Expr.(*ast.Comprehension)
			if !ok {
				embed(s.eval(e.Expr, here))
				continue
			}
			d = c
		}
		switch d := d.(type) {
		case *ast.LetClause:
		case *ast.Comprehension:
			s.yield(d, here, func(in *scope) { embed(s.eval(d.Value, in)) })
		case *ast.Field:
			if d.Constraint != token.ILLEGAL || d.Alias != nil {
				leaveToCUE()
			}
			made.add(s.label(d.Label, here), s.present(d.Value, here))
		default:
			leaveToCUE()
		}
	}
	if alone != nil {
		if len(made.names) > 0 {
			leaveToCUE()
		}
		return alone
	}
	return made
}

// label evaluates the label of a field.
func (s *Schema) label(l ast.Label, in *scope) string {
	var v any
	switch l := l.(type) {
	case *ast.ParenExpr:
		v = s.eval(l.X, in)
	case *ast.Interpolation:
		v = s.eval(l, in)
	default:
		name, err := nameOf(l)
		if err == nil && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "#") {
			return name
		}
	}
	name, ok := v.(string)
	if !ok {
		leaveToCUE()
	}
	return name
}

// add adds a field, or unifies its value with that of an existing field.
func (o *object) add(name string, v any) {
	before, again := o.fields[name]
	if !again {
		o.names = append(o.names, name)
		o.fields[name] = v
		return
	}
	x, isObject := before.(*object)
	y, both := v.(*object)
	switch {
	case isObject && both:
		merged := &object{names: append([]string(nil), x.names...), fields: make(map[string]any, len(x.fields))}
		for _, n := range x.names {
			merged.fields[n] = x.fields[n]
		}
		for _, n := range y.names {
			merged.add(n, y.fields[n])
		}
		o.fields[name] = merged
	case !isScalar(before) || before != v:
		leaveToCUE()
	}
}

func isScalar(v any) bool {
	switch v.(type) {
	case string, bool, int64:
		return true
	}
	return false
}
