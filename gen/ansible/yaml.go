package ansible

import (
	"bytes"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/model"
)

// The constructors below return nil for what is not there, and mapping.set
// leaves nil out, so that a file has no empty fields but those that tasks rely
// on.

// optional is a text, or nil where there is none.
func optional(s string) *yaml.Node {
	if s == "" {
		return nil
	}
	return text(s)
}

// word is an id, or nil where there is none.
func word(id string) *yaml.Node { return optional(key(id)) }

func integer(i int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(i)}
}

func boolean(b bool) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(b)}
}

// flag is true, or nil where it is not.
func flag(b bool) *yaml.Node {
	if !b {
		return nil
	}
	return boolean(true)
}

// list is [a, b] on one line.
func list(items []*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: items}
}

// block is a list of one item a line, or [] for none.
func block(items []*yaml.Node) *yaml.Node {
	n := list(items)
	if len(items) > 0 {
		n.Style = 0
	}
	return n
}

// present is a list, or nil where it is empty.
func present(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		return nil
	}
	return n
}

func each[T any](items []T, encode func(T) *yaml.Node) []*yaml.Node {
	nodes := make([]*yaml.Node, len(items))
	for i, item := range items {
		nodes[i] = encode(item)
	}
	return nodes
}

// ids is [ums_server, ums_console].
func ids(names []string) *yaml.Node { return list(each(names, word)) }

// rows is the list of cited rows, which keep the form that citations have
// everywhere.
func rows(cite []string) *yaml.Node { return present(list(each(cite, text))) }

// texts is a list of texts, one a line.
func texts(items []string) *yaml.Node { return present(block(each(items, text))) }

// ranges is [8443, {from: 5000, to: 5010}].
func ranges(ports []model.PortRange) *yaml.Node {
	return present(list(each(ports, func(r model.PortRange) *yaml.Node {
		if r.From == r.To {
			return integer(r.From)
		}
		m := newMapping()
		m.set("from", integer(r.From))
		m.set("to", integer(r.To))
		m.Style = yaml.FlowStyle
		return m.Node
	})))
}

// processes is the names of services or processes by operating system.
func processes(byOS map[string][]string) *yaml.Node {
	m := newMapping()
	for _, os := range slices.Sorted(maps.Keys(byOS)) {
		m.set(key(os), list(each(byOS[os], text)))
	}
	return present(m.Node)
}

// A mapping is a YAML mapping whose keys keep their order.
type mapping struct{ *yaml.Node }

func newMapping() mapping { return mapping{&yaml.Node{Kind: yaml.MappingNode}} }

// set adds a field, or nothing for nil.
func (m mapping) set(name string, value *yaml.Node) {
	if value != nil {
		m.Content = append(m.Content, text(name), value)
	}
}

// marshal is a node as it stands in a file.
func marshal(n *yaml.Node) []byte {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(n); err != nil {
		panic(err) // only nodes of unknown kinds and text that is not UTF-8 fail
	}
	return b.Bytes()
}
