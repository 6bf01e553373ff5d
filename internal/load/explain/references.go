package explain

import (
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
	return (&references{targets: e.targets, errors: e.errors}).findings()
}

// references explains the errors of checks, most of which are about references.
type references struct {
	*targets
	errors []errors.Error // all of CUE's errors about the package
	id     *cue.Value     // of the product; nil until needed
}

// findings returns the findings of the schema's own checks.
func (rs *references) findings() diag.List {
	var found diag.List
	var dangling []reference
	for _, err := range rs.errors {
		path := eval.Unquoted(err.Path())
		i := slices.Index(path, "_check")
		if i < 0 || i+1 >= len(path) {
			continue
		}
		base, rest := path[:i], path[i+1:]
		if _, known := checkCodes[rest[0]]; !known {
			if f, ok := rs.listenerCheck(base, rest[0], err); ok {
				found = append(found, f)
			}
		} else if len(rest) > 1 && slices.Equal(base, []string{"product"}) {
			// The path is relative to a product that was judged separately. If it
			// has a single part, the check itself could not be evaluated.
			path := append(slices.Clone(base), diag.ParsePath(rest[1]).Parts()...)
			if r, ok := rs.reference(rest[0], path, err); ok {
				dangling = append(dangling, r)
			}
		} else if len(rest) > 1 && slices.Equal(base, []string{"catalog"}) {
			found = append(found, rs.catalogCheck(rest[0], rest[1], err))
		}
	}
	return append(found, rs.settle(dangling)...)
}

// checkedFields has the fields that checks inside a listener or a flow are about. A name with a
// slash begins with the field: groups/twice is about groups.
var checkedFields = map[string][]string{
	"port-without-transport": {"transports"},
	"mixed-transports":       {"transports"},
	"source-ports":           {"source", "same"},
}

// A reference is a reference that leads nowhere.
type reference struct {
	diag.Finding
	kind   string   // kind of check
	wanted string   // the id that does not exist
	guess  string   // the id that was probably meant; "" if none is similar
	keys   []string // data path of the possible targets, such as product, components
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

// catalogCheck returns the finding for a check of the releases in a catalogue, at the line of
// the catalogue that names the release.
func (rs *references) catalogCheck(check, at string, err errors.Error) diag.Finding {
	path := append([]string{"catalog"}, diag.ParsePath(at).Parts()...)
	place, _ := rs.Written.Nearest(path)
	return diag.Finding{
		Code: checkCodes[check], Severity: diag.Error, Position: place.At,
		Path: model.PathOf(path...), Message: eval.Message(err),
		Hint: "each release but the oldest names the one that it comes after, and no two name the same",
	}
}

// listenerCheck returns the finding for a check about the listener or flow that contains it. It
// returns false if something inside the listener has a fault, which makes its port seem absent.
func (rs *references) listenerCheck(path []string, check string, err errors.Error) (diag.Finding, bool) {
	place, exact := rs.Written.Nearest(path)
	if !exact && rs.ImportsFaults || rs.faulty(path) {
		return diag.Finding{}, false
	}
	code, fields := diag.PortStatements, checkedFields[check]
	if field, _, ok := strings.Cut(check, "/"); ok {
		code, fields = diag.Meaningless, diag.ParsePath(field).Parts()
		if strings.HasSuffix(check, "/address") {
			code = diag.UnusableAddress
		}
	} else if rs.inside(path) {
		return diag.Finding{}, false
	}
	about := append(slices.Clone(path), fields...)
	if at, exact := rs.Written.Nearest(about); exact {
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
func (rs *references) inside(path []string) bool {
	return slices.ContainsFunc(rs.errors, func(err errors.Error) bool {
		at := eval.Unquoted(err.Path())
		return len(at) > len(path) && slices.Equal(at[:len(path)], path) && at[len(path)] != "_check" && slices.Contains(at, "_check")
	})
}

// reference interprets the error of a check. It returns false if the target exists, and
// something inside it has a fault.
func (rs *references) reference(kind string, path []string, err errors.Error) (reference, bool) {
	places, exact := rs.Written.Around(path)
	at := places[0].At
	if !exact {
		at = first([]diag.Position{rs.origin(path), at})
	}
	if rs.dependsOnFault(kind, path) {
		return reference{}, false
	}
	r := reference{kind: kind, wanted: rs.text(path)}
	r.Finding = diag.Finding{
		Code: checkCodes[kind], Severity: diag.Error, Position: at,
		Path: model.PathOf(path...), Message: rs.withID(eval.Message(err)),
	}
	switch kind {
	case "transport":
		var faulty bool
		if r.Related, faulty = rs.offeredBy(err); faulty {
			return reference{}, false
		}
	case "table":
		r.Position = places[0].Label
		r.Related = rs.otherTables(path)
		r.Hint = "give it another id; rows are cited as product/table/row, without the source"
		return r, !rs.in.Repairs.Covers(r.Position)
	case "system":
		r.wanted = eval.Last(path)
		r.Hint = "add the system to os, or remove its releases"
		return r, !rs.in.Repairs.Covers(at)
	case "listener":
		if rs.unsettled(componentOf(path)) {
			return reference{}, false
		}
	}
	candidates := rs.candidates(&r, path)
	if slices.Contains(candidates, r.wanted) {
		return reference{}, false
	}
	r.guess = diag.Nearest(r.wanted, candidates)
	r.Hint = didYouMean(r.guess)
	return r, !rs.in.Repairs.Covers(at)
}

// candidates returns the ids to which a reference at a path can lead, and sets where they are
// defined and, if it is not the value at the path, the id that is wanted.
func (rs *references) candidates(r *reference, path []string) []string {
	switch r.kind {
	case "row":
		return rs.rows()
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
		return rs.listeners(component)
	case "feature":
		r.wanted = eval.Last(path)
		r.keys = []string{"product", "features"}
	case "choice":
		feature := path[len(path)-2]
		if eval.Last(path) == "default" {
			feature = path[2]
		}
		r.keys = []string{"product", "features", feature, "choices"}
		if choices := rs.Written.Keys(r.keys...); len(choices) > 0 {
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
	return rs.Written.Keys(r.keys...)
}

// otherTables returns the positions of tables with the same id in other sources.
func (rs *references) otherTables(path []string) []diag.Related {
	var all []diag.Related
	for _, s := range rs.Written.Keys("product", "sources") {
		at, exact := rs.Written.Around([]string{"product", "sources", s, "tables", eval.Last(path)})
		if exact && s != path[2] {
			all = append(all, diag.Related{Position: at[0].Label, Message: "the other table is here"})
		}
	}
	return all
}

// unsettled reports whether the listeners of a component are not known because of faults in its
// shared service.
func (rs *references) unsettled(component string) bool {
	service := []string{"product", "components", component, "service"}
	places, shared := rs.Written.Around(service)
	return shared && (rs.ImportsFaults || rs.in.Repairs.Covers(places[0].At))
}

// offeredBy returns the position of the transports of the listener in an error about a
// transport that is not offered, and whether these have faults.
func (rs *references) offeredBy(err errors.Error) (at []diag.Related, faulty bool) {
	listener, component, ok := notOffered(err)
	if !ok {
		return nil, false
	}
	path := []string{"product", "components", component, "listeners", listener, "transports"}
	places, exact := rs.Written.Around(path)
	if !exact {
		places = []source.Place{{At: rs.origin(append(path, "0"))}}
	}
	if !places[0].At.IsValid() {
		return nil, rs.unsettled(path[2])
	}
	faulty = rs.faulty(path) || rs.in.Repairs.Covers(places[0].At)
	return []diag.Related{{Position: places[0].At, Message: "its transports are here"}}, faulty
}
