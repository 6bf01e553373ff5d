package html

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// product makes the pages of a product, and keeps what other pages show of it.
func (m *making) product(p *model.Product) []gen.File {
	b := newBook(p)
	m.products[slices.Index(m.Products, p)] = b.entry()
	return []gen.File{b.overview()}
}

func (b *book) entry() *entry {
	e := &entry{
		home: b.folder + overviewName, name: b.Name, vendor: b.Vendor, version: b.Version, older: b.Older != "",
		components: len(b.Components), flows: len(b.Flows), errata: len(b.Errata),
	}
	return e
}

// overview is the product's first page: what has to be opened, and who talks to whom.
func (b *book) overview() gen.File {
	v := b.page(overviewName, b.title())
	v.paragraph(text(b.Description))
	v.facts("Vendor", text(b.Vendor), "Release", text(b.Version), "Id", text(b.ID))
	v.heading(2, "connections", "Connections")
	v.lineTable("Who opens connections to whom", slices.Concat(describe.Within(b.lines, "network", any1), describe.Within(b.lines, "nodes", any1)), "")
	v.heading(2, "components", "Components")
	for _, c := range v.ranked() {
		v.card(c)
	}
	return v.file()
}

func any1(*describe.Line) bool { return true }

// ranked lists the components, the product's own first.
func (v *view) ranked() []*model.Component {
	return slices.SortedStableFunc(slices.Values(v.Components), func(a, b *model.Component) int {
		return cmp.Compare(describe.Rank(a), describe.Rank(b))
	})
}

// A card is a component in the middle, who reaches it, and whom it reaches.
type card struct {
	ID      string
	Name    hyper
	In, Out []peer
}

// A peer is who a component talks to, and the ports.
type peer struct {
	Name         hyper
	Always, When hyper // ports that are always needed, and those with conditions
}

func (v *view) card(c *model.Component) {
	s := v.sides[c]
	in := v.peers(s.Accepted, c, func(l *describe.Line) []*model.Component { return l.From })
	out := v.peers(s.Reached, c, func(l *describe.Line) []*model.Component { return l.To })
	if len(in)+len(out) == 0 {
		return
	}
	v.show("card.html", card{anchor("card", c.ID), v.party(c, nil), in, out})
}

func (v *view) peers(lines []*describe.Line, self *model.Component, far func(*describe.Line) []*model.Component) []peer {
	var order []*model.Component
	by := make(map[*model.Component][]*describe.Line)
	for _, l := range lines {
		for _, c := range far(l) {
			if by[c] == nil {
				order = append(order, c)
			}
			by[c] = append(by[c], l)
		}
	}
	var all []peer
	for _, c := range order {
		var always, when []*describe.Line
		for _, l := range by[c] {
			if l.Flow.Optional || len(l.When) > 0 {
				when = append(when, l)
			} else {
				always = append(always, l)
			}
		}
		all = append(all, peer{v.party(c, self), v.ports(always), v.ports(when)})
	}
	return all
}

func (v *view) ports(lines []*describe.Line) hyper {
	var all gen.Distinct
	for _, l := range lines {
		all.Add(string(v.words.PortAt(l.Transports, l.Port)))
	}
	var ports []hyper
	for _, p := range all.All {
		ports = append(ports, hyper(p))
	}
	return describe.Join(", ", ports...)
}

// close makes the pages about the whole catalogue.
func (m *making) close() []gen.File {
	p := newPage(string(homePage), "Communication ports")
	t := table{title: "Products", head: []hyper{"Product", "Vendor", "Release", "Components", "Flows", "Errata"}}
	for _, e := range m.products {
		t.rows = append(t.rows, row{cells: []hyper{
			p.link(address(e.home), text(e.name)), text(e.vendor), text(e.version), number(e.components), number(e.flows), number(e.errata),
		}})
	}
	p.table(t)
	return []gen.File{p.file(), explorer()}
}

func number(n int) hyper { return hyper(fmt.Sprint(n)) }
