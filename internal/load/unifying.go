package load

import (
	"strings"

	"cuelang.org/go/cue/build"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/partial"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/workspace"
)

// plainCatalog accepts the catalogue of a package without evaluating it, if it only names
// packages that have no faults and agree; otherwise it returns false.
func (l *loading) plainCatalog(p *eval.Package) bool {
	top := l
	for top.parent != nil {
		top = top.parent
	}
	if l.whole || !top.settled || len(top.views.Differing()) > 0 {
		return false
	}
	ids := partial.PlainCatalog(p.Instance, l.judgedBefore)
	if ids == nil {
		return false
	}
	l.take(&store.Outcome{Summary: store.Summary{
		Dir: strings.TrimPrefix(p.Instance.Dir, "/"), Kind: eval.CatalogKind, Views: make(store.Views), Catalog: ids, Lasting: true,
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
	if workspace.Served(strings.TrimPrefix(inst.Dir, "/")) { // it has no faults, and its syntax lists the products
		return l.Index(inst).Keys("catalog", "products")
	}
	return nil
}

// outcomeOf returns the outcome of a package; nil if it was not judged or has faults.
func (l *loading) outcomeOf(inst *build.Instance) *store.Outcome {
	dir := strings.TrimPrefix(inst.Dir, "/")
	for at := l; at != nil; at = at.parent {
		for _, o := range at.outcomes {
			if o.Dir == dir {
				return o
			}
		}
	}
	return nil
}
