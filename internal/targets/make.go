package targets

import (
	"cmp"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// A Job is what one target makes in a run.
type Job struct {
	Target   Target
	Products *model.Shelf // all jobs of a run have products of one shelf; nil for none
	Sites    []*model.Deployment
	// Dir is the folder of the files, relative to that of all outputs. Files of a package
	// with a chosen name, Package, are directly in it.
	Dir, Package string
	// File is the path of the only file, which the target go makes of the only product with
	// Options; "" for folders.
	File    string
	Options golang.Options

	making gen.Making
	found  [][]diag.List // of the products, of the catalogue, of the sites
}

// An add function adds files of a job. Several goroutines call it.
type add func(*Job, ...gen.File) error

// Make makes the files of all jobs, and returns findings about what they cannot express. It
// goes through the products once, and passes their files to add as soon as they are made. So
// only the models and files of a few products are in memory. Files that sites share are made
// for each site.
func Make(jobs []*Job, o check.Options, add add) (diag.List, error) {
	r := &run{jobs: jobs, options: o, add: add, shelved: make(map[int]*shelved)}
	r.plan()
	r.each(len(r.steps), func(i int) error { return r.step(r.steps[i]) })
	type deployed struct {
		*Job
		site int
	}
	var sites []deployed
	for _, j := range jobs {
		for i := range j.Sites {
			if j.Target.ofSites() {
				sites = append(sites, deployed{j, i})
			}
		}
	}
	r.each(len(jobs), func(i int) error { return r.close(jobs[i]) })
	r.each(len(sites), func(i int) error { return r.site(sites[i].Job, sites[i].site) })
	var findings diag.List
	for _, j := range jobs {
		for _, found := range j.found {
			findings = append(findings, slices.Concat(found...)...)
		}
	}
	return findings.Sort(), r.failed()
}

// A run is one call of [Make].
type run struct {
	jobs    []*Job
	options check.Options
	add     add
	steps   []step
	errs    []error
	stopped atomic.Bool

	mu      sync.Mutex
	shelved map[int]*shelved // by place on the shelf
}

// A step is the work of one job on one product.
type step struct {
	*Job
	number int // of the product in the job
	place  int // on the shelf
	newer  int // the place of the next release in the job; -1 for none
}

// A shelved product is read when the first step needs it, and forgotten after the last.
type shelved struct {
	steps int // how many still need it
	read  func() (*model.Product, error)
	// diagrams are drawn once, for the first of the jobs that show or write them.
	diagrams func() *gen.Diagrams
	shared   gen.Shared
}

// plan makes the steps in the order of the shelf: all of a few products, then those of the
// next few. There are as many as cores: if the steps of one product were next to each other, one
// core would wait while another reads or draws it.
func (r *run) plan() {
	for _, j := range r.jobs {
		j.found = make([][]diag.List, 3)
		j.found[2] = make([]diag.List, len(j.Sites))
		products := j.Products
		if products == nil {
			products = (&model.Catalog{}).Shelf()
		}
		c := products.Catalog
		switch {
		case j.File != "":
			j.making = goFile{j}
		case j.Target.whole != nil:
			j.making = j.Target.whole(products, j.Sites)
		case j.Products != nil && j.Target.products != nil:
			j.making = j.Target.products(products)
		default:
			continue
		}
		j.found[0], j.found[1] = make([]diag.List, len(c.Products)), make([]diag.List, 1)
		for i, p := range c.Products {
			s := step{Job: j, number: i, place: j.Products.Place(i), newer: -1}
			if i > 0 && c.Products[i-1].ID == p.ID {
				s.newer = j.Products.Place(i - 1)
				r.shelve(s, s.newer)
			}
			r.shelve(s, s.place)
			r.steps = append(r.steps, s)
		}
	}
	few := runtime.GOMAXPROCS(0)
	slices.SortStableFunc(r.steps, func(a, b step) int { return cmp.Compare(a.place/few, b.place/few) })
}

// shelve notes that a step needs a product.
func (r *run) shelve(s step, place int) {
	product := r.shelved[place]
	if product == nil {
		number := s.number
		if place != s.place {
			number--
		}
		product = &shelved{read: sync.OnceValues(func() (*model.Product, error) { return s.Products.Read(number) })}
		product.diagrams = sync.OnceValue(product.draw)
		r.shelved[place] = product
	}
	product.steps++
}

// at returns a product that a step needs.
func (r *run) at(place int) *shelved {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.shelved[place]
}

// drop notes that a step no longer needs a product.
func (r *run) drop(place int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	product := r.shelved[place]
	if product.steps--; product.steps == 0 {
		delete(r.shelved, place)
	}
}

// draw returns the diagrams of the product.
func (s *shelved) draw() *gen.Diagrams {
	p, err := s.read()
	if err != nil {
		return nil // the step reports it
	}
	return mermaid.Draw(gen.Step{Product: p, Shared: &s.shared})
}

// step makes the files of a job for a product.
func (r *run) step(s step) error {
	product := r.at(s.place)
	defer r.drop(s.place)
	if s.newer >= 0 {
		defer r.drop(s.newer)
	}
	p, err := product.read()
	if err != nil {
		return err
	}
	of := gen.Step{Product: p, Number: s.number, Diagrams: product.diagrams, Shared: &product.shared}
	if s.newer >= 0 {
		if of.Newer, err = r.at(s.newer).read(); err != nil {
			return err
		}
	}
	files, found := s.making.Product(of)
	files = s.placed(files)
	found = append(found, longPath(s.Target.Name, files, "product", p.Ref(), p.Positions)...)
	found = s.Target.accepted(p, found, r.options)
	found.Copy()
	s.found[0][s.number] = found
	return r.add(s.Job, files...)
}

// close makes the files of a job about the whole catalogue.
func (r *run) close(j *Job) error {
	if j.making == nil {
		return nil
	}
	var mu sync.Mutex
	var failed error
	j.found[1][0] = j.making.Close(func(files ...gen.File) {
		if err := r.add(j, j.placed(files)...); err != nil {
			mu.Lock()
			defer mu.Unlock()
			failed = err
		}
	})
	if s, ok := j.making.(*sharing); ok && failed == nil {
		failed = s.err
	}
	j.making = nil // including what it has kept from the products
	return failed
}

// site adds the files of a job for a site.
func (r *run) site(j *Job, i int) error {
	site := j.Sites[i].Site
	files, found := j.siteFiles(j.Sites[i])
	files = j.placed(files)
	found = append(found, longPath(j.Target.Name, files, "site", "site "+site.ID, site.Positions)...)
	j.found[2][i] = check.SuppressSite(site, found, r.options, j.Target.judges)
	// A large site has thousands of files, which are compared with those on disk.
	batches := slices.Collect(slices.Chunk(files, 128))
	errs := make([]error, len(batches))
	parallel.Do(len(batches), func(i int) { errs[i] = r.add(j, batches[i]...) })
	return cmp.Or(errs...)
}

// siteFiles makes the files of a job for a site.
func (j *Job) siteFiles(d *model.Deployment) ([]gen.File, diag.List) {
	t := j.Target
	switch {
	case t.firewall != nil:
		return t.firewall.rules(d, t.settings)
	case t.site != nil:
		return t.site(d)
	}
	var c *model.Catalog
	if j.Products != nil {
		c = j.Products.Catalog
	}
	return t.beside(d, c)
}

// each calls do for each number, on all cores, until one fails.
func (r *run) each(n int, do func(i int) error) {
	if r.stopped.Load() {
		return
	}
	r.errs = make([]error, n)
	parallel.Do(n, func(i int) {
		if r.stopped.Load() {
			return
		}
		if r.errs[i] = do(i); r.errs[i] != nil {
			r.stopped.Store(true)
		}
	})
}

// failed returns the error of the first step that has one.
func (r *run) failed() error {
	i := slices.IndexFunc(r.errs, func(err error) bool { return err != nil })
	if i < 0 {
		return nil
	}
	return r.errs[i]
}

// placed returns files with their paths in the folder of all outputs.
func (j *Job) placed(files []gen.File) []gen.File {
	files = slices.Clone(files)
	for i, f := range files {
		name := f.Path
		if j.Package != "" {
			name = strings.TrimPrefix(name, j.Package+"/")
		}
		files[i].Path = path.Join(j.Dir, name)
	}
	return files
}

// A goFile makes a single file of Go.
type goFile struct{ *Job }

// Product implements [gen.Making].
func (f goFile) Product(s gen.Step) ([]gen.File, diag.List) {
	data, found := f.Options.File(s.Product)
	return []gen.File{{Path: f.File, Data: data}}, found
}

// Close implements [gen.Making].
func (goFile) Close(func(...gen.File)) diag.List { return nil }
