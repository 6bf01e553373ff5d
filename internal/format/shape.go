package format

import (
	"io/fs"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// A shape is what a definition says of the fields of a struct. A nil shape is
// that of a value of which nothing is known; its parts are nil as well.
type shape struct {
	of     string         // the definition that it is: "#Flow"; "" for none
	rank   map[string]int // the fields by name, counted in the order of the schema
	fields map[string]*shape
	// values is the shape of what is under any id, in a struct that maps
	// ids to something: components, flows, when.
	values *shape
	// items is the shape of the elements of a list.
	items *shape
}

func (s *shape) field(name string) *shape {
	if s == nil {
		return nil
	}
	if f, ok := s.fields[name]; ok {
		return f
	}
	return s.values
}

func (s *shape) value() *shape {
	if s == nil {
		return nil
	}
	return s.values
}

func (s *shape) item() *shape {
	if s == nil {
		return nil
	}
	return s.items
}

// maps reports whether there is a struct with ids in it or below. The order of
// ids is the author's, and what adds to such a struct must not change places
// with something else that does.
func (s *shape) maps() bool {
	if s == nil {
		return false
	}
	if s.values != nil {
		return true
	}
	for _, f := range s.fields {
		if f.maps() {
			return true
		}
	}
	return false
}

// shapes are the definitions of the schema.
type shapes struct {
	written map[string][]ast.Expr // by name; a definition may be written in parts
	known   map[string]*shape
	busy    map[string]bool
}

// readShapes reads the definitions off the schema's syntax. A name that is
// written in several files has its fields in the order of the files' names.
func readShapes(files fs.FS) (*shapes, error) {
	s := &shapes{written: make(map[string][]ast.Expr), known: make(map[string]*shape), busy: make(map[string]bool)}
	names, err := fs.Glob(files, "*.cue")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(name, data)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				if name, isIdent, err := ast.LabelName(field.Label); err == nil && isIdent {
					s.written[name] = append(s.written[name], field.Value)
				}
			}
		}
	}
	for name := range s.written {
		s.known[name] = new(shape)
		s.define(s.known[name], name)
	}
	return s, nil
}

// file is the shape of a file: what the loader looks for in a package, and
// nothing else that has a name at the top.
func (s *shapes) file() *shape {
	return &shape{fields: map[string]*shape{
		"product":  s.known["#Product"],
		"catalog":  s.known["#Catalog"],
		"services": s.known["#Catalog"].field("services"),
	}}
}

// define adds what a definition says to a shape. Below itself a definition
// counts as unknown, so that one that refers to itself has an end.
func (s *shapes) define(to *shape, name string) {
	if s.busy[name] {
		return
	}
	s.busy[name] = true
	if to.of == "" { // what it embeds does not change what it is
		to.of = name
	}
	for _, e := range s.written[name] {
		s.add(to, e)
	}
	s.busy[name] = false
}

// add takes an expression of the schema into a shape. A comprehension has no
// say: what it says of a field under a condition is not a place for the field.
func (s *shapes) add(to *shape, e ast.Expr) {
	switch e := e.(type) {
	case *ast.Ident:
		s.define(to, e.Name)
	case *ast.ParenExpr:
		s.add(to, e.X)
	case *ast.Alias:
		s.add(to, e.Expr)
	case *ast.BinaryExpr:
		if e.Op == token.AND {
			s.add(to, e.X)
			s.add(to, e.Y)
		}
	case *ast.StructLit:
		for _, d := range e.Elts {
			s.addDecl(to, d)
		}
	case *ast.ListLit:
		to.items = orNew(to.items)
		for _, x := range e.Elts {
			if rest, ok := x.(*ast.Ellipsis); ok {
				x = rest.Type
			}
			s.add(to.items, x)
		}
	}
}

func (s *shapes) addDecl(to *shape, d ast.Decl) {
	switch d := d.(type) {
	case *ast.EmbedDecl:
		s.add(to, d.Expr)
	case *ast.Field:
		if _, pattern := d.Label.(*ast.ListLit); pattern {
			to.values = orNew(to.values)
			s.add(to.values, d.Value)
			return
		}
		name, isIdent, err := ast.LabelName(d.Label)
		if err != nil || isIdent && internal(name) {
			return
		}
		if to.fields == nil {
			to.rank, to.fields = make(map[string]int), make(map[string]*shape)
		}
		if to.fields[name] == nil {
			to.rank[name], to.fields[name] = len(to.rank), new(shape)
		}
		s.add(to.fields[name], d.Value)
	}
}

func orNew(s *shape) *shape {
	if s == nil {
		return new(shape)
	}
	return s
}

// internal reports whether an identifier names a hidden field or a definition.
func internal(name string) bool {
	return strings.HasPrefix(name, "_") || strings.HasPrefix(name, "#")
}
