package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// onHosts leaves out components with a location of their own, such as a vendor's cloud: they do
// not share hosts of a site.
func (m *making) onHosts(pairs []*model.Pair, crowds []*model.Crowd) ([]*model.Pair, []*model.Crowd) {
	fixed := make(map[uint32]bool)
	for _, e := range m.entries {
		for _, u := range e.uses {
			if u.fixed {
				fixed[u.place] = true
			}
		}
	}
	if len(fixed) == 0 {
		return pairs, crowds
	}
	isFixed := func(at model.Place) bool {
		n, ok := m.texts.Find(string(at))
		return ok && fixed[n]
	}
	pairs = slices.DeleteFunc(slices.Clone(pairs), func(p *model.Pair) bool { return isFixed(p.A) || isFixed(p.B) })
	var left []*model.Crowd
	for _, c := range crowds {
		own := *c
		own.Places = slices.DeleteFunc(slices.Clone(c.Places), isFixed)
		if len(own.Places) > 1 {
			left = append(left, &own)
		}
	}
	return pairs, left
}

// mostPairs is the greatest number of pairs on a page. If there are more, they are on pages of
// their own.
const mostPairs = 400

// onOneHost lists the components that cannot share a host, and the ports that several use.
func (m *making) onOneHost(p *page, pairs []*model.Pair, crowds []*model.Crowd, add func(*page)) {
	p.heading(2, "hosts", "Conflicts on one host")
	p.paragraph("Every pair of components was tried on one host, with default features and ports, on Windows and on Linux. Pairs that are not listed can share a host as far as their ports are concerned.")
	if len(pairs)+len(crowds) == 0 {
		p.paragraph("All pairs can share a host.")
	}
	byPort := table{title: "Ports that several components take", head: []hyper{"Port", "Components"}}
	for _, c := range crowds {
		port := plain.PortAt([]string{c.Transport}, c.Ports.String())
		who := hyper("")
		if n := len(c.Places); n > mostNamed {
			crowd := m.crowdPage(c, port)
			who = p.link(address(crowd.path), count(n, "component", "components"))
			add(crowd)
		} else {
			who = m.placeLinks(p, c.Places...)
		}
		byPort.rows = append(byPort.rows, row{cells: []hyper{port, who}})
	}
	p.table(byPort)
	if len(pairs) <= mostPairs {
		p.table(m.pairTable(p, pairs))
		return
	}
	var links []hyper
	for some := range slices.Chunk(pairs, mostPairs) {
		more := newPage(fmt.Sprintf("conflicts-%d.html", len(links)+1), fmt.Sprintf("Conflicts on one host (%d)", len(links)+1), aboveConflicts)
		more.table(m.pairTable(more, some))
		add(more)
		first, last := m.productName(some[0].A.Product()), m.productName(some[len(some)-1].A.Product())
		links = append(links, p.link(address(more.path), text(first+" – "+last)))
	}
	p.paragraph(count(len(pairs), "pair", "pairs") + " of components cannot share a host, sorted by the first of the two:")
	p.list(links...)
}

var aboveConflicts = crumb{conflictPage, "Contradictions and open questions"}

func (m *making) pairTable(p *page, pairs []*model.Pair) table {
	t := table{title: "Components that cannot share a host", head: []hyper{"Components", "When", "Why not", "What to do"}}
	for _, pair := range pairs {
		t.rows = append(t.rows, row{cells: []hyper{
			m.placeLinks(p, pair.A, pair.B), plain.Apart(pair), plain.WhyApart(pair), texts("; ", pair.WaysOut),
		}})
	}
	return t
}

// crowdPage lists the many components that take a port.
func (m *making) crowdPage(c *model.Crowd, port hyper) *page {
	ports := c.Ports.String()
	p := newPage("conflicts-"+c.Transport+"-"+ports+".html", "Conflicts at "+c.Transport+" "+ports, aboveConflicts)
	p.paragraph("These " + number(len(c.Places)) + " components take " + port + " with default features. No two of them can share a host, unless both are one shared service, use one socket of the operating system, or one of them listens on loopback only and the host runs Windows.")
	t := table{title: "Components by product", head: []hyper{"Product", "Components"}}
	for _, of := range gen.Together(c.Places, model.Place.Product) {
		id := of[0].Product()
		name := text(m.productName(id))
		if e := m.newest[id]; e != nil {
			name = p.link(address(e.home), name)
		}
		t.rows = append(t.rows, row{anchor("product", id), []hyper{name, describe.Join(", ", m.components(p, of)...)}})
	}
	p.table(t)
	return p
}

// placeLinks links components of the newest releases of products, those of one product
// together.
//
//	ums-server, icg (IGEL UMS); website (Shopping)
func (m *making) placeLinks(p *page, places ...model.Place) hyper {
	var all []hyper
	for _, of := range gen.Together(places, model.Place.Product) {
		all = append(all, describe.Join(", ", m.components(p, of)...)+" ("+text(m.productName(of[0].Product()))+")")
	}
	return describe.Join("; ", all...)
}

// components links components of one product.
func (m *making) components(p *page, places []model.Place) []hyper {
	var links []hyper
	e := m.newest[places[0].Product()]
	for _, at := range places {
		words := text(at.Component())
		if e != nil {
			words = p.link(address(strings.TrimSuffix(e.home, overviewName)+componentName(at.Component())), words)
		}
		links = append(links, words)
	}
	return links
}

// productName returns the name of a product, or its id if it has no page.
func (m *making) productName(id string) string {
	if e := m.newest[id]; e != nil {
		return e.name
	}
	return id
}
