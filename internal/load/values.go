package load

import (
	"cmp"
	"fmt"
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

// An explainer finds the author's lines behind CUE's errors.
type explainer struct {
	*eval.Package
	in       *eval.Session
	mentions mentions       // of the package; nil where references are not explained
	errors   []errors.Error // all that CUE has against the package
	places   eval.Repairs   // what to mend to see further
	schema   *cue.Value     // nil until it is asked for
	id       *cue.Value     // of the product; nil until it is asked for
	// What references are held against, each nil until it is asked for.
	rowIDs    []string            // of the rows of all sources, as citations write them
	tableRows map[string][]string // by table, the data path of its rows
}

// A guess is findings that may follow from others, and what to mend for them.
type guess struct {
	list   diag.List
	places eval.Repairs
}

// values is what is wrong with values and fields. What is certain is apart from
// what may follow from it: a field may be missing because it is misspelt, and
// what the schema makes depend on a faulty field is judged by the wrong rule.
func (e *explainer) values() (certain diag.List, likely guess) {
	likely.places = make(eval.Repairs)
	choices, rest := alternatives(e.errors)
	for _, c := range choices {
		f, at := e.choice(c)
		if !e.in.Repairs.Covers(at) {
			likely.list = append(likely.list, f)
			likely.places.AllowAny(at)
		}
	}
	var undefined []reference
	for _, err := range rest {
		if slices.Contains(err.Path(), "_check") {
			continue
		}
		f, at := e.plain(err)
		if e.in.Repairs.Covers(at) || e.repeats(f) || e.opened(f) {
			continue
		}
		switch f.Code {
		case codeUndefined:
			undefined = append(undefined, undefinedName(f, err))
			e.places.AllowAny(e.around(at))
		case codeNotAllowed:
			certain = append(certain, f)
		case codeConflict, codeConstraint:
			certain = append(certain, f)
			e.open(e.places, err, at)
		default:
			likely.list = append(likely.list, f)
			if f.Code != codeMissing {
				e.open(likely.places, err, at)
			}
		}
	}
	outer := slices.Clone(certain)
	certain = slices.DeleteFunc(certain, func(f diag.Finding) bool { return within(f, outer) })
	for _, f := range certain {
		if f.Code == codeNotAllowed {
			e.places.TakeOut(f.Position, e.fieldLike(strings.Split(f.Path, ".")))
		}
	}
	return append(certain, e.names(undefined)...), likely
}

// within reports whether a finding is about something inside a field that there
// is not.
func within(f diag.Finding, all diag.List) bool {
	return slices.ContainsFunc(all, func(around diag.Finding) bool {
		return around.Code == codeNotAllowed && strings.HasPrefix(f.Path, around.Path+".")
	})
}

// open lets the value at a place be anything, except for what holds everything
// else.
func (e *explainer) open(places eval.Repairs, err errors.Error, at diag.Position) {
	_, exact := e.Written.Around(eval.Unquoted(err.Path()))
	if e.in.Places()[source.Start(at)].Leaf || exact && len(err.Path()) > topFields {
		places.AllowAny(at)
	}
}

// around is the value that a place is inside of.
func (e *explainer) around(at diag.Position) diag.Position {
	for _, w := range e.in.Places() {
		if w.Leaf && w.At.Holds(at) {
			return w.At
		}
	}
	return at
}

// opened reports whether a finding is about a list element that is missing only
// because it was mended: an author cannot leave one out.
func (e *explainer) opened(f diag.Finding) bool {
	path := strings.Split(f.Path, ".")
	_, err := strconv.Atoi(eval.Last(path))
	return f.Code == codeMissing && err == nil && len(e.in.Repairs) > 0
}

// topFields is how deep the fields lie that hold everything else, such as
// product.flows: to let those be anything would hide the rest.
const topFields = 3

// repeats reports whether a finding is about a value that comes from another
// package of the workspace, which is judged by itself.
func (e *explainer) repeats(f diag.Finding) bool {
	if !e.ImportsFaults {
		return false
	}
	_, exact := e.Written.Nearest(strings.Split(f.Path, "."))
	return !exact
}

// plain is the finding of an error in a value, and where to mend it.
func (e *explainer) plain(err errors.Error) (diag.Finding, diag.Position) {
	path := eval.Unquoted(err.Path())
	f := diag.Finding{
		Severity: diag.Error,
		Path:     strings.Join(path, "."),
		Message:  eval.Message(err),
	}
	f.Code, f.Hint = classify(path, f.Message)
	if f.Code == codeNotAllowed {
		path = e.outermost(path)
		f.Path = strings.Join(path, ".")
	}
	inputs := e.inputs(err)
	at := e.place(f.Code, path, err, inputs)
	if !at.IsValid() {
		at = source.At(err.Position())
	}
	f.Position = at
	switch {
	case f.Code == codeMissing:
		f.Message = fmt.Sprintf("the field %s is missing", eval.Last(path))
	case f.Code == codeNotAllowed && len(path) == 3 && path[0] == "site" && slices.Contains(siteIDs, path[1]):
		f.Message = fmt.Sprintf("%s is not an id", eval.Brief(strconv.Quote(eval.Last(path))))
		f.Hint = cmp.Or(fileHint(eval.Last(path)), expected["id"])
	case f.Code == codeNotAllowed:
		f.Message = fmt.Sprintf("there is no field %s here", eval.Brief(eval.Last(path)))
		if len(eval.Last(path)) > longestID {
			f.Hint = fmt.Sprintf("an id has at most %d characters", longestID)
		}
		if meant := e.fieldLike(path); meant != "" {
			f.Hint = fmt.Sprintf("did you mean %s?", meant)
		}
	case f.Code == codeConstraint:
		if _, args := err.Msg(); len(args) > 0 {
			f.Message = fmt.Sprintf("%v is not a value for %s", eval.Brief(args[0]), named(path))
			if field := named(path); field == "id" || field == "site" {
				f.Hint = cmp.Or(fileHint(strings.Trim(fmt.Sprint(args[0]), `"`)), f.Hint)
			}
		}
		if most := longest(err); most != "" {
			f.Message = fmt.Sprintf("%s is longer than %s characters", named(path), most)
			f.Hint = "shorten it"
		}
		if tooShort(err) {
			f.Message = fmt.Sprintf("%s has too few elements", named(path))
			f.Hint = cmp.Or(f.Hint, "list what there is, or take the field out")
		}
	}
	if f.Code == codeConflict && !slices.ContainsFunc(inputs, func(in diag.Position) bool { return in != at }) {
		e.refused(&f, err, path)
	}
	for _, in := range inputs {
		if in != at && f.Code != codeNotAllowed {
			f.Related = append(f.Related, diag.Related{Position: in, Message: "the other value is here"})
		}
	}
	return f, at
}

// refused makes the conflict of a value with the schema alone, of which the author
// knows nothing, a value that is not one for its field.
func (e *explainer) refused(f *diag.Finding, err errors.Error, path []string) {
	format, args := err.Msg()
	if !strings.HasPrefix(format, "conflicting values") || len(args) < 2 {
		return
	}
	written := e.in.Line(f.Position)
	field := named(path)
	if written == field { // the value is fields or a list, and the place that of its name
		written = ""
	}
	f.Code, f.Message = codeConstraint, fmt.Sprintf("%s is not a value for %s", cmp.Or(written, "this"), field)
	if f.Hint = expects(path); f.Hint != "" {
		return
	}
	if eval.Last(path) != field {
		field = "each of " + field
	}
	for i, arg := range args[:2] {
		text := fmt.Sprint(arg)
		switch {
		case text == written || text == strconv.Quote(written):
		case len(args) < 4 && written != "":
			f.Hint = fmt.Sprintf("%s is %s", field, text)
		case len(args) == 4 && (written != "" || strings.Contains(text, "#")):
			f.Hint = field + " is " + kinds[fmt.Sprint(args[2+i])]
		}
	}
}

// kinds are words for what CUE calls kinds of values.
var kinds = map[string]string{
	"struct": "fields with values, as in {name: value}", "list": "a list, as in [a, b]", "string": "a text",
	"int": "a whole number", "number": "a number", "bool": "true or false",
}

// siteIDs are the fields of a site whose own fields are ids.
var siteIDs = []string{"products", "services", "zones", "hosts"}

// place is the author's line for an error at a path.
func (e *explainer) place(code string, path []string, err errors.Error, inputs []diag.Position) diag.Position {
	places, exact := e.Written.Around(e.asWritten(path))
	switch {
	case code == codeUndefined && !strings.HasPrefix(source.At(err.Position()).File, e.in.Schema):
		at := source.At(err.Position())
		return first([]diag.Position{e.in.Places()[at].At, at})
	case code == codeNotAllowed && exact:
		return places[0].Label
	case code == codeNotAllowed:
		return first(append(e.labels(err), e.origin(path), places[0].At))
	case code == codeMissing:
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

// asWritten is a path by the names that the author wrote, where some are mended.
func (e *explainer) asWritten(path []string) []string {
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

// computed says for fields that the schema computes from others which of those
// to point at.
var computed = map[string][]string{"port": {"offset", "plus"}}

// origin is where the value at a path was written, in whichever package of the
// author's; no place for values of the schema.
func (e *explainer) origin(path []string) diag.Position {
	v := e.Value
	for _, part := range path {
		v = child(v, part)
	}
	return e.in.Places()[source.At(v.Pos())].At
}

// first is the first valid position.
func first(all []diag.Position) diag.Position {
	for _, at := range all {
		if at.IsValid() {
			return at
		}
	}
	return diag.Position{}
}

// inputs is the author's values among the places that CUE names.
func (e *explainer) inputs(err errors.Error) []diag.Position {
	var all []diag.Position
	for _, pos := range append([]token.Pos{err.Position()}, err.InputPositions()...) {
		if w := e.in.Places()[source.At(pos)]; w.Leaf && !slices.Contains(all, w.At) {
			all = append(all, w.At)
		}
	}
	return all
}

// labels is the author's fields among the places that CUE names.
func (e *explainer) labels(err errors.Error) []diag.Position {
	var all []diag.Position
	for _, pos := range err.InputPositions() {
		if w := e.in.Places()[source.At(pos)]; w.Label.IsValid() {
			all = append(all, w.Label)
		}
	}
	return all
}

// child is the field or the list element of that name.
func child(v cue.Value, name string) cue.Value {
	field := v.LookupPath(cue.MakePath(cue.Str(name)))
	if n, err := strconv.Atoi(name); err == nil && !field.Exists() {
		return v.LookupPath(cue.MakePath(cue.Index(n)))
	}
	return field
}
