// Package markdown generates pages for GitHub and documentation generators, the flavors: an index,
// and pages for each product and shared service. [Options.New] makes all of them. Spec text is
// encoded by package inline and, in front matter and blocks of code, in frontmatter.go and code.go.
//
// Pages and anchors are named after ids, so that links from elsewhere survive when a shown
// name changes: component-ums-server.md, flow-os12-websocket, feature-database, row-default-ports--7.
package markdown

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// New returns the making of index.md, ports.md, products/ID.md with pages below products/ID,
// services/ID.md and, for each upgrade from a release to the next, products/ID/OLDER-upgrade.md.
//
// Pages can express everything in the model, so the list of findings is always empty.
func (o Options) New(c *model.Catalog, s Sources) gen.Making {
	return &library{
		Catalog: c, Sources: s, flavor: o.flavor(), entries: make([]*entry, len(c.Products)),
		located: gen.Texts{InMemory: true}, places: make(map[uint32]uint32), fixed: make(map[uint32]bool),
	}
}

// Sources are what pages show that is computed elsewhere.
type Sources struct {
	// Upgrade returns what changes from one release to another, as Markdown without a
	// title. It writes texts of specs by text. If Upgrade is nil, there are no pages of
	// upgrades.
	Upgrade func(old, new *model.Product, text func(string) string) string
	// Sharing returns the components of newest releases that cannot share a host, after all
	// products were seen; nil means that there is no page of them.
	Sharing func() ([]*model.Pair, []*model.Crowd)
}

// Generate makes the pages of a catalogue that is in memory, except those of upgrades. The
// function draw gives the diagrams of a product, or nil for none.
func (o Options) Generate(c *model.Catalog, draw func(gen.Step) *gen.Diagrams) ([]gen.File, diag.List) {
	return gen.All(c, o.New(c, Sources{}), draw)
}

// Product implements [gen.Making].
func (lib *library) Product(s gen.Step) ([]gen.File, diag.List) {
	b := newBook(s.Product)
	b.sketch = matrix.Of(s)
	b.before, b.after = lib.neighbours(s.Number)
	var diagrams *gen.Diagrams
	if s.Diagrams != nil {
		diagrams = s.Diagrams()
	}
	v := newView(b)
	files := productPages(lib.flavor, v, diagrams)
	lib.entries[s.Number] = lib.newEntry(v)
	if b.after != nil {
		files = append(files, lib.upgradePage(s.Product, s.Newer))
	}
	return files, nil
}

// Close implements [gen.Making].
func (lib *library) Close(add func(...gen.File)) diag.List {
	sharing := func() struct{} { return struct{}{} }
	if lib.Sharing != nil {
		sharing = parallel.Go(func() struct{} {
			pairs, crowds := lib.Sharing()
			lib.sharingPages(pairs, crowds, add)
			return struct{}{}
		})
	}
	indexPages(lib, add)
	if len(lib.Products) > 0 {
		add(lib.flavor.folderFiles("products")...)
	}
	if len(lib.Services) > 0 {
		add(lib.flavor.folderFiles("services")...)
	}
	parallel.Do(len(lib.Services), func(i int) { servicePage(lib, lib.Services[i], add) })
	sharing()
	lib.texts.Close()
	return nil
}
