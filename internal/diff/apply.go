package diff

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// Apply returns the new catalogue, given the old one. It fails if the changes do not belong
// to that catalogue. Changes do not contain positions, so these are lost.
func (c *Changes) Apply(old *model.Catalog) (*model.Catalog, error) {
	renamed := c.withNames(withRefs(old, c.releases()))
	root := parse("catalog", encode(renamed))
	for _, x := range c.Changes { // removed things, by their old names, which are unique
		if x.Kind == Removed {
			if err := root.remove(c.now(x.Old)); err != nil {
				return nil, err
			}
		}
	}
	for _, x := range c.Changes {
		n := root
		var err error
		switch {
		case x.Kind == Reordered:
			if n, err = root.find(x.New); err == nil {
				err = n.reorder(x.Field, x.After)
			}
		case x.Kind == Changed:
			if n, err = root.find(x.New); err == nil {
				if n.fields[x.Field] = x.After; x.After == nil {
					delete(n.fields, x.Field)
				}
			}
		}
		if err != nil {
			return nil, err
		}
	}
	added := slices.DeleteFunc(slices.Clone(c.Changes), func(x *Change) bool { return x.Kind != Added })
	slices.SortStableFunc(added, func(a, b *Change) int { return a.NewPlace - b.NewPlace })
	for _, x := range added {
		n, err := root.find(x.New[:len(x.New)-2])
		if err != nil {
			return nil, err
		}
		list := x.New[len(x.New)-2]
		if at := x.NewPlace - 1; at < 0 || at > len(n.lists[list]) {
			return nil, fmt.Errorf("no place %d in %s of %v", x.NewPlace, list, x.New)
		}
		n.lists[list] = slices.Insert(n.lists[list], x.NewPlace-1, parse(x.What, encode(x.After)))
	}
	var made model.Catalog
	err := json.Unmarshal(root.json(), &made)
	withoutRefs(&made)
	return &made, err
}

// withNames returns a catalogue with the renames among the changes applied.
func (c *Changes) withNames(old *model.Catalog) *model.Catalog {
	products := make(map[string]*names)
	ids := c.productIDs()
	services := &names{}
	of := func(id string) *names {
		if products[id] == nil {
			products[id] = &names{}
		}
		return products[id]
	}
	for _, x := range c.Changes {
		if x.Kind != Renamed || x.What == "product" {
			continue
		}
		n := services
		if x.Product != "" {
			n = of(x.Product)
		}
		owner := ""
		if len(x.Old) > 2 {
			owner = x.Old[len(x.Old)-3]
		}
		r := map[string]*renames{
			"service": &n.services, "feature": &n.features, "component": &n.components, "flow": &n.flows, "rule": &n.rules, "erratum": &n.errata,
			"suppression": &n.suppressions,
		}[x.What]
		switch x.What {
		case "choice":
			r = within(&n.choices, owner)
		case "listener":
			r = within(&n.listeners, owner)
		}
		r.add(x.Old.id(), x.New.id())
	}
	made := &model.Catalog{Products: []*model.Product{}, Services: services.all(old.Services)}
	for _, p := range old.Products {
		n := of(ids.of(p.ID))
		n.services, n.products = services.services, nil
		if id := ids.of(p.ID); id != p.ID {
			n.products.add(p.ID, id)
		}
		made.Products = append(made.Products, n.product(p))
	}
	return made
}

// productIDs returns the renamed products.
func (c *Changes) productIDs() renames {
	var r renames
	for _, x := range c.Changes {
		if x.Kind == Renamed && x.What == "product" {
			r.add(x.Old.id(), x.New.id())
		}
	}
	return r
}

// now returns an old path with new names.
func (c *Changes) now(old Path) Path {
	path := slices.Clone(old)
	if n := len(old); n > 2 && old[n-2] == "rows" {
		rows := names{products: c.productIDs()}
		path[n-1] = rows.row(old.id())
	}
	for _, x := range c.Changes {
		if n := len(x.Old); x.Kind == Renamed && n <= len(old) && slices.Equal(old[:n], x.Old) {
			path[n-1] = x.New.id()
		}
	}
	return path
}

// find returns the node at a path.
func (n *node) find(p Path) (*node, error) {
	at := n
	for i := 0; i+1 < len(p); i += 2 {
		j := slices.IndexFunc(at.lists[p[i]], func(x *node) bool { return x.id == p[i+1] })
		if j < 0 {
			return nil, fmt.Errorf("no %s in %s of %s", p[i+1], p[i], at.id)
		}
		at = at.lists[p[i]][j]
	}
	return at, nil
}

func (n *node) remove(p Path) error {
	owner, err := n.find(p[:len(p)-2])
	if err != nil {
		return err
	}
	list := owner.lists[p[len(p)-2]]
	i := slices.Index(ids(list), p.id())
	if i < 0 {
		return fmt.Errorf("no %s in %s of %s", p.id(), p[len(p)-2], owner.id)
	}
	owner.lists[p[len(p)-2]] = slices.Delete(list, i, i+1)
	return nil
}

func (n *node) reorder(list string, after json.RawMessage) error {
	var order []string
	if err := json.Unmarshal(after, &order); err != nil {
		return err
	}
	nodes := n.lists[list]
	if len(order) != len(nodes) {
		return fmt.Errorf("%s of %s has %d elements and %d are ordered", list, n.id, len(nodes), len(order))
	}
	slices.SortFunc(nodes, func(a, b *node) int { return slices.Index(order, a.id) - slices.Index(order, b.id) })
	return nil
}
