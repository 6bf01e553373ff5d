package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// neighbours are the releases of the catalogue before and after one; nil for none, or if
// there are no pages of upgrades.
func (lib *library) neighbours(p *model.Product) (before, after *model.Product) {
	if lib.upgrade == nil {
		return nil, nil
	}
	all := lib.Releases(p.ID) // the newest first
	i := slices.Index(all, p)
	if i > 0 {
		after = all[i-1]
	}
	if i+1 < len(all) {
		before = all[i+1]
	}
	return before, after
}

// upgrades are the pages of what changes from one release to the next.
func (lib *library) upgrades() []gen.File {
	var files []gen.File
	for _, b := range lib.books {
		if b.before == nil {
			continue
		}
		p := lib.flavor.newPage(upgradePath(b.before), b.Name+": upgrade from "+b.before.Version+" to "+b.Version)
		p.paragraph("The releases are described on pages of their own: " +
			link(place{page: productPath(b.before)}, text(b.before.Version)) + " and " +
			link(place{page: productPath(b.Product)}, text(b.Version)) + ".")
		p.block(lib.upgrade(b.before, b.Product))
		files = append(files, p.file())
	}
	return files
}

// upgradePath is the page of the upgrade from an older release. What tells the release
// apart has no hyphen, so it is the page of none.
func upgradePath(old *model.Product) string {
	return "products/" + string(fragment(old.ID)) + "/" + string(fragment(old.Older)) + "-upgrade.md"
}

// version is the release, and links to what an upgrade to it and from it changes.
func (v *view) version() md {
	words := text(v.Version)
	if v.before != nil {
		words += ", " + link(place{page: upgradePath(v.before)}, "upgrade from "+text(v.before.Version))
	}
	if v.after != nil {
		words += ", " + link(place{page: upgradePath(v.Product)}, "upgrade to "+text(v.after.Version))
	}
	return words
}
