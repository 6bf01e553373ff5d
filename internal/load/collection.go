package load

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/build"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// A collection is what was found in packages. The result is made from it.
type collection struct {
	parent     *collection // that it was forked from; may be nil
	store      store.Store
	onlyStored bool // whether models are kept only in the store
	lean       bool // whether the result need not contain products if no package contains a site
	shelved    bool // whether products stay where they are stored
	anySite    bool // whether a package contains a site

	outcomes []*store.Outcome  // of packages without faults
	settled  bool              // whether products and views are complete
	products map[string]found  // by id and version
	views    store.Views       // of shared services
	catalogs []map[string]bool // products of each catalogue of the workspace, by id and version
	unified  bool              // whether a catalogue was judged, which reports contradictions between its products
	result   *Result
}

func newCollection(ld Loader) *collection {
	return &collection{
		lean: ld.Lean && len(ld.Sites) == 0, shelved: ld.Shelve,
		products: make(map[string]found), views: make(store.Views), result: &Result{Catalog: &model.Catalog{}},
	}
}

// fork returns a collection for packages that are judged apart. It knows what c has.
func (c *collection) fork() *collection {
	return &collection{
		parent: c, store: c.store, onlyStored: c.onlyStored, lean: c.lean, shelved: c.shelved, anySite: c.anySite, settled: true,
		products: make(map[string]found), views: make(store.Views), result: &Result{Catalog: &model.Catalog{}, Files: c.result.Files},
	}
}

// merge adds what a fork has.
func (c *collection) merge(f *collection) {
	c.report(f.result.Findings...)
	c.unified = c.unified || f.unified
	c.outcomes = append(c.outcomes, f.outcomes...)
}

func (c *collection) report(f ...diag.Finding) {
	c.result.Findings = append(c.result.Findings, f...)
}

// take records an outcome, and caches it if possible.
func (c *collection) take(o *store.Outcome) {
	for _, s := range o.Services {
		o.ServiceIDs = append(o.ServiceIDs, s.ID)
	}
	kept := c.store.Keep(o)
	if o.Loaded = !c.isLean() && (!c.onlyStored || !kept || o.IsSite); !o.Loaded {
		o.Product, o.Services = nil, nil
	}
	c.outcomes = append(c.outcomes, o)
}

// outcomeOf returns the outcome of a package; nil if it was not judged or has faults.
func (c *collection) outcomeOf(inst *build.Instance) *store.Outcome {
	dir := eval.FolderOf(inst)
	for at := c; at != nil; at = at.parent {
		for _, o := range at.outcomes {
			if o.Dir == dir {
				return o
			}
		}
	}
	return nil
}

// faults reports whether packages that do not unify others have faults.
func (c *collection) faults() bool {
	c.collectProducts()
	return c.result.Findings.HasErrors()
}

// agreed reports whether all products are known and have the same views of shared services.
func (c *collection) agreed() bool {
	top := c
	for top.parent != nil {
		top = top.parent
	}
	return top.settled && len(top.views.Differing()) == 0
}

// collectProducts collects products and services in the order of their folders, so that the
// result does not depend on what was cached or on the number of workers.
func (c *collection) collectProducts() {
	if c.settled {
		return
	}
	c.settled = true
	slices.SortStableFunc(c.outcomes, func(a, b *store.Outcome) int { return strings.Compare(a.Dir, b.Dir) })
	for _, o := range c.outcomes {
		if o.Kind == eval.PlainKind && (o.ProductID == "" || c.isNew(&o.Summary)) {
			c.views.Merge(o.Views)
		}
	}
	c.report(misplacedReleases(c.products)...)
}

// isNew records a product; if there is another one with its id and version, it reports that and
// returns false.
func (c *collection) isNew(s *store.Summary) bool {
	first, ok := c.products[s.Ref()]
	if !ok {
		c.products[s.Ref()] = found{s.Dir, s}
		return true
	}
	c.report(diag.Finding{
		Code: diag.SameID, Severity: diag.Error, Path: model.PathOf("product", "id"), Position: s.IDAt,
		Message: fmt.Sprintf("duplicate product with the id %s and the version %s", s.ProductID, s.Version),
		Related: []diag.Related{{Position: first.IDAt, Message: "the first is here"}},
		Hint:    "give one of them another id or, if it is another release, its version",
	})
	return false
}

// catalogued reports whether a package unifies all products of the workspace.
func (c *collection) catalogued() bool {
	return slices.ContainsFunc(c.catalogs, func(ids map[string]bool) bool {
		for ref := range c.products {
			if !ids[ref] {
				return false
			}
		}
		return true
	})
}

// isLean reports whether the catalogue need not contain products.
func (c *collection) isLean() bool { return c.lean && !c.anySite }

// collectModels adds the models of packages to the result, reading cached ones.
func (c *collection) collectModels() error {
	services := make(map[string]bool)
	var wanted []*store.Outcome
	for _, o := range c.outcomes {
		if o.ProductID != "" && c.products[o.Ref()].dir != o.Dir {
			continue
		}
		if o.ProductID != "" {
			c.result.Counts.Products++
			c.result.Counts.Rows += o.Rows
			c.result.Counts.Cited += o.Cited
		}
		for _, id := range o.ServiceIDs {
			services[id] = true
		}
		wanted = append(wanted, o)
	}
	c.result.Counts.Services = len(services)
	if c.shelved {
		var err error
		c.result.Shelf, err = shelve(c.result.Catalog, c.store, wanted)
		return err
	}
	if c.isLean() {
		return nil
	}
	if err := readAll(c.store, wanted); err != nil {
		return err
	}
	for _, o := range wanted {
		if o.Product != nil {
			c.result.Catalog.Products = append(c.result.Catalog.Products, o.Product)
		}
		for _, s := range o.Services {
			c.result.Catalog.AddService(s)
		}
	}
	return nil
}

// readAll reads the models that are only in the store.
func readAll(from store.Store, outcomes []*store.Outcome) error {
	failed := make([]bool, len(outcomes))
	parallel.Do(len(outcomes), func(i int) {
		if o := outcomes[i]; !o.Loaded && (o.ProductID != "" || o.IsSite || len(o.ServiceIDs) > 0) {
			whole, ok := from.Outcome(o.Summary)
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
func (c *collection) collectSites() {
	at := make(map[string]diag.Position)
	for _, o := range c.outcomes {
		if o.Site == nil {
			continue
		}
		here := o.Site.Positions.At("site")
		if first, twice := at[o.Site.ID]; twice {
			c.report(diag.Finding{
				Code: diag.SameID, Severity: diag.Error, Path: model.PathOf("site", "site"), Position: here,
				Message: fmt.Sprintf("a second site with the id %s", o.Site.ID),
				Related: []diag.Related{{Position: first, Message: "the first is here"}},
				Hint:    "give one of them another id",
			})
			continue
		}
		at[o.Site.ID] = here
		c.result.Sites = append(c.result.Sites, o.Site)
	}
}
