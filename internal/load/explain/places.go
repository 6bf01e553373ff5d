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

// place returns the author's line for an error at a path.
func (e *Explainer) place(code diag.Code, path []string, err errors.Error, inputs []diag.Position) diag.Position {
	places, exact := e.Written.Around(e.asWritten(path))
	switch {
	case code == diag.UndefinedName && !strings.HasPrefix(source.At(err.Position()).File, e.in.Schema):
		at := source.At(err.Position())
		return first([]diag.Position{e.in.Places()[at].At, at})
	case code == diag.UnknownField && exact:
		return places[0].Label
	case code == diag.UnknownField:
		return first(append(e.labels(err), e.origin(path), places[0].At))
	case code == diag.MissingField:
		return first([]diag.Position{e.origin(path), places[0].At})
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
		if places, exact := e.Written.Around(append(slices.Clone(path[:len(path)-1]), from...)); exact {
			return places[0].At
		}
	}
	all := append([]diag.Position{e.origin(path)}, inputs...)
	return first(append(append(all, e.labels(err)...), places[0].At))
}

// asWritten undoes the renames of repairs in a path.
func (e *Explainer) asWritten(path []string) []string {
	at := slices.Clone(path)
	for i, name := range at {
		if e.Written.At(at[:i+1]...) != nil {
			continue
		}
		for _, key := range e.Written.Keys(at[:i]...) {
			for _, w := range e.Written.At(append(slices.Clone(at[:i]), key)...) {
				if e.in.Repairs.Renamed(w.Label) == name {
					at[i] = key
				}
			}
		}
	}
	return at
}

// computed has, for fields that the schema computes from others, the field to point at.
var computed = map[string][]string{"port": {"offset", "plus"}}

// origin returns the position where the value at a path was written, in any package except the
// schema.
func (e *Explainer) origin(path []string) diag.Position {
	v := e.Value
	for _, part := range path {
		v = child(v, part)
	}
	return e.in.Places()[source.At(v.Pos())].At
}

// first returns the first valid position.
func first(all []diag.Position) diag.Position {
	for _, at := range all {
		if at.IsValid() {
			return at
		}
	}
	return diag.Position{}
}

// inputs returns the author's values among the positions of an error.
func (e *Explainer) inputs(err errors.Error) []diag.Position {
	var all []diag.Position
	for _, pos := range append([]token.Pos{err.Position()}, err.InputPositions()...) {
		if w := e.in.Places()[source.At(pos)]; w.Leaf && !slices.Contains(all, w.At) {
			all = append(all, w.At)
		}
	}
	return all
}

// labels returns the author's fields among the positions of an error.
func (e *Explainer) labels(err errors.Error) []diag.Position {
	var all []diag.Position
	for _, pos := range err.InputPositions() {
		if w := e.in.Places()[source.At(pos)]; w.Label.IsValid() {
			all = append(all, w.Label)
		}
	}
	return all
}

// child returns the field or list element with that name.
func child(v cue.Value, name string) cue.Value {
	field := v.LookupPath(cue.MakePath(cue.Str(name)))
	if n, err := strconv.Atoi(name); err == nil && !field.Exists() {
		return v.LookupPath(cue.MakePath(cue.Index(n)))
	}
	return field
}
