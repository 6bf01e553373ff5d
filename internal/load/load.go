// Package load is the only one that evaluates CUE. [Workspace] and [Embedded]
// read specs and hand out a [Result]: the typed model and, as findings at the
// author's lines, what CUE has against it. Nothing is ever fetched.
package load

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A Result is what was found in a workspace.
type Result struct {
	// Catalog holds the products that could be read whole. It is complete only
	// if no finding is an error.
	Catalog *model.Catalog
	// Sites of the workspace, or those of the files that were asked for, by id.
	Sites []*model.Site
	// Available is what sites may use: the catalogue, and of the products in
	// the binary those that sites use and it has not.
	Available *model.Catalog
	Findings  diag.List
	// Counts of the workspace's own products and what they talk to.
	Counts Counts
	// Files is the workspace as positions name it, for showing source lines.
	Files fs.FS
}

// Counts say how much there is.
type Counts struct {
	Products, Services int
	Rows, Cited        int // of the products' sources
}

// A Loader says how to load. Its zero value loads everything anew.
type Loader struct {
	Sites []SiteFile // if there are any, in place of the workspace's own
	// Cache keeps what was found in packages, for as long as neither they change
	// nor what they import; nil for none.
	Cache *cache.Store
	// Check is run on each product; what it finds joins the findings of a
	// workspace without errors. It returns whether it would find the same on any
	// other day. CheckKey tells checks apart whose findings may differ.
	Check    func(*model.Product) (found diag.List, lasting bool)
	CheckKey string
	// Lean leaves products out of the catalogue that no site needs.
	Lean bool
	anew bool // look for nothing that was kept
	// Progress is told how many of how many packages were judged; nil for nobody.
	Progress func(done, all int)
}

// Embedded loads the specs that come with portspec, and sites that use them.
func Embedded(ctx context.Context, sites ...SiteFile) (*Result, error) {
	return Loader{Sites: sites}.Embedded(ctx)
}

// Workspace loads all packages of the CUE module whose cue.mod is in root. Its
// error says why nothing could be loaded at all.
func Workspace(ctx context.Context, root string, sites ...SiteFile) (*Result, error) {
	return Loader{Sites: sites}.Workspace(ctx, root)
}

// Embedded is the function of that name.
func (ld Loader) Embedded(ctx context.Context) (*Result, error) { return ld.load(ctx, bundle()) }

// Workspace is the function of that name.
func (ld Loader) Workspace(ctx context.Context, root string) (*Result, error) {
	files, found, err := openWorkspace(root)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return &Result{Catalog: &model.Catalog{}, Findings: inside(files, found), Files: files}, nil
	}
	return ld.load(ctx, files)
}

// A pkg is one evaluated CUE package.
type pkg struct {
	instance *build.Instance
	value    cue.Value
	written  index
	kind     int      // as kindOf says it of the files, before they are evaluated
	mentions mentions // nil until they are needed
	// nowhere are the optional fields that the package was judged without; nil
	// for none.
	nowhere map[string]bool
	// importsFaults says that something is wrong in a package that this one
	// imports, which shows here as well.
	importsFaults bool
}

func load(ctx context.Context, files fs.FS, sites []SiteFile) (*Result, error) {
	return Loader{Sites: sites}.load(ctx, files)
}

func (ld Loader) load(ctx context.Context, files fs.FS) (*Result, error) {
	snap, err := takeSnapshot(files)
	if err != nil {
		return nil, err
	}
	if ld.Cache != nil {
		snap.keys = newKeys(snap)
	}
	if len(snap.dirs) == 0 {
		return nil, fmt.Errorf("no CUE files in the workspace; portspec needs a package with a field product: schema.#Product & {…}")
	}
	result, err := ld.loadDirs(ctx, snap, snap.dirs)
	if _, gone := err.(missing); gone { // trimmed just now
		ld.anew = true
		result, err = ld.loadDirs(ctx, snap, snap.dirs)
	}
	return result, err
}

// loadDirs loads the packages of some folders of a workspace.
func loadDirs(ctx context.Context, files fs.FS, dirs []string, sites ...SiteFile) (*Result, error) {
	return Loader{Sites: sites}.loadDirs(ctx, files, dirs)
}

func (ld Loader) loadDirs(ctx context.Context, files fs.FS, dirs []string) (*Result, error) {
	l := newLoading(ld)
	// What is known already need not be looked at again.
	if snap, ok := files.(*snapshot); ok {
		l.store = store{ld.Cache, snap.keys, ld.CheckKey, ld.anew}
	}
	dirs = slices.DeleteFunc(slices.Clone(dirs), l.known)

	files = withSites(files, ld.Sites)
	outlines, broken := scan(files, dirs)
	l.sites = make(siteSources)
	for i, s := range ld.Sites {
		if s.Data == nil {
			continue
		}
		source, found := readSite(s)
		broken = append(broken, found...)
		if len(found) == 0 {
			l.sites[sitePackage(i)+"/site.cue"] = source
			dirs = append(dirs, "./"+sitePackage(i))
			outlines["./"+sitePackage(i)] = outline{kind: siteDepth}
		}
	}
	dirs = slices.DeleteFunc(dirs, func(dir string) bool {
		return slices.ContainsFunc(broken, func(f diag.Finding) bool { return path.Dir(f.Position.File) == path.Clean(dir) })
	})
	l.files, l.schema, l.outlines = files, schemaDir(files), outlines
	l.broken, l.result.Files, l.result.Findings = len(broken) > 0, files, broken
	l.all = len(dirs)
	judge := l.judgeAll
	if len(dirs) > fewPackages || len(dirs) > 1 && len(l.stages(dirs)) == 1 {
		judge = l.inBatches
	}
	if err := judge(ctx, dirs); err != nil {
		return nil, err
	}
	if err := l.collect(); err != nil {
		return nil, err
	}
	if len(l.products) == 0 && len(l.result.Sites) == 0 && !l.result.Findings.HasErrors() {
		return nil, fmt.Errorf("no product in the workspace; a package describes one in its field product: schema.#Product & {…}")
	}
	l.result.Catalog.Sort()
	l.result.Findings = inside(files, l.result.Findings).Sort()
	return l.result, nil
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

// judgeAll judges the packages of some folders.
func (l *loading) judgeAll(ctx context.Context, dirs []string) error {
	var instances []*build.Instance
	if len(dirs) > 0 { // else CUE takes the folder that it is in
		r := l.reading()
		r.schemas = l.schemas
		instances = cueload.Instances(arguments(dirs), r.config())
	}
	var nowhere map[string]bool
	if specializing {
		nowhere = l.schemas.specialize(instances)
	}
	var pkgs []*pkg
	for _, inst := range instances {
		if p := l.open(inst); p != nil && l.wanted(p) {
			p.nowhere = nowhere
			pkgs = append(pkgs, p)
			l.anySite = l.anySite || isSite(p)
		}
	}
	if l.anySite && l.parent == nil {
		l.offer()
	}
	// What is wrong in a package shows in those that import it too, so imported
	// ones come first. One that unifies others repeats all of them, so it is
	// evaluated only when they are in order.
	for kind := range siteDepth + 1 {
		var group []*pkg
		for _, p := range pkgs {
			if p.kind != kind {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if kind >= catalogDepth && l.faults() {
				return nil
			}
			if kind == catalogDepth && l.plainCatalog(p) {
				l.progress()
				continue
			}
			l.evaluate(p)
			group = append(group, p)
		}
		slices.SortStableFunc(group, func(a, b *pkg) int {
			return cmp.Or(depth(a)-depth(b), len(ownImports(a))-len(ownImports(b)))
		})
		for _, p := range group {
			if depth(p) > 0 && l.faults() {
				return nil
			}
			if isSite(p) {
				l.judgeSite(p)
			} else {
				l.judge(p)
			}
			l.progress()
		}
	}
	return nil
}

// faults reports whether something is wrong with the packages that do not unify
// others.
func (l *loading) faults() bool {
	l.collectProducts()
	return l.result.Findings.HasErrors()
}

// depth is 0 for packages that unify no others.
func depth(p *pkg) int {
	if isSite(p) {
		return siteDepth
	}
	if p.value.LookupPath(cue.ParsePath("catalog")).Exists() {
		return catalogDepth
	}
	return 0
}

// The depths of packages that unify others.
const (
	catalogDepth = 1
	siteDepth    = 2
)

// ownImports lists the folders of the packages that a package imports, directly
// or not, the schema apart.
func ownImports(p *pkg) map[string]bool {
	all := make(map[string]bool)
	var add func(*build.Instance)
	add = func(inst *build.Instance) {
		for _, imported := range inst.Imports {
			if !isSchema(imported.ImportPath) && !all[imported.Dir] {
				all[imported.Dir] = true
				add(imported)
			}
		}
	}
	add(p.instance)
	return all
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
	written  map[string]index // by import path
	places   map[diag.Position]written
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
		ctx:      cuecontext.New(),
		schemas:  newSchemas(),
		written:  make(map[string]index),
		products: make(map[string]found),
		views:    make(views),
		mended:   make(mends),
		faulty:   make(map[string]bool),
		result:   &Result{Catalog: &model.Catalog{}},
	}
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
	p.value = l.ctx.BuildInstance(p.instance)
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
		failed   any // what CUE panicked with
	}
	done := make(chan built, 1)
	go func() {
		var b built
		defer func() {
			b.failed = recover()
			done <- b
		}()
		b.instance = cueload.Instances(arguments([]string{dir}), r.config())[0]
		if b.instance.Err == nil {
			b.value = cuecontext.New().BuildInstance(b.instance)
		}
	}()
	return func() (*pkg, error) {
		b := <-done
		switch {
		case b.failed != nil:
			panic(b.failed)
		case b.instance.Err != nil:
			return nil, b.instance.Err
		}
		again := *p
		again.instance, again.value = b.instance, b.value
		return &again, nil
	}
}

// index is where everything in the package and its imports was written.
func (l *loading) index(inst *build.Instance) index {
	if idx, ok := l.written[inst.ImportPath]; ok {
		return idx
	}
	idx := make(index)
	l.written[inst.ImportPath] = idx
	for _, f := range inst.Files {
		idx.addFile(f)
		if s := l.sites[strings.TrimPrefix(f.Filename, "/")]; s != nil {
			idx.endAt(s.ends)
		}
	}
	for _, imported := range inst.Imports {
		l.index(imported)
	}
	return idx
}

// leaves is every place where an author wrote a field or a value.
func (l *loading) leaves() map[diag.Position]written {
	if l.places == nil {
		l.places = make(map[diag.Position]written)
		for path, idx := range l.written {
			if isSchema(path) {
				continue
			}
			for _, places := range idx {
				for _, w := range places {
					l.places[start(w.label)] = written{at: w.label, label: w.label}
					l.places[w.value] = w
				}
			}
		}
	}
	return l.places
}

func isSchema(importPath string) bool {
	return strings.HasPrefix(importPath, modulePath+"/schema")
}

// Warm evaluates a product that is always there, for what that leaves behind:
// memory that is in place, and CUE's own packages.
func Warm(ctx context.Context) {
	files := bundle()
	_, _ = loadDirs(ctx, files, []string{"./specs/products/igelums", "./specs/services"})
	runtime.GC()
}
