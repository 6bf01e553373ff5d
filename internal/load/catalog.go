package load

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/diag"
)

// codeContradiction is two products that say different things of one shared
// service.
const codeContradiction = "PS2111"

// unify judges all products together, as the schema's #Catalog does, where no
// package of the workspace has them all in its own catalogue. It takes packages
// that are in order by themselves.
func (l *loading) unify(pkgs []*pkg) {
	if len(l.products) == 0 || l.catalogued(pkgs) {
		return
	}
	var schema cue.Value
	for _, p := range pkgs {
		if inst := schemaOf(p.instance); inst != nil {
			schema = l.ctx.BuildInstance(inst)
			break
		}
	}
	catalog := schema.LookupPath(cue.ParsePath("#Catalog"))
	for _, id := range sortedKeys(l.products) {
		product := l.products[id].value.LookupPath(cue.ParsePath("product"))
		catalog = catalog.FillPath(cue.MakePath(cue.Str("products"), cue.Str(id)), product)
	}
	for _, p := range pkgs {
		if services := p.value.LookupPath(cue.ParsePath("services")); services.Exists() {
			catalog = catalog.FillPath(cue.ParsePath("services"), services)
		}
	}
	e := &explainer{pkg: &pkg{value: catalog, written: make(index)}, in: l}
	choices, rest := alternatives(errors.Errors(catalog.Validate(cue.Concrete(true), cue.All())))
	for _, c := range choices {
		rest = append(rest, c.each...)
	}
	for _, err := range rest {
		l.report(e.contradiction(err))
	}
}

// catalogued reports whether a package unifies all products of the workspace.
func (l *loading) catalogued(pkgs []*pkg) bool {
	for _, p := range pkgs {
		missing := 0
		products := p.value.LookupPath(cue.ParsePath("catalog.products"))
		for id := range l.products {
			if !products.LookupPath(cue.MakePath(cue.Str(id))).Exists() {
				missing++
			}
		}
		if missing == 0 {
			return true
		}
	}
	return false
}

// contradiction is the finding of an error in the unified products.
func (e *explainer) contradiction(err errors.Error) diag.Finding {
	path := unquoted(err.Path())
	for len(path) > 0 && path[0] != "services" && path[0] != "products" {
		path = path[1:]
	}
	f := diag.Finding{
		Code: codeContradiction, Severity: diag.Error,
		Path: "catalog." + strings.Join(path, "."), Message: message(err),
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
