package diff

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// CompareProducts compares two releases of a product in a catalogue.
func CompareProducts(all *model.Catalog, old, new *model.Product) *Changes {
	return Compare(
		&model.Catalog{Products: []*model.Product{old}, Services: all.Services},
		&model.Catalog{Products: []*model.Product{new}, Services: all.Services},
	)
}

// byRelease makes the ids of products unique: if one of the catalogues has several releases of
// a product, its id becomes id@version in all of them. Catalogues that need no change are
// returned as they are.
func byRelease(catalogs ...*model.Catalog) []*model.Catalog {
	several := make(map[string]bool)
	for _, c := range catalogs {
		seen := make(map[string]bool, len(c.Products))
		for _, p := range c.Products {
			if seen[p.ID] {
				several[p.ID] = true
			}
			seen[p.ID] = true
		}
	}
	if len(several) == 0 {
		return catalogs
	}
	made := make([]*model.Catalog, len(catalogs))
	for i, c := range catalogs {
		made[i] = withRefs(c, several)
	}
	return made
}

// withRefs returns a catalogue in which the ids of some products are id@version.
func withRefs(c *model.Catalog, which map[string]bool) *model.Catalog {
	made := *c
	made.Products = slices.Clone(c.Products)
	for i, p := range made.Products {
		if which[p.ID] {
			release := *p
			release.ID = p.Ref()
			made.Products[i] = &release
		}
	}
	return &made
}

// releases lists the ids of the products that the changes call id@version.
func (c *Changes) releases() map[string]bool {
	all := make(map[string]bool)
	add := func(ref string) {
		if id, _, ok := strings.Cut(ref, "@"); ok {
			all[id] = true
		}
	}
	for _, x := range c.Changes {
		add(x.Old.in("products"))
		add(x.New.in("products"))
		if x.Kind == Reordered && x.Field == "products" {
			var order []string
			decode(x.After, &order)
			for _, ref := range order {
				add(ref)
			}
		}
	}
	return all
}

// withoutRefs undoes withRefs.
func withoutRefs(c *model.Catalog) {
	for _, p := range c.Products {
		p.ID, _ = model.SplitRef(p.ID)
	}
}
