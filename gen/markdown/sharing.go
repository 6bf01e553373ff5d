package markdown

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// Sharing is the page sharing.md: which components cannot share a host.
//
//	| Components | When | Why not | What to do |
//	| --- | --- | --- | --- |
//	| [ProfileUnity Server](…) and [Shopping client](…) | on linux only | both listen on tcp/8000 | run one on another host |
func Sharing(c *model.Catalog, pairs []*model.Pair) gen.File {
	p := newPage("sharing.md", "Components that cannot share a host")
	p.paragraph("Every two components of all products were put on one host, with default features and ports, on Windows and on Linux. A component that exists only under a feature was tried with that feature. Two that are not listed can share a host as far as their ports are concerned; three may still meet, which portspec resolve finds.")
	if len(pairs) == 0 {
		p.paragraph("All of them can.")
		return p.file()
	}
	fixed := func(place model.Place) bool { return c.Product(place.Product()).Component(place.Component()).At != nil }
	own, elsewhere := []*model.Pair{}, []*model.Pair{}
	for _, pair := range pairs {
		if fixed(pair.A) || fixed(pair.B) {
			elsewhere = append(elsewhere, pair)
		} else {
			own = append(own, pair)
		}
	}
	pairTable(p, c, "on-hosts", "On hosts of a site", "", own)
	pairTable(p, c, "elsewhere", "Where the vendor fixes the place", "One of the two has a place that its product fixes, such as the vendor's cloud, and is on a host of a site only where something stands in for it.", elsewhere)
	return p.file()
}

func pairTable(p *page, c *model.Catalog, id, title, words md, pairs []*model.Pair) {
	if len(pairs) == 0 {
		return
	}
	p.heading(2, id, title)
	p.paragraph(words)
	var rows [][]md
	for _, pair := range pairs {
		rows = append(rows, []md{
			componentName(c, p.path, pair.A) + " and " + componentName(c, p.path, pair.B),
			sharingWhen(pair), texts("; ", pair.Reasons), texts("; ", pair.WaysOut),
		})
	}
	p.paragraph(count(len(pairs), "pair") + ":")
	p.table([]md{"Components", "When", "Why not", "What to do"}, rows)
}

func componentName(c *model.Catalog, at string, place model.Place) md {
	v := newView(c.Product(place.Product()), at)
	return v.namesOf([]string{place.Component()}) + " (" + text(v.Name) + ")"
}

// sharingWhen is under what a pair cannot share a host: the features that both
// need, and the operating system where it is not all of them.
func sharingWhen(pair *model.Pair) md {
	var parts []md
	for _, product := range slices.Sorted(maps.Keys(pair.Features)) {
		for _, f := range slices.Sorted(maps.Keys(pair.Features[product])) {
			parts = append(parts, text(f)+" is "+text(pair.Features[product][f]))
		}
	}
	if len(pair.OS) == 1 {
		parts = append(parts, "on "+text(pair.OS[0])+" only")
	}
	return join(", ", parts...)
}
