package html

import (
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/model"
)

// A book has what all pages of a product need, computed once.
type book struct {
	*model.Product
	folder   string
	lines    []*describe.Line
	sides    map[*model.Component]*describe.Sides
	used     map[*model.Listener]bool // listeners that something connects to
	rows     map[string]describe.Row  // by id
	number   map[*model.Erratum]int
	services map[string]string // names of shared services
	sketch   *matrix.Sketch
	// The releases before and after it in the catalogue; zero if there is none.
	before, after neighbour
}

// A neighbour is the release before or after another.
type neighbour struct {
	version string
	upgrade string // path of the page of changes; for the release before, below the product's folder
}

func newBook(p *model.Product, services map[string]string) *book {
	b := &book{
		Product: p, folder: productFolder(p), services: services, lines: describe.Lines(p),
		used: make(map[*model.Listener]bool), rows: describe.Rows(p), number: make(map[*model.Erratum]int),
	}
	b.sides = describe.Divide(p, b.lines)
	for _, l := range b.lines {
		b.used[l.Listener] = true
	}
	for i, e := range p.Errata {
		b.number[e] = i + 1
	}
	return b
}

// service returns the name of the shared service that a component is.
func (b *book) service(c *model.Component) string {
	if name := b.services[c.Service]; name != "" {
		return name
	}
	return c.Service
}

// rowAnchor returns the anchor of a row on the page of sources.
func rowAnchor(id string) string {
	table, row := describe.SplitRow(id)
	return anchor("row", table, row)
}

// title returns the name of the product on pages: "IGEL UMS 12.04".
func (b *book) title() string { return b.Name + " " + b.Version }

// page starts a page of the product.
func (b *book) page(name, title string, above ...crumb) *view {
	trail := []crumb{{homePage, "Products"}}
	if name != overviewName {
		trail = append(trail, crumb{address(b.folder + overviewName), b.title()})
	}
	return b.on(newPage(b.folder+name, title, append(trail, above...)...))
}

// on returns a view of the product on a page, which may be about something else.
func (b *book) on(p *page) *view {
	v := &view{page: p, book: b, described: make(map[*model.Erratum]bool)}
	v.words = describe.Of[hyper](b.Product, b.lines, syntax{v})
	return v
}

// A view is a product as a page shows it.
type view struct {
	*page
	*book
	words     *describe.Words[hyper]
	described map[*model.Erratum]bool // errata that the page has described
}

// to returns the address of a place on one of the product's pages.
func (v *view) to(name, anchor string) address {
	if anchor == "" {
		return address(v.folder + name)
	}
	return address(v.folder + name + "#" + anchor)
}

// syntax writes text and links for a view.
type syntax struct{ view *view }

func (s syntax) Text(words string) hyper { return text(words) }

func (s syntax) FlowLink(id string) hyper {
	return s.view.link(s.view.to(flowsName, anchor("flow", id)), text(id))
}

func (s syntax) FeatureLink(id string) hyper {
	words := text(id)
	if f := s.view.Feature(id); f != nil {
		words = text(f.Name)
	}
	return s.view.link(s.view.to(scenarioName(id), ""), words)
}

func (s syntax) RuleLink(id string) hyper {
	return s.view.link(s.view.to(rulesName, anchor("rule", id)), text(id))
}

func (s syntax) ComponentLink(c *model.Component) hyper {
	return s.view.link(s.view.to(componentName(c.ID), ""), text(c.Name))
}

func (s syntax) ListenerLink(c *model.Component, l *model.Listener, words hyper) hyper {
	if c.Service != "" && !s.view.used[l] {
		return s.view.link(servicePage(c.Service).at(anchor("listener", l.ID)), words)
	}
	return s.view.link(s.view.to(componentName(c.ID), anchor("listener", l.ID)), words)
}

// party links an end of a connection; self is the component that the page is about.
func (v *view) party(c, self *model.Component) hyper {
	words := text(c.Name)
	if c != self {
		words = syntax{v}.ComponentLink(c)
	}
	return v.words.Party(c, words, c == self)
}

func (v *view) parties(list []*model.Component, self *model.Component) hyper {
	var all []hyper
	for _, c := range list {
		all = append(all, v.party(c, self))
	}
	return describe.Join(", ", all...)
}

// rowLink cites a row: "1.7".
func (v *view) rowLink(id string) hyper {
	if r, known := v.rows[id]; known {
		return v.link(v.to(sourcesName, rowAnchor(id)), text(r.Label))
	}
	return text(id)
}

func (v *view) rowLinks(cite []string) []hyper {
	var links []hyper
	for _, id := range cite {
		links = append(links, v.rowLink(id))
	}
	return links
}

// label returns the label of an erratum: "E3".
func (v *view) label(e *model.Erratum) hyper { return hyper("E" + strconv.Itoa(v.number[e])) }

// erratumLinks returns links to the errata for which touches is true.
func (v *view) erratumLinks(touches func(*model.Erratum) bool) []hyper {
	var links []hyper
	for _, e := range v.Errata {
		if touches(e) {
			links = append(links, v.link(v.to(errataName, anchor("erratum", e.ID)), v.label(e)))
		}
	}
	return links
}

func ofFlow(id string) func(*model.Erratum) bool {
	return func(e *model.Erratum) bool { return slices.Contains(e.Flows, id) }
}

// evidence cites rows, and links to errata about how they were read.
func (v *view) evidence(cite []string, touches func(*model.Erratum) bool) hyper {
	links := v.rowLinks(cite)
	if touches != nil {
		links = append(links, v.erratumLinks(touches)...)
	}
	return describe.Join(", ", links...)
}

// beside shows the cells of rows and the errata about them. An erratum is described where it
// is first mentioned on a page, after the links:
//
//	1.7 “8443”, E4 ▸ E3 wrong
func (v *view) beside(cite []string, touches func(*model.Erratum) bool) hyper {
	var links, details []hyper
	for _, id := range cite {
		words := v.rowLink(id)
		if cell := v.rows[id].Cell; cell != "" {
			words += " <q>" + text(cell) + "</q>"
		}
		links = append(links, words)
	}
	for _, e := range v.Errata {
		switch {
		case !touches(e):
		case v.described[e]:
			links = append(links, v.link(address(v.path).at(anchor("erratum", e.ID)), v.label(e)))
		default:
			v.described[e] = true
			details = append(details, `<details id="`+hyper(anchor("erratum", e.ID))+`"><summary>`+v.label(e)+" "+text(e.Kind)+"</summary>"+v.erratum(e)+"</details>")
		}
	}
	return describe.Join(", ", links...) + describe.Join("", details...)
}

// erratum describes an erratum.
func (v *view) erratum(e *model.Erratum) hyper {
	return "<p><b>In the document:</b> " + text(e.Says) + "</p><p><b>Encoded:</b> " + text(e.Encoded) + "</p><p><b>Why:</b> " + text(e.Why) + "</p>"
}
