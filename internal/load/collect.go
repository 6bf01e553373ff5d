package load

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// collectProducts collects products and services in the order of their folders, so that the
// result does not depend on what was cached or on the number of workers.
func (l *loading) collectProducts() {
	if l.settled {
		return
	}
	l.settled = true
	slices.SortStableFunc(l.outcomes, func(a, b *store.Outcome) int { return strings.Compare(a.Dir, b.Dir) })
	for _, o := range l.outcomes {
		if o.Kind == eval.PlainKind && (o.ProductID == "" || l.isNew(&o.Summary)) {
			l.views.Merge(o.Views)
		}
	}
	l.releases()
}

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
			if l.Shelve {
				found = found.AtLeast(diag.Error)
			}
			l.report(found...)
		}
	}
	return nil
}

// lean reports whether the catalogue need not contain products.
func (l *loading) lean() bool {
	return l.Lean && len(l.Sites) == 0 && !l.anySite
}

// collectModels adds the models of packages to the result, reading cached ones.
func (l *loading) collectModels() error {
	services := make(map[string]bool)
	var wanted []*store.Outcome
	for _, o := range l.outcomes {
		if o.ProductID != "" && l.products[o.Ref()].dir != o.Dir {
			continue
		}
		if o.ProductID != "" {
			l.result.Counts.Products++
			l.result.Counts.Rows += o.Rows
			l.result.Counts.Cited += o.Cited
		}
		for _, id := range o.ServiceIDs {
			services[id] = true
		}
		wanted = append(wanted, o)
	}
	l.result.Counts.Services = len(services)
	if l.Shelve {
		return l.shelve(wanted)
	}
	if l.lean() {
		return nil
	}
	if err := l.readAll(wanted); err != nil {
		return err
	}
	for _, o := range wanted {
		if o.Product != nil {
			l.result.Catalog.Products = append(l.result.Catalog.Products, o.Product)
		}
		for _, s := range o.Services {
			l.result.Catalog.AddService(s)
		}
	}
	return nil
}

// readAll reads the models that are only in the store.
func (l *loading) readAll(outcomes []*store.Outcome) error {
	failed := make([]bool, len(outcomes))
	parallel.Do(len(outcomes), func(i int) {
		if o := outcomes[i]; !o.Loaded && (o.ProductID != "" || o.IsSite || len(o.ServiceIDs) > 0) {
			whole, ok := l.store.Outcome(o.Summary)
			if failed[i] = !ok; ok {
				*o = *whole
			}
		}
	})
	if i := slices.Index(failed, true); i >= 0 {
		return Missing(outcomes[i].Dir)
	}
	return nil
}

// Missing is the error for a package whose summary is in the cache but whose model no longer
// is. Loading the workspace again without the cache helps.
type Missing string

// Error implements error.
func (m Missing) Error() string { return "the cache no longer contains " + string(m) }

// collectSites adds the sites to the result.
func (l *loading) collectSites() {
	at := make(map[string]diag.Position)
	for _, o := range l.outcomes {
		if o.Site == nil {
			continue
		}
		here := o.Site.Positions.At("site")
		if first, twice := at[o.Site.ID]; twice {
			l.report(diag.Finding{
				Code: diag.SameID, Severity: diag.Error, Path: model.PathOf("site", "site"), Position: here,
				Message: fmt.Sprintf("a second site with the id %s", o.Site.ID),
				Related: []diag.Related{{Position: first, Message: "the first is here"}},
				Hint:    "give one of them another id",
			})
			continue
		}
		at[o.Site.ID] = here
		l.result.Sites = append(l.result.Sites, o.Site)
	}
}

// progress reports that a package was judged.
func (l *loading) progress() {
	top := l
	for top.parent != nil {
		top = top.parent
	}
	top.mu.Lock()
	defer top.mu.Unlock()
	top.done++
	if top.Progress != nil {
		top.Progress(top.done, top.all)
	}
}
