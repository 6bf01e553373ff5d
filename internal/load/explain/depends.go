package explain

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"

	"github.com/portspec/portspec/internal/load/eval"
)

// concrete reports whether there is a value. A conflict is not a value, although CUE calls it
// concrete.
func concrete(v cue.Value) bool { return v.Exists() && v.IsConcrete() && v.Kind() != cue.BottomKind }

// dependsOnFault reports whether a reference leads nowhere only because something that it
// depends on is missing or was repaired: a row if the product's id is wrong, or a component that
// is missing from a list that is too short.
func (rs *references) dependsOnFault(kind string, path []string) bool {
	switch kind {
	case "row":
		return !concrete(rs.productID())
	case "together":
		if rs.faulty(append(slices.Clone(path[:3]), "together")) {
			return true
		}
	}
	v := rs.at(path...)
	return v.Exists() && v.IncompleteKind() == cue.StringKind && !concrete(v)
}

// productID returns the value of the product's id.
func (rs *references) productID() cue.Value {
	if rs.id == nil {
		id := rs.at("product", "id")
		rs.id = &id
	}
	return *rs.id
}

// withID returns a message that names the product as its author did. If there is no valid id,
// CUE prints the constraints on ids instead.
func (rs *references) withID(message string) string {
	id := rs.productID()
	if concrete(id) {
		return message
	}
	return replaceID(message, id, rs.writtenID())
}

// writtenID returns the product's id as written in the file, even if it is not valid.
func (rs *references) writtenID() string {
	places, exact := rs.Written.Around([]string{"product", "id"})
	at := places[0].At
	data, err := fs.ReadFile(rs.in.Files, at.File)
	lines := strings.Split(string(data), "\n")
	if !exact || err != nil || at.Line < 1 || at.Line > len(lines) || at.Column < 1 {
		return "this product"
	}
	line := lines[at.Line-1]
	if at.EndLine > 0 || at.EndColumn <= at.Column || at.EndColumn-1 > len(line) {
		return "this product"
	}
	token := line[at.Column-1 : at.EndColumn-1]
	text, err := strconv.Unquote(token)
	if err != nil { // it is an expression
		return "this product"
	}
	return eval.Brief(text)
}
