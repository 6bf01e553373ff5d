package format

import (
	"cmp"
	"math"
	"slices"

	"cuelang.org/go/cue/ast"
)

// A chunk is a sequence of elements that stay together.
type chunk struct {
	rank  int
	elts  []int
	fixed bool // no other chunk moves past it
}

// arrangement returns the order in which the elements of a struct should be.
func arrangement(s *shape, elts []ast.Decl) []int {
	var order []int
	all := chunks(s, elts)
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(c chunk) bool { return c.fixed })
		if n < 0 {
			n = len(all)
		}
		slices.SortStableFunc(all[:n], func(a, b chunk) int { return cmp.Compare(a.rank, b.rank) })
		n = min(n+1, len(all))
		for _, c := range all[:n] {
			order = append(order, c.elts...)
		}
		all = all[n:]
	}
	return order
}

// chunks divides the elements of a struct: each chunk has a field that the schema defines
// with the declarations for it, which precede it, and those that depend on it, which
// follow it.
func chunks(s *shape, elts []ast.Decl) []chunk {
	const first, last = -1, math.MaxInt
	var all []chunk
	var ahead []int // declarations for the next field
	for i, d := range elts {
		rank, role := roleOf(s, d)
		group := append(ahead, i)
		ahead = nil
		switch role {
		case leads:
			ahead = group
		case ranked:
			all = append(all, chunk{rank: rank, elts: group})
		case follows:
			if n := len(all); n > 0 && !all[n-1].fixed {
				all[n-1].elts = append(all[n-1].elts, group...)
			} else {
				all = append(all, chunk{rank: first, elts: group})
			}
		case stays:
			if before := group[:len(group)-1]; len(before) > 0 {
				all = append(all, chunk{rank: last, elts: before})
			}
			all = append(all, chunk{elts: []int{i}, fixed: true})
		}
	}
	if len(ahead) > 0 {
		all = append(all, chunk{rank: last, elts: ahead})
	}
	return all
}

// A role determines what happens to an element when fields move.
type role int

const (
	ranked  role = iota // has a position in the schema
	leads               // moves with the field after it: let clauses, hidden fields, definitions
	follows             // moves with the field before it: conditions, unknown fields
	stays               // is not moved, and nothing moves past it
)

func roleOf(s *shape, d ast.Decl) (rank int, r role) {
	switch d := d.(type) {
	case *ast.Field:
		name, isIdent, err := ast.LabelName(d.Label)
		if err != nil {
			return 0, stays // could be any field
		}
		if isIdent && internal(name) {
			return 0, leads
		}
		if s != nil {
			if rank, ok := s.rank[name]; ok {
				return rank, ranked
			}
		}
		return 0, follows
	case *ast.LetClause:
		return 0, leads
	case *ast.Attribute:
		return 0, follows
	case *ast.EmbedDecl:
		if !adds(s, d.Expr) {
			return 0, follows
		}
	case *ast.Comprehension:
		if !adds(s, d) {
			return 0, follows
		}
	}
	return 0, stays
}

// adds reports whether an embedded expression may add ids to a struct to which other
// elements add ids as well.
func adds(s *shape, e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Comprehension:
		return adds(s, e.Value) || e.Fallback != nil && adds(s, e.Fallback.Body)
	case *ast.StructLit:
		return slices.ContainsFunc(e.Elts, func(d ast.Decl) bool {
			switch d := d.(type) {
			case *ast.Field:
				name, _, err := ast.LabelName(d.Label)
				return err != nil || s.field(name).maps()
			case *ast.EmbedDecl:
				return adds(s, d.Expr)
			case *ast.Comprehension:
				return adds(s, d)
			}
			return false
		})
	}
	return s.maps()
}
