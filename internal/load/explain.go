package load

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/diag"
)

// explainLoading turns what the loader has against files into findings: broken
// syntax, imports that lead nowhere.
func explainLoading(err error) []diag.Finding {
	var found []diag.Finding
	for _, e := range errors.Errors(err) {
		f := diag.Finding{
			Code: "PS1001", Severity: diag.Error,
			Position: tokenPosition(e.Position()),
			Message:  e.Error(),
			Hint:     "mend the CUE syntax here",
		}
		if strings.Contains(f.Message, "import") || strings.Contains(f.Message, "package") {
			f.Code = "PS1002"
			f.Hint = "specs import " + modulePath + "/schema and " + modulePath + "/specs/services, which come with portspec, and packages of their own module; nothing is fetched"
		}
		found = append(found, f)
	}
	return found
}

// explain turns what CUE has against a package into findings. One fault hides
// others from CUE, so what is found is mended in memory, and the package judged
// again, until nothing new turns up.
func (l *loading) explain(p *pkg) diag.List {
	misspelt := make(map[string]bool)
	found, mended := l.judgeOnce(p, nil, misspelt)
	for round := 0; len(mended) > 0 && round < maxRounds; round++ {
		again, err := l.rebuild(p, mended)
		if err != nil {
			break // a mended file no longer builds: what was found so far stands
		}
		more, places := l.judgeOnce(again, mended, misspelt)
		before := len(mended)
		maps.Copy(mended, places)
		found = append(found, more...).Sort()
		if len(mended) == before {
			break
		}
	}
	return found
}

// maxRounds bounds the work on a package in which one fault hides another many
// times over.
const maxRounds = 20

// judgeOnce is what CUE has against a package, and where to mend it. What lies
// at a place that is mended already is left out, and so is a field that is
// missing where it is there under a wrong name.
func (l *loading) judgeOnce(p *pkg, mended mends, misspelt map[string]bool) (diag.List, mends) {
	all := errors.Errors(p.value.Validate(cue.Concrete(true), cue.All()))
	if len(all) == 0 {
		return nil, nil
	}
	all = append(all, l.missed(p)...)
	e := &explainer{pkg: p, errors: all, leaves: l.leaves(), places: make(mends), mended: mended, misspelt: misspelt}
	var found diag.List
	for _, err := range all {
		if f, ok := e.finding(err); ok {
			found = append(found, f)
		}
	}
	if len(found) == 0 && mended == nil {
		// Every error was taken for a follower of another: show them all rather
		// than accept the package.
		for _, err := range all {
			found = append(found, e.plain(err))
		}
	}
	found = slices.DeleteFunc(found, func(f diag.Finding) bool { return f.Code == codeMissing && misspelt[f.Path] })
	return found.Sort(), e.places
}

// missed judges the parts of a product one by one: CUE stops at the first kind
// of fault that it meets in the whole.
func (l *loading) missed(p *pkg) []errors.Error {
	var all []errors.Error
	judge := func(v cue.Value) {
		all = append(all, errors.Errors(v.Validate(cue.Concrete(true), cue.All()))...)
	}
	product := p.value.LookupPath(cue.ParsePath("product"))
	for _, part := range []string{"sources", "features", "components", "flows", "rules", "errata"} {
		iter, err := product.LookupPath(cue.MakePath(cue.Str(part))).Fields()
		if err != nil {
			continue
		}
		for iter.Next() {
			judge(iter.Value())
		}
	}
	checks := product.LookupPath(cue.MakePath(cue.Hid("_check", modulePath+"/schema")))
	if iter, err := checks.Fields(cue.All()); err == nil {
		for iter.Next() {
			judge(iter.Value())
		}
	}
	return all
}

// leaves is every place where an author wrote a value, with its end.
func (l *loading) leaves() map[diag.Position]diag.Position {
	leaves := make(map[diag.Position]diag.Position)
	for path, idx := range l.written {
		if isSchema(path) {
			continue
		}
		for _, places := range idx {
			for _, w := range places {
				if w.leaf {
					start := w.at
					start.EndColumn = 0
					leaves[start] = w.at
				}
			}
		}
	}
	return leaves
}

func isSchema(importPath string) bool {
	return strings.HasPrefix(importPath, modulePath+"/schema")
}

// An explainer finds the author's lines behind CUE's errors.
type explainer struct {
	*pkg
	errors []errors.Error // all that CUE has against the package
	leaves map[diag.Position]diag.Position
	places mends // what to mend to see further
	mended mends // what was mended before

	misspelt map[string]bool // data paths of fields that were most likely meant
}

// finding is what to tell the author of an error; false for one that merely
// follows from another.
func (e *explainer) finding(err errors.Error) (diag.Finding, bool) {
	path := unquoted(err.Path())
	if i := slices.Index(path, "_check"); i >= 0 && i+1 < len(path) {
		return e.check(path[:i], path[i+1:], err)
	}
	f := e.plain(err)
	return f, !e.mended.covers(f.Position)
}

// plain is the finding of an error in a value.
func (e *explainer) plain(err errors.Error) diag.Finding {
	path := unquoted(err.Path())
	f := diag.Finding{
		Severity: diag.Error,
		Path:     strings.Join(path, "."),
		Message:  message(err),
	}
	f.Code, f.Hint = classify(path, f.Message)
	switch {
	case f.Code == codeMissing:
		f.Message = fmt.Sprintf("the field %s is missing", path[len(path)-1])
	case f.Code == codeConstraint && f.Hint != "":
		if _, args := err.Msg(); len(args) > 0 {
			f.Message = fmt.Sprintf("%v is not a value for %s", args[0], named(path))
		}
	}
	inputs := e.inputs(err)
	place, exact := e.written.nearest(path)
	at := place.at
	switch {
	case exact && f.Code == codeNotAllowed:
		at = place.label
		f.Message = fmt.Sprintf("there is no field %s here", path[len(path)-1])
		if meant := e.fieldLike(path); meant != "" {
			f.Hint = fmt.Sprintf("did you mean %s?", meant)
		}
	case !exact && len(inputs) > 0 && f.Code != codeMissing:
		at = inputs[0]
	}
	if !at.IsValid() {
		at = tokenPosition(err.Position())
	}
	f.Position = at
	if f.Code == codeNotAllowed {
		e.places.drop(at)
	} else if f.Code != codeMissing {
		e.places.open(at)
	}
	for _, in := range inputs {
		if in != at && in != place.at {
			f.Related = append(f.Related, diag.Related{Position: in, Message: "the other value is here"})
		}
	}
	return f
}

// inputs is the author's values among the places that CUE names.
func (e *explainer) inputs(err errors.Error) []diag.Position {
	var all []diag.Position
	for _, pos := range append([]token.Pos{err.Position()}, err.InputPositions()...) {
		if at, ok := e.leaves[tokenPosition(pos)]; ok && !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	return all
}

// fieldLike is the field that the schema has in place of one that it does not,
// or "".
func (e *explainer) fieldLike(path []string) string {
	v := e.value
	for _, part := range path[:len(path)-1] {
		v = child(v, part)
	}
	iter, err := v.Fields(cue.Optional(true))
	if err != nil {
		return ""
	}
	var known []string
	for iter.Next() {
		if name := iter.Selector().Unquoted(); name != path[len(path)-1] {
			known = append(known, name)
		}
	}
	meant := nearest(path[len(path)-1], known)
	if meant != "" {
		e.misspelt[strings.Join(append(slices.Clone(path[:len(path)-1]), meant), ".")] = true
	}
	return meant
}

// child is the field or the list element of that name.
func child(v cue.Value, name string) cue.Value {
	if n, err := strconv.Atoi(name); err == nil && v.IncompleteKind() == cue.ListKind {
		return v.LookupPath(cue.MakePath(cue.Index(n)))
	}
	return v.LookupPath(cue.MakePath(cue.Str(name)))
}

const (
	codeConstraint = "PS2001"
	codeNotAllowed = "PS2003"
	codeMissing    = "PS2004"
)

// classify gives an error in a value its code and says how to mend it.
func classify(path []string, msg string) (code, hint string) {
	field := named(path)
	switch {
	case strings.Contains(msg, "field is required"), strings.Contains(msg, "incomplete value"):
		return codeMissing, "add the field " + field
	case strings.Contains(msg, "not allowed"):
		return codeNotAllowed, "take it out, or look in the schema for the field that is meant"
	case strings.Contains(msg, "conflicting values"):
		return "PS2002", "the two have to say the same"
	}
	return codeConstraint, expected[field]
}

// named is the field at a path, or the one whose list holds the path.
func named(path []string) string {
	for _, part := range slices.Backward(path) {
		if _, err := strconv.Atoi(part); err != nil {
			return part
		}
	}
	return ""
}

// expected says in words what the schema wants of a field. It judges nothing.
var expected = map[string]string{
	"port":       "a port is a whole number from 1 to 65535",
	"ports":      "ports is a list of whole numbers from 1 to 65535",
	"one_of":     "one_of is a list of two or more whole numbers from 1 to 65535",
	"fallback":   "fallback is a list of whole numbers from 1 to 65535",
	"from":       "a range goes from a lower to a higher port, from 1 to 65535",
	"to":         "a range goes from a lower to a higher port, from 1 to 65535",
	"transports": `a transport is "tcp", "udp", "sctp", "icmp", "icmpv6", or "ip/" and the number of an IP protocol`,
	"transport":  `a transport is "tcp", "udp", "sctp", "icmp", "icmpv6", or "ip/" and the number of an IP protocol`,
	"cite":       `a citation is product/table/row, as in "igel-ums/default-ports/7"`,
	"os":         `an operating system is "windows", "linux", "macos", "android", "ios", "igel-os", "esxi" or "unix"`,
	"id":         `an id is lower-case words joined by hyphens, as in "ha-load-balancer"`,
}

// checkCodes are the codes of the schema's own checks, by the field under
// _check.
var checkCodes = map[string]string{
	"component": "PS2101",
	"listener":  "PS2102",
	"feature":   "PS2103",
	"choice":    "PS2105",
	"row":       "PS2106",
	"transport": "PS2107",
	"affected":  "PS2108",
	"together":  "PS2109",
}

// check is the finding of a check in the schema. Such a check names the
// reference that fails by its data path; one that has no path speaks of the
// listener that it stands in.
func (e *explainer) check(base, rest []string, err errors.Error) (diag.Finding, bool) {
	path := base
	code, known := checkCodes[rest[0]]
	if known && len(rest) > 1 {
		path = append(slices.Clone(base), strings.Split(rest[1], ".")...)
	}
	if !known {
		code = "PS2110"
		// A fault inside a listener's port makes the statement seem absent.
		if e.faulty(base) {
			return diag.Finding{}, false
		}
	}
	place, _ := e.written.nearest(path)
	if e.mended.covers(place.at) {
		return diag.Finding{}, false
	}
	f := diag.Finding{
		Code: code, Severity: diag.Error, Position: place.at,
		Path: strings.Join(path, "."), Message: message(err),
	}
	if !known {
		return f, true
	}
	wanted, candidates := e.reference(rest[0], path)
	if slices.Contains(candidates, wanted) {
		return diag.Finding{}, false // it is there, and something inside it is wrong
	}
	f.Hint = didYouMean(wanted, candidates)
	return f, true
}

// faulty reports whether a value below the path is wrong in itself, or was until
// it was mended.
func (e *explainer) faulty(path []string) bool {
	for _, at := range e.written.below(strings.Join(path, "/")) {
		if e.mended.covers(at) {
			return true
		}
	}
	return slices.ContainsFunc(e.errors, func(err errors.Error) bool {
		at := unquoted(err.Path())
		return len(at) >= len(path) && slices.Equal(at[:len(path)], path) && !slices.Contains(at, "_check")
	})
}

// reference is the id that a check did not find, and those that are there.
func (e *explainer) reference(kind string, path []string) (wanted string, candidates []string) {
	wanted = e.text(path)
	switch kind {
	case "component":
		return wanted, e.keys("product", "components")
	case "listener":
		component := path[len(path)-2]
		if kind := path[1]; kind == "rules" && path[3] == "share" {
			component = path[len(path)-1]
		} else if kind == "rules" {
			return path[len(path)-1], e.listeners(component)
		} else if kind == "components" {
			return wanted, e.listeners(path[2])
		}
		return wanted, e.listeners(component)
	case "feature":
		return path[len(path)-1], e.keys("product", "features")
	case "choice":
		feature := path[len(path)-2]
		if path[len(path)-1] == "default" {
			feature = path[2]
		}
		choices := e.keys("product", "features", feature, "choices")
		if len(choices) == 0 {
			choices = []string{"on", "off"}
		}
		return wanted, choices
	case "row":
		return wanted, e.rows()
	case "affected":
		return wanted, e.keys("product", path[3])
	}
	return wanted, nil
}

// text is what stands at a path: the string value, or the label of a field that
// holds none.
func (e *explainer) text(path []string) string {
	v := e.value
	for _, part := range path {
		v = child(v, part)
	}
	if s, err := v.String(); err == nil {
		return s
	}
	return path[len(path)-1]
}

// keys lists the fields that an author wrote directly under a path.
func (e *explainer) keys(path ...string) []string {
	prefix := strings.Join(path, "/") + "/"
	var all []string
	for p := range e.written {
		if rest, ok := strings.CutPrefix(p, prefix); ok && !strings.Contains(rest, "/") {
			all = append(all, rest)
		}
	}
	slices.Sort(all)
	return all
}

// listeners lists the listeners of a component, its shared service's included.
func (e *explainer) listeners(component string) []string {
	all := e.keys("product", "components", component, "listeners")
	v := e.value.LookupPath(cue.MakePath(cue.Str("product"), cue.Str("components"), cue.Str(component), cue.Str("service"), cue.Str("listeners")))
	if iter, err := v.Fields(); err == nil {
		for iter.Next() {
			all = append(all, iter.Selector().Unquoted())
		}
	}
	return all
}

// rows lists the rows of all sources, as citations write them.
func (e *explainer) rows() []string {
	product := e.text([]string{"product", "id"})
	var all []string
	for _, s := range e.keys("product", "sources") {
		for _, t := range e.keys("product", "sources", s, "tables") {
			for _, r := range e.keys("product", "sources", s, "tables", t, "rows") {
				all = append(all, fmt.Sprintf("%s/%s/%s", product, t, r))
			}
		}
	}
	return all
}

func message(err errors.Error) string {
	format, args := err.Msg()
	return fmt.Sprintf(format, args...)
}

// unquoted is a CUE path with its labels as they are meant.
func unquoted(path []string) []string {
	all := make([]string, len(path))
	for i, part := range path {
		if s, err := strconv.Unquote(part); err == nil {
			part = s
		}
		all[i] = part
	}
	return all
}
