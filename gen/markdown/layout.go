package markdown

import (
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/model"
)

// Pages keep their addresses and anchors, since others link to them: testdata/addresses.txt
// lists those of the included products and sites. A product's main page is
// products/ID.md. Its other pages are below products/ID. So are older releases, whose names
// begin with a digit or with "release".

// A part is a page about one side of a product.
type part int

const (
	featuresPart part = iota
	sameHostPart
	flowsPart
	errataPart
	sourcesPart
)

var partNames = [...]string{featuresPart: "features", sameHostPart: "same-host", flowsPart: "flows", errataPart: "errata", sourcesPart: "sources"}

// Limits for the length of a page, so that people still like to read it. The rest of a
// longer one is on further pages.
const (
	mostRows     = 150 // of a table
	mostFlows    = 100
	mostErrata   = 50
	mostSources  = 100 // rows of vendors' tables
	mostFeatures = 250 // rows in tables about features, each feature counted as a few
)

// A layout tells where the parts of a product are.
type layout struct {
	main, below string                 // products/igel-ums.md, products/igel-ums/
	first       [len(partNames)]string // the first page of each part
	components  map[string]string      // the pages of components, by id
	later       map[md]int             // numbers of pages, by anchor, for what is not on the first page of its part
	pages       [5]int                 // how many there are of each part
}

// bareLayout returns a layout of only the main page, the pages of components, and the first of
// each part.
func bareLayout(p *model.Product) *layout {
	main := productPath(p)
	l := &layout{main: main, below: strings.TrimSuffix(main, ".md") + "/", components: make(map[string]string, len(p.Components)), later: make(map[md]int)}
	for in, name := range partNames {
		l.first[in] = l.below + name + ".md"
	}
	for _, c := range p.Components {
		l.components[c.ID] = l.below + "component-" + gen.FileName(c.ID) + ".md"
	}
	return l
}

// newLayout returns a layout of all that is known without the connections; see
// [layout.features].
func newLayout(p *model.Product) *layout {
	l := bareLayout(p)
	put := func(in part, page int, anchor func() md) {
		if page > 1 {
			l.later[anchor()] = page
		}
		l.pages[in] = max(l.pages[in], page)
	}
	for i, f := range p.Flows {
		put(flowsPart, 1+i/mostFlows, func() md { return anchorID("flow", f.ID) })
	}
	for i, e := range p.Errata {
		put(errataPart, 1+i/mostErrata, func() md { return anchorID("erratum", e.ID) })
	}
	if len(p.Suppress) > 0 {
		l.pages[errataPart] = max(l.pages[errataPart], 1)
	}
	n := 0
	for _, s := range p.Sources {
		put(sourcesPart, 1+n/mostSources, func() md { return anchorID("source", s.ID) })
		for _, t := range s.Tables {
			put(sourcesPart, 1+n/mostSources, func() md { return anchorID("table", t.ID) })
			for _, r := range t.Rows {
				put(sourcesPart, 1+n/mostSources, func() md { return rowAnchor(r.ID) })
				n++
			}
		}
	}
	return l
}

// features distributes features by the rows of their tables.
func (l *layout) features(list []*model.Feature, rows func(*model.Feature) int) {
	page, on := 1, 0
	for _, f := range list {
		size := 5 + rows(f)
		if on > 0 && on+size > mostFeatures {
			page, on = page+1, 0
		}
		on += size
		if page > 1 {
			l.later[anchorID("feature", f.ID)] = page
			for _, v := range f.Values() {
				l.later[anchorWithin("feature", f.ID, v)] = page
			}
		}
		l.pages[featuresPart] = page
	}
}

// page returns the page with an anchor of a part.
func (l *layout) page(in part, anchor md) string { return l.numbered(in, max(1, l.later[anchor])) }

func (l *layout) numbered(in part, n int) string {
	if n == 1 {
		return l.first[in]
	}
	return l.below + partNames[in] + "-" + strconv.Itoa(n) + ".md"
}

// component returns the page of a component.
func (l *layout) component(id string) string { return l.components[id] }

// continued returns the page with the n-th part of the table below an anchor; "" stands for
// the only table of a page. No id has two hyphens in a row.
func continued(page string, anchor md, n int) string {
	name := strings.TrimSuffix(page, ".md")
	if anchor != "" {
		name += "--" + string(anchor)
	}
	return name + "-" + strconv.Itoa(n) + ".md"
}

// Paths returns patterns for [path.Match] of the files that pages and their tables are written
// to.
func Paths() []string {
	all := []string{
		"index*.md", "ports*.md", "sharing*.md", "services/*.md",
		"products/*.md", "products/*/[0-9]*.md", "products/*/release*.md", // older releases, and upgrades
		"sites/*/*.md",
	}
	for _, name := range request.FileNames() {
		all = append(all, "sites/*/"+name)
	}
	for _, release := range []string{"products/*/", "products/*/[0-9]*/", "products/*/release*/"} {
		all = append(all, release+"component-*.md")
		for _, name := range partNames {
			all = append(all, release+name+"*.md")
		}
	}
	return append(all, flavorPaths...)
}
