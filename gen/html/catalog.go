package html

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// plain has the words that do not depend on a product.
var plain = newBook(&model.Product{}, nil).on(newPage("", "")).words

func whyOf(u model.Unknown) func(model.Aspect) string {
	return func(a model.Aspect) string { return gen.UnknownWhy(u, a) }
}

// home returns the first page of the site.
func (m *making) home() *page {
	p := newPage(string(homePage), "Communication ports")
	p.paragraph("Who talks to whom over which port. " + p.link(portsPage, "Find a port") + " by its number, or search all connections in the " + p.link(explorerPage, "explorer") + ".")
	if len(m.entries) > 0 {
		p.heading(2, "products", "Products")
	}
	t := table{title: "Products and their releases", head: []hyper{"Product", "Vendor", "Release", "Components", "Flows", "Errata", "Rows encoded"}}
	for _, e := range m.entries {
		t.rows = append(t.rows, row{anchor("product", e.called), []hyper{
			p.link(address(e.home), text(e.title())), text(e.vendor), text(e.version), number(e.components), number(e.flows), number(e.errata),
			number(e.encoded) + " of " + number(e.rows),
		}})
	}
	p.table(t)
	if len(m.sites) > 0 {
		p.heading(2, "sites", "Sites")
	}
	sites := table{title: "Deployments", head: []hyper{"Site", "Description", "Hosts", "Products"}}
	for _, s := range m.sites {
		var products []hyper
		for _, x := range s.Products {
			products = append(products, text(x.Name+" "+x.Version))
		}
		sites.rows = append(sites.rows, row{anchor("site", s.Site.ID), []hyper{
			p.link(address(siteFolder(s.Site.ID)+overviewName), text(s.name())), text(s.Site.Description), number(len(s.Hosts)), describe.Join(", ", products...),
		}})
	}
	p.table(sites)
	if len(m.Services) > 0 {
		p.heading(2, "services", "Shared services")
	}
	services := table{title: "Services that several products talk to but none ships", head: []hyper{"Service", "Ports", "Used by"}}
	for _, s := range m.Services {
		var ports, users []hyper
		for _, l := range s.Listeners {
			ports = append(ports, plain.PortAt(l.Transports, gen.PortText(l)))
		}
		for _, u := range m.users(s) {
			users = append(users, p.link(address(u.home), text(u.title())))
		}
		if len(users) > mostNamed {
			users = []hyper{p.link(servicePage(s.ID), number(len(users))+" products")}
		}
		services.rows = append(services.rows, row{anchor("service", s.ID), []hyper{
			p.link(servicePage(s.ID), text(s.Name)), `<span class="port">` + describe.Join(", ", ports...) + "</span>", describe.Join(", ", users...),
		}})
	}
	p.table(services)
	return p
}

// service returns the page of a shared service.
func (m *making) service(s *model.Service) *page {
	p := newPage(string(servicePage(s.ID)), s.Name, crumb{homePage, "Products"})
	p.paragraph(text(s.Description))
	users := m.users(s)
	var links []hyper
	for _, u := range users {
		links = append(links, p.link(address(u.home), text(u.title())))
	}
	usedBy := describe.Join(", ", links...)
	if len(links) > mostNamed {
		usedBy = p.link(address(p.path).at("connections"), number(len(links))+" products")
	}
	if usedBy == "" {
		usedBy = "no product"
	}
	p.facts("Kind", "shared service", "Id", text(s.ID), "Used by", usedBy)
	if len(s.Provided) > 0 {
		p.paragraph("Several on one host count as one, with one socket for each listener, provided that:")
		var words []hyper
		for _, proviso := range s.Provided {
			words = append(words, text(proviso))
		}
		p.list(words...)
	}
	self := newBook(&model.Product{}, nil).on(p)
	own := &model.Component{Service: s.ID, Listeners: s.Listeners}
	listeners := table{title: "What the service offers, and over which transports each product uses it", head: append([]hyper{"Listener", "Port", "Purpose"}, links...)}
	if len(users) > mostUserColumns {
		listeners.title, listeners.head = "What the service offers", listeners.head[:3]
	}
	for _, l := range s.Listeners {
		r := row{anchor("listener", l.ID), []hyper{text(l.ID), self.words.ListenerPort(own, l), text(l.Purpose)}}
		if len(users) <= mostUserColumns {
			for _, u := range users {
				r.cells = append(r.cells, m.over(u, l))
			}
		}
		listeners.rows = append(listeners.rows, r)
	}
	if len(listeners.rows) > 0 {
		p.heading(2, "listeners", "Listens on")
		p.table(listeners)
	}
	if len(users) > 0 {
		p.heading(2, "connections", "How products use it")
	}
	if m.large() && len(users) > 0 {
		t := table{title: "Products and their pages about the service", head: []hyper{"Product", "Use of the service"}}
		for i, u := range users {
			pages := make([]hyper, len(u.use.pages))
			for n, link := range u.use.pages {
				pages[n] = hyper(m.texts.At(link))
			}
			t.rows = append(t.rows, row{anchor("product", u.called), []hyper{links[i], describe.Join(", ", pages...)}})
		}
		p.table(t)
		users = nil
	}
	for _, u := range users {
		p.heading(3, anchor("product", u.called), p.link(address(u.home), text(u.title())))
		p.table(table{class: "flows", title: "Connections of " + u.title(), head: []hyper{"From", "To", "Port", "When", "Why", "Source"}, rows: u.use.rows})
	}
	if len(s.References) > 0 {
		p.heading(2, "references", "References")
		var refs []hyper
		for _, r := range s.References {
			words := text(r.Title)
			if r.URL != "" {
				words = webLink(r.URL, words)
			}
			refs = append(refs, words)
		}
		p.list(refs...)
	}
	return p
}

// A user is a product that uses a shared service, and its use of the service.
type user struct {
	*entry
	use *serviceUse
}

// users returns the products that use a service.
func (m *making) users(s *model.Service) []user {
	service, ok := m.texts.Find(s.ID)
	if !ok {
		return nil
	}
	var all []user
	for _, e := range m.entries {
		if use := e.use(service); use != nil {
			all = append(all, user{e, use})
		}
	}
	return all
}

// over returns the transports over which a product uses a listener of a service; "" if it does
// not use it.
func (m *making) over(u user, l *model.Listener) hyper {
	return hyper(m.texts.Related(u.use.over, l.ID))
}

// mostNamed is the greatest number of products that a cell names. With more than mostListed
// products, pages about all of them do not repeat what the products' own pages have, but link
// to them.
const mostNamed, mostListed = 12, 50

func (m *making) large() bool { return len(m.Products) > mostListed }

// mostUserColumns is the greatest number of products with a column in the table of a service.
const mostUserColumns = 6

// texts joins strings of a spec by a separator.
func texts(separator hyper, list []string) hyper {
	var all []hyper
	for _, s := range list {
		all = append(all, text(s))
	}
	return describe.Join(separator, all...)
}

// guide explains the columns.
func guide() *page {
	p := newPage(string(guidePage), "How to read the tables")
	p.list(
		"<b>From</b>: who opens the connection or sends the first packet. <b>To</b>: who listens. Names of hosts are in brackets where the product fixes them.",
		"<b>Port</b>: transport and port at the destination, before a site changes it, and the application protocol in brackets. Dynamic: chosen at run time. No rule can be made where no number is known. By rule: the port where components share a host, or that it is closed there.",
		"Only the source starts, and a stateful firewall lets answers pass, unless the port says more. Both ways: either side may start, at the same port of the other. Answer: it comes back to a port of its own, which a firewall must permit.",
		"<b>When</b>: always, or the features, operating systems, releases and phases under which it is needed. Optional: the product works without it, whatever its features.",
		"<b>Change</b>: whether the port can be changed, and how; a dash where the vendor does not say.",
		"<b>Source</b>: the rows of the vendor's document that the connection is based on; 1.7 is row 7 of table 1, and what it prints is beside it in quotation marks. E3 is an erratum: the document was not followed to the letter.",
		"On a <b>card</b>, what reaches a component is on the left and what it reaches on the right. Ports in brackets are not needed with the default features, or optional.",
		"In the table <b>between zones</b> of a site, rows open connections to columns.",
	)
	return p
}
