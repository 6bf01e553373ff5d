package load

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/store"
)

// collect makes the result from all outcomes. It includes packages without errors even if
// others have errors, so that one run reports everything.
func (l *loading) collect() error {
	broken := l.faults()
	slices.SortStableFunc(l.outcomes, func(a, b *store.Outcome) int { return strings.Compare(a.Dir, b.Dir) })
	for _, o := range l.outcomes {
		if o.Kind == eval.PlainKind {
			continue
		}
		l.views.Merge(o.Views)
		if o.Catalog != nil {
			ids := make(map[string]bool)
			for _, id := range o.Catalog {
				ids[id] = true
			}
			l.catalogs = append(l.catalogs, ids)
		}
	}
	if !broken || !l.unified {
		l.unify()
	}
	if err := l.collectModels(); err != nil {
		return err
	}
	l.collectSites()
	l.available(l.Files)
	for _, o := range l.outcomes {
		if o.ProductID == "" || l.products[o.Ref()].dir == o.Dir {
			found := o.Checked
			if l.shelved {
				found = found.AtLeast(diag.Error)
			}
			l.report(found...)
		}
	}
	return nil
}
