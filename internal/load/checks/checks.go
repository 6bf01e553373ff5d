// Package checks runs the checks of the schema on data that CUE has accepted without
// them. A [Schema] is read off the files that CUE reads, so that each check is
// written once; what CUE spends half of its time on takes a tenth of that here. A
// check that finds something, and whatever is not understood, is left to CUE.
package checks

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"

	"github.com/portspec/portspec/internal/load/eval"
)

// checkField is the field of a definition that holds its checks.
const checkField = "_check"

// A Schema is the definitions of a schema and their checks. It may be used by several
// goroutines.
type Schema struct {
	fields  map[string][]ast.Expr             // at the top of the schema
	checked map[string]bool                   // the definitions that have checks, or lead to some
	leads   map[ast.Node]bool                 // the values of fields that lead to some
	forCUE  map[*ast.Field]bool               // checks that are not run here
	labels  map[*ast.StructLit]map[string]any // what names a struct binds: the node
	values  map[*ast.BasicLit]any             // of literals
	pieces  map[*ast.Interpolation][]string   // between what is interpolated
	refused bool                              // CUE has refused the values: not all is there
}

// New returns the checks of a schema; nil if it is nil.
func New(syntax *eval.Syntax) *Schema {
	if syntax == nil {
		return nil
	}
	s := &Schema{
		fields: make(map[string][]ast.Expr), checked: make(map[string]bool), leads: make(map[ast.Node]bool), forCUE: make(map[*ast.Field]bool),
		labels: make(map[*ast.StructLit]map[string]any), values: make(map[*ast.BasicLit]any), pieces: make(map[*ast.Interpolation][]string),
	}
	for f := range syntax.Files() {
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				name, _, _ := ast.LabelName(field.Label)
				s.fields[name] = append(s.fields[name], field.Value)
			}
		}
	}
	s.findChecked()
	seen := make(map[string]bool)
	s.prepareAll("#Product", seen)
	s.prepareAll("#Service", seen)
	return s
}

// findChecked finds the definitions that have checks, or lead to definitions that do.
func (s *Schema) findChecked() {
	namedIn := make(map[string][]string) // the definitions that name a definition
	var found []string
	for name, all := range s.fields {
		for _, e := range all {
			ast.Walk(e, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Field:
					if isCheck(n) {
						found = append(found, name)
					}
				case *ast.Ident:
					if strings.Contains(n.Name, "#") {
						namedIn[n.Name] = append(namedIn[n.Name], name)
					}
				}
				return true
			}, nil)
		}
	}
	for len(found) > 0 {
		name := found[len(found)-1]
		found = found[:len(found)-1]
		if !s.checked[name] {
			s.checked[name] = true
			found = append(found, namedIn[name]...)
		}
	}
}

// prepareAll prepares the definitions of a name and those that it leads to, and notes which
// fields in them lead to checks.
func (s *Schema) prepareAll(name string, seen map[string]bool) {
	if seen[name] {
		return
	}
	seen[name] = true
	for _, e := range s.fields[name] {
		var open []*ast.Field // around a node
		lead := func() {
			for _, f := range open {
				s.leads[f.Value] = true
			}
		}
		ast.Walk(e, func(n ast.Node) bool {
			s.prepare(n)
			switch n := n.(type) {
			case *ast.Field:
				if isCheck(n) {
					lead()
					s.forCUE[n] = eval.ForCUE(n)
				}
				open = append(open, n)
			case *ast.Ident:
				if s.checked[n.Name] {
					lead()
				}
				s.prepareAll(n.Name, seen)
			}
			return true
		}, func(n ast.Node) {
			if _, ok := n.(*ast.Field); ok {
				open = open[:len(open)-1]
			}
		})
	}
}

// mentions reports whether an expression has checks, or names a definition that does.
func (s *Schema) mentions(e ast.Node) bool {
	found := false
	ast.Walk(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			found = found || isCheck(n)
		case *ast.Ident:
			found = found || strings.Contains(n.Name, "#") && s.checked[n.Name]
		}
		return !found
	}, nil)
	return found
}

// Hold reports whether the checks hold for what a package says, which CUE has
// accepted without them: false where one does not, and where that is not known.
func (s *Schema) Hold(inst *build.Instance, root *eval.Tree) (hold bool) {
	if s == nil || root == nil || !s.Known(inst) {
		return false
	}
	defer func() {
		if r := recover(); r != nil {
			_, left := r.(toCUE)
			if _, lack := r.(lacking); !left && !lack {
				panic(r)
			}
			hold = false
		}
	}()
	if product := root.Field("product"); product != nil {
		if !s.uses(inst, "product", "#Product") {
			return false
		}
		s.definition("#Product", product)
	}
	if services := root.Field("services"); services != nil {
		for _, f := range services.Fields() {
			s.definition("#Service", f.Value)
		}
	}
	return true
}

// HoldBeside reports the same of a package that CUE refuses, for reasons other than
// checks. What is missing follows from those reasons: a condition that needs it does
// not hold.
func (s *Schema) HoldBeside(inst *build.Instance, root *eval.Tree) bool {
	if s == nil {
		return false
	}
	of := *s
	of.refused = true
	return of.Hold(inst, root)
}

// lacking is what is thrown where a value is missing from a package that is refused.
type lacking struct{}

// lack is called where a value is missing.
func (s *Schema) lack() {
	if s.refused {
		panic(lacking{})
	}
	leaveToCUE()
}

// toCUE is what is thrown where CUE has to say what is wrong, if anything is.
type toCUE struct{}

func leaveToCUE() { panic(toCUE{}) }
