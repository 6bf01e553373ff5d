package explain

import (
	"fmt"
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/source"
)

// Contradictions returns findings about products that are unified in a catalogue, none of
// which has faults by itself.
func Contradictions(in *eval.Session, catalog cue.Value) diag.List {
	e := New(in, &eval.Package{Value: catalog, Written: source.NewIndex()}, nil, nil)
	choices, rest := alternatives(errors.Errors(catalog.Validate(cue.Concrete(true), cue.All())))
	for _, c := range choices {
		rest = append(rest, c.each...)
	}
	// A conflict shows both in the products and in the services. Checks of the conflicting
	// values fail as well, without a line.
	var found, elsewhere diag.List
	reported := make(map[string]bool)
	for _, err := range rest {
		// Conflicting values cannot be compared, which need not be reported.
		if len(rest) > 1 && comparesNothing(err) {
			continue
		}
		switch f := e.contradiction(err); {
		case reported[f.Message]:
		case f.Position.Line == 0:
			elsewhere = append(elsewhere, f)
		default:
			reported[f.Message] = true
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return elsewhere
	}
	return found
}

// contradiction converts an error in the unified products to a finding.
func (e *Explainer) contradiction(err errors.Error) diag.Finding {
	path := eval.Unquoted(err.Path())
	for len(path) > 0 && path[0] != "services" && path[0] != "products" {
		path = path[1:]
	}
	f := diag.Finding{
		Code: diag.Contradiction, Severity: diag.Error,
		Path: model.PathOf("catalog").Below(path...), Message: eval.Message(err),
		Hint: "all products must agree on a shared service; fix one of the two values, or define two services",
	}
	if len(path) > 2 && path[0] == "services" {
		f.Message = fmt.Sprintf("products contradict each other about the shared service %s: %s: %s",
			path[1], model.PathOf(path[2:]...), f.Message)
	}
	for i, at := range slices.SortedFunc(slices.Values(e.inputs(err)), diag.Position.Compare) {
		if i == 0 {
			f.Position = at
		} else {
			f.Related = append(f.Related, diag.Related{Position: at, Message: "the other value is here"})
		}
	}
	return f
}
