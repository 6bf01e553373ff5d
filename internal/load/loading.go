package load

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/workspace"
)

// A pkg is one evaluated CUE package.
type pkg struct {
	instance *build.Instance
	value    cue.Value
	written  source.Index
	kind     int      // as kindOf says it of the files, before they are evaluated
	mentions mentions // nil until they are needed
	// nowhere are the optional fields that the package was judged without; nil
	// for none.
	nowhere map[string]bool
	// importsFaults says that something is wrong in a package that this one
	// imports, which shows here as well.
	importsFaults bool
}

// A loading is one run of the loader.
type loading struct {
	Loader
	store    store
	outcomes []*outcome        // of packages without faults
	settled  bool              // whether those of products are in the result
	parent   *loading          // that this is a part of; nil for none
	anySite  bool              // whether a package says a site
	offered  func() []*outcome // the products in the binary; nil until they are asked for
	mu       sync.Mutex        // for done
	done     int               // packages that were judged
	all      int               // packages that are to be
	files    fs.FS
	schema   string // the folder of the schema
	schemas  *schemas
	outlines map[string]outline // of the packages that are to be judged
	ctx      *cue.Context
	written  map[string]source.Index // by import path
	places   map[diag.Position]source.Place
	products map[string]found  // by id
	views    views             // of shared services
	catalogs []map[string]bool // the products that each catalogue of the workspace holds
	sites    siteSources
	mended   mends           // what was found to be wrong in any package
	faulty   map[string]bool // the folders of the packages with findings
	broken   bool            // whether files are
	result   *Result
}

// newLoading is a run that has found nothing yet.
func newLoading(ld Loader) *loading {
	return &loading{
		Loader:   ld,
		ctx:      newContext(),
		schemas:  newSchemas(),
		written:  make(map[string]source.Index),
		products: make(map[string]found),
		views:    make(views),
		mended:   make(mends),
		faulty:   make(map[string]bool),
		result:   &Result{Catalog: &model.Catalog{}},
	}
}

// known takes the outcome of a package that was kept, if there is one that is to
// be judged no further.
func (l *loading) known(dir string) bool {
	sum, ok := l.store.summary(path.Clean(dir))
	if !ok {
		return false
	}
	o := &outcome{summary: sum}
	switch {
	case sum.Site && !l.asked(sum.Dir):
		return true
	case sum.Site:
		l.anySite = true
	case !sum.Lasting && l.Check != nil:
		if o, ok = l.store.outcome(sum); !ok {
			return false
		}
		o.Checked, _ = l.Check(o.product)
	}
	l.outcomes = append(l.outcomes, o)
	return true
}

func (l *loading) report(f ...diag.Finding) {
	l.result.Findings = append(l.result.Findings, f...)
}

// open reads a package, which is not evaluated yet; nil where its files cannot be
// read.
func (l *loading) open(inst *build.Instance) *pkg {
	if inst.Err != nil {
		l.report(l.unloadable(inst.Err)...)
		return nil
	}
	p := &pkg{instance: inst, written: l.index(inst)}
	for _, f := range inst.Files {
		p.kind = max(p.kind, kindOf(f))
	}
	return p
}

// evaluate evaluates a package.
func (l *loading) evaluate(p *pkg) {
	if isSite(p) {
		l.namesCatalog(p)
	}
	by := byWhole
	if p.nowhere != nil {
		by = byPart
	}
	p.value = l.evaluation(l.ctx, p.instance, by)
}

// means is by what a package is judged.
type means string

const (
	byPart   means = "part"   // the part of the schema that concerns it
	byWhole  means = "whole"  // all of the schema
	byMended means = "mended" // with faults mended, or without the schema's checks
)

// evaluation has CUE evaluate a package.
func (l *loading) evaluation(ctx *cue.Context, inst *build.Instance, by means) cue.Value {
	if l.evaluated != nil {
		l.evaluated(strings.TrimPrefix(inst.Dir, "/"), by)
	}
	return ctx.BuildInstance(inst)
}

// build is both; nil where the files cannot be read.
func (l *loading) build(inst *build.Instance) *pkg {
	p := l.open(inst)
	if p != nil {
		l.evaluate(p)
	}
	return p
}

// unloadable is why a package cannot be loaded. Where files are broken, what
// imports them fails as well, and only imports of nothing are news.
func (l *loading) unloadable(err error) diag.List {
	found := explainLoading(err)
	if l.broken {
		found = slices.DeleteFunc(found, func(f diag.Finding) bool { return !strings.HasPrefix(f.Message, "cannot find package") })
	}
	return found
}

// reading is how CUE reads the files of this run.
func (l *loading) reading() reading {
	return reading{files: l.files, schema: l.schema, sites: l.sites}
}

// rebuild begins to evaluate a package anew, beside what else there is to do: with
// the faults mended that were found so far and, if asked for, without the checks
// of the schema. The function that it returns waits for the end.
func (l *loading) rebuild(p *pkg, unchecked bool) func() (*pkg, error) {
	r := l.reading()
	r.mended, r.unchecked = maps.Clone(l.mended), unchecked
	dir := "./" + strings.TrimPrefix(p.instance.Dir, "/")
	type built struct {
		instance *build.Instance
		value    cue.Value
	}
	wait := parallel.Go(func() (b built) {
		b.instance = cueload.Instances(arguments([]string{dir}), r.config())[0]
		if b.instance.Err == nil {
			b.value = l.evaluation(newContext(), b.instance, byMended)
		}
		return b
	})
	return func() (*pkg, error) {
		b := wait()
		if b.instance.Err != nil {
			return nil, b.instance.Err
		}
		again := *p
		again.instance, again.value = b.instance, b.value
		return &again, nil
	}
}

// index is where everything in the package and its imports was written.
func (l *loading) index(inst *build.Instance) source.Index {
	if idx, ok := l.written[inst.ImportPath]; ok {
		return idx
	}
	idx := source.NewIndex()
	l.written[inst.ImportPath] = idx
	for _, f := range inst.Files {
		idx.AddFile(f)
		if s := l.sites[strings.TrimPrefix(f.Filename, "/")]; s != nil {
			idx.EndAt(s.Ends)
		}
	}
	for _, imported := range inst.Imports {
		l.index(imported)
	}
	return idx
}

// leaves is every place where an author wrote a field or a value.
func (l *loading) leaves() map[diag.Position]source.Place {
	if l.places == nil {
		l.places = make(map[diag.Position]source.Place)
		for path, idx := range l.written {
			if isSchema(path) {
				continue
			}
			for w := range idx.All() {
				l.places[source.Start(w.Label)] = source.Place{At: w.Label, Label: w.Label}
				l.places[w.Value] = w
			}
		}
	}
	return l.places
}

// line is what stands at a position, or "" where that is on no single line.
func (l *loading) line(at diag.Position) string {
	data, err := fs.ReadFile(l.files, at.File)
	if err != nil {
		return ""
	}
	return source.Text(data, at)
}

func isSchema(importPath string) bool {
	return strings.HasPrefix(importPath, workspace.ModulePath+"/schema")
}
