package load

import (
	"slices"

	"cuelang.org/go/cue"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/model"
)

// unify judges products with different views of a shared service together, by the schema's
// #Catalog, unless a package of the workspace has all of them in its catalogue. None of the
// packages has faults by itself.
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
			version, _ := product.LookupPath(cue.ParsePath("version")).String()
			catalog = catalog.FillPath(cue.MakePath(cue.Str("products"), cue.Str(model.RefOf(id, version))), product)
		}
		if services := p.Value.LookupPath(cue.ParsePath("services")); services.Exists() {
			catalog = catalog.FillPath(cue.ParsePath("services"), services)
		}
	}
	l.report(explain.Contradictions(f.Session, catalog)...)
}

// catalogued reports whether a package unifies all products of the workspace.
func (l *loading) catalogued() bool {
	return slices.ContainsFunc(l.catalogs, func(ids map[string]bool) bool {
		for ref := range l.products {
			if !ids[ref] {
				return false
			}
		}
		return true
	})
}
