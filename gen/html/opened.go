package html

import (
	"github.com/portspec/portspec/gen/describe"
)

// opened returns the connections that the default features need, one row each, and separately
// those that need no rule.
func (b *book) opened() (rows, noRule [][]*describe.Line) {
	v := b.on(newPage("", ""))
	return describe.ByDefault(b.Product, b.lines, func(l *describe.Line) hyper { return v.key(l, "") })
}

// mostOpened is the greatest number of connections on the first page of a product. More are
// on a page of their own.
const mostOpened = 150

// whatToOpen adds what readers look for first: the connections to open.
func (v *view) whatToOpen() {
	v.heading(2, "open", "What to open")
	list, noRule := v.opened()
	none := v.words.NoRule(noRule, func(words hyper) hyper { return v.link(v.to(flowsName, ""), words) })
	if len(list) == 0 {
		v.paragraph(describe.Join(" ", "Nothing has to be opened between hosts.", v.scenarioWords(), none))
		return
	}
	v.paragraph(v.scenarioWords())
	if n := len(list); n > mostOpened {
		v.paragraph("These are the first " + number(mostOpened) + ". " + v.link(v.to(openedName, ""), "All "+number(n)+" connections") + " are on a page of their own.")
		list = list[:mostOpened]
	}
	v.lineTable(openedTitle, list, "")
	v.paragraph(none)
}

// openedPage returns a page with all connections that the default features need.
func (b *book) openedPage(list [][]*describe.Line) *page {
	v := b.page(openedName, "What to open for "+b.title())
	v.paragraph(v.scenarioWords())
	v.lineTable(openedTitle, list, "")
	return v.page
}

const openedTitle = "Connections of the default scenario"
