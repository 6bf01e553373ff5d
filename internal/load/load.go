// Package load loads specs, and is the only package that evaluates CUE. [Workspace] and
// [Embedded] return a [Result]: the typed model, and CUE's errors as findings at the author's
// lines. It never downloads anything.
package load

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"sync"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/load/scan"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/workspace"
)

// A Result is the result of loading a workspace.
type Result struct {
	// Catalog contains the products without errors. It is complete only if no finding is an
	// error. If the loader shelves products, Catalog has only the identities of those that no
	// site uses.
	Catalog *model.Catalog
	// Shelf reads the products of Catalog one at a time; nil unless the loader shelves them.
	Shelf *model.Shelf
	// Sites are the sites of the workspace or, if the loader has Sites, only those, sorted by
	// id.
	Sites []*model.Site
	// Available is what sites can use: the catalogue, and those products in the binary that
	// sites use but the catalogue does not contain.
	Available *model.Catalog
	Findings  diag.List
	// Counts are about the workspace's own products and their shared services.
	Counts Counts
	// Files contains the files that positions name, for showing source lines.
	Files fs.FS
}

// Counts are the numbers of things in a workspace.
type Counts struct {
	Products, Services int
	Rows, Cited        int // of the products' sources
}

// A Loader has options for loading. The zero value loads everything without a cache.
type Loader struct {
	Sites []SiteFile // if not empty, used instead of the workspace's own sites
	// Cache stores results of packages until these or their imports change; may be nil. A
	// loader that shelves many products then stores them in a temporary file for the run.
	Cache *cache.Store
	// Check is called for each product. Its findings are added if the workspace has no
	// errors. It reports whether they are the same on every day. CheckKey identifies the
	// check's options in cache keys.
	Check    func(*model.Product) (found diag.List, lasting bool)
	CheckKey string
	// Lean leaves out products that no site needs.
	Lean bool
	// Shelve leaves products where they are stored, and has the result's shelf read them. The
	// result has only the errors among the findings of Check: all findings of thousands of
	// products take more memory than the rest of the result.
	Shelve bool
	// Anew ignores cached results, as after an error [Missing].
	Anew bool
	keys *store.Keys // cache keys of the packages; nil if there is no cache
	// whole disables the fast path: all packages are judged as written, by the whole schema.
	whole bool
	// few is the maximum number of packages to judge in a single batch. 0 means fewPackages,
	// and a negative number means none.
	few int
	// evaluated is called, by any goroutine, for each evaluation of a package of the
	// workspace; may be nil.
	evaluated func(dir string, by eval.Means)
	// Limits and Under are for [workspace.Open]: limits of what is read, and the folder
	// through which the workspace was found.
	Limits workspace.Limits
	Under  string
	// Progress is called with the numbers of judged and of all packages; may be nil.
	Progress func(done, all int)
}

// Embedded loads the specs that come with portspec, and sites that use them.
func Embedded(ctx context.Context, sites ...SiteFile) (*Result, error) {
	return Loader{Sites: sites}.Embedded(ctx)
}

// Workspace loads all packages of the CUE module whose cue.mod is in root. It returns an error
// only if nothing could be loaded.
func Workspace(ctx context.Context, root string, sites ...SiteFile) (*Result, error) {
	return Loader{Sites: sites}.Workspace(ctx, root)
}

// Embedded is like the function [Embedded], with options.
func (ld Loader) Embedded(ctx context.Context) (*Result, error) {
	return ld.load(ctx, workspace.Bundle())
}

// Workspace is like the function [Workspace], with options.
func (ld Loader) Workspace(ctx context.Context, root string) (*Result, error) {
	files, found, err := workspace.Open(root, ld.Under, ld.Limits)
	return ld.opened(ctx, files, found, err)
}

// load loads the workspace in a file system.
func (ld Loader) load(ctx context.Context, files fs.FS) (*Result, error) {
	snap, found, err := workspace.OpenFS(files, ld.Limits)
	return ld.opened(ctx, snap, found, err)
}

// opened loads an open workspace. It takes all results of opening it.
func (ld Loader) opened(ctx context.Context, files *workspace.Snapshot, found diag.List, err error) (*Result, error) {
	switch {
	case err != nil:
		return nil, err
	case len(found) > 0:
		return &Result{Catalog: &model.Catalog{}, Findings: source.Inside(files, found), Files: files}, nil
	case len(files.Dirs) == 0 && len(files.Findings) > 0:
		return &Result{Catalog: &model.Catalog{}, Findings: source.Inside(files, files.Findings).Sort(), Files: files}, nil
	case len(files.Dirs) == 0:
		return nil, errNoFiles{}
	}
	if ld.Cache != nil {
		ld.keys = store.NewKeys(files)
	}
	result, err := ld.loadDirs(ctx, files, files.Dirs)
	if _, gone := err.(Missing); gone { // the cache was trimmed in the meantime
		ld.Anew = true
		result, err = ld.loadDirs(ctx, files, files.Dirs)
	}
	return result, err
}

// files is a file system with the language versions of its folders.
type files interface {
	fs.FS
	Language(dir string) string // like [workspace.Snapshot.Language]
}

func (ld Loader) loadDirs(ctx context.Context, opened files, dirs []string) (*Result, error) {
	l := newLoading(ld)
	// Cached packages need not be judged again.
	if ld.keys != nil {
		l.store = store.New(ld.Cache, ld.keys, ld.CheckKey, ld.Anew)
	}
	dirs = slices.DeleteFunc(slices.Clone(dirs), l.known)

	var unsound, odd diag.List
	var absent []string
	few := len(dirs) <= cmp.Or(ld.few, fewPackages)
	snap, ok := opened.(*workspace.Snapshot)
	if ok {
		unsound, odd = snap.Unsound()
		absent = snap.Absent
		if ld.Shelve && !few && !ld.Anew && ld.Cache == nil { // the models of many products do not fit into memory
			l.store = store.New(cache.Temporary(), store.NewKeys(snap), ld.CheckKey, true)
		}
	}
	files := withSites(opened, ld.Sites)
	outlines, scanned := make(map[string]scan.Outline), dirs
	if few {
		l.Parsed = new(eval.Parsed)
	} else if snap != nil { // the parsed files of many packages would take too much memory
		outlines, scanned = scan.Plain(snap, dirs)
	}
	l.folders = &folders{files: files, language: opened.Language("."), outlines: outlines}
	more, broken := scan.Folders(files, scanned, l.language, l.Parsed)
	maps.Copy(outlines, more)
	broken = append(broken, unsound...)
	l.Evaluated = ld.evaluated
	sites, found := l.readSites(outlines)
	dirs, broken = append(dirs, sites...), append(broken, found...)
	dirs = withoutFindings(dirs, broken)
	l.Files, l.Schema = files, eval.SchemaDir(files)
	l.readSchema(opened.Language(l.Schema))
	if len(dirs) > 0 {
		parallel.Go(l.Syntax) // is needed soon
	}
	l.broken = sync.OnceValue(func() bool { return len(broken) > 0 || l.anyBroken() })
	l.result.Files, l.result.Findings = files, append(broken, odd...)
	l.judged.all = len(dirs)
	l.onlyStored = ld.Shelve && !few && !ld.Anew
	judge := l.judgeAll
	if !few || len(dirs) > 1 && len(l.stages(dirs)) == 1 {
		judge = l.inBatches
	}
	if err := judge(ctx, dirs); err != nil {
		return nil, err
	}
	if err := l.collect(); err != nil {
		return nil, err
	}
	if l.offered != nil {
		l.offered.keep(l.store)
	}
	// CUE asks for an absent module only if something imports it, or other modules.
	isImport := func(f diag.Finding) bool { return f.Code == diag.UnknownImport }
	if len(absent) > 0 && !slices.ContainsFunc(l.result.Findings, isImport) {
		l.result.Findings = append(l.result.Findings, explain.Absent(absent[0]))
	}
	if len(l.products) == 0 && len(l.result.Sites) == 0 && !l.result.Findings.HasErrors() {
		return nil, ErrNoProduct
	}
	if l.result.Shelf == nil {
		l.result.Catalog.Order()
	}
	l.result.Findings = source.Inside(files, l.result.Findings).Sort()
	return l.result, nil
}

// withoutFindings returns the folders without findings about their files.
func withoutFindings(dirs []string, found diag.List) []string {
	return slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
		return slices.ContainsFunc(found, func(f diag.Finding) bool { return path.Dir(f.Position.File) == path.Clean(dir) })
	})
}

// readSites reads the given sites, each of which becomes a package in a folder of its own.
func (l *loading) readSites(outlines map[string]scan.Outline) (dirs []string, broken diag.List) {
	l.Fields = make(eval.Sources)
	for i, s := range l.Loader.Sites {
		if s.Data == nil {
			continue
		}
		source, found := readSite(s)
		broken = append(broken, found...)
		if len(found) == 0 {
			dir := sitePackage(i)
			l.Fields[dir+"/site.cue"] = source
			dirs = append(dirs, "./"+dir)
			outlines["./"+dir] = scan.Outline{Kind: eval.SiteKind}
		}
	}
	return dirs, broken
}

// ErrNoProduct is the error for an empty workspace.
var ErrNoProduct = errors.New("no product in the workspace; a package defines a product with product: schema.#Product & {…}")

// errNoFiles is the variant of [ErrNoProduct] for a workspace without any package.
type errNoFiles struct{}

// Error implements error.
func (errNoFiles) Error() string {
	return "no CUE files in the workspace; portspec needs a package with product: schema.#Product & {…}"
}

// Unwrap returns [ErrNoProduct].
func (errNoFiles) Unwrap() error { return ErrNoProduct }

// Warm evaluates a product of the binary, so that memory is allocated and CUE's own packages
// are loaded.
func Warm(ctx context.Context) {
	files, _, err := workspace.OpenFS(workspace.Bundle(), workspace.Limits{})
	if err != nil {
		return
	}
	_, _ = Loader{}.loadDirs(ctx, files, []string{"./specs/products/igelums", "./specs/services"})
	runtime.GC()
}
