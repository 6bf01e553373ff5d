// Package describe prepares what pages of all formats show of a product: the rows of tables of
// connections ([Line]), and descriptions of ports, conditions, flows and rules ([Words]).
package describe

import (
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A Syntax writes text of specs, and links to parts of a product, in a format. T is text in that
// syntax. The words of this package consist of letters, digits, brackets, hyphens and commas,
// which have no special meaning in any format.
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

// Of returns the words for a product. Its lines are needed for flows of which one connection is
// enough.
func Of[T ~string](p *model.Product, lines []*Line, s Syntax[T]) *Words[T] {
	return &Words[T]{s, p, lines}
}

// Join joins words with a separator, leaving out empty ones.
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

// List joins the words for each item of a list, as Join does.
func List[T ~string, E any](separator T, list []E, words func(E) T) T {
	var few [8]T // room for most lists
	all := few[:0]
	for _, x := range list {
		all = append(all, words(x))
	}
	return Join(separator, all...)
}
