package source

import (
	"iter"
	"maps"
	"slices"
	"strconv"

	"cuelang.org/go/cue/ast"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// An Index maps data paths to the places where the fields of a package were written. It
// is built from the syntax, not from values, so that it works for packages that do not
// evaluate, and contains only what authors wrote. Places are looked up in the syntax when they
// are asked for, since most never are.
type Index struct {
	fields map[model.Path]*field
	ends   map[diag.Position]int // corrections of EndAt, by the start of a value
}

// NewIndex returns an empty index.
func NewIndex() Index {
	return Index{map[model.Path]*field{"": {}}, make(map[diag.Position]int)}
}

// A field is a field or an element of a list that was written; the one with an empty path is the
// package.
type field struct {
	path    model.Path
	written []writing
	inner   []*field // directly below, in the order of their first occurrence
}

// A writing is a place where a field was written.
type writing struct {
	label ast.Node
	value ast.Expr
}

// A Place is where a field was written.
type Place struct {
	// At spans the value or, for structs and lists, the label.
	At    diag.Position
	Label diag.Position
	Value diag.Position // where the value starts
	Leaf  bool          // At is the value
}

// AddFile adds the fields of a file of a package.
func (idx Index) AddFile(f *ast.File) {
	idx.addDecls(idx.fields[""], f.Decls)
}

func (idx Index) addDecls(in *field, decls []ast.Decl) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			name, _, err := ast.LabelName(d.Label)
			if err != nil {
				continue // a pattern or interpolation
			}
			idx.addField(in, name, d.Label, d.Value)
		case *ast.EmbedDecl:
			idx.addExpr(in, d.Expr)
		}
	}
}

func (idx Index) addField(around *field, name string, label ast.Node, value ast.Expr) {
	path := around.path.Below(name)
	f := idx.fields[path]
	if f == nil {
		f = &field{path: path}
		idx.fields[path] = f
		around.inner = append(around.inner, f)
	}
	f.written = append(f.written, writing{label, value})
	idx.addExpr(f, value)
}

func (idx Index) addExpr(in *field, e ast.Expr) {
	switch e := e.(type) {
	case *ast.StructLit:
		idx.addDecls(in, e.Elts)
	case *ast.ListLit:
		for i, x := range e.Elts {
			if _, open := x.(*ast.Ellipsis); !open {
				idx.addField(in, strconv.Itoa(i), x, x)
			}
		}
	case *ast.BinaryExpr:
		idx.addExpr(in, e.X)
		idx.addExpr(in, e.Y)
	case *ast.ParenExpr:
		idx.addExpr(in, e.X)
	}
}

// place returns the place of a writing.
func (idx Index) place(w writing) Place {
	return Place{At: idx.at(w), Label: idx.span(w.label), Value: At(w.value.Pos()), Leaf: IsLeaf(w.value)}
}

// at returns Place.At for a writing.
func (idx Index) at(w writing) diag.Position {
	if IsLeaf(w.value) {
		return idx.span(w.value)
	}
	return idx.span(w.label)
}

// span returns the start and the corrected end of a node.
func (idx Index) span(n ast.Node) diag.Position {
	at := Span(n)
	if len(idx.ends) > 0 {
		if end, known := idx.ends[Start(at)]; known {
			at.EndLine, at.EndColumn = 0, end
		}
	}
	return at
}

// places returns the places of a field; nil if there are none.
func (idx Index) places(of *field) []Place {
	if of == nil || len(of.written) == 0 {
		return nil
	}
	all := make([]Place, len(of.written))
	for i, w := range of.written {
		all[i] = idx.place(w)
	}
	return all
}

// IsLeaf reports whether findings should point to the expression itself rather than to
// the label of its field.
func IsLeaf(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.StructLit, *ast.ListLit:
		return false
	case *ast.BinaryExpr:
		return IsLeaf(e.X) && IsLeaf(e.Y)
	}
	return true
}

// Below returns the positions of everything below a path.
func (idx Index) Below(at ...string) model.Positions {
	top := model.PathOf(at...)
	return model.NewPositions(func(yield func(model.Path, diag.Position) bool) {
		var walk func(f *field) bool
		walk = func(f *field) bool {
			rest, _ := f.path.From(top)
			if len(f.written) > 0 && !yield(rest, idx.at(f.written[0])) {
				return false
			}
			for _, in := range f.inner {
				if !walk(in) {
					return false
				}
			}
			return true
		}
		if f := idx.fields[top]; f != nil {
			walk(f)
		}
	})
}

// At returns all places where the field at a path was written; nil if there are none.
func (idx Index) At(path ...string) []Place { return idx.places(idx.fields[model.PathOf(path...)]) }

// All iterates over all places where a field was written, in no particular order.
func (idx Index) All() iter.Seq[Place] {
	return func(yield func(Place) bool) {
		for _, f := range idx.fields {
			for _, w := range f.written {
				if !yield(idx.place(w)) {
					return
				}
			}
		}
	}
}

// Nearest returns the place of the field at a path or, with exact false, that of the
// nearest enclosing field.
func (idx Index) Nearest(path []string) (w Place, exact bool) {
	places, exact := idx.Around(path)
	return places[0], exact
}

// Around returns all places where the field at a path was written or, with exact false,
// where the nearest enclosing field was written. It returns at least one place, which is
// the zero value if the index is empty.
func (idx Index) Around(path []string) (places []Place, exact bool) {
	for n := len(path); n > 0; n-- {
		if places := idx.At(path[:n]...); places != nil {
			return places, n == len(path)
		}
	}
	return []Place{{}}, false
}

// Keys lists the fields that were written directly below a path, sorted.
func (idx Index) Keys(at ...string) []string {
	f := idx.fields[model.PathOf(at...)]
	if f == nil {
		return nil
	}
	var all []string
	for _, in := range f.inner {
		all = append(all, in.path.Parts()[len(at)])
	}
	slices.Sort(all)
	return all
}

// EndAt corrects the ends of values whose text in the file differs from CUE.
func (idx Index) EndAt(ends map[diag.Position]int) { maps.Copy(idx.ends, ends) }
