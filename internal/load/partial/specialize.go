// Package partial is the fast path: it reduces what CUE evaluates, such that the whole would
// accept whatever the part accepts. [Schemas] specializes the schema for the packages that it
// judges. [PlainCatalog] and [NameCatalog] avoid evaluating products again in catalogues and
// sites. What the part rejects, the caller judges by the whole, to find out what is wrong.
package partial

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/token"
	"github.com/portspec/portspec/internal/load/eval"
)

// CUE spends most of its time on optional fields of the schema, of which a package writes few.
// So packages are first judged by the schema without the optional fields that none of them
// writes, and without everything that depends on these fields. Whatever this part accepts, the
// whole schema accepts as well. Whatever it rejects is judged again by the whole schema, so
// findings are the same.

// Specialize removes the parts of the instances' shared schema that cannot concern them, and
// lists the optional fields that none of their values has. If that cannot be decided, they are
// judged by the whole schema. The instances must have been read by r.
func (m *Schemas) Specialize(r eval.Reading, instances []*build.Instance) (by eval.Means, unwritten map[string]bool) {
	s := newSpecialization()
	known := true
	var schemas []*build.Instance
	seen := make(map[*build.Instance]bool)
	var read func(inst *build.Instance)
	read = func(inst *build.Instance) {
		if seen[inst] {
			return
		}
		seen[inst] = true
		if eval.IsSchema(inst.ImportPath) {
			schemas = append(schemas, inst)
			return
		}
		for _, f := range inst.Files {
			known = s.read(inst, f) && known
		}
		for _, imported := range inst.Imports {
			read(imported)
		}
	}
	for _, inst := range instances {
		switch {
		case seen[inst]: // the schema of the others, which is itself to be judged
			known = false
		case eval.IsSchema(inst.ImportPath):
			seen[inst] = true
		default:
			known = known && inst.Err == nil
			read(inst)
		}
	}
	if len(schemas) == 0 {
		return eval.ByWhole, nil
	}
	whole := sync.OnceValue(func() []*ast.File { return r.Whole(schemas[0].Files) })
	if !known {
		if r.Bare {
			resolve(whole())
			for _, schema := range schemas {
				schema.Files = whole()
			}
		}
		return eval.ByWhole, nil
	}
	if m.defines == nil {
		m.defines = newSurvey(whole())
	}
	s.survey = m.defines
	part := m.part(s, whole)
	for _, schema := range schemas {
		schema.Files = part
	}
	unwritten = make(map[string]bool)
	for name := range s.optional {
		unwritten[name] = s.isUnwritten(name)
	}
	return eval.ByPart, unwritten
}

// dropUnused removes unused names, which CUE rejects; it reports whether there were any.
func dropUnused(f *ast.File) bool {
	uses := make(map[string]int)
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Alias:
			uses[n.Ident.Name]--
		case *ast.LetClause:
			uses[n.Ident.Name]--
		case *ast.Ident:
			uses[n.Name]++
		}
		return true
	}, nil)
	dropped := false
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if alias, ok := n.Value.(*ast.Alias); ok && uses[alias.Ident.Name] == 0 {
				n.Value = alias.Expr
				dropped = true
			}
		case *ast.StructLit:
			n.Elts = slices.DeleteFunc(n.Elts, func(d ast.Decl) bool {
				let, ok := d.(*ast.LetClause)
				unused := ok && uses[let.Ident.Name] == 0
				dropped = dropped || unused
				return unused
			})
		}
		return true
	}, nil)
	return dropped
}

// dropUnreferenced removes top-level definitions and fields of the schema to which neither
// packages nor the rest of the schema refer.
func (s *specialization) dropUnreferenced(files []*ast.File) {
	tops := make(map[string][]ast.Node)
	for _, f := range files {
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				name, _, _ := ast.LabelName(field.Label)
				tops[name] = append(tops[name], field)
			}
		}
	}
	needed := make(map[string]bool)
	var need func(name string)
	need = func(name string) {
		if needed[name] || tops[name] == nil {
			return
		}
		needed[name] = true
		for _, field := range tops[name] {
			ast.Walk(field, func(n ast.Node) bool {
				if ident, ok := n.(*ast.Ident); ok {
					need(ident.Name)
				}
				return true
			}, nil)
		}
	}
	for name := range s.used {
		need(name)
	}
	for _, f := range files {
		f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
			field, ok := d.(*ast.Field)
			if !ok {
				return false
			}
			name, _, _ := ast.LabelName(field.Label)
			return !needed[name]
		})
		eval.DropUnusedImports(f)
	}
}

// dropHidden removes hidden fields that only the schema's checks use. Whatever CUE could find
// wrong with them follows from another fault.
func dropHidden(files []*ast.File) {
	used := make(map[string]bool)
	for _, f := range files {
		labels := make(map[ast.Node]bool)
		ast.Walk(f, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok {
				labels[field.Label] = true
			}
			if ident, ok := n.(*ast.Ident); ok && !labels[n] {
				used[ident.Name] = true
			}
			return true
		}, nil)
	}
	for _, f := range files {
		ast.Walk(f, func(n ast.Node) bool {
			if body, ok := n.(*ast.StructLit); ok {
				body.Elts = slices.DeleteFunc(body.Elts, func(d ast.Decl) bool {
					field, ok := d.(*ast.Field)
					if !ok {
						return false
					}
					name, _, err := ast.LabelName(field.Label)
					return err == nil && strings.HasPrefix(name, "_") && name != "_check" && !strings.HasPrefix(name, "_#") && !used[name]
				})
			}
			return true
		}, nil)
		eval.DropUnusedImports(f)
	}
}

// A specialization describes a schema and the packages that use it.
type specialization struct {
	*survey
	written  map[string]bool // labels that packages write
	composed []affixes       // labels that packages compose by interpolation
	known    knowledge       // about the values that packages write
	used     definitions     // definitions to which packages refer
}

func newSpecialization() specialization {
	return specialization{written: make(map[string]bool), known: make(knowledge), used: make(definitions)}
}

// affixes are the beginning and the end of a composed label.
type affixes struct{ before, after string }

// affixesOf returns the constant beginning and end of a composed label.
func affixesOf(label *ast.Interpolation) (affixes, bool) {
	text := func(e ast.Expr) string {
		lit, _ := e.(*ast.BasicLit)
		if lit == nil {
			return "\\"
		}
		return lit.Value
	}
	before, opened := strings.CutPrefix(strings.TrimSuffix(text(label.Elts[0]), `\(`), `"`)
	after, closed := strings.CutSuffix(strings.TrimPrefix(text(label.Elts[len(label.Elts)-1]), ")"), `"`)
	return affixes{before, after}, opened && closed && !strings.Contains(before+after, `\`)
}

// plainPackages are packages of CUE that create no structs, whose labels would not be known.
var plainPackages = []string{"list", "math", "net", "strconv", "strings"}

// read records the labels in a file; it returns false if the file may have unknown ones.
func (s *specialization) read(inst *build.Instance, f *ast.File) bool {
	known := true
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			label := n.Label
			if alias, ok := label.(*ast.Alias); ok {
				label, _ = alias.Expr.(ast.Label)
			}
			switch label := label.(type) {
			case *ast.Ident, *ast.BasicLit:
				name, _, err := ast.LabelName(label)
				known = known && err == nil
				s.written[name] = true
				s.known.add(name, definitionsOf(inst, n.Value))
			case *ast.Interpolation:
				a, ok := affixesOf(label)
				known = known && ok
				s.composed = append(s.composed, a)
			case *ast.ListLit: // a pattern, which creates no field
			default:
				known = false
			}
		case *ast.SelectorExpr:
			if imported := importedBy(inst, n.X); imported != nil && eval.IsSchema(imported.ImportPath) {
				name, _, err := ast.LabelName(n.Sel)
				known = known && err == nil
				s.used[name] = true
				return false
			}
		case *ast.Ident: // the schema itself, of which anything may be used
			imported := importedBy(inst, n)
			known = known && (imported == nil || !eval.IsSchema(imported.ImportPath))
		case *ast.ImportSpec:
			path, err := strconv.Unquote(n.Path.Value)
			builtin := !strings.Contains(path, ".")
			known = known && err == nil && (!builtin || slices.Contains(plainPackages, path))
		case *ast.Attribute:
			known = known && !strings.HasPrefix(n.Text, "@e") // @extern and @embed include other files
		}
		return known
	}, nil)
	return known
}

// A survey lists what a schema defines.
type survey struct {
	optional map[string]bool // optional fields
	regular  map[string]int  // number of times that it sets a field itself
	bound    map[string]bool // names that are not fields
}

func newSurvey(files []*ast.File) *survey {
	s := &survey{optional: make(map[string]bool), regular: make(map[string]int), bound: make(map[string]bool)}
	for _, f := range files {
		ast.Walk(f, s.add, nil)
	}
	return s
}

func (s *survey) add(n ast.Node) bool {
	var names []*ast.Ident
	switch n := n.(type) {
	case *ast.Field:
		name, _, err := ast.LabelName(n.Label)
		switch {
		case err != nil: // a pattern
		case n.Constraint == token.OPTION:
			s.optional[name] = true
		case n.Constraint == token.ILLEGAL:
			s.regular[name]++
		}
	case *ast.ForClause:
		names = []*ast.Ident{n.Key, n.Value}
	case *ast.LetClause:
		names = []*ast.Ident{n.Ident}
	case *ast.Alias:
		names = []*ast.Ident{n.Ident}
	}
	for _, name := range names {
		if name != nil {
			s.bound[name.Name] = true
		}
	}
	return true
}

// writes reports whether a package may have a field with that name.
func (s *specialization) writes(name string) bool {
	return s.written[name] || s.composes(name)
}

// composes reports whether a package may compose a label with that name.
func (s *specialization) composes(name string) bool {
	return slices.ContainsFunc(s.composed, func(a affixes) bool {
		return strings.HasPrefix(name, a.before) && strings.HasSuffix(name, a.after)
	})
}

// knownOf returns the definitions that all values of a field are unified with; nil if there may
// be other values.
func (s *specialization) knownOf(name string) definitions {
	if s.composes(name) {
		return nil
	}
	return s.known[name]
}

// isUnwritten reports whether a field is optional in the schema and no package writes it.
func (s *specialization) isUnwritten(name string) bool {
	return s.optional[name] && !s.writes(name) && s.regular[name] == 0
}

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
		decides, passes := never, always // of LAND: the value of one side that decides, and the one that leaves the decision to the other side
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
