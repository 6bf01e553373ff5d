package checks

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/load/eval"
)

// An object is a struct that an expression of the schema creates.
type object struct {
	names  []string
	fields map[string]any
}

func asInt(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// eval evaluates an expression of the schema to a string, a bool, an int64, an *object, a []any,
// an *eval.Tree or absent.
func (s *Schema) eval(e ast.Expr, in *scope) any {
	switch e := e.(type) {
	case *ast.BasicLit:
		if v, ok := s.values[e]; ok {
			return v
		}
	case *ast.Ident:
		return s.lookup(e.Name, in)
	case *ast.ParenExpr:
		return s.eval(e.X, in)
	case *ast.SelectorExpr:
		name, err := nameOf(e.Sel)
		if err == nil {
			return field(s.eval(e.X, in), name)
		}
	case *ast.IndexExpr:
		x := s.eval(e.X, in)
		switch i := s.eval(e.Index, in).(type) {
		case string:
			return field(x, i)
		case int64:
			return item(x, i)
		}
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return !s.truth(e.X, in)
		}
	case *ast.BinaryExpr:
		return s.binary(e, in)
	case *ast.Interpolation:
		return s.text(e, in)
	case *ast.CallExpr:
		return s.call(e, in)
	case *ast.ListLit:
		all := []any{}
		for _, x := range e.Elts {
			if c, ok := x.(*ast.Comprehension); ok {
				s.yield(c, in, func(in *scope) { all = append(all, s.present(c.Value, in)) })
				continue
			}
			all = append(all, s.present(x, in))
		}
		return all
	case *ast.StructLit:
		return s.object(e, in)
	}
	leaveToCUE()
	return nil
}

// present evaluates an expression that must not be absent.
func (s *Schema) present(e ast.Expr, in *scope) any {
	v := s.eval(e, in)
	if v == (absent{}) {
		leaveToCUE()
	}
	return v
}

func (s *Schema) truth(e ast.Expr, in *scope) bool {
	b, ok := s.eval(e, in).(bool)
	if !ok {
		leaveToCUE()
	}
	return b
}

// binary evaluates a binary expression. Both operands are always evaluated.
func (s *Schema) binary(e *ast.BinaryExpr, in *scope) any {
	if _, bottom := e.Y.(*ast.BottomLit); bottom && (e.Op == token.EQL || e.Op == token.NEQ) {
		if x, ok := intTest(e.X); ok {
			_, is := s.present(x, in).(int64)
			return !is == (e.Op == token.EQL)
		}
		return (s.eval(e.X, in) == absent{}) == (e.Op == token.EQL)
	}
	switch x := s.eval(e.X, in).(type) {
	case absent:
		s.missing()
	case bool:
		y := s.truth(e.Y, in)
		switch e.Op {
		case token.LAND:
			return x && y
		case token.LOR:
			return x || y
		case token.EQL:
			return x == y
		case token.NEQ:
			return x != y
		}
	case string:
		y, ok := s.eval(e.Y, in).(string)
		if !ok {
			break
		}
		switch e.Op {
		case token.EQL:
			return x == y
		case token.NEQ:
			return x != y
		case token.MAT:
			return matches(y, x)
		case token.NMAT:
			return !matches(y, x)
		}
	case int64:
		y, ok := s.eval(e.Y, in).(int64)
		if !ok {
			break
		}
		switch e.Op {
		case token.EQL:
			return x == y
		case token.NEQ:
			return x != y
		case token.LSS:
			return x < y
		case token.LEQ:
			return x <= y
		case token.GTR:
			return x > y
		case token.GEQ:
			return x >= y
		case token.ADD:
			return x + y
		}
	}
	leaveToCUE()
	return nil
}

// intTest returns the operand x of (x & int), which is bottom unless x is a number.
func intTest(e ast.Expr) (ast.Expr, bool) {
	paren, ok := e.(*ast.ParenExpr)
	if !ok {
		return nil, false
	}
	and, ok := paren.X.(*ast.BinaryExpr)
	if !ok || and.Op != token.AND {
		return nil, false
	}
	kind, ok := and.Y.(*ast.Ident)
	return and.X, ok && kind.Name == "int"
}

// patterns caches compiled regular expressions.
var patterns sync.Map

func matches(pattern, text string) bool {
	re, ok := patterns.Load(pattern)
	if !ok {
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			leaveToCUE()
		}
		re, _ = patterns.LoadOrStore(pattern, compiled)
	}
	return re.(*regexp.Regexp).MatchString(text)
}

// text evaluates an interpolation.
func (s *Schema) text(e *ast.Interpolation, in *scope) string {
	pieces := s.pieces[e]
	if pieces == nil {
		leaveToCUE()
	}
	var b strings.Builder
	for i, piece := range pieces {
		b.WriteString(piece)
		if i == len(pieces)-1 {
			break
		}
		switch v := s.eval(e.Elts[2*i+1], in).(type) {
		case string:
			b.WriteString(v)
		case int64:
			b.WriteString(strconv.FormatInt(v, 10))
		default:
			leaveToCUE()
		}
	}
	return b.String()
}

// field returns a field of a value; absent if the value has no such field.
func field(of any, name string) any {
	switch of := of.(type) {
	case absent:
		return of
	case string, int64, bool:
		return absent{}
	case *eval.Tree:
		if of.Kind() == cue.StructKind {
			return known(of.Field(name))
		}
	case *object:
		if v, ok := of.fields[name]; ok {
			return v
		}
		return absent{}
	}
	leaveToCUE()
	return nil
}

// items returns the elements of a list.
func items(of any) []any {
	switch of := of.(type) {
	case []any:
		return of
	case *eval.Tree:
		if of.Kind() == cue.ListKind {
			all := make([]any, len(of.Items()))
			for i, t := range of.Items() {
				all[i] = known(t)
			}
			return all
		}
	}
	leaveToCUE()
	return nil
}

func item(of any, i int64) any {
	if of == (absent{}) {
		return of
	}
	all := items(of)
	if i < 0 || i >= int64(len(all)) {
		return absent{}
	}
	return all[i]
}
