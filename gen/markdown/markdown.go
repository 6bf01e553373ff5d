// Package markdown generates pages for GitHub and documentation generators, the flavors: an index,
// and pages for each product and shared service. [Options.New] makes all of them; spec text
// is encoded only in encode.go.
//
// Pages and anchors are named after ids, so that links from elsewhere survive when a shown
// name changes: component-ums-server.md, flow-os12-websocket, feature-database, row-default-ports--7.
package markdown

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// New returns the making of index.md, ports.md, products/ID.md with pages below products/ID,
// services/ID.md and, for each upgrade from a release to the next, products/ID/OLDER-upgrade.md.
// The function upgrade gives what it changes, as Markdown without a title; nil means that there
// are no such pages.
//
// Pages can express everything in the model, so the list of findings is always empty.
func (o Options) New(c *model.Catalog, upgrade func(old, new *model.Product) string) gen.Making {
	return &library{Catalog: c, flavor: o.flavor(), books: make([]*book, len(c.Products)), uses: make(map[string][]serviceUse), upgrade: upgrade}
}

// Generate makes the pages of a catalogue that is in memory, but for those of upgrades. The
// function draw gives the diagrams of a product, or nil for none.
func (o Options) Generate(c *model.Catalog, draw func(*model.Product) *gen.Diagrams) ([]gen.File, diag.List) {
	return gen.All(c, o.New(c, nil), draw)
}

// Product implements [gen.Making].
func (lib *library) Product(s gen.Step) ([]gen.File, diag.List) {
	b := newBook(s.Product)
	b.before, b.after = lib.neighbours(s.Number)
	lib.books[s.Number] = b
	var diagrams *gen.Diagrams
	if s.Diagrams != nil {
		diagrams = s.Diagrams()
	}
	files := productPages(lib.flavor, b, diagrams)
	if b.after != nil {
		files = append(files, lib.upgradePage(s.Product, s.Newer))
	}
	return files, nil
}

// Close implements [gen.Making].
func (lib *library) Close(add func(...gen.File)) diag.List {
	for _, b := range lib.books {
		lib.collect(b)
	}
	add(indexPages(lib)...)
	if len(lib.Products) > 0 {
		add(lib.flavor.folderFiles("products")...)
	}
	if len(lib.Services) > 0 {
		add(lib.flavor.folderFiles("services")...)
	}
	parallel.Do(len(lib.Services), func(i int) { add(servicePage(lib, lib.Services[i])...) })
	return nil
}
