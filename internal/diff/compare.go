package diff

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A Side is one of two models to compare, as far as it could be loaded.
type Side struct {
	Catalog *model.Catalog
	// Findings of the specs. If one is an error, the catalogue may be incomplete, so missing
	// products do not count as removed.
	Findings diag.List
}

// Compare compares two complete catalogues. Ids in a list must be unique.
func Compare(old, new *model.Catalog) *Changes {
	sides := byRelease(old, new)
	c := compare(sides[0], sides[1])
	c.sort()
	return c
}

// CompareSides compares catalogues that may be incomplete. Products that are missing on an
// incomplete side are reported as not compared.
func CompareSides(old, new Side) *Changes {
	sides := byRelease(old.Catalog, new.Catalog)
	was, is := *sides[0], *sides[1]
	var missing []NotCompared
	if new.Findings.HasErrors() {
		missing = append(missing, onlyCommon(&was, &is, "new")...)
	}
	if old.Findings.HasErrors() {
		missing = append(missing, onlyCommon(&is, &was, "old")...)
	}
	c := compare(&was, &is)
	c.NotCompared = append(c.NotCompared, missing...)
	c.Judge(old.Findings, new.Findings)
	c.sort()
	return c
}

// onlyCommon removes products from a catalogue that are missing from another, incomplete one.
func onlyCommon(from, partial *model.Catalog, side string) []NotCompared {
	var missing []NotCompared
	from.Products = slices.DeleteFunc(slices.Clone(from.Products), func(p *model.Product) bool {
		gone := partial.Product(p.ID) == nil
		if gone {
			missing = append(missing, NotCompared{p.ID, side})
		}
		return gone
	})
	from.Services = slices.DeleteFunc(slices.Clone(from.Services), func(s *model.Service) bool { return partial.Service(s.ID) == nil })
	return missing
}

// onlyIn returns the errors of a list that are not in another one, ignoring lines.
func onlyIn(list, other diag.List) diag.List {
	type key struct {
		code    diag.Code
		path    model.Path
		message string
	}
	known := make(map[key]bool)
	for _, f := range other {
		if f.Severity == diag.Error {
			known[key{f.Code, f.Path, f.Message}] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(f diag.Finding) bool {
		return f.Severity != diag.Error || known[key{f.Code, f.Path, f.Message}]
	})
}

func compare(old, new *model.Catalog) *Changes {
	c := newChanges()
	services := matchServices(old, new)
	c.nested(
		nodesOf("service", old.Services), nodesOf("service", services.all(old.Services)), nodesOf("service", new.Services),
		nil, nil, "catalog", "services",
	)
	products := matchProducts(old, new, services)
	c.reordered(productIDs(old), productIDs(new), products, nil, nil, "catalog", "products")
	for place, was := range old.Products {
		if is := new.Product(products.of(was.ID)); is == nil {
			c.Products = append(c.Products, &Product{ID: was.ID, Kind: Removed, Old: heading(was)})
			c.removed(encode(was), Path{}.under("products", was.ID), "product", place)
			c.act(was.ID, actions(trafficOf(was), trafficOf(was), nil))
		}
	}
	for place, is := range new.Products {
		was := old.Product(products.of(is.ID))
		if was == nil {
			c.Products = append(c.Products, &Product{ID: is.ID, Kind: Added, New: heading(is)})
			c.added(encode(is), Path{}.under("products", is.ID), "product", place)
			c.act(is.ID, actions(nil, nil, trafficOf(is)))
			continue
		}
		c.product(was, is, services)
	}
	return c
}

// product compares two versions of a product.
func (c *Changes) product(was, is *model.Product, services names) {
	before, after := encode(was), encode(is)
	if bytes.Equal(before, after) && len(services.services) == 0 {
		return
	}
	n := matchProduct(was, is, services)
	mapped := n.product(was)
	from, to := Path{}.under("products", was.ID), Path{}.under("products", is.ID)
	count := len(c.Changes)
	p := &Product{ID: is.ID, Kind: Changed, Old: heading(was), New: heading(is)}
	if was.ID != is.ID {
		p.Was, p.Kind = was.ID, Renamed
		c.renamed("product", from, to)
	}
	c.entity(parse("product", before), parse("product", encode(mapped)), parse("product", after), from, to)
	c.shifts(was, is, c.Changes[count:])
	if len(c.Changes) > count {
		c.Products = append(c.Products, p)
	}
	c.act(is.ID, actions(trafficOf(was), trafficOf(mapped), trafficOf(is)))
}

func (c *Changes) act(product string, list []*Action) {
	for _, a := range list {
		a.Product = product
		a.Breaks = a.breaks()
	}
	c.Actions = append(c.Actions, list...)
}

// entity compares two entities of the same kind: their fields, ignoring renames, and nested
// lists. mapped is old with the new names.
func (c *Changes) entity(old, mapped, new *node, was, is Path) {
	for _, field := range unionKeys(mapped.fields, new.fields) {
		if !bytes.Equal(mapped.fields[field], new.fields[field]) {
			c.add(&Change{
				Class: classOf(new.what, field, mapped, new), Kind: Changed, What: new.what, Field: field,
				Old: was, New: is, Before: old.fields[field], After: new.fields[field],
			})
		}
	}
	for _, list := range unionKeys(old.lists, new.lists) {
		c.nested(old.lists[list], mapped.lists[list], new.lists[list], was, is, new.what, list)
	}
}

// nested compares two lists of an entity; mapped is in the order of old.
func (c *Changes) nested(old, mapped, new []*node, was, is Path, owner, list string) {
	byNew := make(map[string]int, len(new))
	for i, x := range new {
		byNew[x.id] = i
	}
	rename := make(map[string]string)
	for i, x := range old {
		j, ok := byNew[mapped[i].id]
		switch {
		case !ok:
			c.removed(x.source, was.under(list, x.id), x.what, i)
		default:
			if x.id != new[j].id {
				if x.what != "row" { // the id of a row begins with that of the product
					c.renamed(x.what, was.under(list, x.id), is.under(list, new[j].id))
				}
				rename[x.id] = new[j].id
			}
			c.entity(x, mapped[i], new[j], was.under(list, x.id), is.under(list, new[j].id))
		}
	}
	byOld := make(map[string]bool, len(mapped))
	for _, x := range mapped {
		byOld[x.id] = true
	}
	for i, x := range new {
		if !byOld[x.id] {
			c.added(x.source, is.under(list, x.id), x.what, i)
		}
	}
	c.reordered(ids(old), ids(new), rename, was, is, owner, list)
}

// reordered reports a list whose common elements are in another order.
func (c *Changes) reordered(old, new []string, renames map[string]string, was, is Path, what, list string) {
	inNew := make(map[string]bool, len(new))
	for _, id := range new {
		inNew[id] = true
	}
	var before, mapped, after []string
	common := make(map[string]bool)
	for _, id := range old {
		to := cmp.Or(renames[id], id)
		if inNew[to] {
			before, mapped = append(before, id), append(mapped, to)
			common[to] = true
		}
	}
	for _, id := range new {
		if common[id] {
			after = append(after, id)
		}
	}
	if !slices.Equal(mapped, after) {
		c.add(&Change{
			Class: Wording, Kind: Reordered, What: what, Field: list, Old: was, New: is,
			Before: encode(before), After: encode(after),
		})
	}
}

func (c *Changes) removed(value json.RawMessage, at Path, what string, place int) {
	c.add(&Change{Class: classOfEntity(what, value).Mirror(), Kind: Removed, What: what, Old: at, OldPlace: place + 1, Before: value})
}

func (c *Changes) added(value json.RawMessage, at Path, what string, place int) {
	c.add(&Change{Class: classOfEntity(what, value), Kind: Added, What: what, New: at, NewPlace: place + 1, After: value})
}

func (c *Changes) renamed(what string, was, is Path) {
	c.add(&Change{Class: Identity, Kind: Renamed, What: what, Old: was, New: is, Before: encode(was.id()), After: encode(is.id())})
}

func (c *Changes) add(x *Change) {
	x.name()
	c.Changes = append(c.Changes, x)
}

func productIDs(c *model.Catalog) []string {
	list := make([]string, len(c.Products))
	for i, p := range c.Products {
		list[i] = p.ID
	}
	return list
}
