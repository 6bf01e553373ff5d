package partial

import (
	"maps"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/token"
)

// A shared service is judged in its own package. Checking again, in every component that uses
// it, that it is a service, and judging its listeners as those of the component, would take a
// fifth of the time.

// regularField returns the name and the value of a regular field.
func regularField(d ast.Decl) (string, ast.Expr) {
	f, ok := d.(*ast.Field)
	if !ok || f.Constraint != token.ILLEGAL {
		return "", nil
	}
	name, _, err := ast.LabelName(f.Label)
	if err != nil {
		return "", nil
	}
	return name, f.Value
}

// trustKnown removes constraints from the schema that all values are known to meet.
func (s specialization) trustKnown(files []*ast.File) {
	bodies := definitionBodies(files)
	for _, f := range files {
		ast.Walk(f, func(n ast.Node) bool {
			if body, ok := n.(*ast.StructLit); ok {
				s.trust(body, bodies)
			}
			return true
		}, nil)
	}
	resolve(files)
}

// definitionBodies returns the structs of definitions that are declared once, as a struct.
func definitionBodies(files []*ast.File) map[string]*ast.StructLit {
	bodies := make(map[string]*ast.StructLit)
	times := make(map[string]int)
	for _, f := range files {
		for _, d := range f.Decls {
			name, value := regularField(d)
			if alias, ok := value.(*ast.Alias); ok {
				value = alias.Expr
			}
			if times[name]++; strings.HasPrefix(name, "#") {
				bodies[name], _ = value.(*ast.StructLit)
			}
		}
	}
	maps.DeleteFunc(bodies, func(name string, body *ast.StructLit) bool { return body == nil || times[name] > 1 })
	return bodies
}

// trust removes from a struct the constraint that a field is known to meet, and the constraints
// that the field's value already imposes on another field that is copied from it:
//
//	service?: #Service
//	if service != _|_ {listeners: service.listeners}
//	listeners: [#ID]: #Listener // as in #Service
func (s specialization) trust(body *ast.StructLit, bodies map[string]*ast.StructLit) {
	for i, d := range body.Elts {
		field, ok := d.(*ast.Field)
		if !ok || field.Constraint != token.OPTION {
			continue
		}
		name, _, err := ast.LabelName(field.Label)
		def, isName := field.Value.(*ast.Ident)
		if err != nil || !isName || s.regular[name] > 0 || !s.knownOf(name)[def.Name] {
			continue
		}
		field.Value = ast.NewIdent("_")
		if inner := bodies[def.Name]; inner != nil {
			body.Elts = append(body.Elts[:i+1:i+1], onlyIfAbsent(name, inner, body.Elts[i+1:])...)
		}
	}
}

// onlyIfAbsent makes the fields in a list conditional on the absence of another field, whose
// value has these fields with the same constraints.
func onlyIfAbsent(name string, inner *ast.StructLit, list []ast.Decl) []ast.Decl {
	taken := make(map[string]bool)
	for _, d := range list {
		c, ok := d.(*ast.Comprehension)
		if !ok {
			if e, embeds := d.(*ast.EmbedDecl); embeds {
				c, ok = e.Expr.(*ast.Comprehension)
			}
		}
		if !ok || len(c.Clauses) != 1 || c.Fallback != nil || !isPresence(c.Clauses[0], name) {
			continue
		}
		if body, ok := c.Value.(*ast.StructLit); ok {
			for _, d := range body.Elts {
				to, value := regularField(d)
				if from, ok := value.(*ast.SelectorExpr); ok && printed(from) == name+"."+to {
					taken[to] = true
				}
			}
		}
	}
	declared := make(map[string]bool)
	for _, d := range inner.Elts {
		declared[printed(d)] = true
	}
	var kept, moved []ast.Decl
	for _, d := range list {
		field, _ := regularField(d)
		switch {
		case !taken[field] || !declared[printed(d)] || !ofDefinitions(d):
			kept = append(kept, d)
		default:
			moved = append(moved, d)
			kept = append(kept, &ast.Field{Label: ast.NewIdent(field), Constraint: token.OPTION, Value: ast.NewIdent("_")})
		}
	}
	if len(moved) == 0 {
		return list
	}
	absent := &ast.BinaryExpr{X: ast.NewIdent(name), Op: token.EQL, Y: &ast.BottomLit{}}
	return append(kept, &ast.Comprehension{
		Clauses: []ast.Clause{&ast.IfClause{Condition: absent}},
		Value:   &ast.StructLit{Elts: moved},
	})
}

// isPresence reports whether a clause tests whether a field is present.
func isPresence(clause ast.Clause, field string) bool {
	is, ok := clause.(*ast.IfClause)
	if !ok {
		return false
	}
	b, ok := is.Condition.(*ast.BinaryExpr)
	if !ok || b.Op != token.NEQ {
		return false
	}
	x, ok := b.X.(*ast.Ident)
	_, bottom := b.Y.(*ast.BottomLit)
	return ok && bottom && x.Name == field
}

// ofDefinitions reports whether a field refers only to definitions, whose meaning does not
// depend on the place.
func ofDefinitions(d ast.Decl) bool {
	ok := true
	ast.Walk(d, func(n ast.Node) bool {
		if ident, is := n.(*ast.Ident); is && n != d.(*ast.Field).Label && !strings.HasPrefix(ident.Name, "#") {
			ok = false
		}
		return true
	}, nil)
	return ok
}

func printed(n ast.Node) string {
	text, err := format.Node(n)
	if err != nil {
		panic(err) // it was parsed before
	}
	return string(text)
}

// resolve resolves the names in copies of files.
func resolve(files []*ast.File) {
	for _, f := range files {
		astutil.Resolve(f, func(_ token.Pos, message string, _ ...any) {
			panic(message) // it was resolved before
		})
	}
}
