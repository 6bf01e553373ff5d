// Package partial is the fast path: it makes less of what CUE evaluates, so that
// what is accepted would be accepted whole. [Schemas] specialize the schema to the
// packages that are judged by it; [PlainCatalog] and [NameCatalog] spare products
// that are in order a second evaluation in catalogues and sites. What any of that
// refuses is judged whole, by the caller, to find out what is wrong.
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

// Most of the schema's optional fields are in no given package, and CUE takes
// most of its time for carrying them along. So packages are first judged by the
// schema without them: with the labels that the packages write known, an
// optional field that nobody writes is not there, and what the schema makes
// depend on it never holds. What this schema accepts the whole one accepts too.
// What it does not accept is judged again by the whole one, so that findings
// are the same.

// Specialize takes out of the schema that instances share what cannot concern
// them, and lists the optional fields that no value of theirs has. Where that
// cannot be told, they are judged by the whole schema. The instances were read by r.
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
		case seen[inst]: // the schema of the others, which is to be judged itself
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

// dropUnused takes names out that nothing refers to any more, which CUE refuses;
// false where there are none.
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

// dropUnreferenced takes the definitions and fields at the top of the schema out that neither
// packages nor what is left refers to.
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

// dropHidden takes the hidden fields out of the schema that only its checks ask for.
// Whatever CUE would have against them follows from something else.
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

// A specialization is what is known of a schema and the packages that use it.
type specialization struct {
	*survey
	written map[string]bool // the labels that packages write
	made    []affixes       // of labels that packages put together
	known   knowledge       // of the values that packages write
	used    definitions     // that packages refer to
}

func newSpecialization() specialization {
	return specialization{written: make(map[string]bool), known: make(knowledge), used: make(definitions)}
}

// affixes are what a label starts and ends with.
type affixes struct{ before, after string }

// affixesOf is what is known of a label that is put together.
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

// plainPackages are packages of CUE that make no structs, whose labels would not
// be known.
var plainPackages = []string{"list", "math", "net", "strconv", "strings"}

// read takes note of the labels in a file; false where it may make others.
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
				s.made = append(s.made, a)
			case *ast.ListLit: // a pattern, which makes no field
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
			known = known && !strings.HasPrefix(n.Text, "@e") // @extern and @embed bring other files in
		}
		return known
	}, nil)
	return known
}

// A survey is what a schema defines.
type survey struct {
	optional map[string]bool // fields that it allows
	regular  map[string]int  // how often it gives a field a value itself
	bound    map[string]bool // names in it that are not fields
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

// writes reports whether a package may have a field of a name.
func (s *specialization) writes(name string) bool {
	return s.written[name] || s.putsTogether(name)
}

// putsTogether reports whether a package may put a name together.
func (s *specialization) putsTogether(name string) bool {
	return slices.ContainsFunc(s.made, func(a affixes) bool {
		return strings.HasPrefix(name, a.before) && strings.HasSuffix(name, a.after)
	})
}

// knownOf is the definitions that all values of a field have; nil where they are
// not all seen.
func (s *specialization) knownOf(name string) definitions {
	if s.putsTogether(name) {
		return nil
	}
	return s.known[name]
}

// isUnwritten reports whether no value has a field of a name: the schema allows it,
// and nobody writes it.
func (s *specialization) isUnwritten(name string) bool {
	return s.optional[name] && !s.writes(name) && s.regular[name] == 0
}

// apply prunes the structs and lists right below a node.
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

// pruneDecls leaves out what cannot be.
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

// yields is what an embedded expression yields: nil where it is a comprehension
// that yields nothing, and its value alone where it always does. No condition is
// left that asks for a field that is taken out, as the name would lead nowhere.
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

// holds says whether a condition is true, as far as that is known.
type holds int

const (
	sometimes holds = iota
	never
	always
)

// truth is whether a condition holds and, where it does sometimes, what is left
// of it without what holds never or always.
func (s *specialization) truth(e ast.Expr) (ast.Expr, holds) {
	switch b := e.(type) {
	case *ast.ParenExpr:
		inner, h := s.truth(b.X)
		b.X = inner
		return b, h
	case *ast.BinaryExpr:
		decides, passes := never, always // of LAND: what one side decides, and what leaves it to the other
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

// absent reports whether a reference refers to what nobody writes.
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

// byDefault is the default of a choice between values, where it is a literal, or
// else the expression itself.
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
