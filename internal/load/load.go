// Package load is the only one that evaluates CUE. [Workspace] and [Embedded]
// read specs and hand out a [Result]: the typed model and, as findings at the
// author's lines, what CUE has against it. Nothing is ever fetched.
package load

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"runtime"
	"slices"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/scan"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/workspace"
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
	keys *store.Keys // of the packages; nil for none
	anew bool        // look for nothing that was kept
	// whole judges all packages by the whole schema, as they are written.
	whole bool
	// few is how many packages are judged at once; more are judged in batches. 0
	// is fewPackages, and less than 0 none.
	few int
	// evaluated is told of each evaluation of a package of the workspace, by any
	// goroutine; nil for nobody.
	evaluated func(dir string, by eval.Means)
	// Limits bound what is read, and Under is the folder by which a workspace was
	// found, as [workspace.Open] takes them.
	Limits workspace.Limits
	Under  string
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
func (ld Loader) Embedded(ctx context.Context) (*Result, error) {
	return ld.load(ctx, workspace.Bundle())
}

// Workspace is the function of that name.
func (ld Loader) Workspace(ctx context.Context, root string) (*Result, error) {
	files, found, err := workspace.Open(root, ld.Under, ld.Limits)
	return ld.opened(ctx, files, found, err)
}

// load loads the workspace that a file system is.
func (ld Loader) load(ctx context.Context, files fs.FS) (*Result, error) {
	snap, found, err := workspace.OpenFS(files, ld.Limits)
	return ld.opened(ctx, snap, found, err)
}

// opened loads a workspace that was opened, unless that failed.
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
	if _, gone := err.(missing); gone { // trimmed just now
		ld.anew = true
		result, err = ld.loadDirs(ctx, files, files.Dirs)
	}
	return result, err
}

func (ld Loader) loadDirs(ctx context.Context, files fs.FS, dirs []string) (*Result, error) {
	l := newLoading(ld)
	// What is known already need not be looked at again.
	if ld.keys != nil {
		l.store = store.New(ld.Cache, ld.keys, ld.CheckKey, ld.anew)
	}
	dirs = slices.DeleteFunc(slices.Clone(dirs), l.known)

	var unsound, odd diag.List
	if snap, ok := files.(*workspace.Snapshot); ok {
		unsound, odd = snap.Unsound()
	}
	files = withSites(files, ld.Sites)
	outlines, broken := scan.Folders(files, dirs)
	broken = append(broken, unsound...)
	l.Fields, l.Evaluated = make(eval.Sources), ld.evaluated
	for i, s := range ld.Sites {
		if s.Data == nil {
			continue
		}
		source, found := readSite(s)
		broken = append(broken, found...)
		if len(found) == 0 {
			l.Fields[sitePackage(i)+"/site.cue"] = source
			dirs = append(dirs, "./"+sitePackage(i))
			outlines["./"+sitePackage(i)] = scan.Outline{Kind: eval.SiteKind}
		}
	}
	dirs = slices.DeleteFunc(dirs, func(dir string) bool {
		return slices.ContainsFunc(broken, func(f diag.Finding) bool { return path.Dir(f.Position.File) == path.Clean(dir) })
	})
	l.Files, l.Schema, l.outlines = files, eval.SchemaDir(files), outlines
	l.dataChecks = readChecks(files, l.Schema)
	l.broken, l.result.Files, l.result.Findings = len(broken) > 0, files, append(broken, odd...)
	l.all = len(dirs)
	judge := l.judgeAll
	if len(dirs) > cmp.Or(ld.few, fewPackages) || len(dirs) > 1 && len(l.stages(dirs)) == 1 {
		judge = l.inBatches
	}
	if err := judge(ctx, dirs); err != nil {
		return nil, err
	}
	if err := l.collect(); err != nil {
		return nil, err
	}
	if len(l.products) == 0 && len(l.result.Sites) == 0 && !l.result.Findings.HasErrors() {
		return nil, ErrNoProduct
	}
	l.result.Catalog.Order()
	l.result.Findings = source.Inside(files, l.result.Findings).Sort()
	return l.result, nil
}

// ErrNoProduct says that a workspace is empty.
var ErrNoProduct = errors.New("no product in the workspace; a package describes one in its field product: schema.#Product & {…}")

// errNoFiles is [ErrNoProduct] where there is not even a package.
type errNoFiles struct{}

// Error implements error.
func (errNoFiles) Error() string {
	return "no CUE files in the workspace; portspec needs a package with a field product: schema.#Product & {…}"
}

// Unwrap makes it one of its kind.
func (errNoFiles) Unwrap() error { return ErrNoProduct }

// Warm evaluates a product that is always there, for what that leaves behind:
// memory that is in place, and CUE's own packages.
func Warm(ctx context.Context) {
	files := workspace.Bundle()
	_, _ = Loader{}.loadDirs(ctx, files, []string{"./specs/products/igelums", "./specs/services"})
	runtime.GC()
}
