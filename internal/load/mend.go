package load

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/diag"
)

// mends are places in files that are wrong, and what to do there to see what is
// wrong besides. Their ends are left out.
type mends map[diag.Position]mend

type mend int

const (
	open mend = iota // let a value be anything
	drop             // take a field out
)

func (m mends) add(at diag.Position, how mend) {
	if at.IsValid() && at.Line > 0 {
		at.EndColumn = 0
		m[at] = how
	}
}

func (m mends) open(at diag.Position) { m.add(at, open) }
func (m mends) drop(at diag.Position) { m.add(at, drop) }

// covers reports whether a place is mended.
func (m mends) covers(at diag.Position) bool {
	at.EndColumn = 0
	_, ok := m[at]
	return ok
}

// parse is the parser's work with the mends applied. Positions stay as they
// are in the file.
func (m mends) parse(name string, src any, cfg parser.Config) (*ast.File, error) {
	f, err := parser.ParseFile(name, src, cfg)
	if err != nil {
		return f, err
	}
	at := func(n ast.Node, how mend) bool {
		p := tokenPosition(n.Pos())
		got, ok := m[p]
		return ok && got == how
	}
	astutil.Apply(f, func(c astutil.Cursor) bool {
		switch n := c.Node().(type) {
		case *ast.Field:
			if at(n.Label, drop) {
				c.Delete()
				return false
			}
			if isLeaf(n.Value) && at(n.Value, open) {
				n.Value = top(n.Value)
			}
		case *ast.ListLit:
			for i, x := range n.Elts {
				if isLeaf(x) && at(x, open) {
					n.Elts[i] = top(x)
				}
			}
		}
		return true
	}, nil)
	return f, nil
}

// top is any value at all, in the place of an expression.
func top(e ast.Expr) ast.Expr {
	return &ast.Ident{NamePos: e.Pos(), Name: "_"}
}
