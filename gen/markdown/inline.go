package markdown

import (
	"strings"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/gen/markdown/inline"
)

// md is inline Markdown, of which pages are made.
type md = inline.Markdown

// text shows a string of a spec.
func text(s string) md { return inline.Text(s) }

// literals lists addresses and names.
func literals(list []string) md { return describe.List(", ", list, inline.Literal) }

// A place is what a link can lead to: a page or another file, and an anchor there.
type place struct {
	page   string
	anchor md
}

// link returns a link to a place.
func link(to place, words md) md { return inline.Link(to.page, to.anchor, words) }

// anchor returns an anchor, which links can lead to.
func anchor(id md) md { return inline.Anchor(id) }

// inline writes words to the page, with links and anchors as its flavor has them.
func (p *page) inline(words md) { p.form.Write(p.data, words) }

// labels writes, before a block, the labels of anchors inside of it, for generators that do not
// find such anchors.
func (p *page) labels(words ...md) {
	if p.flavor.label == nil {
		return
	}
	for _, w := range words {
		for _, id := range inline.Anchors(w) {
			p.data.WriteString(p.flavor.label(p, id))
		}
	}
}

// join lists words with a separator between them, leaving out empty ones.
func join(separator md, words ...md) md { return describe.Join(separator, words...) }

// relative returns the path from one file to another; "" if they are the same.
func relative(from, to string) string {
	if from == to {
		return ""
	}
	shared := 0 // the folders that both are in
	for i := 0; i < len(from) && i < len(to) && from[i] == to[i]; i++ {
		if from[i] == '/' {
			shared = i + 1
		}
	}
	return strings.Repeat("../", strings.Count(from[shared:], "/")) + to[shared:]
}
