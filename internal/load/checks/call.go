package checks

import (
	"slices"

	"cuelang.org/go/cue/ast"

	"github.com/portspec/portspec/internal/load/eval"
)

// call evaluates a call of a CUE function.
func (s *Schema) call(e *ast.CallExpr, in *scope) any {
	var name string
	switch f := e.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		x, _ := f.X.(*ast.Ident)
		if sel, ok := f.Sel.(*ast.Ident); ok && x != nil {
			name = x.Name + "." + sel.Name
		}
	}
	args := make([]any, len(e.Args))
	if want := map[string]int{"len": 1, "list.Contains": 2, "list.UniqueItems": 1, "list.Slice": 3}[name]; want == 0 || want != len(args) {
		leaveToCUE()
	}
	for i, arg := range e.Args {
		args[i] = s.present(arg, in)
	}
	switch name {
	case "len":
		return size(args[0])
	case "list.Contains":
		return slices.ContainsFunc(items(args[0]), func(v any) bool { return same(v, args[1]) })
	case "list.UniqueItems":
		all := items(args[0])
		for i, v := range all {
			if slices.ContainsFunc(all[:i], func(w any) bool { return same(v, w) }) {
				return false
			}
		}
		return true
	default: // list.Slice
		all := items(args[0])
		from, ok1 := args[1].(int64)
		to, ok2 := args[2].(int64)
		if !ok1 || !ok2 || from < 0 || from > to || to > int64(len(all)) {
			leaveToCUE()
		}
		return all[from:to]
	}
}

// size returns the length of a list, or the number of fields of a struct.
func size(v any) int64 {
	switch v := v.(type) {
	case []any:
		return int64(len(v))
	case *object:
		return int64(len(v.names))
	case *eval.Tree:
		return int64(len(v.Fields()) + len(v.Items()))
	}
	leaveToCUE()
	return 0
}

// same reports whether two values are equal as data.
func same(a, b any) bool {
	x, isTree := a.(*eval.Tree)
	y, both := b.(*eval.Tree)
	switch {
	case isScalar(a) && isScalar(b):
		return a == b
	case !isTree || !both:
		leaveToCUE()
	case x.Kind() != y.Kind() || len(x.Fields()) != len(y.Fields()) || len(x.Items()) != len(y.Items()):
		return false
	}
	for _, f := range x.Fields() {
		if other := y.Field(f.Name); other == nil || !same(known(f.Value), known(other)) {
			return false
		}
	}
	for i, item := range x.Items() {
		if !same(known(item), known(y.Items()[i])) {
			return false
		}
	}
	return true
}
