package explain

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/source"
)

// places finds where authors wrote the values and fields of a package.
type places struct {
	*eval.Package
	in *eval.Session
}

// place returns the author's line for an error at a path.
func (p places) place(code diag.Code, path []string, err errors.Error, inputs []diag.Position) diag.Position {
	places, exact := p.Written.Around(p.asWritten(path))
	switch {
	case code == diag.UndefinedName && !strings.HasPrefix(source.At(err.Position()).File, p.in.Schema):
		at := source.At(err.Position())
		return first([]diag.Position{p.in.Places()[at].At, at})
	case code == diag.UnknownField && exact:
		return places[0].Label
	case code == diag.UnknownField:
		return first(append(p.labels(err), p.origin(path), places[0].At))
	case code == diag.MissingField:
		return first([]diag.Position{p.origin(path), places[0].At})
	}
	if exact {
		for _, w := range places {
			if slices.Contains(inputs, w.At) {
				return w.At
			}
		}
		return places[0].At
	}
	if from, ok := computed[eval.Last(path)]; ok {
		if places, exact := p.Written.Around(append(slices.Clone(path[:len(path)-1]), from...)); exact {
			return places[0].At
		}
	}
	all := append([]diag.Position{p.origin(path)}, inputs...)
	return first(append(append(all, p.labels(err)...), places[0].At))
}

// asWritten undoes the renames of repairs in a path.
func (p places) asWritten(path []string) []string {
	at := slices.Clone(path)
	for i, name := range at {
		if p.Written.At(at[:i+1]...) != nil {
			continue
		}
		for _, key := range p.Written.Keys(at[:i]...) {
			for _, w := range p.Written.At(append(slices.Clone(at[:i]), key)...) {
				if p.in.Repairs.Renamed(w.Label) == name {
					at[i] = key
				}
			}
		}
	}
	return at
}

// computed has, for fields that the schema computes from others, the field to point at.
var computed = map[string][]string{"port": {"offset", "plus"}}

// first returns the first valid position.
func first(all []diag.Position) diag.Position {
	for _, at := range all {
		if at.IsValid() {
			return at
		}
	}
	return diag.Position{}
}

// child returns the field or list element with that name.
func child(v cue.Value, name string) cue.Value {
	field := v.LookupPath(cue.MakePath(cue.Str(name)))
	if n, err := strconv.Atoi(name); err == nil && !field.Exists() {
		return v.LookupPath(cue.MakePath(cue.Index(n)))
	}
	return field
}

// origin returns the position where the value at a path was written, in any package except the
// schema.
func (p places) origin(path []string) diag.Position {
	return p.in.Places()[source.At(p.at(path...).Pos())].At
}

// inputs returns the author's values among the positions of an error.
func (p places) inputs(err errors.Error) []diag.Position {
	var all []diag.Position
	for _, pos := range append([]token.Pos{err.Position()}, err.InputPositions()...) {
		if w := p.in.Places()[source.At(pos)]; w.Leaf && !slices.Contains(all, w.At) {
			all = append(all, w.At)
		}
	}
	return all
}

// labels returns the author's fields among the positions of an error.
func (p places) labels(err errors.Error) []diag.Position {
	var all []diag.Position
	for _, pos := range err.InputPositions() {
		if w := p.in.Places()[source.At(pos)]; w.Label.IsValid() {
			all = append(all, w.Label)
		}
	}
	return all
}

// at returns the value at a path.
func (p places) at(path ...string) cue.Value {
	v := p.Value
	for _, part := range path {
		v = child(v, part)
	}
	return v
}

// label returns the position of a field's label.
func (p places) label(path []string) diag.Position {
	places, _ := p.Written.Around(path)
	return places[0].Label
}

// text returns the string at a path or, if there is none, the label of the field.
func (p places) text(path []string) string {
	if s, err := p.at(path...).String(); err == nil {
		return s
	}
	return eval.Last(path)
}

// faulty reports whether a value below the path has a repair.
func (p places) faulty(path []string) bool {
	for _, at := range p.Written.Below(path...).All() {
		if p.in.Repairs.Covers(at) {
			return true
		}
	}
	return false
}

// around returns the value that contains a place.
func (p places) around(at diag.Position) diag.Position {
	for _, w := range p.in.Places() {
		if w.Leaf && w.At.Holds(at) {
			return w.At
		}
	}
	return at
}
