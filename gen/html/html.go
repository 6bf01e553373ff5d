// Package html generates a site of pages about products and sites: a folder that needs no
// server, makes no request to anywhere, and can be read without JavaScript. [Generate] makes
// it; spec text is encoded only in encode.go.
//
// The addresses of pages are in address.go. Anchors are made of ids, so that links from
// elsewhere survive when a shown name changes.
package html

import (
	"cmp"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Options are what the pages need from elsewhere.
type Options struct {
	// Upgrade returns what changes between two releases, as Markdown; nil for no pages of
	// upgrades.
	Upgrade func(old, new *model.Product) string
	// Sharing returns the components that cannot share a host; nil for none.
	Sharing func() ([]*model.Pair, []*model.Crowd)
	// Served is for pages that portspec serve serves: they are loaded again when they change.
	Served bool
}

// Generate returns the pages of a catalogue, which may be nil, and of sites. Pages can express
// everything in the model, so the list of findings is always empty.
func Generate(c *model.Catalog, sites []*model.Deployment, o Options) ([]gen.File, diag.List) {
	if c == nil {
		c = &model.Catalog{}
	}
	m := &making{Catalog: c, Options: o, entries: make([]*entry, len(c.Products)), services: make(map[string]string)}
	for _, s := range c.Services {
		m.services[s.ID] = s.Name
	}
	numbers := make([]int, len(c.Products))
	for i := range numbers {
		numbers[i] = i
	}
	files, _ := gen.Each(numbers, func(i int) ([]gen.File, diag.List) {
		var newer *model.Product
		if i > 0 && c.Products[i-1].ID == c.Products[i].ID {
			newer = c.Products[i-1]
		}
		return m.files(m.product(i, c.Products[i], newer)...), nil
	})
	for _, d := range sites {
		m.sites = append(m.sites, newSite(d, c))
	}
	ofSites, _ := gen.Each(m.sites, func(s *site) ([]gen.File, diag.List) { return m.files(s.pages()...), nil })
	files = slices.Concat(files, ofSites, m.files(m.close()...), assets(m.Served))
	slices.SortFunc(files, func(a, b gen.File) int { return cmp.Compare(a.Path, b.Path) })
	return files, nil
}

// A making keeps what pages about the whole catalogue show.
type making struct {
	*model.Catalog
	Options
	entries  []*entry // of the products, in their order
	sites    []*site
	services map[string]string // names by id
}

// product makes the pages of a product, and keeps what other pages show of it. newer is the
// release after it; nil for the newest.
func (m *making) product(i int, p, newer *model.Product) []*page {
	b := newBook(p, m.services)
	if i+1 < len(m.Products) && m.Products[i+1].ID == p.ID && m.Upgrade != nil {
		before := m.Products[i+1]
		b.before = neighbour{before.Version, upgradeName(before)}
	}
	var pages []*page
	if newer != nil && m.Upgrade != nil {
		b.after = neighbour{newer.Version, productFolder(newer) + upgradeName(p)}
		pages = append(pages, upgradePage(p, newer, m.Upgrade(p, newer)))
	}
	m.entries[i] = b.entry()
	return append(pages, b.pages()...)
}

// close makes the pages about everything.
func (m *making) close() []*page {
	var pairs []*model.Pair
	var crowds []*model.Crowd
	if m.Sharing != nil {
		pairs, crowds = m.Sharing()
	}
	pages := []*page{m.home(), explorer(), guide(), m.contradictions(pairs, crowds)}
	pages = append(pages, m.ports(newApart(pairs, crowds))...)
	for _, s := range m.Services {
		pages = append(pages, m.service(s))
	}
	return pages
}

// files ends pages.
func (m *making) files(pages ...*page) []gen.File {
	with := policy
	if m.Served {
		with = servedPolicy
	}
	files := make([]gen.File, len(pages))
	for i, p := range pages {
		files[i] = p.file(with)
	}
	return files
}
