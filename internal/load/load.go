// Package load is the only one that evaluates CUE. [Workspace] and [Embedded]
// read specs and hand out a [Result]: the typed model and, as findings at the
// author's lines, what CUE has against it. Nothing is ever fetched.
package load

import (
	"context"
	"fmt"
	"io/fs"
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
	Catalog  *model.Catalog
	Findings diag.List
	// Files is the workspace as positions name it, for showing source lines.
	Files fs.FS
}

// Embedded loads the specs that come with portspec.
func Embedded(ctx context.Context) (*Result, error) {
	return load(ctx, bundle())
}

// Workspace loads all packages of the CUE module whose cue.mod is in root. Its
// error says why nothing could be loaded at all.
func Workspace(ctx context.Context, root string) (*Result, error) {
	files, err := openWorkspace(root)
	if err != nil {
		return nil, err
	}
	return load(ctx, files)
}

// A pkg is one evaluated CUE package.
type pkg struct {
	instance *build.Instance
	value    cue.Value
	written  index
}

func load(ctx context.Context, files fs.FS) (*Result, error) {
	dirs, err := packageDirs(files)
	if err != nil {
		return nil, err
	}
	if len(dirs) == 0 {
		return nil, fmt.Errorf("no CUE files in the workspace; portspec needs a package with a field product: schema.#Product & {…}")
	}
	instances := cueload.Instances(dirs, config(files, nil))

	l := &loading{
		files:    files,
		ctx:      cuecontext.New(),
		written:  make(map[string]index),
		products: make(map[string]*pkg),
		result:   &Result{Catalog: &model.Catalog{}, Files: files},
	}
	var pkgs []*pkg
	for _, inst := range instances {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if p := l.build(inst); p != nil {
			pkgs = append(pkgs, p)
		}
	}
	// A package that unifies others repeats what is wrong in those, so it is
	// judged only when they are in order.
	slices.SortStableFunc(pkgs, func(a, b *pkg) int { return depth(a) - depth(b) })
	for _, p := range pkgs {
		if depth(p) > 0 && l.result.Findings.HasErrors() {
			break
		}
		l.judge(p)
	}
	if len(l.products) == 0 && !l.result.Findings.HasErrors() {
		return nil, fmt.Errorf("no product in the workspace; a package describes one in its field product: schema.#Product & {…}")
	}
	l.result.Catalog.Sort()
	l.result.Findings = l.result.Findings.Sort()
	return l.result, nil
}

// depth is 1 for packages that hold a catalogue of others and 0 for others.
func depth(p *pkg) int {
	if p.value.LookupPath(cue.ParsePath("catalog")).Exists() {
		return 1
	}
	return 0
}

// config makes CUE's loader read files and nothing else.
func config(files fs.FS, mended mends) *cueload.Config {
	return &cueload.Config{Dir: "/", FS: files, Registry: offline{}, ParseFile: mended.parse}
}

// A loading is one run of the loader.
type loading struct {
	files    fs.FS
	ctx      *cue.Context
	written  map[string]index // by import path
	products map[string]*pkg
	result   *Result
}

func (l *loading) report(f ...diag.Finding) {
	l.result.Findings = append(l.result.Findings, f...)
}

// build evaluates a package; nil where its files cannot be read.
func (l *loading) build(inst *build.Instance) *pkg {
	if inst.Err != nil {
		l.report(explainLoading(inst.Err)...)
		return nil
	}
	p := &pkg{instance: inst, value: l.ctx.BuildInstance(inst), written: l.index(inst)}
	return p
}

// rebuild evaluates a package anew with its faults mended.
func (l *loading) rebuild(p *pkg, mended mends) (*pkg, error) {
	inst := cueload.Instances([]string{"./" + strings.TrimPrefix(p.instance.Dir, "/")}, config(l.files, mended))[0]
	if inst.Err != nil {
		return nil, inst.Err
	}
	return &pkg{instance: inst, value: cuecontext.New().BuildInstance(inst), written: p.written}, nil
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
	}
	for _, imported := range inst.Imports {
		l.index(imported)
	}
	return idx
}

// judge reports what CUE has against a package and takes its product and
// services into the catalogue if it has nothing.
func (l *loading) judge(p *pkg) {
	if findings := l.explain(p); len(findings) > 0 {
		l.report(findings...)
		return
	}
	if v := p.value.LookupPath(cue.ParsePath("services")); v.Exists() {
		for _, s := range list(read(v), service) {
			s.Positions = p.written.below("services/" + s.ID)
			l.result.Catalog.AddService(s)
		}
	}
	v := p.value.LookupPath(cue.ParsePath("product"))
	if !v.Exists() {
		return
	}
	product, services := product(read(v))
	product.Positions = p.written.below("product")
	if first, ok := l.products[product.ID]; ok {
		l.report(diag.Finding{
			Code: "PS1004", Severity: diag.Error, Path: "product.id",
			Position: product.Positions.At("id"),
			Message:  fmt.Sprintf("a second product with the id %s", product.ID),
			Related:  []diag.Related{{Position: first.written.below("product").At("id"), Message: "the first is here"}},
			Hint:     "give one of them another id",
		})
		return
	}
	l.products[product.ID] = p
	l.result.Catalog.Products = append(l.result.Catalog.Products, product)
	for _, s := range services {
		s.Positions = l.servicePositions(s.ID)
		l.result.Catalog.AddService(s)
	}
}

// servicePositions finds where a service was written, in whichever package.
func (l *loading) servicePositions(id string) model.Positions {
	for _, path := range sortedKeys(l.written) {
		if strings.HasSuffix(path, "/schema@v0") {
			continue
		}
		if at := l.written[path].below("services/" + id); len(at) > 0 {
			return at
		}
	}
	return nil
}
