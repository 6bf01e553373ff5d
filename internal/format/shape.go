package format

import (
	"io/fs"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// A shape is the fields of a struct according to a definition. A nil shape means that
// nothing is known about the value or its parts.
type shape struct {
	of     string         // the definition, such as "#Flow"; "" for none
	rank   map[string]int // positions of fields in the schema, by name
	fields map[string]*shape
	// values is the shape of the values in a struct that maps ids to values, such as
	// components, flows or when.
	values *shape
	// items is the shape of the elements in a list.
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

// maps reports whether the shape is or contains a struct that maps ids. The author chose
// the order of ids, so elements that add to such a struct must not pass each other.
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
	written map[string][]ast.Expr // expressions by name; a definition may be written in parts
	known   map[string]*shape
	busy    map[string]bool
}

// readShapes reads definitions from the syntax of the schema. If a definition is written in
// several files, its fields are in the order of the file names.
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

// file returns the shape of a file, with the top-level fields that the loader looks for.
func (s *shapes) file() *shape {
	return &shape{fields: map[string]*shape{
		"product":  s.known["#Product"],
		"catalog":  s.known["#Catalog"],
		"services": s.known["#Catalog"].field("services"),
	}}
}

// define adds the fields of a definition to a shape. Within itself, a definition counts as
// unknown, so that recursive definitions end.
func (s *shapes) define(to *shape, name string) {
	if s.busy[name] {
		return
	}
	s.busy[name] = true
	if to.of == "" { // not for the definitions that it embeds
		to.of = name
	}
	for _, e := range s.written[name] {
		s.add(to, e)
	}
	s.busy[name] = false
}

// add adds an expression of the schema to a shape. Comprehensions are ignored: a condition
// on a field does not determine its position.
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
