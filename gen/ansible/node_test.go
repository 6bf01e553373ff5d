package ansible

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/model"
)

// TestMarshal compares trees of all shapes, with texts of all kinds, with the output of the YAML
// library.
func TestMarshal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		n := randomNode(r, 4)
		want := byLibrary(t, n)
		if got := marshal(n); !bytes.Equal(got, want) {
			t.Fatalf("wrote\n%s\nwant\n%s", got, want)
		}
	}
}

// byLibrary returns a node as the YAML library writes it.
func byLibrary(t *testing.T, n node) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(libraryNode(n)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func libraryNode(n node) *yaml.Node {
	out := &yaml.Node{Kind: map[kind]yaml.Kind{scalar: yaml.ScalarNode, sequence: yaml.SequenceNode, pairs: yaml.MappingNode}[n.kind], Value: n.text}
	switch n.style {
	case asKey:
		out.Value = key(n.text)
	case plain:
		// The reader decides whether it is a string, a number or a truth value.
	case inQuotes:
		out.Tag, out.Style = "!!str", yaml.DoubleQuotedStyle
	case unsafe:
		out.Tag, out.Style = "!unsafe", yaml.DoubleQuotedStyle|yaml.TaggedStyle
	case onOneLine:
		out.Style = yaml.FlowStyle
	}
	for _, item := range n.items {
		if n.kind == pairs {
			out.Content = append(out.Content, libraryNode(item.name()))
		}
		out.Content = append(out.Content, libraryNode(item))
	}
	return out
}

// hardTexts are texts that must be escaped or quoted in YAML to be read as strings.
var hardTexts = []string{
	"", "word", "two words", "on", "No", "null", "12.04", "a=b|c", "it's \"so\"", `C:\new`, "{{ x }}", "#jinja2: a", "a: b", "- a", "# a",
	"Größe 日本", "😀 and text", "👩\u200d💻", "a\u00adb", "\ufeff", "\ufffd", "\ue000", "\x00", "\u202e", "a_b", "a__b", "a___b", "a-b/c.d", "e.g.", "-x", "_x",
	strings.Repeat("long-", 25) + "abc", strings.Repeat("long-", 25) + "abcd", strings.Repeat("longer ", 40),
}

func randomNode(r *rand.Rand, depth int) node {
	switch n := r.IntN(8); {
	case depth == 0 || n < 3:
		return randomScalar(r)
	case n < 5:
		items := make([]node, r.IntN(4))
		for i := range items {
			items[i] = randomNode(r, depth-1)
		}
		return block(items)
	case n < 6:
		items := make([]node, r.IntN(4))
		for i := range items {
			items[i] = randomScalar(r)
		}
		return list(items)
	}
	m := newMapping()
	for range r.IntN(4) {
		value := randomNode(r, depth-1)
		value.key, value.byID = hardTexts[r.IntN(len(hardTexts))], r.IntN(2) == 0
		m.items = append(m.items, value)
	}
	return m.node
}

func randomScalar(r *rand.Rand) node {
	switch r.IntN(6) {
	case 0:
		return integer(r.IntN(65536))
	case 1:
		return boolean(r.IntN(2) == 0)
	case 2:
		return ranges([]model.PortRange{{From: r.IntN(9), To: 9}})
	case 3:
		return template("{{ a['b'] | default(\"c\") }}")
	}
	s := hardTexts[r.IntN(len(hardTexts))]
	if r.IntN(2) == 0 {
		return keyOf(s)
	}
	return text(s)
}
