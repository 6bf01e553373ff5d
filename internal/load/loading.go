package load

import (
	"path"
	"sync"

	"cuelang.org/go/cue/build"

	"github.com/portspec/portspec/internal/load/checks"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/load/judge"
	"github.com/portspec/portspec/internal/load/partial"
	"github.com/portspec/portspec/internal/load/store"
)

// A loading is a run of the loader.
type loading struct {
	Loader
	*judge.Judge
	*folders
	*collection
	judged  *progress
	offered *offer          // products in the binary; nil until sites may use them
	faulty  map[string]bool // folders of packages with findings
	broken  func() bool     // whether files of the workspace have faults
}

// newLoading returns a new run.
func newLoading(ld Loader) *loading {
	return &loading{
		Loader:     ld,
		Judge:      &judge.Judge{Session: eval.NewSession(), Schemas: partial.NewSchemas(), Whole: ld.whole},
		folders:    new(folders),
		collection: newCollection(ld),
		judged:     &progress{report: ld.Progress},
		faulty:     make(map[string]bool),
	}
}

// readSchema starts to read the schema of a workspace, and its checks, once for all users.
func (l *loading) readSchema(language string) {
	files, dir, parsed := l.Files, l.Schema, l.Parsed
	syntax := sync.OnceValue(func() *eval.Syntax { return eval.ReadSyntax(files, dir, language, parsed) })
	l.Syntax, l.DataChecks = syntax, sync.OnceValue(func() *checks.Schema { return checks.New(syntax()) })
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

// A progress counts judged packages, of a loading and its forks.
type progress struct {
	report    func(done, all int) // may be nil
	mu        sync.Mutex
	done, all int
}

// add adds a package.
func (p *progress) add() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if p.report != nil {
		p.report(p.done, p.all)
	}
}
