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
			l.result.Catalog.AddService(s)
		}
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
	if first, ok := l.products[product.ID]; ok {
		l.report(diag.Finding{
			Code: "PS1004", Severity: diag.Error, Path: "product.id",
			Position: product.Positions.At("id"),
			Message:  fmt.Sprintf("a second product with the id %s", product.ID),
			Related:  []diag.Related{{Position: first.written.below("product").At("id"), Message: "the first is here"}},
			Hint:     "give one of them another id",
		})
		return
	}
	l.products[product.ID] = p
	l.result.Catalog.Products = append(l.result.Catalog.Products, product)
	for _, s := range services {
		s.Positions = l.servicePositions(s.ID)
		l.result.Catalog.AddService(s)
	}
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
		if at := l.written[path].below("services/" + id); len(at) > 0 {
			return at
		}
	}
	return nil
}
