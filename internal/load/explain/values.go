package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/source"
)

// A Guess contains findings that may follow from others, and their repairs.
type Guess struct {
	List    diag.List
	Repairs eval.Repairs
}

// Values returns findings about values and fields. Those that may follow from others are
// separate: a field may be missing because it is misspelt, and values that the schema makes
// depend on a faulty field are judged by the wrong rule.
func (e *Explainer) Values() (certain diag.List, likely Guess) {
	likely.Repairs = make(eval.Repairs)
	choices, rest := alternatives(e.errors)
	for _, c := range choices {
		f, at := e.choice(c)
		if !e.in.Repairs.Covers(at) {
			likely.List = append(likely.List, f)
			likely.Repairs.AllowAny(at)
		}
	}
	var undefined []reference
	for _, err := range rest {
		if slices.Contains(err.Path(), "_check") {
			continue
		}
		f, at := e.Plain(err)
		if e.in.Repairs.Covers(at) || e.repeats(f) || e.opened(f) {
			continue
		}
		switch f.Code {
		case diag.UndefinedName:
			undefined = append(undefined, undefinedName(f, err))
			e.Repairs.AllowAny(e.around(at))
		case diag.UnknownField:
			certain = append(certain, f)
		case diag.Conflict, diag.Constraint:
			certain = append(certain, f)
			e.open(e.Repairs, err, at)
		default:
			likely.List = append(likely.List, f)
			if f.Code != diag.MissingField {
				e.open(likely.Repairs, err, at)
			}
		}
	}
	outer := slices.Clone(certain)
	certain = slices.DeleteFunc(certain, func(f diag.Finding) bool { return within(f, outer) })
	for _, f := range certain {
		if f.Code == diag.UnknownField {
			e.Repairs.TakeOut(f.Position, e.fieldLike(f.Path.Parts()))
		}
	}
	return append(certain, e.names(undefined)...), likely
}

// within reports whether a finding is about something inside an undefined field.
func within(f diag.Finding, all diag.List) bool {
	return slices.ContainsFunc(all, func(around diag.Finding) bool {
		return around.Code == diag.UnknownField && f.Path != around.Path && f.Path.Within(around.Path)
	})
}

// open allows any value at a place, except for values that contain everything else.
func (e *Explainer) open(places eval.Repairs, err errors.Error, at diag.Position) {
	_, exact := e.Written.Around(eval.Unquoted(err.Path()))
	if e.in.Places()[source.Start(at)].Leaf || exact && len(err.Path()) > topFields {
		places.AllowAny(at)
	}
}

// opened reports whether a finding is about a list element that is missing only because of a
// repair: authors cannot leave out an element.
func (e *Explainer) opened(f diag.Finding) bool {
	path := f.Path.Parts()
	_, err := strconv.Atoi(eval.Last(path))
	return f.Code == diag.MissingField && err == nil && len(e.in.Repairs) > 0
}

// topFields is the depth of fields that contain everything else, such as product.flows:
// allowing any value there would hide the rest.
const topFields = 3

// repeats reports whether a finding is about a value from another package of the workspace,
// which is judged separately.
func (e *Explainer) repeats(f diag.Finding) bool {
	if !e.ImportsFaults {
		return false
	}
	_, exact := e.Written.Nearest(f.Path.Parts())
	return !exact
}

// Plain returns the finding for an error in a value, and the place to repair.
func (e *Explainer) Plain(err errors.Error) (diag.Finding, diag.Position) {
	path := eval.Unquoted(err.Path())
	f := diag.Finding{
		Severity: diag.Error,
		Path:     model.PathOf(path...),
		Message:  eval.Message(err),
	}
	f.Code, f.Hint = classify(path, f.Message)
	if f.Code == diag.UnknownField {
		path = e.outermost(path)
		f.Path = model.PathOf(path...)
	}
	inputs := e.inputs(err)
	at := e.place(f.Code, path, err, inputs)
	if !at.IsValid() {
		at = source.At(err.Position())
	}
	f.Position = at
	switch {
	case f.Code == diag.MissingField:
		f.Message = fmt.Sprintf("the field %s is missing", eval.Last(path))
	case f.Code == diag.UnknownField && len(path) == 3 && path[0] == "site" && slices.Contains(siteIDs, path[1]):
		f.Message = fmt.Sprintf("%s is not an id", eval.Brief(strconv.Quote(eval.Last(path))))
		f.Hint = cmp.Or(fileHint(eval.Last(path)), expected["id"])
	case f.Code == diag.UnknownField:
		f.Message = fmt.Sprintf("there is no field %s here", eval.Brief(eval.Last(path)))
		if len(eval.Last(path)) > longestID {
			f.Hint = fmt.Sprintf("an id has at most %d characters", longestID)
		}
		if meant := e.fieldLike(path); meant != "" {
			f.Hint = didYouMean(meant)
		}
	case f.Code == diag.NotEvaluated:
		if cause := eval.Cause(err); cause != "" {
			f.Message += ": " + cause
		}
	case f.Code == diag.Constraint:
		if value := refusedValue(err); value != "" {
			f.Message = fmt.Sprintf("%s is not a value for %s", eval.Brief(value), named(path))
			if field := named(path); field == "id" || field == "site" {
				f.Hint = cmp.Or(fileHint(strings.Trim(value, `"`)), f.Hint)
			}
		}
		if most := longest(err); most != "" {
			f.Message = fmt.Sprintf("%s is longer than %s characters", named(path), most)
			f.Hint = "shorten it"
		}
		if tooShort(err) {
			f.Message = fmt.Sprintf("%s has too few elements", named(path))
			f.Hint = cmp.Or(f.Hint, "add elements, or remove the field")
		}
	}
	if f.Code == diag.Conflict && !slices.ContainsFunc(inputs, func(in diag.Position) bool { return in != at }) {
		e.refused(&f, err, path)
	}
	for _, in := range inputs {
		if in != at && f.Code != diag.UnknownField {
			f.Related = append(f.Related, diag.Related{Position: in, Message: "the other value is here"})
		}
	}
	return f, at
}

// refused rewrites a conflict between a value and the schema, which would not help the author,
// to a finding about a value that the field does not accept.
func (e *Explainer) refused(f *diag.Finding, err errors.Error, path []string) {
	conflict, ok := conflictOf(err)
	if !ok {
		return
	}
	written := e.in.Line(f.Position)
	field := named(path)
	if written == field { // for a struct or a list, the place is that of the label
		written = ""
	}
	f.Code, f.Message = diag.Constraint, fmt.Sprintf("%s is not a value for %s", cmp.Or(written, "this"), field)
	if f.Hint = expects(path); f.Hint != "" {
		return
	}
	if eval.Last(path) != field {
		field = "each of " + field
	}
	for i, text := range conflict.values {
		switch {
		case text == written || text == strconv.Quote(written):
		case !conflict.typed && written != "":
			f.Hint = fmt.Sprintf("%s is %s", field, text)
		case conflict.typed && (written != "" || strings.Contains(text, "#")):
			f.Hint = field + " is " + conflict.kinds[i]
		}
	}
}

// siteIDs are the fields of a site that map ids.
var siteIDs = []string{"products", "services", "zones", "hosts"}
