package partial

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

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
