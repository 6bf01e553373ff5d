package ansible

import (
	"maps"
	"slices"
	"strconv"

	"github.com/portspec/portspec/internal/model"
)

// The constructors below return the zero node for an absent value, and mapping.set
// leaves it out. So files have no empty fields, except those that tasks rely on.

// optional is a text, or absent if empty.
func optional(s string) node {
	if s == "" {
		return node{}
	}
	return text(s)
}

// word is an id with underscores, or absent if empty.
func word(id string) node {
	if id == "" {
		return node{}
	}
	return keyOf(id)
}

func integer(i int) node { return node{style: plain, text: strconv.Itoa(i)} }

func boolean(b bool) node { return node{style: plain, text: strconv.FormatBool(b)} }

// flag is true, or absent if false.
func flag(b bool) node {
	if !b {
		return node{}
	}
	return boolean(true)
}

// list is [a, b] on one line.
func list(items []node) node { return node{kind: sequence, style: onOneLine, items: items} }

// block is a list of one item a line, or [] for none.
func block(items []node) node { return node{kind: sequence, style: manyLines, items: items} }

// present is a list or mapping, or absent if empty.
func present(n node) node {
	if len(n.items) == 0 {
		return node{}
	}
	return n
}

func each[T any](items []T, encode func(T) node) []node {
	if len(items) == 0 {
		return nil
	}
	nodes := make([]node, len(items))
	for i, item := range items {
		nodes[i] = encode(item)
	}
	return nodes
}

// ids is [ums_server, ums_console].
func ids(names []string) node { return list(each(names, word)) }

// rows is the list of cited rows. They have the same form as everywhere else.
func rows(cite []string) node { return present(list(each(cite, text))) }

// texts is a list of texts, one a line.
func texts(items []string) node { return present(block(each(items, text))) }

// ranges is [8443, {from: 5000, to: 5010}].
func ranges(ports []model.PortRange) node {
	return present(list(each(ports, func(r model.PortRange) node {
		if r.From == r.To {
			return integer(r.From)
		}
		m := newMapping()
		m.set("from", integer(r.From))
		m.set("to", integer(r.To))
		m.style = onOneLine
		return m.node
	})))
}

// processes is the names of services or processes by operating system.
func processes(byOS map[string][]string) node {
	if len(byOS) == 0 {
		return node{}
	}
	m := newMapping()
	for _, os := range slices.Sorted(maps.Keys(byOS)) {
		m.setID(os, list(each(byOS[os], text)))
	}
	return present(m.node)
}

// A mapping is a YAML mapping whose keys keep their order.
type mapping struct{ node }

func newMapping() *mapping { return mappingOf(4) }

// mappingOf is a mapping with capacity for a number of fields.
func mappingOf(n int) *mapping {
	return &mapping{node{kind: pairs, style: manyLines, items: make([]node, 0, n)}}
}

// set adds a field, unless the value is absent.
func (m *mapping) set(name string, value node) {
	if value.is() {
		value.key = name
		m.items = append(m.items, value)
	}
}

// setID adds a field whose name is an id, unless the value is absent.
func (m *mapping) setID(id string, value node) {
	value.byID = true
	m.set(id, value)
}
