// Package checks runs the schema's checks on data that CUE has accepted without them, in a tenth
// of the time that CUE needs. A [Schema] is read from the files that CUE reads, so each check is
// written once. If a check finds something, or contains a construct that the package does not
// know, CUE decides.
package checks

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"

	"github.com/portspec/portspec/internal/load/eval"
)

// checkField is the field of a definition that contains its checks.
const checkField = "_check"

// A Schema is the definitions of a schema and their checks. It may be used by several
// goroutines.
type Schema struct {
	fields  map[string][]ast.Expr             // top-level fields
	checked map[string]bool                   // definitions that contain checks, directly or through others
	leads   map[ast.Node]bool                 // values of fields that contain checks
	forCUE  map[*ast.Field]bool               // checks that only CUE runs
	labels  map[*ast.StructLit]map[string]any // by struct, the node that each name is bound to
	values  map[*ast.BasicLit]any             // values of literals
	pieces  map[*ast.Interpolation][]string   // texts between the expressions of an interpolation
	refused bool                              // CUE has rejected the data, so values may be missing
}

// New returns the checks of a schema; nil if the schema is nil.
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

// findChecked finds the definitions that contain checks, directly or through other definitions.
func (s *Schema) findChecked() {
	namedIn := make(map[string][]string) // by definition, those that refer to it
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

// prepareAll prepares a definition and those that it refers to, and records which of their
// fields contain checks.
func (s *Schema) prepareAll(name string, seen map[string]bool) {
	if seen[name] {
		return
	}
	seen[name] = true
	for _, e := range s.fields[name] {
		var open []*ast.Field // fields that enclose the current node
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

// mentions reports whether an expression contains checks, or refers to a definition that does.
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

// Hold reports whether the checks hold for a package that CUE has accepted without them. It
// also returns false if that cannot be decided here.
func (s *Schema) Hold(inst *build.Instance, root *eval.Tree) (hold bool) {
	if s == nil || root == nil || !s.Known(inst) {
		return false
	}
	defer func() {
		if r := recover(); r != nil {
			_, left := r.(toCUE)
			if _, is := r.(missingValue); !left && !is {
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

// HoldDespiteFaults is like Hold, for a package with faults other than failed checks. A value
// that is missing is missing because of such a fault, so a condition that needs it does not
// hold.
func (s *Schema) HoldDespiteFaults(inst *build.Instance, root *eval.Tree) bool {
	if s == nil {
		return false
	}
	of := *s
	of.refused = true
	return of.Hold(inst, root)
}

// missingValue is the panic value for a value that is missing from a rejected package.
type missingValue struct{}

// missing is called if a value is missing.
func (s *Schema) missing() {
	if s.refused {
		panic(missingValue{})
	}
	leaveToCUE()
}

// toCUE is the panic value for leaving the decision to CUE.
type toCUE struct{}

func leaveToCUE() { panic(toCUE{}) }
