package load

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/token"
)

// Most of the schema's optional fields are in no given package, and CUE takes
// most of its time for carrying them along. So packages are first judged by the
// schema without them: with the labels that the packages write known, an
// optional field that nobody writes is not there, and what the schema makes
// depend on it never holds. What this schema accepts the whole one accepts too.
// What it does not accept is judged again by the whole one, so that findings
// are the same.

// specializing is false in a test that judges by the whole schema alone.
var specializing = true

// specialize takes out of the schema that instances share what cannot concern
// them, or nothing where that cannot be told. It returns the optional fields
// that no value of theirs has.
func (m *schemas) specialize(instances []*build.Instance) map[string]bool {
	s := specialization{
		written: make(map[string]bool), optional: make(map[string]bool), bound: make(map[string]bool), regular: make(map[string]int),
		known: make(knowledge),
	}
	var all []*build.Instance
	seen := make(map[*build.Instance]bool)
	var read func(inst *build.Instance) bool
	read = func(inst *build.Instance) bool {
		switch {
		case seen[inst]:
			return true
		case isSchema(inst.ImportPath):
			all = append(all, inst)
			seen[inst] = true
			return true
		}
		seen[inst] = true
		return !slices.ContainsFunc(inst.Files, func(f *ast.File) bool { return !s.read(inst, f) }) &&
			!slices.ContainsFunc(inst.Imports, func(i *build.Instance) bool { return !read(i) })
	}
	for _, inst := range instances {
		switch {
		case seen[inst]: // the schema of the others, which is to be judged itself
			return nil
		case isSchema(inst.ImportPath):
			seen[inst] = true
		case inst.Err != nil || !read(inst):
			return nil
		}
	}
	if len(all) == 0 {
		return nil
	}
	for _, f := range all[0].Files {
		s.survey(f)
	}
	part := m.part(s, all[0].Files)
	for _, schema := range all {
		schema.Files = part
	}
	nowhere := make(map[string]bool)
	for name := range s.optional {
		nowhere[name] = s.nowhere(name)
	}
	return nowhere
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

// A specialization is what is known of a schema and the packages that use it.
type specialization struct {
	written  map[string]bool // the labels that packages write
	optional map[string]bool // fields that the schema allows
	regular  map[string]int  // how often the schema itself gives a field a value
	bound    map[string]bool // names in the schema that are no fields
	made     []affixes       // of labels that packages put together
	known    knowledge       // of the values that packages write
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

// survey takes note of what a file of the schema defines.
func (s *specialization) survey(f *ast.File) {
	ast.Walk(f, func(n ast.Node) bool {
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
	}, nil)
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

// nowhere reports whether no value has a field of a name: the schema allows it,
// and nobody writes it.
func (s *specialization) nowhere(name string) bool {
	return s.optional[name] && !s.writes(name) && s.regular[name] == 0
}

// apply prunes the structs and lists right below a node.
func (s *specialization) apply(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.StructLit:
		n.Elts = prune(*s, n.Elts)
	case *ast.ListLit:
		n.Elts = prune(*s, n.Elts)
	}
	return true
}

// prune leaves out what cannot be.
func prune[N ast.Node](s specialization, list []N) []N {
	return slices.DeleteFunc(list, func(n N) bool {
		switch n := ast.Node(n).(type) {
		case *ast.Field:
			name, _, err := ast.LabelName(n.Label)
			if err != nil {
				return false
			}
			if n.Constraint == token.ILLEGAL && s.regular[name] == 1 && !s.writes(name) {
				n.Value = byDefault(n.Value)
			}
			return n.Constraint == token.OPTION && s.nowhere(name)
		case *ast.EmbedDecl:
			c, ok := n.Expr.(*ast.Comprehension)
			return ok && s.neverYields(c)
		case *ast.Comprehension:
			return s.neverYields(n)
		}
		return false
	})
}

// neverYields reports whether a comprehension yields nothing, and takes out of
// its conditions what is never true.
func (s specialization) neverYields(c *ast.Comprehension) bool {
	if c.Fallback != nil {
		return false
	}
	for _, clause := range c.Clauses {
		if is, ok := clause.(*ast.IfClause); ok {
			if is.Condition = s.possible(is.Condition); is.Condition == nil {
				return true
			}
		}
	}
	return false
}

// possible is a condition without the alternatives that are never true, or nil
// where it is never true itself.
func (s specialization) possible(e ast.Expr) ast.Expr {
	b, ok := e.(*ast.BinaryExpr)
	if !ok {
		return e
	}
	switch b.Op {
	case token.LAND:
		if s.possible(b.X) == nil || s.possible(b.Y) == nil {
			return nil
		}
	case token.LOR:
		x, y := s.possible(b.X), s.possible(b.Y)
		if x == nil {
			return y
		}
		if y == nil {
			return x
		}
	case token.NEQ:
		if _, bottom := b.Y.(*ast.BottomLit); bottom && s.absent(b.X) {
			return nil
		}
	}
	return e
}

// absent reports whether what a reference refers to is nowhere.
func (s specialization) absent(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		name, _, err := ast.LabelName(e.Sel)
		return err == nil && s.nowhere(name) || s.absent(e.X)
	case *ast.IndexExpr:
		return s.absent(e.X)
	case *ast.Ident:
		return s.nowhere(e.Name) && !s.bound[e.Name]
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
