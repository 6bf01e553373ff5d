package diff

import (
	"encoding/json"
	"iter"
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

// parse converts the JSON of an entity, as [encode] returns it, to a node.
func parse(what string, data json.RawMessage) *node {
	n := &node{what: what, source: data, fields: make(map[string]json.RawMessage), lists: make(map[string][]*node)}
	for name, value := range contents(data) {
		of := nested[what][name]
		switch {
		case of != "":
			n.lists[name] = []*node{}
			for _, part := range contents(value) {
				n.lists[name] = append(n.lists[name], parse(of, part))
			}
		case name == "id" && what != "catalog":
			decode(value, &n.id)
		default:
			n.fields[name] = value
		}
	}
	return n
}

// contents returns what an object or a list contains, with the names of an object's fields. The
// JSON is that of [encode], without white space and without escapes in the names of fields.
// Large models are compared much faster than if each level were decoded.
func contents(data json.RawMessage) iter.Seq2[string, json.RawMessage] {
	return func(yield func(string, json.RawMessage) bool) {
		if data[0] != '{' && data[0] != '[' {
			return // null
		}
		for at := 1; at < len(data)-1; at++ { // past the comma
			name := ""
			if data[0] == '{' {
				end := at + width(data[at:])
				name, at = string(data[at+1:end-1]), end+1
			}
			end := at + width(data[at:])
			if !yield(name, data[at:end:end]) {
				return
			}
			at = end
		}
	}
}

// width returns the length of the value with which JSON begins.
func width(data json.RawMessage) int {
	depth := 0
	for at := 0; at < len(data); at++ {
		switch data[at] {
		case '"':
			for at++; data[at] != '"'; at++ {
				if data[at] == '\\' {
					at++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		case ',':
		default: // a letter or digit, or the colon after a name
			if at+1 < len(data) && data[at+1] != ',' && data[at+1] != '}' && data[at+1] != ']' {
				continue
			}
		}
		if depth == 0 {
			return at + 1
		}
	}
	return len(data)
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
