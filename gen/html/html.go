// Package html generates a website about products and sites: a folder that needs no
// server, sends no requests, and can be read without JavaScript. [New] starts it; text of
// specs is encoded only in encode.go.
//
// The addresses of pages are in address.go. Anchors consist of ids, so that links from
// elsewhere survive when a name changes.
package html

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/html/explorer"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// Options have what the pages need from other packages.
type Options struct {
	// Upgrade returns the changes between two releases as Markdown; nil for no pages of
	// upgrades.
	Upgrade func(old, new *model.Product) string
	// Sharing returns the components that cannot share a host; nil for none.
	Sharing func() ([]*model.Pair, []*model.Crowd)
	// Served is for portspec serve: pages are reloaded when they change.
	Served bool
}

// New starts the pages of a catalogue and of sites. Pages can express everything in the
// model, so the list of findings is always empty.
func New(c *model.Catalog, sites []*model.Deployment, o Options) gen.Making {
	m := &making{Catalog: c, Options: o, entries: make([]*entry, len(c.Products)), newest: make(map[string]*entry), services: make(map[string]string), texts: new(gen.Texts), flows: explorer.NewFlows(sites)}
	for _, s := range c.Services {
		m.services[s.ID] = s.Name
	}
	for _, d := range sites {
		m.sites = append(m.sites, newSite(d, c, m.services))
	}
	return m
}

// A making collects what pages about the whole catalogue show.
type making struct {
	*model.Catalog
	Options
	entries  []*entry          // of the products, in their order
	newest   map[string]*entry // of the newest release of each product, by its id
	sites    []*site
	services map[string]string // names by id
	texts    *gen.Texts        // what is kept of each product
	flows    *explorer.Flows
}

// Product implements [gen.Making].
func (m *making) Product(s gen.Step) ([]gen.File, diag.List) {
	i, p := s.Number, s.Product
	b := newBook(p, m.services)
	b.sketch = matrix.Of(s)
	if i+1 < len(m.Products) && m.Products[i+1].ID == p.ID && m.Upgrade != nil {
		before := m.Products[i+1]
		b.before = neighbour{before.Version, upgradeName(before)}
	}
	var pages []*page
	if s.Newer != nil && m.Upgrade != nil {
		b.after = neighbour{s.Newer.Version, productFolder(s.Newer) + upgradeName(p)}
		pages = append(pages, upgradePage(p, s.Newer, m.Upgrade(p, s.Newer)))
	}
	m.entries[i] = b.entry(m.texts, m.large())
	m.flows.Add(i, p, productFolder(p)+overviewName, func(flow string) string { return anchor("flow", flow) })
	return m.files(append(pages, b.pages()...)...), nil
}

// Close implements [gen.Making].
func (m *making) Close(add func(...gen.File)) diag.List {
	var pairs []*model.Pair
	var crowds []*model.Crowd
	if m.Sharing != nil {
		pairs, crowds = m.onHosts(m.Sharing())
	}
	parallel.Do(len(m.sites), func(i int) { add(append(m.files(m.sites[i].pages()...), m.sites[i].tables()...)...) })
	add(assets(m.Served)...)
	for _, e := range m.entries {
		if !e.older {
			m.newest[e.id] = e
		}
	}
	finish := func(p *page) { add(m.files(p)...) } // one at a time, as some are large
	finish(m.home())
	finish(explorerOf())
	finish(guide())
	m.contradictions(pairs, crowds, finish)
	m.ports(newApart(m.texts, pairs, crowds), finish)
	for _, s := range m.Services {
		finish(m.service(s))
	}
	m.entries, m.newest = nil, nil // before the largest file is made
	m.texts.Close()
	add(m.flows.File(m.Services))
	return nil
}

// files returns the finished pages.
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
