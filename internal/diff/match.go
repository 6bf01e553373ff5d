package diff

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// alike is how similar two things must be, from 0 to 1, to count as one that was renamed.
const alike = 0.6

// maxPairs limits how many pairs are compared to find renames; if there are more, nothing
// counts as renamed.
const maxPairs = 250_000

// matchServices finds renamed shared services and listeners of shared services.
func matchServices(old, new *model.Catalog) names {
	var n names
	n.match(&n.services, nodesOf("service", old.Services), nodesOf("service", new.Services))
	for i, s := range n.all(old.Services) {
		if is := new.Service(s.ID); is != nil {
			n.match(within(&n.listeners, old.Services[i].ID), nodesOf("listener", s.Listeners), nodesOf("listener", is.Listeners))
		}
	}
	return n
}

// related is how similar two products must be to compare everything in them, which takes
// long.
const related = 0.25

// maxProducts limits how many pairs of products are compared completely.
const maxProducts = 100

// matchProducts finds renamed products.
func matchProducts(old, new *model.Catalog, services names) renames {
	var gone, came []*model.Product
	for _, p := range old.Products {
		if new.Product(p.ID) == nil {
			gone = append(gone, p)
		}
	}
	for _, p := range new.Products {
		if old.Product(p.ID) == nil {
			came = append(came, p)
		}
	}
	if len(gone)*len(came) > maxProducts {
		return nil
	}
	return closest(gone, came, func(a, b *model.Product) float64 {
		n := names{products: renames{a.ID: b.ID, b.ID: a.ID}}
		cheap := similarity(parse("product", encode(n.product(a))), parse("product", encode(b)))
		if cheap >= alike || cheap < related {
			return cheap
		}
		all := matchProduct(a, b, services) // with the renames inside the product
		return max(cheap, similarity(parse("product", encode(all.product(a))), parse("product", encode(b))))
	}, func(p *model.Product) string { return p.ID })
}

// matchProduct finds renames in a product. It begins with what others refer to, so that
// references are compared with the new names.
func matchProduct(was, is *model.Product, services names) names {
	n := names{services: services.services}
	if was.ID != is.ID {
		n.products.add(was.ID, is.ID)
	}
	p := n.product(was)
	n.match(&n.features, nodesOf("feature", p.Features), nodesOf("feature", is.Features))
	for i, f := range n.product(was).Features {
		if now := is.Feature(f.ID); now != nil {
			n.match(within(&n.choices, was.Features[i].ID), nodesOf("choice", f.Choices), nodesOf("choice", now.Choices))
		}
	}
	n.match(&n.components, nodesOf("component", n.product(was).Components), nodesOf("component", is.Components))
	for i, c := range n.product(was).Components {
		if now := is.Component(c.ID); now != nil {
			n.match(within(&n.listeners, was.Components[i].ID), nodesOf("listener", c.Listeners), nodesOf("listener", now.Listeners))
		}
	}
	n.match(&n.flows, nodesOf("flow", n.product(was).Flows), nodesOf("flow", is.Flows))
	n.match(&n.rules, nodesOf("rule", n.product(was).Rules), nodesOf("rule", is.Rules))
	n.match(&n.errata, nodesOf("erratum", n.product(was).Errata), nodesOf("erratum", is.Errata))
	n.match(&n.suppressions, nodesOf("suppression", p.Suppress), nodesOf("suppression", is.Suppress))
	return n
}

// match adds renames between elements that are only in the old and only in the new list.
func (n *names) match(r *renames, old, new []*node) {
	gone, came := without(old, new), without(new, old)
	if len(gone)*len(came) > maxPairs {
		return
	}
	for was, is := range closest(gone, came, similarity, func(x *node) string { return x.id }) {
		if *r == nil {
			*r = make(renames)
		}
		(*r)[was] = is
	}
}

// closest chooses pairs as renames: the most similar pair first and, if pairs are equally
// similar, ordered by ids, independently of the direction.
func closest[T any](gone, came []T, similarity func(a, b T) float64, id func(T) string) renames {
	type pair struct {
		old, new string
		score    float64
	}
	var pairs []pair
	for _, a := range gone {
		for _, b := range came {
			if s := similarity(a, b); s >= alike {
				pairs = append(pairs, pair{id(a), id(b), s})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(
			cmp.Compare(b.score, a.score),
			cmp.Compare(min(a.old, a.new), min(b.old, b.new)),
			cmp.Compare(max(a.old, a.new), max(b.old, b.new)),
		)
	})
	var r renames
	taken := make(map[string]bool)
	for _, p := range pairs {
		if !taken[p.old] && !taken[p.new] {
			taken[p.old], taken[p.new] = true, true
			r.add(p.old, p.new)
		}
	}
	return r
}

// without returns the elements of list that are not in other.
func without(list, other []*node) []*node {
	known := make(map[string]bool, len(other))
	for _, n := range other {
		known[n.id] = true
	}
	return slices.DeleteFunc(slices.Clone(list), func(n *node) bool { return known[n.id] })
}

// similarity returns the share of fields that are equal, from 0 to 1; it is symmetric. For
// lists it is the share of common elements. Values that nearly everything has are ignored.
func similarity(a, b *node) float64 {
	if bytes.Equal(encode(a.fields), encode(b.fields)) && bytes.Equal(encode(a.bare()), encode(b.bare())) && len(a.fields) > 0 {
		return 1
	}
	all, same := 0.0, 0.0
	for _, field := range unionKeys(a.fields, b.fields) {
		x, y := a.fields[field], b.fields[field]
		if usual[field] == string(cmp.Or(string(x), usual[field])) && usual[field] == string(cmp.Or(string(y), usual[field])) && usual[field] != "" {
			continue
		}
		all++
		same += share(elements(x), elements(y))
	}
	for _, list := range unionKeys(a.lists, b.lists) {
		if len(a.lists[list])+len(b.lists[list]) == 0 {
			continue
		}
		all++
		same += share(texts(a.lists[list]), texts(b.lists[list]))
	}
	if all == 0 {
		return 0
	}
	return same / all
}

// usual are values that nearly everything has.
var usual = map[string]string{
	"kind": `"software"`, "bind": `"any"`, "optional": "false", "both_ways": "false", "persistent": "false",
	"scope": `"network"`, "delivery": `"unicast"`, "several": "false", "forbid": "false", "transports": `["tcp"]`,
}

// bare returns the elements of an entity's lists.
func (n *node) bare() map[string][]string {
	all := make(map[string][]string)
	for list, nodes := range n.lists {
		all[list] = texts(nodes)
	}
	return all
}

func texts(nodes []*node) []string {
	list := make([]string, len(nodes))
	for i, n := range nodes {
		list[i] = string(n.source)
	}
	return list
}

// elements returns the elements of a list, or a single value as the only element.
func elements(value json.RawMessage) []string {
	if len(value) == 0 {
		return nil
	}
	if value[0] != '[' {
		return []string{string(value)}
	}
	var parts []json.RawMessage
	decode(value, &parts)
	list := make([]string, len(parts))
	for i, p := range parts {
		list[i] = string(p)
	}
	return list
}

// share returns the share of elements that are in both lists.
func share(a, b []string) float64 {
	if len(a) == 0 && len(b) == 0 {
		return 1
	}
	count := make(map[string]int, len(a))
	for _, x := range a {
		count[x]++
	}
	both := 0
	for _, x := range b {
		if count[x] > 0 {
			count[x]--
			both++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
