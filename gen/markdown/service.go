package markdown

import (
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// servicePage writes a shared service and all connections of products with it.
func servicePage(lib *library, s *model.Service, add func(...gen.File)) {
	users, uses := lib.users(s)
	p := lib.flavor.newPage(servicePath(s.ID), s.Name)
	p.pass = add
	p.description = s.Description
	p.paragraph(text(s.Description))
	p.list([]md{
		"Shared service: " + text(s.ID),
		"Used by: " + usedBy(users, place{servicePath(s.ID), "connections"}),
	})
	if len(s.Provided) > 0 {
		p.paragraph("Several on one host count as one, with one socket for each listener, provided that:")
		var words []md
		for _, proviso := range s.Provided {
			words = append(words, text(proviso))
		}
		p.list(words)
	}
	lib.serviceListeners(p, s, users, uses)
	if len(s.References) > 0 {
		p.heading(2, "references", "References")
		var refs []md
		for _, r := range s.References {
			if r.URL == "" {
				refs = append(refs, text(r.Title))
				continue
			}
			refs = append(refs, webLink(r.URL, text(r.Title)))
		}
		p.list(refs)
	}
	lib.serviceConnections(p, users, uses)
	add(p.files()...)
}

// mostNames is the greatest number of products that are named in one place.
const mostNames = 8

// usedBy names the products that use something, or links to the list of them.
func usedBy(users []*entry, where place) md {
	switch n := len(users); {
	case n == 0:
		return "no product"
	case n > mostNames:
		return link(where, count(n, "product"))
	}
	return join(", ", userNames(users)...)
}

func userNames(users []*entry) []md {
	var names []md
	for _, e := range users {
		names = append(names, e.link)
	}
	return names
}

// serviceListeners writes the sockets of a service, and over which transports
// each product uses them.
//
//	| Listener | Port | Purpose | [IGEL UMS](../products/igel-ums.md) |
//	| --- | --- | --- | --- |
//	| ldap | TCP/UDP 389 (ldap) | Directory queries | TCP |
func (lib *library) serviceListeners(p *page, s *model.Service, users []*entry, uses []*serviceUse) {
	if len(s.Listeners) == 0 {
		return
	}
	p.heading(2, "listeners", "Listeners")
	words := md("What the service offers, and over which transports each product uses it.")
	if len(users) > mostNames {
		words, users, uses = "What the service offers.", nil, nil // there would be too many columns
	}
	p.paragraph(words)
	head := append([]md{"Listener", "Port", "Purpose"}, userNames(users)...)
	self := newTables(&book{Product: &model.Product{}})
	var rows [][]md
	for _, l := range s.Listeners {
		row := []md{
			anchor(anchorID("listener", l.ID)) + text(l.ID),
			self.words.ListenerPort(&model.Component{Service: s.ID, Listeners: s.Listeners}, l), text(l.Purpose),
		}
		for _, u := range uses {
			row = append(row, md(lib.texts.Related(u.over, l.ID)))
		}
		rows = append(rows, row)
	}
	p.table(head, rows)
}

// serviceConnections writes the connections of each product with the service. Products beyond
// [mostRows] connections are on pages of their own.
func (lib *library) serviceConnections(p *page, users []*entry, uses []*serviceUse) {
	if len(users) == 0 {
		return
	}
	const title = "What products ask of it" // others may link to its anchor on GitHub
	p.heading(2, "connections", title)
	p.paragraph(link(place{"index.md", "how-to-read"}, "How to read the tables") + ".")
	at, n, rows := p, 1, 0
	for i, e := range users {
		own := uses[i].rows
		if rows > 0 && rows+len(own) > mostRows {
			n++
			next := place{page: continued(p.path, "connections", n)}
			at.paragraph(link(next, "More products") + ".")
			if at != p {
				p.done(at.files()...)
			}
			at, rows = p.flavor.newPage(next.page, p.title+": "+title+", page "+strconv.Itoa(n)), 0
			at.paragraph("Back to " + link(place{page: p.path}, text(p.title)) + ".")
		}
		rows += len(own)
		at.heading(3-min(1, n-1), e.anchor, text(e.title))
		at.long(table{id: e.anchor, title: e.title, head: lineHead, rows: len(own), row: func(cells []md, i int) []md {
			return lib.cells(cells, own[i])
		}})
	}
	if at != p {
		p.done(at.files()...)
	}
}
