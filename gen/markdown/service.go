package markdown

import (
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// A user is a product with connections to a shared service.
type user struct {
	*view
	list []*describe.Line
}

// servicePage writes a shared service and all connections of products with it.
func servicePage(lib *library, s *model.Service) []gen.File {
	all := lib.users(s)
	p := lib.flavor.newPage(servicePath(s.ID), s.Name)
	p.description = s.Description
	p.paragraph(text(s.Description))
	p.list([]md{
		"Shared service: " + text(s.ID),
		"Used by: " + usedBy(all, place{servicePath(s.ID), "connections"}),
	})
	if len(s.Provided) > 0 {
		p.paragraph("Several that share a host are taken to be one, with one socket for each listener, provided that:")
		var words []md
		for _, proviso := range s.Provided {
			words = append(words, text(proviso))
		}
		p.list(words)
	}
	serviceListeners(p, s, all)
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
	serviceConnections(p, all)
	return p.files()
}

// mostNames is how many products are named where there may be many.
const mostNames = 8

// usedBy names the products that use something, or leads to where they are.
func usedBy(all []user, where place) md {
	switch n := len(all); {
	case n == 0:
		return "no product"
	case n > mostNames:
		return link(where, count(n, "product"))
	}
	return join(", ", userNames(all)...)
}

func userNames(all []user) []md {
	var names []md
	for _, u := range all {
		names = append(names, u.productLink())
	}
	return names
}

// productLink leads to the product's page.
func (v *view) productLink() md {
	name := text(v.Name)
	if v.Older != "" {
		name += " " + text(v.Version)
	}
	return link(place{page: v.layout.main}, name)
}

// serviceListeners writes the sockets of a service, and over which transports
// each product uses them.
//
//	| Listener | Port | Purpose | [IGEL UMS](../products/igel-ums.md) |
//	| --- | --- | --- | --- |
//	| ldap | TCP/UDP 389 (ldap) | Directory queries | TCP |
func serviceListeners(p *page, s *model.Service, all []user) {
	if len(s.Listeners) == 0 {
		return
	}
	p.heading(2, "listeners", "Listeners")
	words := md("What the service offers, and over which transports each product uses it.")
	if len(all) > mostNames {
		words, all = "What the service offers.", nil // there would be too many columns
	}
	p.paragraph(words)
	head := append([]md{"Listener", "Port", "Purpose"}, userNames(all)...)
	self := newView(&book{Product: &model.Product{}})
	var rows [][]md
	for _, l := range s.Listeners {
		row := []md{
			anchor(anchorID("listener", l.ID)) + text(l.ID),
			self.words.ListenerPort(&model.Component{Service: s.ID, Listeners: s.Listeners}, l), text(l.Purpose),
		}
		for _, u := range all {
			row = append(row, u.uses(s.ID, l.ID))
		}
		rows = append(rows, row)
	}
	p.table(head, rows)
}

// uses lists the transports over which a product talks to a listener.
func (u user) uses(service, listener string) md {
	var used []string
	for _, l := range u.list {
		if l.Listener == nil || l.Connection.To.Service != service || l.Listener.ID != listener {
			continue
		}
		for _, t := range l.Transports {
			if !slices.Contains(used, t) {
				used = append(used, t)
			}
		}
	}
	return plain.Transports(used)
}

// serviceConnections writes the connections of each product with the service. Products beyond
// [mostRows] connections are on pages of their own.
func serviceConnections(p *page, all []user) {
	if len(all) == 0 {
		return
	}
	const title = "What products ask of it"
	p.heading(2, "connections", title)
	p.paragraph(link(place{"index.md", "how-to-read"}, "How to read the tables") + ".")
	at, n, rows := p, 1, 0
	for _, u := range all {
		if rows > 0 && rows+len(u.list) > mostRows {
			n++
			next := place{page: continued(p.path, "connections", n)}
			at.paragraph(link(next, "More products") + ".")
			if at != p {
				p.more = append(p.more, at.files()...)
			}
			at, rows = p.flavor.newPage(next.page, p.title+": "+title+", page "+strconv.Itoa(n)), 0
			at.paragraph("Back to " + link(place{page: p.path}, text(p.title)) + ".")
		}
		rows += len(u.list)
		// Two releases have the same id.
		id, title := anchorID("product", u.Called()), u.Name+" ("+u.Called()+")"
		at.heading(3-min(1, n-1), id, text(title))
		u.lineTable(at, table{id: id, title: title}, u.list, "")
	}
	if at != p {
		p.more = append(p.more, at.files()...)
	}
}
