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
