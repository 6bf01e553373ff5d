package load

import (
	"strings"

	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
)

// shelve leaves products where they are stored, except for those that sites use. It adds them to
// the catalogue, which gets only the identities of the others, and returns the shelf that reads
// these.
func shelve(all *model.Catalog, from store.Store, wanted []*store.Outcome) (*model.Shelf, error) {
	if err := readAll(from, firsts(wanted)); err != nil {
		return nil, err
	}
	if err := readAll(from, used(wanted)); err != nil {
		return nil, err
	}
	of := make(map[*model.Product]*store.Outcome)
	for _, o := range wanted {
		if o.ProductID != "" {
			p := o.Product
			if p == nil { // copies of texts, so that the whole summary is not kept in memory
				p = &model.Product{ID: strings.Clone(o.ProductID), Version: strings.Clone(o.Version), After: strings.Clone(o.After)}
			}
			all.Products = append(all.Products, p)
			of[p] = o
		}
		for _, s := range o.Services {
			all.AddService(s)
		}
	}
	all.Order()
	uses, dirs := make([][]string, len(all.Products)), make([]string, len(all.Products)) // "" if it is in memory
	for i, p := range all.Products {
		o := of[p]
		if o.Product == nil {
			dirs[i] = o.Dir
		}
		for _, id := range o.Uses {
			uses[i] = append(uses[i], all.Service(id).ID)
		}
	}
	return model.NewShelf(all, uses, func(place int) (*model.Product, error) {
		p := all.Products[place]
		if dirs[place] == "" {
			return p, nil
		}
		o, ok := from.Outcome(store.Summary{Dir: dirs[place], ProductID: p.ID})
		if !ok {
			return nil, Missing(dirs[place])
		}
		o.Product.Older, o.Product.Newer = p.Older, p.Newer
		return o.Product, nil
	}), nil
}

// firsts returns the outcomes of sites, and the first outcome with each service.
func firsts(wanted []*store.Outcome) []*store.Outcome {
	var all []*store.Outcome
	known := make(map[string]bool)
	for _, o := range wanted {
		first := o.IsSite
		for _, id := range o.ServiceIDs {
			first = first || !known[id]
			known[id] = true
		}
		if first {
			all = append(all, o)
		}
	}
	return all
}

// used returns the outcomes of products that sites use or locate.
func used(wanted []*store.Outcome) []*store.Outcome {
	ids := make(map[string]bool)
	for _, o := range wanted {
		if o.Site == nil {
			continue
		}
		for _, id := range o.Site.Uses() {
			ids[id] = true
		}
		for _, at := range o.Site.Services {
			id, _, _ := strings.Cut(at.What, "/")
			ids[id] = true
		}
	}
	var all []*store.Outcome
	for _, o := range wanted {
		if ids[o.ProductID] {
			all = append(all, o)
		}
	}
	return all
}
