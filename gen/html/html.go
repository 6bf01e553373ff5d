// Package html generates a site of pages about a catalogue and its sites: a folder that needs
// no server, makes no request to anywhere, and can be read without JavaScript. [New] makes the
// pages of products, and [GenerateSite] those of a site; spec text is encoded only in
// encode.go.
//
// The addresses of pages are in address.go. Anchors are made of ids, so that links from
// elsewhere survive when a shown name changes.
package html

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Options are what the pages of products need from elsewhere.
type Options struct {
	// Upgrade returns what changes between two releases, as Markdown; nil for no pages of
	// upgrades.
	Upgrade func(old, new *model.Product) string
}

// Generate returns the pages of a catalogue. Pages can express everything in the model, so
// the list of findings is always empty.
func Generate(c *model.Catalog, o Options) ([]gen.File, diag.List) {
	m := &making{Catalog: c, Options: o, products: make([]*entry, len(c.Products))}
	files, _ := gen.Each(c.Products, func(p *model.Product) ([]gen.File, diag.List) {
		return m.product(p), nil
	})
	return append(append(files, m.close()...), assets()...), nil
}

// A making keeps what pages about the whole catalogue show of each product.
type making struct {
	*model.Catalog
	Options
	products []*entry
}

// An entry is a product as pages about the whole catalogue show it. It refers to nothing of
// the model.
type entry struct {
	home, name, vendor, version string
	older                       bool
	components, flows, errata   int
	cited, rows                 int
}
