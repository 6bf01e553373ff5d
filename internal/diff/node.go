package diff

import (
	"encoding/json"
	"maps"
	"slices"
)

// A node is an entity of a model in the form of its JSON: fields, and lists of entities with
// ids.
type node struct {
	what   string
	id     string
	fields map[string]json.RawMessage // except for the id and the lists
	lists  map[string][]*node
	source json.RawMessage // the whole
}

// nested has the lists of entities with ids, by kind of owner: the field and the kind of its
// elements.
var nested = map[string]map[string]string{
	"catalog":   {"products": "product", "services": "service"},
	"product":   {"sources": "source", "features": "feature", "settings": "setting", "components": "component", "flows": "flow", "rules": "rule", "errata": "erratum", "suppress": "suppression"},
	"source":    {"tables": "table"},
	"table":     {"rows": "row"},
	"feature":   {"choices": "choice"},
	"component": {"listeners": "listener"},
	"service":   {"listeners": "listener"},
}

// encode returns a value of the model as JSON.
func encode(value any) json.RawMessage {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // cannot fail for plain data
	}
	return data
}

// decode is the inverse of encode.
func decode(data json.RawMessage, value any) {
	if err := json.Unmarshal(data, value); err != nil {
		panic(err)
	}
}

// parse converts the JSON of an entity to a node.
func parse(what string, data json.RawMessage) *node {
	n := &node{what: what, source: data, lists: make(map[string][]*node)}
	decode(data, &n.fields)
	if what != "catalog" {
		decode(n.fields["id"], &n.id)
		delete(n.fields, "id")
	}
	for list, of := range nested[what] {
		value, ok := n.fields[list]
		if !ok {
			continue
		}
		delete(n.fields, list)
		var parts []json.RawMessage
		decode(value, &parts)
		n.lists[list] = make([]*node, len(parts))
		for i, part := range parts {
			n.lists[list][i] = parse(of, part)
		}
	}
	return n
}

// nodesOf converts the elements of a list to nodes.
func nodesOf[T any](what string, list []T) []*node {
	nodes := make([]*node, len(list))
	for i, x := range list {
		nodes[i] = parse(what, encode(x))
	}
	return nodes
}

// json returns the JSON of a node.
func (n *node) json() json.RawMessage {
	all := maps.Clone(n.fields)
	if n.what != "catalog" {
		all["id"] = encode(n.id)
	}
	for list, nodes := range n.lists {
		parts := make([]json.RawMessage, len(nodes))
		for i, x := range nodes {
			parts[i] = x.json()
		}
		all[list] = encode(parts)
	}
	return encode(all)
}

func ids(nodes []*node) []string {
	list := make([]string, len(nodes))
	for i, n := range nodes {
		list[i] = n.id
	}
	return list
}

// unionKeys lists the keys of two maps, sorted.
func unionKeys[V any](a, b map[string]V) []string {
	all := make(map[string]bool, len(a))
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return slices.Sorted(maps.Keys(all))
}
