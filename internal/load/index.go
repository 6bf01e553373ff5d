package load

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/source"
)

// An index says where the fields of a package were written, by data path with
// the parts joined by slashes. It is read off the syntax, not the values, so
// that it holds for packages that do not evaluate, and holds only what an
// author wrote.
type index struct {
	places map[string][]written
	// inner are the paths right below each path, in the order in which they were
	// first written.
	inner map[string][]string
}

func newIndex() index {
	return index{make(map[string][]written), make(map[string][]string)}
}

// written is one place where a field was written.
type written struct {
	// at is the value or, for structs and lists, the label.
	at    diag.Position
	label diag.Position
	value diag.Position // where the value starts
	leaf  bool          // at is the value
}

func (idx index) addFile(f *ast.File) {
	idx.addDecls("", f.Decls)
}

func (idx index) addDecls(path string, decls []ast.Decl) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			name, _, err := ast.LabelName(d.Label)
			if err != nil {
				continue // a pattern or an interpolation
			}
			idx.addField(path, name, d.Label, d.Value)
		case *ast.EmbedDecl:
			idx.addExpr(path, d.Expr)
		}
	}
}

func (idx index) addField(around, name string, label ast.Node, value ast.Expr) {
	path := join(around, name)
	if idx.places[path] == nil {
		idx.inner[around] = append(idx.inner[around], path)
	}
	w := written{label: source.Span(label), value: source.At(value.Pos()), leaf: isLeaf(value)}
	w.at = w.label
	if w.leaf {
		w.at = source.Span(value)
	}
	idx.places[path] = append(idx.places[path], w)
	idx.addExpr(path, value)
}

func (idx index) addExpr(path string, e ast.Expr) {
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

// isLeaf reports whether an expression's own place is the best to point at.
func isLeaf(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.StructLit, *ast.ListLit:
		return false
	case *ast.BinaryExpr:
		return isLeaf(e.X) && isLeaf(e.Y)
	}
	return true
}

// below is the positions of everything under a path.
func (idx index) below(path string) model.Positions {
	return model.NewPositions(func(yield func(string, diag.Position) bool) {
		var walk func(at string) bool
		walk = func(at string) bool {
			rest := strings.TrimPrefix(at[len(path):], "/")
			if places := idx.places[at]; places != nil && !yield(rest, places[0].at) {
				return false
			}
			for _, in := range idx.inner[at] {
				if !walk(in) {
					return false
				}
			}
			return true
		}
		walk(path)
	})
}

// nearest is the field at a path or else, and then exact is false, the nearest
// field around it.
func (idx index) nearest(path []string) (w written, exact bool) {
	places, exact := idx.at(path)
	return places[0], exact
}

// at is every place where the field at a path was written or else, and then
// exact is false, the nearest field around it. There is always one place; it is
// none in a file where nothing was written.
func (idx index) at(path []string) (places []written, exact bool) {
	for n := len(path); n > 0; n-- {
		if places := idx.places[strings.Join(path[:n], "/")]; len(places) > 0 {
			return places, n == len(path)
		}
	}
	return []written{{}}, false
}

// keys lists the fields that an author wrote directly under a path, sorted.
func (idx index) keys(path string) []string {
	var all []string
	for _, in := range idx.inner[path] {
		if name := strings.TrimPrefix(in[len(path):], "/"); !strings.Contains(name, "/") {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}

// endAt corrects where values end whose text in the file is not that of CUE.
func (idx index) endAt(ends map[diag.Position]int) {
	correct := func(at *diag.Position) {
		if end, known := ends[source.Start(*at)]; known {
			at.EndLine, at.EndColumn = 0, end
		}
	}
	for _, places := range idx.places {
		for i := range places {
			correct(&places[i].at)
			correct(&places[i].label)
		}
	}
}

// line is what stands at a position, or "" where that is on no single line.
func (l *loading) line(at diag.Position) string {
	data, err := fs.ReadFile(l.files, at.File)
	if err != nil {
		return ""
	}
	return source.Text(data, at)
}
