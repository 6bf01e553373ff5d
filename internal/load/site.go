package load

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/decode"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/load/judge"
	"github.com/portspec/portspec/internal/load/partial"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/workspace"
)

// wanted reports whether to judge a package. If sites were requested, other sites are not
// judged.
func (ld Loader) wanted(p *eval.Package) bool {
	return !p.IsSite() || ld.requested(eval.FolderOf(p.Instance))
}

// requested reports whether to judge the site in a folder.
func (ld Loader) requested(dir string) bool {
	return len(ld.Sites) == 0 || strings.HasPrefix(dir, siteDir+"/") || slices.ContainsFunc(ld.Sites, func(s SiteFile) bool {
		return s.Data == nil && path.Clean(s.Name) == dir
	})
}

// available sets what sites can use: the catalogue and, if they use others, products in the
// binary.
func (l *loading) available(files fs.FS) {
	slices.SortFunc(l.result.Sites, func(a, b *model.Site) int { return cmp.Compare(a.ID, b.ID) })
	all := *l.result.Catalog
	l.result.Available = &all
	if l.result.Findings.HasErrors() {
		// A product that a site uses may have faults. It must not be replaced by a product of
		// the binary with the same id.
		l.result.Sites = slices.DeleteFunc(l.result.Sites, func(s *model.Site) bool { return !knows(&all, s) })
		return
	}
	missing := false
	for _, s := range l.result.Sites {
		missing = missing || slices.ContainsFunc(s.Uses(), func(id string) bool { return all.Product(id) == nil })
	}
	if _, err := fs.Stat(files, servedProducts); !missing || err != nil { // portspec's own workspace has no such folder
		return
	}
	l.offer()
	all.Products, all.Services = slices.Clone(all.Products), slices.Clone(all.Services)
	for _, o := range l.offered.products() {
		if all.Product(o.Product.ID) != nil {
			continue
		}
		all.Products = append(all.Products, o.Product)
		for _, s := range o.Services {
			all.AddService(s)
		}
	}
	all.Sort()
}

// knows reports whether a catalogue contains all products that a site uses.
func knows(c *model.Catalog, s *model.Site) bool {
	return !slices.ContainsFunc(s.Uses(), func(id string) bool { return c.Product(id) == nil }) &&
		!slices.ContainsFunc(s.Services, func(at *model.Location) bool {
			product, _, _ := strings.Cut(at.What, "/")
			return c.Service(at.What) == nil && c.Product(product) == nil
		})
}

// An offer is the products in the binary, evaluated while nobody knows yet whether sites use
// them. The evaluation may outlast the loading, so it writes nothing itself.
type offer struct {
	products func() []*store.Outcome // waits for them
	new      atomic.Bool             // whether they were evaluated, and are not cached yet
}

// keep caches the products if they have just been evaluated, and waits for nothing.
func (o *offer) keep(s store.Store) {
	if !o.new.Swap(false) {
		return
	}
	for _, product := range o.products() {
		s.KeepServed(product)
	}
}

// offer starts to evaluate the products in the binary, concurrently.
func (l *loading) offer() {
	if l.offered != nil {
		return
	}
	f, o := l.fork(partial.NewSchemas()), new(offer)
	o.products = parallel.Go(func() []*store.Outcome {
		all, cached := f.builtIn()
		o.new.Store(!cached)
		return all
	})
	l.offered = o
}

// builtIn returns the products that the binary provides, from the cache if it has all of them.
func (l *loading) builtIn() (all []*store.Outcome, cached bool) {
	entries, err := fs.ReadDir(l.Files, servedProducts)
	if err != nil {
		return nil, true
	}
	paths, kept := make([]string, len(entries)), make([]*store.Outcome, len(entries))
	for i, e := range entries {
		paths[i] = servedProducts + "/" + e.Name()
		kept[i], _ = l.store.Served(paths[i])
	}
	if slices.Contains(kept, nil) {
		return l.evaluateBuiltIn(paths), false
	}
	return kept, true
}

// evaluateBuiltIn evaluates the products in folders of the binary.
func (l *loading) evaluateBuiltIn(paths []string) []*store.Outcome {
	var all []*store.Outcome
	r := l.ReadingOf(paths, false)
	pkgs := judge.Instances(r, paths)
	by, unwritten := l.Specialize(r, pkgs)
	for _, inst := range pkgs {
		p := l.open(inst)
		p.By, p.Unwritten = by, unwritten
		l.evaluate(p)
		o := &store.Outcome{Summary: store.Summary{Dir: eval.FolderOf(inst)}}
		o.Product, o.Services = decode.Product(readerOf(p).Get("product"))
		o.Product.Positions = p.Written.Below("product")
		for _, s := range o.Services {
			s.Positions = servicePositions(p, l.Written, s.ID)
		}
		all = append(all, o)
	}
	return all
}

// servedProducts is the folder in a workspace for the products in the binary.
const servedProducts = workspace.ModulePath + "/specs/products"

// judgeSite adds the site of a package without faults.
func (l *loading) judgeSite(p *eval.Package) {
	if findings := l.Findings(p); len(findings) > 0 {
		l.report(findings...)
		return
	}
	site := readerOf(p).Get("site")
	if !site.Has("zones") {
		l.report(explain.NotOfSchema(p, "site", "schema.#Site"))
		return
	}
	s := decode.Site(site)
	s.Positions = p.Written.Below("site")
	var found diag.List
	if !strings.HasPrefix(p.Instance.Dir, "/"+siteDir) { // a site in YAML or JSON has no catalogue of its own
		found = uncatalogued(s, site.Get("catalog").Get("products"))
	}
	l.report(found...)
	if !found.HasErrors() {
		l.take(&store.Outcome{Summary: store.Summary{Dir: eval.FolderOf(p.Instance), Kind: eval.SiteKind, IsSite: true, Lasting: true}, Site: s})
	}
}

// uncatalogued finds products and releases that a site uses but its catalogue does not
// contain.
func uncatalogued(s *model.Site, catalog decode.Reader) diag.List {
	versions := make(map[string][]string) // by product; "" where it is not known
	decode.List(catalog, func(ref string, r decode.Reader) string {
		id, version := model.SplitRef(ref)
		versions[id] = append(versions[id], cmp.Or(version, r.Text("version")))
		return ref
	})
	var found diag.List
	report := func(code diag.Code, path []string, hint, format string, args ...any) {
		found = append(found, diag.Finding{
			Code: code, Severity: diag.Error, Position: s.Positions.At(path...), Path: model.PathOf("site").Below(path...),
			Message: fmt.Sprintf(format, args...), Hint: hint,
			Related: []diag.Related{{Position: s.Positions.At("catalog"), Message: "the catalogue is here"}},
		})
	}
	lacks := func(id, version string, path ...string) {
		if version != "" && !slices.Contains(versions[id], version) && !slices.Contains(versions[id], "") {
			report(diag.UnknownRelease, path, "its catalogue has "+strings.Join(versions[id], ", "), "no release %s of %s in the site's catalogue", version, id)
		}
	}
	for _, id := range s.Uses() {
		path := []string{"products", id}
		if s.Use(id) == nil {
			path = firstRun(s, id)
		}
		if len(versions[id]) == 0 {
			report(diag.UnknownProduct, path, "catalog: specs.catalog contains the products that come with portspec; add your own as catalog: products: \""+id+"\": …",
				"no product %s in the site's catalogue", id)
			continue
		}
		lacks(id, s.Release(id, nil), "products", id, "release")
		for _, h := range s.Hosts {
			lacks(id, h.Releases[id], "hosts", h.ID, "releases", id)
		}
	}
	return found
}

// firstRun returns the path where a site first runs a component of a product.
func firstRun(s *model.Site, product string) []string {
	for _, h := range s.Hosts {
		for i, at := range h.Runs {
			if at.Product() == product {
				return []string{"hosts", h.ID, "runs", fmt.Sprint(i)}
			}
		}
	}
	return nil
}
