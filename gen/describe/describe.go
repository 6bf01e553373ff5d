// Package describe has what pages of all formats show of a product: the rows of tables of
// connections ([Line]), and the words for ports, conditions, flows and rules ([Words]).
package describe

import (
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A Syntax is how a format writes text of a spec, and links to the parts of a product. T is
// text in that syntax. The words of this package are letters, digits, brackets, hyphens and
// commas, which mean themselves in all formats.
type Syntax[T ~string] interface {
	Text(s string) T
	FlowLink(id string) T
	FeatureLink(id string) T
	RuleLink(id string) T
	ComponentLink(c *model.Component) T
	ListenerLink(c *model.Component, l *model.Listener, words T) T
}

// Words describe a product in a syntax.
type Words[T ~string] struct {
	Syntax[T]
	product *model.Product
	lines   []*Line
}

// Of returns the words for a product; its lines are needed for flows of which one connection
// is enough.
func Of[T ~string](p *model.Product, lines []*Line, s Syntax[T]) *Words[T] {
	return &Words[T]{s, p, lines}
}

// Join lists words with a separator between them, leaving out empty ones.
func Join[T ~string](separator T, words ...T) T {
	n, size, last := 0, 0, T("")
	for _, w := range words {
		if w != "" {
			n, size, last = n+1, size+len(separator)+len(w), w
		}
	}
	if n <= 1 {
		return last
	}
	var b strings.Builder
	b.Grow(size)
	for _, w := range words {
		if w == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(string(separator))
		}
		b.WriteString(string(w))
	}
	return T(b.String())
}
