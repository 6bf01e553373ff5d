package load

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/source"
)

// codeContradiction is two products that say different things of one shared
// service.
const codeContradiction = "PS2111"

// unify judges products that say different things of a shared service together,
// as the schema's #Catalog does, where no package of the workspace has them all
// in its own catalogue. All packages are in order by themselves.
func (l *loading) unify() {
	dirs := l.views.Differing()
	if len(dirs) == 0 || l.catalogued() {
		return
	}
	f := l.fork()
	var catalog cue.Value
	for _, inst := range cueload.Instances(eval.Arguments(dirs), f.Reading().Config()) {
		p := f.build(inst)
		if p == nil {
			continue
		}
		if !catalog.Exists() {
			catalog = f.Context.BuildInstance(eval.SchemaOf(inst)).LookupPath(cue.ParsePath("#Catalog"))
		}
		if product := p.Value.LookupPath(cue.ParsePath("product")); product.Exists() {
			id, _ := product.LookupPath(cue.ParsePath("id")).String()
			catalog = catalog.FillPath(cue.MakePath(cue.Str("products"), cue.Str(id)), product)
		}
		if services := p.Value.LookupPath(cue.ParsePath("services")); services.Exists() {
			catalog = catalog.FillPath(cue.ParsePath("services"), services)
		}
	}
	e := &explainer{Package: &eval.Package{Value: catalog, Written: source.NewIndex()}, in: f.Session}
	choices, rest := alternatives(errors.Errors(catalog.Validate(cue.Concrete(true), cue.All())))
	for _, c := range choices {
		rest = append(rest, c.each...)
	}
	for _, err := range rest {
		// Where values conflict there is none to compare, which is no news.
		if len(rest) > 1 && strings.Contains(err.Error(), "invalid left-hand value to '!='") {
			continue
		}
		l.report(e.contradiction(err))
	}
}

// catalogued reports whether a package unifies all products of the workspace.
func (l *loading) catalogued() bool {
	return slices.ContainsFunc(l.catalogs, func(ids map[string]bool) bool {
		for id := range l.products {
			if !ids[id] {
				return false
			}
		}
		return true
	})
}

// contradiction is the finding of an error in the unified products.
func (e *explainer) contradiction(err errors.Error) diag.Finding {
	path := eval.Unquoted(err.Path())
	for len(path) > 0 && path[0] != "services" && path[0] != "products" {
		path = path[1:]
	}
	f := diag.Finding{
		Code: codeContradiction, Severity: diag.Error,
		Path: "catalog." + strings.Join(path, "."), Message: eval.Message(err),
		Hint: "what products say of a shared service has to agree; say it in one place, or make two services of it",
	}
	if len(path) > 2 && path[0] == "services" {
		f.Message = fmt.Sprintf("products contradict each other about the shared service %s: %s: %s",
			path[1], strings.Join(path[2:], "."), f.Message)
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
