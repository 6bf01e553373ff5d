// Package load is the only one that evaluates CUE. [Workspace] and [Embedded]
// read specs and hand out a [Result]: the typed model and, as findings at the
// author's lines, what CUE has against it. Nothing is ever fetched.
package load

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	cueload "cuelang.org/go/cue/load"

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
	// Files is the workspace as positions name it, for showing source lines.
	Files fs.FS
}

// Embedded loads the specs that come with portspec, and sites that use them.
func Embedded(ctx context.Context, sites ...SiteFile) (*Result, error) {
	return load(ctx, bundle(), sites)
}

// EmbeddedProducts loads some of the products that come with portspec or, where
// one of them is not there, all; without sites and the catalogue that unifies
// them, which portspec's own tests judge.
func EmbeddedProducts(ctx context.Context, ids []string) (*Result, error) {
	dirs, err := packageDirs(bundle())
	if err != nil {
		return nil, err
	}
	dirs = slices.DeleteFunc(dirs, func(dir string) bool { return !strings.HasPrefix(dir, "./specs/products/") })
	var chosen []string
	for _, id := range ids {
		i := slices.IndexFunc(dirs, func(dir string) bool {
			data, err := fs.ReadFile(bundle(), path.Join(dir, "product.cue"))
			return err == nil && regexp.MustCompile(`(?m)^\s*id:\s*"`+regexp.QuoteMeta(id)+`"`).Match(data)
		})
		if i < 0 {
			return loadDirs(ctx, bundle(), dirs)
		}
		chosen = append(chosen, dirs[i])
	}
	slices.Sort(chosen)
	return loadDirs(ctx, bundle(), slices.Compact(chosen))
}

// Workspace loads all packages of the CUE module whose cue.mod is in root. Its
// error says why nothing could be loaded at all.
func Workspace(ctx context.Context, root string, sites ...SiteFile) (*Result, error) {
	files, found, err := openWorkspace(root)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return &Result{Catalog: &model.Catalog{}, Findings: inside(files, found), Files: files}, nil
	}
	return load(ctx, files, sites)
}

// A pkg is one evaluated CUE package.
type pkg struct {
	instance *build.Instance
	value    cue.Value
	written  index
	mentions mentions
	// importsFaults says that something is wrong in a package that this one
	// imports, which shows here as well.
	importsFaults bool
}

func load(ctx context.Context, files fs.FS, sites []SiteFile) (*Result, error) {
	dirs, err := packageDirs(files)
	if err != nil {
		return nil, err
	}
	if len(dirs) == 0 {
		return nil, fmt.Errorf("no CUE files in the workspace; portspec needs a package with a field product: schema.#Product & {…}")
	}
	return loadDirs(ctx, files, dirs, sites...)
}

// loadDirs loads the packages of some folders of a workspace, and where sites
// are given, no others.
func loadDirs(ctx context.Context, files fs.FS, dirs []string, sites ...SiteFile) (*Result, error) {
	files = withSites(files, sites)
	broken := scan(files, dirs)
	sources := make(siteSources)
	for i, s := range sites {
		if s.Data == nil {
			continue
		}
		source, found := readSite(s)
		broken = append(broken, found...)
		if len(found) == 0 {
			sources[sitePackage(i)+"/site.cue"] = source
			dirs = append(slices.Clone(dirs), "./"+sitePackage(i))
		}
	}
	dirs = slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
		return slices.ContainsFunc(broken, func(f diag.Finding) bool { return path.Dir(f.Position.File) == path.Clean(dir) })
	})
	l := &loading{
		files:    files,
		schema:   schemaDir(files),
		ctx:      cuecontext.New(),
		written:  make(map[string]index),
		products: make(map[string]found),
		views:    make(views),
		sites:    sources,
		only:     sites,
		mended:   make(mends),
		faulty:   make(map[string]bool),
		broken:   len(broken) > 0,
		result:   &Result{Catalog: &model.Catalog{}, Files: files, Findings: broken},
	}
	judge := l.judgeAll
	if len(dirs) > fewPackages {
		judge = l.inBatches
	}
	if err := judge(ctx, dirs); err != nil {
		return nil, err
	}
	if !l.result.Findings.HasErrors() {
		l.unify()
	}
	if !l.result.Findings.HasErrors() {
		l.available(files)
	}
	if len(l.products) == 0 && len(l.result.Sites) == 0 && !l.result.Findings.HasErrors() {
		return nil, fmt.Errorf("no product in the workspace; a package describes one in its field product: schema.#Product & {…}")
	}
	l.result.Catalog.Sort()
	l.result.Findings = inside(files, l.result.Findings).Sort()
	return l.result, nil
}

// judgeAll judges the packages of some folders.
func (l *loading) judgeAll(ctx context.Context, dirs []string) error {
	var instances []*build.Instance
	if len(dirs) > 0 { // else CUE takes the folder that it is in
		instances = cueload.Instances(dirs, l.reading().config())
	}
	var pkgs []*pkg
	for _, inst := range instances {
		if err := ctx.Err(); err != nil {
			return err
		}
		if p := l.build(inst); p != nil && l.wanted(p) {
			pkgs = append(pkgs, p)
		}
	}
	// What is wrong in a package shows in those that import it too, so imported
	// ones come first. One that unifies others repeats all of them, so it is
	// judged only when they are in order.
	slices.SortStableFunc(pkgs, func(a, b *pkg) int {
		return cmp.Or(depth(a)-depth(b), len(ownImports(a))-len(ownImports(b)))
	})
	for _, p := range pkgs {
		if depth(p) > 0 && l.result.Findings.HasErrors() {
			break
		}
		if isSite(p) {
			l.judgeSite(p)
			continue
		}
		l.judge(p)
	}
	return nil
}

// depth is 1 for packages that hold a catalogue of others, 2 for sites, and 0
// for others.
func depth(p *pkg) int {
	if isSite(p) {
		return 2
	}
	if p.value.LookupPath(cue.ParsePath("catalog")).Exists() {
		return 1
	}
	return 0
}

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
	files    fs.FS
	schema   string // the folder of the schema
	ctx      *cue.Context
	written  map[string]index // by import path
	places   map[diag.Position]written
	products map[string]found  // by id
	views    views             // of shared services
	catalogs []map[string]bool // the products that each catalogue of the workspace holds
	sites    siteSources
	only     []SiteFile      // the sites to load; all of them where there are none
	mended   mends           // what was found to be wrong in any package
	faulty   map[string]bool // the folders of the packages with findings
	broken   bool            // whether files are
	result   *Result
}

func (l *loading) report(f ...diag.Finding) {
	l.result.Findings = append(l.result.Findings, f...)
}

// build evaluates a package; nil where its files cannot be read.
func (l *loading) build(inst *build.Instance) *pkg {
	if inst.Err != nil {
		l.report(l.unloadable(inst.Err)...)
		return nil
	}
	return &pkg{instance: inst, value: l.ctx.BuildInstance(inst), written: l.index(inst), mentions: mentionsOf(inst)}
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

// rebuild evaluates a package anew with the faults mended that were found so
// far and, if asked for, without the checks of the schema.
func (l *loading) rebuild(p *pkg, unchecked bool) (*pkg, error) {
	r := l.reading()
	r.mended, r.unchecked = l.mended, unchecked
	inst := cueload.Instances([]string{"./" + strings.TrimPrefix(p.instance.Dir, "/")}, r.config())[0]
	if inst.Err != nil {
		return nil, inst.Err
	}
	again := *p
	again.instance, again.value = inst, cuecontext.New().BuildInstance(inst)
	return &again, nil
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
