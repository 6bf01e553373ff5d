// Package markdown generates pages for GitHub and documentation generators, the flavors: an index,
// and pages for each product and shared service. [Options.Generate] makes all of them; spec text
// is encoded only in encode.go.
//
// Pages and anchors are named after ids, so that links from elsewhere survive when a shown
// name changes: component-ums-server.md, flow-os12-websocket, feature-database, row-default-ports--7.
package markdown

import (
	"cmp"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Generate returns index.md, ports.md, products/ID.md with pages below products/ID, and
// services/ID.md. The diagram function gives the Mermaid source of a product's overview, or "" for none.
//
// Pages can express everything in the model, so the list of findings is always empty.
func (o Options) Generate(c *model.Catalog, diagram func(*model.Product) string) ([]gen.File, diag.List) {
	return o.GenerateWithUpgrades(c, diagram, nil)
}

// GenerateWithUpgrades is [Options.Generate] with a page for each upgrade from a release to the
// next, products/ID/OLDER-upgrade.md. The function upgrade gives what it changes, as
// Markdown without a title.
func (o Options) GenerateWithUpgrades(c *model.Catalog, diagram func(*model.Product) string, upgrade func(old, new *model.Product) string) ([]gen.File, diag.List) {
	lib := &library{Catalog: c, flavor: o.flavor(), uses: make(map[string][]serviceUse), upgrade: upgrade}
	files := append(lib.write(diagram), indexPages(lib)...)
	files = append(files, lib.upgrades()...)
	if len(c.Products) > 0 {
		files = append(files, lib.flavor.folderFiles("products")...)
	}
	if len(c.Services) > 0 {
		files = append(files, lib.flavor.folderFiles("services")...)
	}
	services, _ := gen.Each(c.Services, func(s *model.Service) ([]gen.File, diag.List) {
		return servicePage(lib, s), nil
	})
	files = append(files, services...)
	slices.SortFunc(files, func(a, b gen.File) int { return cmp.Compare(a.Path, b.Path) })
	return files, nil
}
