package markdown

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// A view shows a product on its own pages, on the page of a shared service, or in the index.
type view struct{ *tables }

func newView(b *book) *view { return &view{newTables(b)} }

// productPages writes everything about one product: first what must be opened, then links
// to the rest.
func productPages(f *flavor, v *view, diagrams *gen.Diagrams) []gen.File {
	encoders := v.encoders()
	v.cover(encoders)
	p := f.newPage(v.layout.main, v.title())
	p.description = v.Description
	p.hasMore = len(v.Components) > 0 || v.before != nil
	for in := range part(len(partNames)) {
		for n := range v.layout.pages[in] {
			p.labeled = append(p.labeled, labeled{v.layout.numbered(in, n+1), partLabel(in, n+1)})
		}
	}
	if v.Older != "" {
		p.label = "Release " + v.Version
	}
	if v.Older != "" {
		newest := place{page: "products/" + gen.FileName(v.ID) + ".md"}
		p.note("This is not the newest release, which has " + link(newest, "a page of its own") + ".")
	}
	p.paragraph(text(v.Description))
	v.opened(p)
	p.overview(diagrams, "The page of each component has a smaller one.")
	v.matrix(p)
	v.components(p)
	v.features(p)
	v.details(p)
	files := p.files()
	for _, c := range v.Components {
		files = append(files, v.component(f, c, diagrams)...)
	}
	for in := range part(len(partNames)) {
		for n := range v.layout.pages[in] {
			files = append(files, v.partPage(f, in, n+1, encoders)...)
		}
	}
	return files
}

// details lists what else is known of the product, with links.
func (v *view) details(p *page) {
	p.heading(2, "more", "More")
	items := []md{"Vendor: " + text(v.Vendor), "Version: " + v.version(), "Id: " + text(v.ID)}
	add := func(in part, words, about md) {
		if n := v.layout.pages[in]; n > 0 {
			items = append(items, link(place{page: v.layout.numbered(in, 1)}, words)+": "+about)
		}
	}
	add(sourcesPart, md(fmt.Sprintf("%d of %s encoded", v.cited, count(v.all, "row"))), "every row of the vendor's document, and what rests on it")
	errata, about := count(len(v.Errata), "erratum", "errata"), md("where the document is wrong, silent or unclear, and what is encoded instead")
	if accepted := count(len(v.Suppress), "accepted finding"); len(v.Errata) == 0 {
		errata, about = accepted, "findings of portspec that its authors have accepted"
	} else if len(v.Suppress) > 0 {
		errata += " and " + accepted
	}
	add(errataPart, errata, about)
	add(flowsPart, count(len(v.Flows), "flow"), "notes on each; "+count(v.connections(), "connection")+" in all")
	add(sameHostPart, count(len(v.Rules), "rule for shared hosts", "rules for shared hosts"), "ports that move, and components that cannot share a host; connections that never leave the host")
	p.list(items)
}

// components writes one line for each component, with a link to its page.
func (v *view) components(p *page) {
	if len(v.Components) == 0 {
		return
	}
	p.heading(2, "components", "Components")
	list := v.ranked()
	p.long(table{
		id: "components", title: "Components", words: "The page of each has its ports, and what it accepts and reaches.",
		head: []md{"Component", "Kind", "Accepts", "Reaches", "When"},
		rows: len(list), row: func(cells []md, i int) []md {
			c := list[i]
			outbound := md("")
			if n := len(v.reached(c)); n > 0 {
				outbound = link(place{v.layout.component(c.ID), "outbound"}, count(n, "connection"))
			}
			return append(cells, v.party(c, nil), v.kind(c), v.words.Ports(c, slices.Concat(v.accepted(c), v.amongNodes(c))), outbound, orAlways(v.words.Existence(c.Conditions)))
		},
	})
}

func orAlways(when md) md {
	if when == "" {
		return "always"
	}
	return when
}

// ranked lists the components by [describe.Rank].
func (v *view) ranked() []*model.Component {
	return slices.SortedStableFunc(slices.Values(v.Components), func(a, b *model.Component) int {
		return cmp.Compare(describe.Rank(a), describe.Rank(b))
	})
}

// partLabel returns the label of a page of a part in menus: "Flows, page 2".
func partLabel(in part, n int) string {
	label := [...]string{
		featuresPart: "Features and conditions", sameHostPart: "On one host", flowsPart: "Flows", errataPart: "Errata", sourcesPart: "Sources",
	}[in]
	if n > 1 {
		label += fmt.Sprintf(", page %d", n)
	}
	return label
}

// partPage writes a page of a part of the product.
func (v *view) partPage(f *flavor, in part, n int, encoders map[string][]md) []gen.File {
	label := partLabel(in, n)
	p := f.newPage(v.layout.numbered(in, n), v.title()+": "+strings.ToLower(label[:1])+label[1:])
	p.label = label
	words := "Back to " + v.home() + "."
	if n > 1 {
		words += " Previous: " + link(place{page: v.layout.numbered(in, n-1)}, md(fmt.Sprintf("page %d", n-1))) + "."
	}
	if n < v.layout.pages[in] {
		words += " Next: " + link(place{page: v.layout.numbered(in, n+1)}, md(fmt.Sprintf("page %d", n+1))) + "."
	}
	switch in {
	case featuresPart:
		v.featuresPage(p, n, words)
	case sameHostPart:
		v.sameHostPage(p, words)
	case flowsPart:
		v.flowsPage(p, n, words)
	case errataPart:
		v.errataPage(p, n, words)
	case sourcesPart:
		v.sourcesPage(p, n, words, encoders)
	}
	return p.files()
}

// onPage returns the parts of a list that are on a page.
func onPage[T any](list []T, n, most int) []T {
	return list[min((n-1)*most, len(list)):min(n*most, len(list))]
}

// sameHostPage writes about components that share a host: rules, and connections that matter
// only to firewalls on hosts.
func (v *view) sameHostPage(p *page, back md) {
	p.paragraph("What changes when components share a host, and what passes inside a host. " + back)
	v.rules(p)
	list := describe.OnHost(v.lines)
	if len(list) == 0 {
		return
	}
	p.heading(2, "same-host", "Inside one host")
	v.lineTable(p, table{id: "same-host", title: "Inside one host", words: "These connections never leave the host, so firewalls between hosts do not see them."}, list, "")
}
