package eval

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/source"
)

// Repairs has the places of faults in files, without ends, and how to repair them to find
// other faults.
type Repairs map[diag.Position]repair

// A repair is what to do at a place: rename the field, remove it, or allow any value.
type repair struct {
	action action
	name   string // new name of the field
}

type action int

const (
	allowAny action = iota
	takeOut
	giveName
)

func (m Repairs) add(at diag.Position, with repair) {
	if at.IsValid() && at.Line > 0 {
		m[source.Start(at)] = with
	}
}

// AllowAny allows any value at a place.
func (m Repairs) AllowAny(at diag.Position) { m.add(at, repair{action: allowAny}) }

// TakeOut removes a field that the schema does not define or, if it is known which field was
// meant, renames it.
func (m Repairs) TakeOut(at diag.Position, meant string) {
	if meant != "" {
		m.add(at, repair{giveName, meant})
	} else {
		m.add(at, repair{action: takeOut})
	}
}

// Renamed returns the new name of the field at a place; "" if it was not renamed.
func (m Repairs) Renamed(at diag.Position) string { return m[source.Start(at)].name }

// Covers reports whether a place is repaired.
func (m Repairs) Covers(at diag.Position) bool {
	_, ok := m[source.Start(at)]
	return ok
}

// in reports whether a file has repairs.
func (m Repairs) in(name string) bool {
	for at := range m {
		if at.File == name {
			return true
		}
	}
	return false
}

// apply repairs a file.
func (m Repairs) apply(f *ast.File) {
	astutil.Apply(f, func(c astutil.Cursor) bool {
		switch n := c.Node().(type) {
		case *ast.Field:
			return m.field(c, n)
		case *ast.ListLit:
			name := ""
			if parent := c.Parent(); parent != nil {
				if field, ok := parent.Node().(*ast.Field); ok {
					name, _, _ = ast.LabelName(field.Label)
				}
			}
			for i, x := range n.Elts {
				if m.opens(x) {
					n.Elts[i] = anything("in "+name, x)
				}
			}
		}
		return true
	}, nil)
}

// field repairs a field; it returns false if it removes the field.
func (m Repairs) field(c astutil.Cursor, n *ast.Field) bool {
	if with, ok := m[source.At(n.Label.Pos())]; ok {
		switch with.action {
		case takeOut:
			c.Delete()
			return false
		case giveName:
			label := ast.NewStringLabel(with.name)
			ast.SetPos(label, n.Label.Pos())
			n.Label = label
		}
	}
	name, _, _ := ast.LabelName(n.Label)
	if source.IsLeaf(n.Value) && m.opens(n.Value) || !source.IsLeaf(n.Value) && m.opens(n.Label) {
		n.Value = anything(name, n.Value)
	}
	return true
}

func (m Repairs) opens(n ast.Node) bool {
	with, ok := m[source.At(n.Pos())]
	return ok && with.action == allowAny
}

// standIns are replacements for wrong values, by field or, for list elements, by "in" and the
// field. Other fields can have any value, because the schema's checks do not use them.
var standIns = map[string]ast.BasicLit{
	"port":          {Kind: token.INT, Value: "30000"}, // offsets in both directions from it must be valid
	"from":          {Kind: token.INT, Value: "1"},
	"to":            {Kind: token.INT, Value: "65535"},
	"in ports":      {Kind: token.INT, Value: "1"},
	"in one_of":     {Kind: token.INT, Value: "1"},
	"in fallback":   {Kind: token.INT, Value: "1"},
	"base":          {Kind: token.INT, Value: "30000"},
	"plus":          {Kind: token.INT, Value: "1"},
	"of":            {Kind: token.STRING, Value: `"other"`},
	"count":         {Kind: token.INT, Value: "1"},
	"in transports": {Kind: token.STRING, Value: `"tcp"`},
	"transport":     {Kind: token.STRING, Value: `"tcp"`},
}

// anything returns an expression that allows any value. It contains the original expression if
// that may be the only use of an import.
func anything(field string, e ast.Expr) ast.Expr {
	if lit, ok := standIns[field]; ok && source.IsLeaf(e) {
		lit.ValuePos = e.Pos()
		return &lit
	}
	top := &ast.Ident{NamePos: e.Pos(), Name: "_"}
	switch e.(type) {
	case *ast.BasicLit, *ast.Ident, *ast.StructLit, *ast.ListLit:
		return top
	}
	return &ast.BinaryExpr{X: top, Op: token.OR, OpPos: e.Pos(), Y: e}
}
