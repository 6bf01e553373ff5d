package load

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/load/partial"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/workspace"
)

// plainCatalog accepts the catalogue of a package without evaluating it, if it only names
// packages that have no faults and agree; otherwise it returns false.
func (l *loading) plainCatalog(p *eval.Package) bool {
	if l.Whole || !l.agreed() {
		return false
	}
	ids := partial.PlainCatalog(p.Instance, l.judgedBefore)
	if ids == nil {
		return false
	}
	l.take(&store.Outcome{Summary: store.Summary{
		Dir: eval.FolderOf(p.Instance), Kind: eval.CatalogKind, Views: make(store.Views), Catalog: ids, Lasting: true,
	}})
	return true
}

// judgedBefore returns what is known about a judged package; nil if it was not judged or has
// faults.
func (l *loading) judgedBefore(inst *build.Instance) *partial.Judged {
	if o := l.outcomeOf(inst); o != nil {
		return &partial.Judged{Product: o.ProductID, Version: o.Version, Services: len(o.ServiceIDs)}
	}
	return nil
}

// catalogIDs lists the products of the catalogue in a package, by id and version or as the
// catalogue names them; nil if they are not known.
func (l *loading) catalogIDs(inst *build.Instance) []string {
	if o := l.outcomeOf(inst); o != nil {
		return o.Catalog
	}
	if workspace.Served(eval.FolderOf(inst)) { // it has no faults, and its syntax lists the products
		return l.Index(inst).Keys("catalog", "products")
	}
	return nil
}

// unify judges products with different views of a shared service together, by the schema's
// #Catalog, unless a package of the workspace has all of them in its catalogue. None of the
// packages has faults by itself.
func (l *loading) unify() {
	dirs := l.views.Differing()
	if len(dirs) == 0 || l.catalogued() {
		return
	}
	f := l.fork(partial.NewSchemas())
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
