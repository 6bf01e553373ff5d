package load

import (
	"path"
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

// A loading is a run of the loader.
type loading struct {
	Loader
	*eval.Session
	store      store.Store
	outcomes   []*store.Outcome        // of packages without faults
	settled    bool                    // whether products are in the result
	onlyStored bool                    // whether models are kept only in the store
	parent     *loading                // from which this was forked; may be nil
	anySite    bool                    // whether a package contains a site
	offered    func() []*store.Outcome // products in the binary; nil until they are needed
	mu         sync.Mutex              // guards done
	done       int                     // number of judged packages
	all        int                     // number of packages to judge
	schemas    *partial.Schemas
	dataChecks func() *checks.Schema
	outlines   map[string]scan.Outline // of the packages to judge
	products   map[string]found        // by id and version
	views      store.Views             // of shared services
	catalogs   []map[string]bool       // products of each catalogue of the workspace, by id and version
	unified    bool                    // whether a catalogue was judged, which reports contradictions between its products
	faulty     map[string]bool         // folders of packages with findings
	language   string                  // version of CUE's language in the workspace
	broken     func() bool             // whether files of the workspace have faults
	result     *Result
}

// readSchema starts to read the schema of a workspace, and its checks, once for all users.
func (l *loading) readSchema(language string) {
	files, dir, parsed := l.Files, l.Schema, l.Parsed
	syntax := sync.OnceValue(func() *eval.Syntax { return eval.ReadSyntax(files, dir, language, parsed) })
	l.Syntax, l.dataChecks = syntax, sync.OnceValue(func() *checks.Schema { return checks.New(syntax()) })
}

// newLoading returns a new run.
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

// known uses the cached outcome of a package, and reports whether the package need not be
// judged.
func (l *loading) known(dir string) bool {
	sum, ok := l.store.Summary(path.Clean(dir))
	if !ok {
		return false
	}
	if l.Shelve {
		sum = sum.Errors()
	}
	o := &store.Outcome{Summary: sum}
	switch {
	case sum.IsSite && !l.requested(sum.Dir):
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

// open opens a package without evaluating it; nil if its files cannot be read.
func (l *loading) open(inst *build.Instance) *eval.Package {
	if inst.Err != nil {
		l.report(explain.Imports(inst.Err, l.broken())...)
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

// build opens and evaluates a package; nil if its files cannot be read.
func (l *loading) build(inst *build.Instance) *eval.Package {
	p := l.open(inst)
	if p != nil {
		l.evaluate(p)
	}
	return p
}
