package ansible

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A node is a value in a YAML file. The zero value is absent.
//
// Nodes are not written by a YAML library, because its tree and events would take most
// of the time for generating a thousand products. A test compares the result with that
// of a library.
type node struct {
	kind  kind
	style style
	byID  bool   // key is an id, which is written with underscores
	key   string // its key in a mapping
	text  string // of a scalar
	items []node // of a sequence or mapping
	// made makes the items of a sequence when they are written; nil if items has them.
	made *made
}

// made makes items one by one, and each reuses the memory of the last. Rules and flows
// are most of a file.
type made struct {
	count int
	item  func(m *mapping, i int)
}

// blockOf is a list whose items are made when they are written, or [] for none.
func blockOf[T any](items []T, item func(*mapping, T)) node {
	n := block(nil)
	if len(items) > 0 {
		n.made = &made{len(items), func(m *mapping, i int) { item(m, items[i]) }}
	}
	return n
}

type kind byte

const (
	scalar kind = iota
	sequence
	pairs // a mapping
)

type style byte

const (
	plain    style = iota + 1
	asKey          // plain, with underscores for hyphens
	inQuotes       // in double quotes
	unsafe         // the same, after Ansible's tag !unsafe

	onOneLine // sequences and mappings: [a, b], {a: b}
	manyLines // an item a line; on one line if empty
)

// is reports whether the node is present.
func (n *node) is() bool { return n.style != 0 }

// name is the key of a node as a scalar.
func (n *node) name() node {
	if n.byID {
		return keyOf(n.key)
	}
	return text(n.key)
}

// marshal returns the text of a node.
func marshal(n node) []byte {
	var b bytes.Buffer
	n.write(&b)
	return b.Bytes()
}

// write writes the text of a node.
func (n *node) write(b *bytes.Buffer) {
	b.Write(append(n.appendBlock(b.AvailableBuffer(), 0, false), '\n'))
}

// appendBlock appends a node to the current line. Lines that follow are indented by at
// least indent spaces. The first line of a block stays on the current line after the
// indicator of an item ("- ", "? " or ": ").
func (n *node) appendBlock(b []byte, indent int, item bool) []byte {
	if n.onOneLine() {
		return n.appendLine(b)
	}
	if n.made != nil {
		m := mappingOf(20)
		for i := range n.made.count {
			if i > 0 || !item && len(b) > 0 {
				b = newLine(b, indent)
			}
			m.items = m.items[:0]
			n.made.item(m, i)
			b = m.appendBlock(append(b, "- "...), indent+2, true)
		}
	}
	for i := range n.items {
		if i > 0 || !item && len(b) > 0 {
			b = newLine(b, indent)
		}
		if n.kind == sequence {
			b = n.items[i].appendBlock(append(b, "- "...), indent+2, true)
			continue
		}
		value := &n.items[i]
		key := value.name()
		if len(key.text)+len(key.style.tag()) > longestKey {
			b = key.appendLine(append(b, "? "...))
			b = newLine(b, indent)
			b = value.appendBlock(append(b, ": "...), indent+2, true)
			continue
		}
		b = append(key.appendLine(b), ':')
		if value.onOneLine() {
			b = value.appendLine(append(b, ' '))
		} else {
			b = value.appendBlock(b, indent+2, false)
		}
	}
	return b
}

// onOneLine reports whether a node takes one line.
func (n *node) onOneLine() bool {
	return n.kind == scalar || n.style == onOneLine || len(n.items) == 0 && n.made == nil
}

// longestKey is the maximum length of a key before a colon, because YAML parsers look
// ahead only so far.
const longestKey = 128

func newLine(b []byte, indent int) []byte {
	b = append(b, '\n')
	for range indent {
		b = append(b, ' ')
	}
	return b
}

// appendLine appends a node that takes one line.
func (n *node) appendLine(b []byte) []byte {
	switch n.kind {
	case sequence:
		b = append(b, '[')
		for i := range n.items {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = n.items[i].appendLine(b)
		}
		return append(b, ']')
	case pairs:
		b = append(b, '{')
		for i := range n.items {
			if i > 0 {
				b = append(b, ", "...)
			}
			key := n.items[i].name()
			b = append(key.appendLine(b), ": "...)
			b = n.items[i].appendLine(b)
		}
		return append(b, '}')
	}
	switch n.style {
	case plain:
		return append(b, n.text...)
	case asKey:
		return appendKey(b, n.text)
	}
	if tag := n.style.tag(); tag != "" {
		b = append(append(b, tag...), ' ')
	}
	return appendQuoted(b, n.text)
}

func (s style) tag() string {
	if s == unsafe {
		return "!unsafe"
	}
	return ""
}

// appendQuoted appends a text in double quotes. The text comes from gen.Visible: it is
// on one line and has no control characters. Characters beyond the first plane of
// Unicode are escaped, because old parsers do not support them.
func appendQuoted(b []byte, text string) []byte {
	b = append(b, '"')
	for {
		i := strings.IndexFunc(text, func(r rune) bool { return r == '"' || r == '\\' || r < ' ' || r > '~' && !isPrintable(r) })
		if i < 0 {
			return append(append(b, text...), '"')
		}
		b = append(b, text[:i]...)
		r, size := utf8.DecodeRuneInString(text[i:])
		switch text = text[i+size:]; {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x100:
			b = fmt.Appendf(b, `\x%02X`, r)
		case r < 0x10000:
			b = fmt.Appendf(b, `\u%04X`, r)
		default:
			b = fmt.Appendf(b, `\U%08X`, r)
		}
	}
}

// isPrintable reports whether YAML permits a character beyond ASCII unescaped.
func isPrintable(r rune) bool {
	return r >= 0xa0 && r < 0xfffe && r != 0xfeff && r != 0x2028 && r != 0x2029
}
