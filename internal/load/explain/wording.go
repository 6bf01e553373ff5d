package explain

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/pattern"
)

// CUE tells kinds of errors apart by their words alone. All that is known of these
// words is here; a test keeps it so. They are those of the version in go.mod.

// classify gives an error in a value its code and says how to fix it.
func classify(path []string, msg string) (code diag.Code, hint string) {
	field := named(path)
	switch {
	case strings.HasPrefix(msg, "reference ") && strings.HasSuffix(msg, " not found"),
		strings.HasPrefix(msg, "undefined field"), strings.HasPrefix(msg, "index out of range"):
		return diag.UndefinedName, "define it, or fix the name"
	case strings.Contains(msg, "field is required"), strings.Contains(msg, "required field"), strings.Contains(msg, "incomplete value"):
		return diag.MissingField, "add the field " + field
	case strings.Contains(msg, "not allowed"):
		return diag.UnknownField, "remove it, or look in the schema for the field that is meant"
	case strings.Contains(msg, "conflicting values"):
		return diag.Conflict, "make the two values the same"
	case strings.HasPrefix(msg, "invalid value"), strings.HasPrefix(msg, listLengths):
		return diag.Constraint, expects(path)
	}
	if strings.HasPrefix(msg, unusedImport) {
		return diag.NotEvaluated, "remove it; or, where a field of that name hides it, put the field's name into quotes"
	}
	return diag.NotEvaluated, expects(path)
}

// listLengths is how CUE starts when a list is shorter than the schema wants.
const listLengths = "incompatible list lengths"

func tooShort(err errors.Error) bool { return strings.HasPrefix(eval.Message(err), listLengths) }

// tooLong is the constraint that a text that is too long does not meet.
var tooLong = pattern.New(`strings\.MaxRunes\(([0-9]+)\)\)$`)

// longest is how many characters a text may have that is longer; "" where the
// error is another.
func longest(err errors.Error) string {
	if m := tooLong().FindStringSubmatch(eval.Message(err)); m != nil {
		return m[1]
	}
	return ""
}

// isEmptyDisjunction reports whether an error is about a value as a whole that is
// none of several.
func isEmptyDisjunction(err errors.Error) bool {
	return strings.Contains(eval.Message(err), "empty disjunction")
}

// A conflict is two values that have to be one.
type conflict struct {
	values [2]string
	kinds  [2]string // in words, where CUE names them, and "" for one without words
	typed  bool      // CUE names kinds
}

// conflictOf reads the error of a conflict; false for any other.
func conflictOf(err errors.Error) (c conflict, ok bool) {
	format, args := err.Msg()
	if !strings.HasPrefix(format, "conflicting values") || len(args) < 2 {
		return c, false
	}
	c.typed = len(args) == 4
	for i := range c.values {
		c.values[i] = fmt.Sprint(args[i])
		if c.typed {
			c.kinds[i] = kinds[fmt.Sprint(args[2+i])]
		}
	}
	return c, true
}

// kinds are words for what CUE calls kinds of values.
var kinds = map[string]string{
	"struct": "fields with values, as in {name: value}", "list": "a list, as in [a, b]", "string": "a text",
	"int": "a whole number", "number": "a number", "bool": "true or false",
}

// refusedValue is the value of which an error says that it is none; "" where CUE
// names none.
func refusedValue(err errors.Error) string {
	if _, args := err.Msg(); len(args) > 0 {
		return fmt.Sprint(args[0])
	}
	return ""
}

// undefined is what an error calls undefined, and whether that is a name; else it
// is a field.
func undefined(err errors.Error) (what string, isName bool) {
	format, args := err.Msg()
	if len(args) > 0 {
		what = fmt.Sprint(args[0])
	}
	return what, strings.HasPrefix(format, "reference")
}

// notOffered is the listener and the component of which a check of the schema says
// that they do not offer a transport; false where it names none.
func notOffered(err errors.Error) (listener, component string, ok bool) {
	_, args := err.Msg()
	if len(args) < 2 {
		return "", "", false
	}
	return fmt.Sprint(args[0]), fmt.Sprint(args[1]), true
}

// comparesNothing reports whether an error is that of a comparison with a value
// that is not there.
func comparesNothing(err errors.Error) bool {
	return strings.Contains(err.Error(), "invalid left-hand value to '!='")
}

// isUnusedImport reports whether a finding is about an import that nothing uses.
func isUnusedImport(f diag.Finding) bool { return strings.Contains(f.Message, unusedImport) }

// unusedImport is what CUE says of an import that nothing uses.
const unusedImport = "imported and not used"

// replaceID puts a name in a message in the place of what CUE prints for a
// product's id where there is no valid one: what an id has to be, in any order, or
// how the schema calls it.
func replaceID(message string, id cue.Value, name string) string {
	parts := strings.Split(fmt.Sprint(id), " & ")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	one := "(?:" + strings.Join(parts, "|") + ")"
	printed := regexp.MustCompile(one + strings.Repeat(" & "+one, len(parts)-1) + `|\bP\.id\b`)
	return printed.ReplaceAllLiteralString(message, name)
}

// inner is a place at the start of a message.
var inner = pattern.New(`^/?(\S+\.cue):(\d+):(\d+): `)

// An importError is what CUE's loader has against an import.
type importError struct {
	text    string
	at      diag.Position // where the import is in another package that is imported
	back    bool          // it leads back to this package
	missing string        // what is said of a module without which nothing can be imported
	inCUE   bool          // it leads to cue.mod, where CUE reads packages of disks alone
}

func importErrorOf(err errors.Error) (e importError) {
	text := strings.ReplaceAll(err.Error(), "import failed: ", "")
	// An import of a package with an import that fails: the inner one counts.
	for in := inner().FindStringSubmatch(text); in != nil; in = inner().FindStringSubmatch(text) {
		e.at = diag.Position{File: in[1]}
		e.at.Line, _ = strconv.Atoi(in[2])
		e.at.Column, _ = strconv.Atoi(in[3])
		text = text[len(in[0]):]
	}
	text, why, _ := strings.Cut(text, ": cannot expand module graph: ")
	_, e.missing, _ = strings.Cut(why, ": ") // which names its version
	text, _, _ = strings.Cut(text, ": cannot fetch")
	e.text, _, _ = strings.Cut(text, ": cannot find module providing")
	e.back = strings.Contains(text, "import cycle")
	e.inCUE = strings.HasPrefix(text, "cannot get absolute path for FS")
	return e
}

// ImportsNothing reports whether a finding is about an import of a package that is
// not there.
func ImportsNothing(f diag.Finding) bool { return strings.HasPrefix(f.Message, "cannot find package") }
