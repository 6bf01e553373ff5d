package explain

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
)

// defined returns the schema's definition of a field or a list element.
func defined(v cue.Value, name string) cue.Value {
	selectors := []cue.Selector{cue.Str(name), cue.Str(name).Optional(), cue.Str(name).Required(), cue.AnyString}
	if n, err := strconv.Atoi(name); err == nil && strings.Trim(name, "0123456789") == "" {
		selectors = append(selectors, cue.Index(n), cue.AnyIndex)
	}
	for _, s := range selectors {
		if field := v.LookupPath(cue.MakePath(s)); field.Exists() {
			return field
		}
	}
	return cue.Value{}
}

// fields are the fields that the schema defines for a package.
type fields struct {
	of     *eval.Package
	schema *cue.Value // nil until needed
}

// outermost returns the undefined field around a path; CUE names only fields inside it.
func (fs *fields) outermost(path []string) []string {
	v := fs.definition(path[0])
	for i, part := range path[1:] {
		if !v.Exists() {
			break
		}
		if _, err := strconv.Atoi(part); err != nil && !v.Allows(cue.Str(part)) {
			return path[:i+2]
		}
		v = defined(v, part)
	}
	return path
}

// fieldLike returns the field of the schema that was most likely meant by an undefined one, or
// "".
func (fs *fields) fieldLike(path []string) string {
	v := fs.definition(path[0])
	for _, part := range path[1 : len(path)-1] {
		v = defined(v, part)
	}
	if !v.Exists() {
		return ""
	}
	iter, err := v.Fields(cue.Optional(true))
	if err != nil {
		return ""
	}
	own, _ := fs.of.Written.Around(path)
	var known []string
	for iter.Next() {
		name := iter.Selector().Unquoted()
		places, there := fs.of.Written.Around(append(slices.Clone(path[:len(path)-1]), name))
		// A struct can be written in several parts.
		if !there || !places[0].Leaf && !own[0].Leaf {
			known = append(known, name)
		}
	}
	return diag.Nearest(eval.Last(path), known)
}

// definition returns the schema's definition of a top-level field, even if its value has
// faults.
func (fs *fields) definition(top string) cue.Value {
	if fs.schema == nil {
		fs.schema = new(cue.Value)
		if inst := eval.SchemaOf(fs.of.Instance); inst != nil {
			*fs.schema = eval.NewContext().BuildInstance(inst)
		}
	}
	switch top {
	case "product":
		return fs.schema.LookupPath(cue.ParsePath("#Product"))
	case "site":
		return fs.schema.LookupPath(cue.ParsePath("#Site"))
	case "config":
		return fs.schema.LookupPath(cue.ParsePath("#Config"))
	case "services":
		return fs.schema.LookupPath(cue.ParsePath("#Catalog.services"))
	}
	return cue.Value{}
}
