package load

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"

	"github.com/portspec/portspec/internal/load/decode"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/load/judge"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/source"
)

// judgeAll judges the packages of some folders.
func (l *loading) judgeAll(ctx context.Context, dirs []string) error {
	var pkgs []*eval.Package
	sites := false
	for _, p := range l.read(l.scanned(dirs)) {
		if l.wanted(p) {
			pkgs = append(pkgs, p)
			sites = sites || p.IsSite()
		}
	}
	l.anySite = l.anySite || sites
	if sites && l.parent == nil { // whether cached sites need the products is known soon enough
		l.offer()
	}
	// The faults of a package show in those that import it, too, so imported ones come first.
	// A package that unifies others would repeat all of their faults, so it is evaluated only
	// if they have none.
	for kind := range eval.SiteKind + 1 {
		var group []*eval.Package
		for _, p := range pkgs {
			if p.Kind != kind {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if kind >= eval.CatalogKind && l.faults() && !standsAlone(p.Instance.Dir) {
				continue
			}
			l.unified = l.unified || kind == eval.CatalogKind
			if kind == eval.CatalogKind && l.plainCatalog(p) {
				l.judged.add()
				continue
			}
			l.evaluate(p)
			if l.parent != nil { // packages of a batch do not import each other
				l.judgeEvaluated(p)
				p.Forget()
				l.Renew()
				continue
			}
			group = append(group, p)
		}
		slices.SortStableFunc(group, func(a, b *eval.Package) int {
			return cmp.Or(int(kindOf(a)-kindOf(b)), len(ownImports(a))-len(ownImports(b)))
		})
		for _, p := range group {
			l.judgeEvaluated(p)
		}
	}
	return nil
}

// judgeEvaluated judges a package, unless it unifies others and these have faults.
func (l *loading) judgeEvaluated(p *eval.Package) {
	if kindOf(p) > 0 && l.faults() && !standsAlone(p.Instance.Dir) {
		return
	}
	l.unified = l.unified || kindOf(p) == eval.CatalogKind
	if p.IsSite() {
		l.judgeSite(p)
	} else {
		l.judge(p)
	}
	l.judged.add()
}

// read opens the packages of some folders. Those whose checks can be run on data are opened
// without these checks.
func (l *loading) read(dirs []string) []*eval.Package {
	checked := dirs
	var all []*eval.Package
	if !l.Whole {
		var unchecked []string
		for _, dir := range dirs {
			if l.outlines[dir].Kind == eval.PlainKind && path.Clean(dir) != path.Clean(l.Schema) {
				unchecked = append(unchecked, dir)
			}
		}
		if len(unchecked) > 0 {
			read := parallel.Go(l.DataChecks) // concurrently with CUE's reading of packages
			r := l.ReadingOf(unchecked, true)
			pkgs := judge.Instances(r, unchecked)
			dataChecks := read()
			if !slices.ContainsFunc(pkgs, func(inst *build.Instance) bool { return inst.Err == nil && !dataChecks.Known(inst) }) {
				checked = slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool { return slices.Contains(unchecked, dir) })
				all = l.openAll(r, pkgs)
			}
		}
	}
	if len(checked) == 0 { // the schema need not even be parsed
		return all
	}
	r := l.ReadingOf(checked, false)
	return append(all, l.openAll(r, judge.Instances(r, checked))...)
}

// openAll opens packages that were read together.
func (l *loading) openAll(r eval.Reading, instances []*build.Instance) []*eval.Package {
	by, unwritten := l.Specialize(r, instances)
	var all []*eval.Package
	for _, inst := range instances {
		if p := l.open(inst); p != nil {
			p.By, p.Unwritten, p.Unchecked = by, unwritten, r.OnData
			all = append(all, p)
		}
	}
	return all
}

// standsAlone reports whether the package in a folder is a site in a file. It does not import
// products, so it is judged even if these have faults.
func standsAlone(dir string) bool { return strings.HasPrefix(strings.TrimLeft(dir, "./"), siteDir+"/") }

// kindOf returns the kind of an evaluated package.
func kindOf(p *eval.Package) eval.Kind {
	if p.IsSite() {
		return eval.SiteKind
	}
	if p.Value.LookupPath(cue.ParsePath("catalog")).Exists() {
		return eval.CatalogKind
	}
	return eval.PlainKind
}

// ownImports returns the folders of the packages that a package imports, directly or
// indirectly, except for the schema.
func ownImports(p *eval.Package) map[string]bool {
	all := make(map[string]bool)
	var add func(*build.Instance)
	add = func(inst *build.Instance) {
		for _, imported := range inst.Imports {
			if !eval.IsSchema(imported.ImportPath) && !all[imported.Dir] {
				all[imported.Dir] = true
				add(imported)
			}
		}
	}
	add(p.Instance)
	return all
}

// judge reports CUE's errors about a package or, if there are none, adds its product and
// services to the catalogue.
func (l *loading) judge(p *eval.Package) {
	for dir := range ownImports(p) {
		p.ImportsFaults = p.ImportsFaults || l.faulty[dir]
	}
	if findings := l.Findings(p); len(findings) > 0 || p.ImportsFaults {
		l.faulty[p.Instance.Dir] = true
		l.report(findings...)
		return
	}
	o := &store.Outcome{Summary: store.Summary{Dir: eval.FolderOf(p.Instance), Kind: kindOf(p), Views: make(store.Views), Lasting: true}}
	if r := readerOf(p).Get("services"); r.Exists() {
		for _, s := range decode.List(r, decode.Service) {
			if !r.Get(s.ID).Has("references") {
				l.report(explain.NotOfSchema(p, "services", "{[ID=schema.#ID]: schema.#Service & {id: ID}}"))
				return
			}
			s.Positions = p.Written.Below("services", s.ID)
			o.Views.AddService(o.Dir, s.ID, s, s.Listeners)
			o.Services = append(o.Services, s)
		}
	}
	if r := readerOf(p).Get("catalog").Get("products"); r.Exists() {
		o.Catalog = decode.List(r, func(_ string, r decode.Reader) string {
			return model.RefOf(r.Text("id"), r.Text("version"))
		})
	}
	if r := readerOf(p).Get("product"); r.Exists() {
		if !p.Unchecked && !eval.Checks(p.Value.LookupPath(cue.ParsePath("product"))).Exists() {
			l.report(explain.NotOfSchema(p, "product", "schema.#Product"))
			return
		}
		var services []*model.Service
		o.Product, services = decode.Product(r)
		o.Product.Positions = p.Written.Below("product")
		o.Views.Add(o.Dir, o.Product, services)
		for _, s := range services {
			s.Positions = servicePositions(p, l.Written, s.ID)
		}
		o.Services = append(o.Services, services...)
		l.summarize(o)
	}
	l.take(o)
}

// readerOf returns a reader of an evaluated package.
func readerOf(p *eval.Package) decode.Reader { return decode.New(p.Tree()) }

// summarize sets the part of the summary that describes the product.
func (ld Loader) summarize(o *store.Outcome) {
	p := o.Product
	o.ProductID, o.IDAt = p.ID, p.Positions.At("id")
	o.Version, o.VersionAt = p.Version, p.Positions.At("version")
	o.After, o.AfterAt = p.After, p.Positions.At("after")
	o.Uses = p.Services()
	c := p.Coverage()
	o.Rows, o.Cited = len(c.Rows), c.Cited()
	if ld.Check != nil {
		o.Checked, o.Lasting = ld.Check(p)
	}
}

// servicePositions returns the positions of a service, in the package or one that it imports.
func servicePositions(p *eval.Package, written map[string]source.Index, id string) model.Positions {
	paths := []string{p.Instance.ImportPath}
	var add func(*build.Instance)
	add = func(inst *build.Instance) {
		for _, imported := range inst.Imports {
			if !eval.IsSchema(imported.ImportPath) && !slices.Contains(paths, imported.ImportPath) {
				paths = append(paths, imported.ImportPath)
				add(imported)
			}
		}
	}
	add(p.Instance)
	slices.Sort(paths)
	for _, path := range paths {
		if written[path].At("services", id) != nil {
			return written[path].Below("services", id)
		}
	}
	return model.Positions{}
}
