package load

import (
	"fmt"

	"cuelang.org/go/cue"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// judge reports what CUE has against a package and takes its product and
// services into the catalogue if it has nothing.
func (l *loading) judge(p *pkg) {
	for dir := range ownImports(p) {
		p.importsFaults = p.importsFaults || l.faulty[dir]
	}
	if findings := l.explain(p); len(findings) > 0 || p.importsFaults {
		l.faulty[p.instance.Dir] = true
		l.report(findings...)
		return
	}
	if v := p.value.LookupPath(cue.ParsePath("services")); v.Exists() {
		for _, s := range list(read(v), service) {
			if !read(v).get(s.ID).has("references") {
				l.report(plainValue(p, "services", "{[ID=schema.#ID]: schema.#Service & {id: ID}}"))
				return
			}
			s.Positions = p.written.below("services/" + s.ID)
			l.views.addService(p.instance.Dir, s.ID, s, s.Listeners)
			l.result.Catalog.AddService(s)
		}
	}
	if v := p.value.LookupPath(cue.ParsePath("catalog.products")); v.Exists() {
		ids := make(map[string]bool)
		for _, id := range list(read(v), func(id string, _ reader) string { return id }) {
			ids[id] = true
		}
		l.catalogs = append(l.catalogs, ids)
	}
	v := p.value.LookupPath(cue.ParsePath("product"))
	if !v.Exists() {
		return
	}
	if !checksOf(v).Exists() {
		l.report(plainValue(p, "product", "schema.#Product"))
		return
	}
	product, services := product(read(v))
	product.Positions = p.written.below("product")
	if !l.isNew(product, found{p.instance.Dir, product.Positions.At("id")}) {
		return
	}
	l.result.Catalog.Products = append(l.result.Catalog.Products, product)
	l.views.add(p.instance.Dir, product, services)
	for _, s := range services {
		s.Positions = l.servicePositions(s.ID)
		l.result.Catalog.AddService(s)
	}
}

// isNew takes note of a product; false, and a finding, where there is another of
// its id.
func (l *loading) isNew(product *model.Product, at found) bool {
	first, ok := l.products[product.ID]
	if !ok {
		l.products[product.ID] = at
		return true
	}
	l.report(diag.Finding{
		Code: "PS1004", Severity: diag.Error, Path: "product.id", Position: at.at,
		Message: fmt.Sprintf("a second product with the id %s", product.ID),
		Related: []diag.Related{{Position: first.at, Message: "the first is here"}},
		Hint:    "give one of them another id",
	})
	return false
}

// plainValue is the finding of a field that the schema has not been asked about.
func plainValue(p *pkg, field, definition string) diag.Finding {
	places, _ := p.written.at([]string{field})
	return diag.Finding{
		Code: codePlain, Severity: diag.Error, Position: places[0].label, Path: field,
		Message: field + " is not what the schema calls one, so nothing checks it",
		Hint:    "write " + field + ": " + definition + ", with an import of " + modulePath + "/schema",
	}
}

// servicePositions finds where a service was written, in whichever package.
func (l *loading) servicePositions(id string) model.Positions {
	for _, path := range sortedKeys(l.written) {
		if isSchema(path) {
			continue
		}
		if _, here := l.written[path]["services/"+id]; here {
			return l.written[path].below("services/" + id)
		}
	}
	return nil
}
