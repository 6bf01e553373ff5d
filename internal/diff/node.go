package diff

import (
	"bytes"
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
	source json.RawMessage // JSON of the whole entity
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

// parse converts the JSON of an entity, as [encode] returns it, to a node.
func parse(what string, data json.RawMessage) *node {
	return parser{data, json.NewDecoder(bytes.NewReader(data))}.node(what)
}

// A parser reads entities, and those within them, in one pass. Large models are compared much
// faster than if each level were decoded by itself.
type parser struct {
	data json.RawMessage
	*json.Decoder
}

func (p parser) node(what string) *node {
	n := &node{what: what, fields: make(map[string]json.RawMessage), lists: make(map[string][]*node)}
	p.token() // {
	start := p.InputOffset() - 1
	for p.More() {
		name := p.token().(string)
		of := nested[what][name]
		switch {
		case of != "":
			n.lists[name] = p.list(of)
		case name == "id" && what != "catalog":
			p.value(&n.id)
		default:
			var value json.RawMessage
			p.value(&value)
			n.fields[name] = value
		}
	}
	p.token() // }
	n.source = p.data[start:p.InputOffset()]
	return n
}

func (p parser) list(of string) []*node {
	all := []*node{}
	if p.token() == nil { // null
		return all
	}
	for p.More() {
		all = append(all, p.node(of))
	}
	p.token() // ]
	return all
}

func (p parser) token() json.Token {
	t, err := p.Token()
	if err != nil {
		panic(err) // cannot fail for the result of encode
	}
	return t
}

func (p parser) value(v any) {
	if err := p.Decode(v); err != nil {
		panic(err) // cannot fail either
	}
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
