package html

import (
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// contradictions makes the page of contradictions and gaps in documents, of differences between
// products about a shared service, and of components that cannot share a host. It also makes
// the further pages about such components.
func (m *making) contradictions(pairs []*model.Pair, crowds []*model.Crowd, add func(*page)) {
	p := newPage(string(conflictPage), "Contradictions and open questions")
	conflicts, open := 0, 0
	for _, e := range m.entries {
		conflicts, open = conflicts+e.conflicting, open+e.leftOpen
	}
	differ := m.differences(p)
	p.list(
		p.link(address(p.path).at("contradictions"), count(conflicts, "contradiction", "contradictions"))+" in documents",
		p.link(address(p.path).at("services"), count(len(differ), "difference", "differences"))+" between products about shared services",
		p.link(address(p.path).at("hosts"), count(len(pairs)+len(crowds), "conflict", "conflicts"))+" of components on one host",
		p.link(address(p.path).at("open"), count(open, "open question", "open questions")),
	)
	m.inDocuments(p, doubt{
		"contradictions", "Contradictions in documents", "None are known.",
		[]hyper{"Erratum", "In the document", "Encoded", "Source"},
		func(e *entry) int { return e.conflicting }, func(e *entry) []row { return e.conflicts },
	})
	p.heading(2, "services", "Differences about shared services")
	p.paragraph("Products agree on the ports of shared services: specs that do not are refused. These are listeners that products use over different transports, as their vendors' documents say.")
	if len(differ) == 0 {
		p.paragraph("There are none.")
	}
	p.table(table{title: "Transports by product", head: []hyper{"Service and listener", "Port", "Used over"}, rows: differ})
	m.onOneHost(p, pairs, crowds, add)
	m.inDocuments(p, doubt{
		"open", "Open questions", "Documents leave nothing open.", openHead,
		func(e *entry) int { return e.leftOpen }, func(e *entry) []row { return e.open },
	})
	add(p)
}

// openHead are the columns of open questions.
var openHead = []hyper{"Of", "What is open", "Source"}

// A doubt is a kind of fault in documents, which the page of contradictions lists by
// product.
type doubt struct {
	id          string
	title, none hyper
	head        []hyper
	many        func(*entry) int
	rows        func(*entry) []row // none in a large catalogue
}

func (m *making) inDocuments(p *page, d doubt) {
	p.heading(2, d.id, d.title)
	counts := table{title: "Products and how many each has", head: []hyper{"Product", "How many"}}
	for _, e := range m.entries {
		n := d.many(e)
		if n == 0 {
			continue
		}
		name := text(e.name + " " + e.version)
		counts.rows = append(counts.rows, row{anchor(d.id, e.called), []hyper{p.link(address(strings.TrimSuffix(e.home, overviewName)+errataName), name), number(n)}})
		if !m.large() {
			p.heading(3, anchor(d.id, e.called), p.link(address(e.home), name))
			p.table(table{title: "In the documents of " + e.name + " " + e.version, head: d.head, rows: d.rows(e)})
		}
	}
	switch {
	case len(counts.rows) == 0:
		p.paragraph(d.none)
	case m.large():
		p.table(counts)
	}
}

// differences returns the listeners of shared services that products use over different
// transports.
func (m *making) differences(p *page) []row {
	var rows []row
	for _, s := range m.Services {
		all := m.users(s)
		for _, l := range s.Listeners {
			users := make(map[hyper][]hyper) // by transports
			for _, u := range all {
				if over := m.over(u, l); over != "" {
					users[over] = append(users[over], p.link(address(u.home), text(u.title())))
				}
			}
			if len(users) < 2 {
				continue
			}
			var uses []hyper
			for _, over := range slices.Sorted(maps.Keys(users)) {
				who := users[over]
				if n := len(who); n > mostNamed {
					who = append(who[:mostNamed-1], number(n-mostNamed+1)+" others")
				}
				uses = append(uses, over+" by "+describe.Join(", ", who...))
			}
			rows = append(rows, row{cells: []hyper{
				p.link(servicePage(s.ID).at(anchor("listener", l.ID)), text(s.Name+" "+l.ID)), plain.PortAt(l.Transports, gen.PortText(l)), describe.Join("; ", uses...),
			}})
		}
	}
	return rows
}
