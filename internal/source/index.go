package source

import (
	"iter"
	"slices"
	"strconv"

	"cuelang.org/go/cue/ast"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// An Index maps data paths to the places where the fields of a package were written. It
// is built from the syntax, not from values, so that it works for packages that do not
// evaluate, and contains only what authors wrote.
type Index struct {
	places map[model.Path][]Place
	// inner has the paths directly below each path, in the order of their first occurrence.
	inner map[model.Path][]model.Path
}

// NewIndex returns an empty index.
func NewIndex() Index {
	return Index{make(map[model.Path][]Place), make(map[model.Path][]model.Path)}
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
	idx.addDecls("", f.Decls)
}

func (idx Index) addDecls(path model.Path, decls []ast.Decl) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			name, _, err := ast.LabelName(d.Label)
			if err != nil {
				continue // a pattern or interpolation
			}
			idx.addField(path, name, d.Label, d.Value)
		case *ast.EmbedDecl:
			idx.addExpr(path, d.Expr)
		}
	}
}

func (idx Index) addField(around model.Path, name string, label ast.Node, value ast.Expr) {
	path := around.Below(name)
	if idx.places[path] == nil {
		idx.inner[around] = append(idx.inner[around], path)
	}
	w := Place{Label: Span(label), Value: At(value.Pos()), Leaf: IsLeaf(value)}
	w.At = w.Label
	if w.Leaf {
		w.At = Span(value)
	}
	idx.places[path] = append(idx.places[path], w)
	idx.addExpr(path, value)
}

func (idx Index) addExpr(path model.Path, e ast.Expr) {
	switch e := e.(type) {
	case *ast.StructLit:
		idx.addDecls(path, e.Elts)
	case *ast.ListLit:
		for i, x := range e.Elts {
			if _, open := x.(*ast.Ellipsis); !open {
				idx.addField(path, strconv.Itoa(i), x, x)
			}
		}
	case *ast.BinaryExpr:
		idx.addExpr(path, e.X)
		idx.addExpr(path, e.Y)
	case *ast.ParenExpr:
		idx.addExpr(path, e.X)
	}
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
		var walk func(at model.Path) bool
		walk = func(at model.Path) bool {
			rest, _ := at.From(top)
			if places := idx.places[at]; places != nil && !yield(rest, places[0].At) {
				return false
			}
			for _, in := range idx.inner[at] {
				if !walk(in) {
					return false
				}
			}
			return true
		}
		walk(top)
	})
}

// At returns all places where the field at a path was written; nil if there are none.
func (idx Index) At(path ...string) []Place { return idx.places[model.PathOf(path...)] }

// All iterates over all places where a field was written, in no particular order.
func (idx Index) All() iter.Seq[Place] {
	return func(yield func(Place) bool) {
		for _, places := range idx.places {
			for _, w := range places {
				if !yield(w) {
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
		if places := idx.places[model.PathOf(path[:n]...)]; len(places) > 0 {
			return places, n == len(path)
		}
	}
	return []Place{{}}, false
}

// Keys lists the fields that were written directly below a path, sorted.
func (idx Index) Keys(at ...string) []string {
	var all []string
	for _, in := range idx.inner[model.PathOf(at...)] {
		all = append(all, in.Parts()[len(at)])
	}
	slices.Sort(all)
	return all
}

// EndAt corrects the ends of values whose text in the file differs from CUE.
func (idx Index) EndAt(ends map[diag.Position]int) {
	correct := func(at *diag.Position) {
		if end, known := ends[Start(*at)]; known {
			at.EndLine, at.EndColumn = 0, end
		}
	}
	for _, places := range idx.places {
		for i := range places {
			correct(&places[i].At)
			correct(&places[i].Label)
		}
	}
}
