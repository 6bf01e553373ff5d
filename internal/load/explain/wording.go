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

// Kinds of CUE errors can only be told apart by their wording. This file is the only one that
// depends on that wording, which a test checks. It is that of the CUE version in go.mod.

// classify returns the code for an error in a value, and a hint.
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
		return diag.NotEvaluated, "remove it; or, if a field with that name hides it, quote the name of the field"
	}
	return diag.NotEvaluated, expects(path)
}

// listLengths is the start of the error for a list that is shorter than the schema requires.
const listLengths = "incompatible list lengths"

func tooShort(err errors.Error) bool { return strings.HasPrefix(eval.Message(err), listLengths) }

// tooLong matches the constraint that is not met by an overlong text.
var tooLong = pattern.New(`strings\.MaxRunes\(([0-9]+)\)\)$`)

// longest returns the maximum number of characters in an error about an overlong text; "" for
// other errors.
func longest(err errors.Error) string {
	if m := tooLong().FindStringSubmatch(eval.Message(err)); m != nil {
		return m[1]
	}
	return ""
}

// isEmptyDisjunction reports whether an error is about a value that matches none of several
// alternatives.
func isEmptyDisjunction(err errors.Error) bool {
	return strings.Contains(eval.Message(err), "empty disjunction")
}

// A conflict is two values of a field that differ.
type conflict struct {
	values [2]string
	kinds  [2]string // in words if CUE names the kinds; "" for a kind without words
	typed  bool      // CUE names kinds
}

// conflictOf interprets the error of a conflict; it returns false for other errors.
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

// kinds describes CUE's kinds of values.
var kinds = map[string]string{
	"struct": "fields with values, as in {name: value}", "list": "a list, as in [a, b]", "string": "a string",
	"int": "a whole number", "number": "a number", "bool": "true or false",
}

// refusedValue returns the invalid value in an error; "" if CUE does not name it.
func refusedValue(err errors.Error) string {
	if _, args := err.Msg(); len(args) > 0 {
		return fmt.Sprint(args[0])
	}
	return ""
}

// undefined returns the undefined name or field in an error, and whether it is a name.
func undefined(err errors.Error) (what string, isName bool) {
	format, args := err.Msg()
	if len(args) > 0 {
		what = fmt.Sprint(args[0])
	}
	return what, strings.HasPrefix(format, "reference")
}

// notOffered returns the listener and the component in the error of a check about a transport
// that is not offered; ok is false if it names none.
func notOffered(err errors.Error) (listener, component string, ok bool) {
	_, args := err.Msg()
	if len(args) < 2 {
		return "", "", false
	}
	return fmt.Sprint(args[0]), fmt.Sprint(args[1]), true
}

// comparesNothing reports whether an error is about a comparison with a missing value.
func comparesNothing(err errors.Error) bool {
	return strings.Contains(err.Error(), "invalid left-hand value to '!='")
}

// isUnusedImport reports whether a finding is about an unused import.
func isUnusedImport(f diag.Finding) bool { return strings.Contains(f.Message, unusedImport) }

// unusedImport is in CUE's error about an unused import.
const unusedImport = "imported and not used"

// replaceID replaces what CUE prints for a product's id if there is no valid one (the
// constraints on ids in any order, or the name of their definition) by a name.
func replaceID(message string, id cue.Value, name string) string {
	parts := strings.Split(fmt.Sprint(id), " & ")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	one := "(?:" + strings.Join(parts, "|") + ")"
	printed := regexp.MustCompile(one + strings.Repeat(" & "+one, len(parts)-1) + `|\bP\.id\b`)
	return printed.ReplaceAllLiteralString(message, name)
}

// inner matches a position at the start of a message.
var inner = pattern.New(`^/?(\S+\.cue):(\d+):(\d+): `)

// copied matches a line about a folder of the workspace that has a package of another module.
var copied = pattern.New(`\n\tlocal \((.*)\)`)

// An importError is an error of CUE's loader about an import.
type importError struct {
	text    string
	copies  []string      // folders of the workspace with the package, whose path is the text, besides its module
	at      diag.Position // position of the import if it is in an imported package
	back    bool          // it is part of a cycle
	missing string        // message about a module without which no import works
	inCUE   bool          // it leads to cue.mod, where CUE reads packages only from disk
	nothing bool          // there is no such package
}

func importErrorOf(err errors.Error) (e importError) {
	text := strings.ReplaceAll(err.Error(), "import failed: ", "")
	// If the imported package has an import that fails, the inner import is reported.
	for in := inner().FindStringSubmatch(text); in != nil; in = inner().FindStringSubmatch(text) {
		e.at = diag.Position{File: in[1]}
		e.at.Line, _ = strconv.Atoi(in[2])
		e.at.Column, _ = strconv.Atoi(in[3])
		text = text[len(in[0]):]
	}
	text, why, _ := strings.Cut(text, ": cannot expand module graph: ")
	_, e.missing, _ = strings.Cut(why, ": ") // after the module's version
	text, _, _ = strings.Cut(text, ": cannot fetch")
	e.text, _, _ = strings.Cut(text, ": cannot find module providing")
	if copies := copied().FindAllStringSubmatch(e.text, -1); copies != nil {
		_, rest, _ := strings.Cut(e.text, "ambiguous import: found package ")
		e.text, _, _ = strings.Cut(rest, " in multiple locations:")
		for _, in := range copies {
			e.copies = append(e.copies, in[1])
		}
	}
	e.back = strings.Contains(text, "import cycle")
	e.inCUE = strings.HasPrefix(text, "cannot get absolute path for FS")
	e.nothing = e.missing == "" && !e.inCUE && !e.back && strings.HasPrefix(e.text, "cannot find package")
	return e
}
