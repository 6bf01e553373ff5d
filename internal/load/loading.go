package load

import (
	"io/fs"
	"path"
	"slices"
	"sync"

	"cuelang.org/go/cue/build"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/checks"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/load/partial"
	"github.com/portspec/portspec/internal/load/scan"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
)

// A loading is one run of the loader.
type loading struct {
	Loader
	*eval.Session
	store      store.Store
	outcomes   []*store.Outcome        // of packages without faults
	settled    bool                    // whether those of products are in the result
	parent     *loading                // that this is a part of; nil for none
	anySite    bool                    // whether a package says a site
	offered    func() []*store.Outcome // the products in the binary; nil until they are asked for
	mu         sync.Mutex              // for done
	done       int                     // packages that were judged
	all        int                     // packages that are to be
	schemas    *partial.Schemas
	dataChecks func() *checks.Schema
	outlines   map[string]scan.Outline // of the packages that are to be judged
	products   map[string]found        // by id and version
	views      store.Views             // of shared services
	catalogs   []map[string]bool       // the products that each catalogue of the workspace holds, by id and version
	unified    bool                    // whether a catalogue was judged, which reports contradictions between its products
	faulty     map[string]bool         // the folders of the packages with findings
	broken     bool                    // whether files are
	result     *Result
}

// readChecks reads the checks of the schema of a workspace, once for all who ask.
func readChecks(files fs.FS, schema string) func() *checks.Schema {
	return sync.OnceValue(func() *checks.Schema { return checks.Read(files, schema) })
}

// newLoading is a run that has found nothing yet.
func newLoading(ld Loader) *loading {
	return &loading{
		Loader:   ld,
		Session:  eval.NewSession(),
		schemas:  partial.NewSchemas(),
		products: make(map[string]found),
		views:    make(store.Views),
		faulty:   make(map[string]bool),
		result:   &Result{Catalog: &model.Catalog{}},
	}
}

// known takes the outcome of a package that was kept, if there is one that is to
// be judged no further.
func (l *loading) known(dir string) bool {
	sum, ok := l.store.Summary(path.Clean(dir))
	if !ok {
		return false
	}
	o := &store.Outcome{Summary: sum}
	switch {
	case sum.IsSite && !l.asked(sum.Dir):
		return true
	case sum.IsSite:
		l.anySite = true
	case !sum.Lasting && l.Check != nil:
		if o, ok = l.store.Outcome(sum); !ok {
			return false
		}
		o.Checked, _ = l.Check(o.Product)
	}
	l.outcomes = append(l.outcomes, o)
	return true
}

func (l *loading) report(f ...diag.Finding) {
	l.result.Findings = append(l.result.Findings, f...)
}

// open reads a package, which is not evaluated yet; nil where its files cannot be
// read.
func (l *loading) open(inst *build.Instance) *eval.Package {
	if inst.Err != nil {
		l.report(l.unloadable(inst.Err)...)
		return nil
	}
	return l.Session.Open(inst)
}

// evaluate evaluates a package.
func (l *loading) evaluate(p *eval.Package) {
	if p.IsSite() {
		partial.NameCatalog(p, l.catalogIDs)
	}
	l.Session.Evaluate(p)
}

// build opens and evaluates a package; nil where its files cannot be read.
func (l *loading) build(inst *build.Instance) *eval.Package {
	p := l.open(inst)
	if p != nil {
		l.evaluate(p)
	}
	return p
}

// unloadable is why a package cannot be loaded. Where files are broken, what
// imports them fails as well, and only imports of nothing are news.
func (l *loading) unloadable(err error) diag.List {
	found := explain.Imports(err)
	if l.broken {
		found = slices.DeleteFunc(found, func(f diag.Finding) bool { return !explain.ImportsNothing(f) })
	}
	return found
}
