package explain

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/source"
)

// checkCodes has the codes of the schema's own checks, by the field of _check.
var checkCodes = map[string]diag.Code{
	"component": diag.UnknownComponent,
	"listener":  diag.UnknownListener,
	"feature":   diag.UnknownFeature,
	"choice":    diag.UnknownValue,
	"row":       diag.UnknownRow,
	"transport": diag.NotOffered,
	"affected":  diag.UnknownFlow,
	"together":  diag.OutsideRule,
	"itself":    diag.StandsForItself,
	"table":     diag.SameTable,
	"system":    diag.OtherSystem,
	"base":      diag.NoBase,
	"combined":  diag.Meaningless,
	"reached":   diag.Unreachable,
	"release":   diag.ReleaseOrder,
}

// Checks returns the findings of the schema's own checks.
func (e *Explainer) Checks() diag.List {
	var found diag.List
	var dangling []reference
	for _, err := range e.errors {
		path := eval.Unquoted(err.Path())
		i := slices.Index(path, "_check")
		if i < 0 || i+1 >= len(path) {
			continue
		}
		base, rest := path[:i], path[i+1:]
		if _, known := checkCodes[rest[0]]; !known {
			if f, ok := e.listenerCheck(base, rest[0], err); ok {
				found = append(found, f)
			}
		} else if len(rest) > 1 && slices.Equal(base, []string{"product"}) {
			// The path is relative to a product that was judged separately. If it
			// has a single part, the check itself could not be evaluated.
			path := append(slices.Clone(base), diag.ParsePath(rest[1]).Parts()...)
			if r, ok := e.reference(rest[0], path, err); ok {
				dangling = append(dangling, r)
			}
		} else if len(rest) > 1 && slices.Equal(base, []string{"catalog"}) {
			found = append(found, e.catalogCheck(rest[0], rest[1], err))
		}
	}
	return append(found, e.settle(dangling)...)
}

// catalogCheck returns the finding for a check of the releases in a catalogue, at the line of
// the catalogue that names the release.
func (e *Explainer) catalogCheck(check, at string, err errors.Error) diag.Finding {
	path := append([]string{"catalog"}, diag.ParsePath(at).Parts()...)
	place, _ := e.Written.Nearest(path)
	return diag.Finding{
		Code: checkCodes[check], Severity: diag.Error, Position: place.At,
		Path: model.PathOf(path...), Message: eval.Message(err),
		Hint: "each release but the oldest names the one that it comes after, and no two name the same",
	}
}

// checkedFields has the fields that checks inside a listener or a flow are about. A name with a
// slash begins with the field: groups/twice is about groups.
var checkedFields = map[string][]string{
	"port-without-transport": {"transports"},
	"mixed-transports":       {"transports"},
	"source-ports":           {"source", "same"},
}

// listenerCheck returns the finding for a check about the listener or flow that contains it. It
// returns false if something inside the listener has a fault, which makes its port seem absent.
func (e *Explainer) listenerCheck(path []string, check string, err errors.Error) (diag.Finding, bool) {
	place, exact := e.Written.Nearest(path)
	if !exact && e.ImportsFaults || e.faulty(path) {
		return diag.Finding{}, false
	}
	code, fields := diag.PortStatements, checkedFields[check]
	if field, _, ok := strings.Cut(check, "/"); ok {
		code, fields = diag.Meaningless, diag.ParsePath(field).Parts()
		if strings.HasSuffix(check, "/address") {
			code = diag.UnusableAddress
		}
	} else if e.inside(path) {
		return diag.Finding{}, false
	}
	about := append(slices.Clone(path), fields...)
	if at, exact := e.Written.Nearest(about); exact {
		place = at
	} else {
		about = path
	}
	return diag.Finding{
		Code: code, Severity: diag.Error, Position: place.At,
		Path: model.PathOf(about...), Message: eval.Message(err),
	}, true
}

// inside reports whether a check of something inside the value at a path failed. CUE treats a
// statement as absent if a part of it has a fault.
func (e *Explainer) inside(path []string) bool {
	return slices.ContainsFunc(e.errors, func(err errors.Error) bool {
		at := eval.Unquoted(err.Path())
		return len(at) > len(path) && slices.Equal(at[:len(path)], path) && at[len(path)] != "_check" && slices.Contains(at, "_check")
	})
}

// faulty reports whether a value below the path has a repair.
func (e *Explainer) faulty(path []string) bool {
	for _, at := range e.Written.Below(path...).All() {
		if e.in.Repairs.Covers(at) {
			return true
		}
	}
	return false
}

// A reference is a reference that leads nowhere.
type reference struct {
	diag.Finding
	kind   string   // kind of check
	wanted string   // the id that does not exist
	guess  string   // the id that was probably meant; "" if none is similar
	keys   []string // data path of the possible targets, such as product, components
}

// reference interprets the error of a check. It returns false if the target exists, and
// something inside it has a fault.
func (e *Explainer) reference(kind string, path []string, err errors.Error) (reference, bool) {
	places, exact := e.Written.Around(path)
	at := places[0].At
	if !exact {
		at = first([]diag.Position{e.origin(path), at})
	}
	if e.dependsOnFault(kind, path) {
		return reference{}, false
	}
	r := reference{kind: kind, wanted: e.text(path)}
	r.Finding = diag.Finding{
		Code: checkCodes[kind], Severity: diag.Error, Position: at,
		Path: model.PathOf(path...), Message: e.withID(eval.Message(err)),
	}
	switch kind {
	case "transport":
		var faulty bool
		if r.Related, faulty = e.offeredBy(err); faulty {
			return reference{}, false
		}
	case "table":
		r.Position = places[0].Label
		r.Related = e.otherTables(path)
		r.Hint = "give it another id; rows are cited as product/table/row, without the source"
		return r, !e.in.Repairs.Covers(r.Position)
	case "system":
		r.wanted = eval.Last(path)
		r.Hint = "add the system to os, or remove its releases"
		return r, !e.in.Repairs.Covers(at)
	case "listener":
		if e.unsettled(componentOf(path)) {
			return reference{}, false
		}
	}
	candidates := e.candidates(&r, path)
	if slices.Contains(candidates, r.wanted) {
		return reference{}, false
	}
	r.guess = diag.Nearest(r.wanted, candidates)
	r.Hint = didYouMean(r.guess)
	return r, !e.in.Repairs.Covers(at)
}

// candidates returns the ids to which a reference at a path can lead, and sets where they are
// defined and, if it is not the value at the path, the id that is wanted.
func (e *Explainer) candidates(r *reference, path []string) []string {
	switch r.kind {
	case "row":
		return e.rows()
	case "component":
		r.keys = []string{"product", "components"}
		if isShared(path) {
			r.wanted = eval.Last(path)
		}
	case "listener":
		if path[1] == "rules" && path[3] == "move" {
			r.wanted = eval.Last(path)
		}
		component := componentOf(path)
		r.keys = []string{"product", "components", component, "listeners"}
		return e.listeners(component)
	case "feature":
		r.wanted = eval.Last(path)
		r.keys = []string{"product", "features"}
	case "choice":
		feature := path[len(path)-2]
		if eval.Last(path) == "default" {
			feature = path[2]
		}
		r.keys = []string{"product", "features", feature, "choices"}
		if choices := e.keys(r.keys...); len(choices) > 0 {
			return choices
		}
		return []string{"on", "off"}
	case "affected":
		r.keys = []string{"product", path[3]}
		if path[1] == "flows" {
			r.keys[1] = "flows"
		}
	default:
		return nil
	}
	return e.keys(r.keys...)
}

// componentOf returns the component whose listener a path refers to.
func componentOf(path []string) string {
	switch {
	case isShared(path):
		return eval.Last(path)
	case path[1] == "components":
		return path[2]
	}
	return path[len(path)-2]
}

// isShared reports whether a path is that of a component of a rule that shares a socket.
func isShared(path []string) bool { return path[1] == "rules" && path[3] == "share" }

// otherTables returns the positions of tables with the same id in other sources.
func (e *Explainer) otherTables(path []string) []diag.Related {
	var all []diag.Related
	for _, s := range e.keys("product", "sources") {
		at, exact := e.Written.Around([]string{"product", "sources", s, "tables", eval.Last(path)})
		if exact && s != path[2] {
			all = append(all, diag.Related{Position: at[0].Label, Message: "the other table is here"})
		}
	}
	return all
}

// unsettled reports whether the listeners of a component are not known because of faults in its
// shared service.
func (e *Explainer) unsettled(component string) bool {
	service := []string{"product", "components", component, "service"}
	places, shared := e.Written.Around(service)
	return shared && (e.ImportsFaults || e.in.Repairs.Covers(places[0].At))
}

// offeredBy returns the position of the transports of the listener in an error about a
// transport that is not offered, and whether these have faults.
func (e *Explainer) offeredBy(err errors.Error) (at []diag.Related, faulty bool) {
	listener, component, ok := notOffered(err)
	if !ok {
		return nil, false
	}
	path := []string{"product", "components", component, "listeners", listener, "transports"}
	places, exact := e.Written.Around(path)
	if !exact {
		places = []source.Place{{At: e.origin(append(path, "0"))}}
	}
	if !places[0].At.IsValid() {
		return nil, e.unsettled(path[2])
	}
	faulty = e.faulty(path) || e.in.Repairs.Covers(places[0].At)
	return []diag.Related{{Position: places[0].At, Message: "its transports are here"}}, faulty
}

// text returns the string at a path or, if there is none, the label of the field.
func (e *Explainer) text(path []string) string {
	v := e.Value
	for _, part := range path {
		v = child(v, part)
	}
	if s, err := v.String(); err == nil {
		return s
	}
	return eval.Last(path)
}

// keys lists the fields that were written directly below a path.
func (e *Explainer) keys(path ...string) []string {
	return e.Written.Keys(path...)
}

// listeners lists the listeners of a component, including those of its shared service.
func (e *Explainer) listeners(component string) []string {
	all := e.keys("product", "components", component, "listeners")
	v := e.Value.LookupPath(cue.MakePath(cue.Str("product"), cue.Str("components"), cue.Str(component), cue.Str("service"), cue.Str("listeners")))
	if iter, err := v.Fields(); err == nil {
		for iter.Next() {
			all = append(all, iter.Selector().Unquoted())
		}
	}
	return all
}

// rows lists the ids of the rows of all sources.
func (e *Explainer) rows() []string {
	if e.rowIDs == nil {
		e.rowIDs = e.readRows()
	}
	return e.rowIDs
}

func (e *Explainer) readRows() []string {
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
