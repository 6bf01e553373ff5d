package markdown

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// neighbours returns the releases before and after the product with a number; nil for none, or
// if there are no pages of upgrades.
func (lib *library) neighbours(number int) (before, after *model.Product) {
	if lib.Upgrade == nil {
		return nil, nil
	}
	all, id := lib.Products, lib.Products[number].ID // the newest first
	if number > 0 && all[number-1].ID == id {
		after = all[number-1]
	}
	if number+1 < len(all) && all[number+1].ID == id {
		before = all[number+1]
	}
	return before, after
}

// upgradePage returns the page about what changes from one release to the next.
func (lib *library) upgradePage(old, new *model.Product) gen.File {
	p := lib.flavor.newPage(upgradePath(old), new.Name+": upgrade from "+old.Version+" to "+new.Version)
	p.label = "Upgrade from " + old.Version + " to " + new.Version
	p.paragraph("The releases are described on pages of their own: " +
		link(place{page: productPath(old)}, text(old.Version)) + " and " +
		link(place{page: productPath(new)}, text(new.Version)) + ".")
	p.data.WriteByte('\n')
	p.inline(md(lib.Upgrade(old, new, func(s string) string { return string(text(s)) })))
	return p.file()
}

// upgradePath returns the page of the upgrade from an older release. The suffix of the
// older release has no hyphen, so no release has this page.
func upgradePath(old *model.Product) string {
	return "products/" + gen.FileName(old.ID) + "/" + gen.FileName(old.Older) + "-upgrade.md"
}

// version returns the release, with links to the pages of the upgrades to it and from it.
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
