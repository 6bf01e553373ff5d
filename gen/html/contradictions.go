package html

import (
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// contradictions is the page of contradictions and gaps in documents, of differences between
// products about a shared service, and of components that cannot share a host.
func (m *making) contradictions(pairs []*model.Pair, crowds []*model.Crowd) *page {
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
	m.onOneHost(p, pairs, crowds)
	m.inDocuments(p, doubt{
		"open", "Open questions", "Documents leave nothing open.", openHead,
		func(e *entry) int { return e.leftOpen }, func(e *entry) []row { return e.open },
	})
	return p
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
		for _, l := range s.Listeners {
			users := make(map[string][]hyper) // by transports
			for _, e := range m.entries {
				if use := e.services[s.ID]; use != nil && use.over[l.ID] != "" {
					over := use.over[l.ID]
					users[over] = append(users[over], p.link(address(e.home), text(e.title())))
				}
			}
			if len(users) < 2 {
				continue
			}
			var said []hyper
			for _, over := range slices.Sorted(maps.Keys(users)) {
				who := users[over]
				if n := len(who); n > mostNamed {
					who = append(who[:mostNamed-1], number(n-mostNamed+1)+" others")
				}
				said = append(said, hyper(over)+" by "+describe.Join(", ", who...))
			}
			rows = append(rows, row{cells: []hyper{
				p.link(servicePage(s.ID).at(anchor("listener", l.ID)), text(s.Name+" "+l.ID)), plain.PortAt(l.Transports, gen.PortText(l)), describe.Join("; ", said...),
			}})
		}
	}
	return rows
}

// onHosts leaves out components with a location of their own, such as a vendor's cloud: they
// share no host of a site.
func (m *making) onHosts(pairs []*model.Pair, crowds []*model.Crowd) ([]*model.Pair, []*model.Crowd) {
	fixed := make(map[model.Place]bool)
	for _, e := range m.entries {
		for _, u := range e.uses {
			if u.fixed {
				fixed[u.place] = true
			}
		}
	}
	pairs = slices.DeleteFunc(slices.Clone(pairs), func(p *model.Pair) bool { return fixed[p.A] || fixed[p.B] })
	var left []*model.Crowd
	for _, c := range crowds {
		own := *c
		own.Places = slices.DeleteFunc(slices.Clone(c.Places), func(at model.Place) bool { return fixed[at] })
		if len(own.Places) > 1 {
			left = append(left, &own)
		}
	}
	return pairs, left
}

// onOneHost lists the components that cannot share a host, and the ports that several use.
func (m *making) onOneHost(p *page, pairs []*model.Pair, crowds []*model.Crowd) {
	apart := table{title: "Components that cannot share a host", head: []hyper{"Components", "When", "Why not", "What to do"}}
	for _, pair := range pairs {
		apart.rows = append(apart.rows, row{cells: []hyper{
			m.placeLinks(p, pair.A, pair.B), pairWhen(pair), texts("; ", slices.Concat(pair.Reasons, pair.Beside)), texts("; ", pair.WaysOut),
		}})
	}
	byPort := table{title: "Ports that several components take", head: []hyper{"Port", "Components"}}
	for _, c := range crowds {
		byPort.rows = append(byPort.rows, row{cells: []hyper{plain.PortAt([]string{c.Transport}, c.Ports.String()), m.placeLinks(p, c.Places...)}})
	}
	p.heading(2, "hosts", "Conflicts on one host")
	p.paragraph("Every two components were put on one host, with default features and ports, on Windows and on Linux. Two that are not listed can share a host as far as their ports are concerned.")
	if len(pairs)+len(crowds) == 0 {
		p.paragraph("All of them can.")
	}
	p.table(byPort)
	p.table(apart)
}

// placeLinks links components of the newest releases of products, those of one product
// together.
//
//	ums-server, icg (IGEL UMS); website (Shopping)
func (m *making) placeLinks(p *page, places ...model.Place) hyper {
	var all []hyper
	for _, of := range gen.Together(places, model.Place.Product) {
		e := m.newest[of[0].Product()]
		var links []hyper
		for _, at := range of {
			words := text(at.Component())
			if e != nil {
				words = p.link(address(strings.TrimSuffix(e.home, overviewName)+componentName(at.Component())), words)
			}
			links = append(links, words)
		}
		name := of[0].Product()
		if e != nil {
			name = e.name
		}
		all = append(all, describe.Join(", ", links...)+" ("+text(name)+")")
	}
	return describe.Join("; ", all...)
}

// pairWhen returns the conditions under which a pair cannot share a host.
func pairWhen(pair *model.Pair) hyper {
	var parts []hyper
	for _, product := range slices.Sorted(maps.Keys(pair.Features)) {
		for _, f := range slices.Sorted(maps.Keys(pair.Features[product])) {
			parts = append(parts, text(f)+" is "+text(pair.Features[product][f]))
		}
	}
	if len(pair.OS) == 1 {
		parts = append(parts, "on "+plain.OSName(pair.OS[0])+" only")
	}
	return describe.Join(", ", parts...)
}
