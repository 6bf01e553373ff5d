package markdown

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// indexPages lists products and services, with a legend of the tables, and on a page of its
// own all ports.
func indexPages(lib *library) []gen.File {
	p := lib.flavor.newPage("index.md", "Communication ports")
	p.paragraph("Who talks to whom over which port, product by product. The pages are generated from specs in which every statement rests on a row of the vendor's document, or on an erratum that says why not.")
	views := make([]*view, len(lib.books))
	for i, b := range lib.books {
		views[i] = newView(b)
	}
	ports := portsPages(lib)
	if len(ports) > 0 {
		p.paragraph("Looking for a number? " + link(place{page: portsPath}, "All ports") + " of all products are in one list.")
	}
	indexProducts(p, views)
	indexServices(p, lib)
	legend(p)
	return append(p.files(), ports...)
}

func indexProducts(p *page, views []*view) {
	if len(views) == 0 {
		return
	}
	p.heading(2, "products", "Products")
	p.long(table{
		id: "products", title: "Products",
		head: []md{"Name", "Vendor", "Version", "Components", "Flows", "Errata", "Rows encoded"},
		rows: len(views), row: func(i int) []md {
			v := views[i]
			return []md{
				v.productLink(), text(v.Vendor), text(v.Version), number(len(v.Components)), number(len(v.Flows)),
				number(len(v.Errata)), md(fmt.Sprintf("%d of %d", v.cited, v.all)),
			}
		},
	})
}

func indexServices(p *page, lib *library) {
	if len(lib.Services) == 0 {
		return
	}
	p.heading(2, "services", "Shared services")
	p.long(table{
		id: "services", title: "Shared services", words: "What no product ships and several talk to.",
		head: []md{"Service", "Ports", "Used by"},
		rows: len(lib.Services), row: func(i int) []md {
			s := lib.Services[i]
			var ports []md
			for _, l := range s.Listeners {
				ports = append(ports, plain.PortAt(l.Transports, gen.PortText(l)))
			}
			return []md{link(place{page: servicePath(s.ID)}, text(s.Name)), join(", ", ports...), usedBy(lib.users(s), place{servicePath(s.ID), "connections"})}
		},
	})
}

// A portUse is a listener that somebody talks to, as a lookup by port shows it:
// that of a shared service once for all products, and once more for each port
// at which a rule or a fallback puts it.
type portUse struct {
	other     *model.OtherPort // nil for the default port
	service   string           // "" for a component of one product
	component *model.Component
	listener  *model.Listener
	views     []*view
}

// portUses lists all listeners that somebody talks to, by port.
func portUses(views []*view) []*portUse {
	var all []*portUse
	// A listener is known by itself, that of a shared service by its name.
	type key struct {
		listener *model.Listener
		service  string
		id       string
	}
	known := make(map[key]*portUse)
	for _, v := range views {
		for _, l := range v.lines {
			to := l.Connection.To
			k := key{listener: l.Listener}
			if to.Service != "" {
				k = key{service: to.Service, id: l.Listener.ID}
			}
			u := known[k]
			switch {
			case u == nil:
				u = &portUse{nil, to.Service, to, l.Listener, []*view{v}}
				known[k] = u
				all = append(all, u)
				for _, other := range v.OtherPorts(to, l.Listener, nil) {
					all = append(all, &portUse{&other, to.Service, to, l.Listener, []*view{v}})
				}
			case u.views[len(u.views)-1] != v: // products come one by one
				u.views = append(u.views, v)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *portUse) int {
		return cmp.Or(
			cmp.Compare(a.firstPort(), b.firstPort()),
			slices.Compare(a.listener.Transports, b.listener.Transports),
		)
	})
	return all
}

const portsPath = "ports.md"

// portsPages are a lookup by port.
//
//	| Port | Listens | When | Product | Purpose |
//	| --- | --- | --- | --- | --- |
//	| [TCP 25 (smtp)](services/smtp.md#listener-smtp) | SMTP gateway | – | [1E Shopping](products/shopping.md) | … |
//	| [TCP 30002](…) | UMS Server | by rule [ha-same-host](…) in place of 30001 | … | … |
func portsPages(lib *library) []gen.File {
	p := lib.flavor.newPage(portsPath, "Find a port")
	views := make([]*view, len(lib.books))
	for i, b := range lib.books {
		views[i] = newView(b)
	}
	all := portUses(views)
	if len(all) == 0 {
		return nil
	}
	services := make(map[string]*model.Service, len(lib.Services))
	for _, s := range lib.Services {
		services[s.ID] = s
	}
	p.long(table{
		words: "Ports of all listeners that something talks to: their defaults, and where a fallback or a rule for shared hosts puts them. Those without a fixed number come last. Back to " + link(place{page: "index.md"}, "the products") + ".",
		head:  []md{"Port", "Listens", "When", "Product", "Purpose"},
		rows:  len(all), row: func(i int) []md {
			u := all[i]
			var products []md
			for _, v := range u.views {
				products = append(products, v.productLink())
			}
			if len(products) > mostNames {
				products = []md{count(len(products), "product")}
			}
			port := plain.Socket(u.listener, u.listener.Transports)
			if u.other != nil {
				port = plain.PortAt(u.listener.Transports, model.FormatPorts(u.other.Ports))
			}
			v, name := u.views[0], u.component.Name
			if s := services[u.service]; s != nil {
				port, name = link(place{servicePath(s.ID), anchorID("listener", u.listener.ID)}, port), s.Name
			} else {
				port = v.listenerLink(u.component, u.listener, port)
			}
			return []md{port, text(name), u.when(), join(", ", products...), text(u.listener.Purpose)}
		},
	})
	return p.files()
}

// when says why a listener is at the port: the features under which there is
// one, the rule that moves it there, or that it is a fallback.
func (u *portUse) when() md {
	v := u.views[0]
	exists := v.words.Condition(model.And(u.component.When, u.listener.When), "")
	if u.service != "" {
		exists = ""
	}
	usual := text(model.FormatPorts(u.listener.Ports))
	switch {
	case u.other == nil:
		return exists
	case u.other.Rule == nil:
		return join("; ", "where "+usual+" does not answer", exists)
	}
	return join("; ", "by rule "+v.ruleLink(u.other.Rule.ID)+" in place of "+usual, exists)
}

// firstPort sorts listeners: by their first port, without one behind all others.
func (u *portUse) firstPort() int {
	if u.other != nil {
		return u.other.Ports[0].From
	}
	l := u.listener
	if len(l.Ports) == 0 || l.Dynamic != nil {
		return 1 << 16
	}
	return l.Ports[0].From
}

// legend explains the columns.
func legend(p *page) {
	p.heading(2, "how-to-read", "How to read the tables")
	p.list([]md{
		"**From**: who opens the connection or sends the first packet. **To**: who listens. Names of hosts are in brackets where the product fixes them.",
		"**Port**: transport and port at the destination, before a site changes it, and the application protocol in brackets. Dynamic: chosen at run time. No rule can be made where no number is known. By rule: the port that it has, or that it is closed, where components share a host.",
		"Only the source starts, and a stateful firewall lets answers pass, unless the port says more. Both ways: either side may start, at the same port of the other. Answer: it comes back to a port of its own, which a firewall must permit.",
		"**When**, **Needed**: always, or the features, operating systems, releases and phases under which it is needed. Optional: the product works without it, whatever its features, and nobody gets it unasked. Also whether it stands in for a flow that does not work, or one of several ports is enough. A product's page tells what each feature is.",
		"**Why**, **Flow**: what it is for; the flow's page has notes, and its id is the same in all other outputs.",
		"**Change**: whether the port can be changed, and how; a dash where the vendor does not say.",
		"**Rows**: the rows of the vendor's document that it rests on; 1.7 is row 7 of table 1. E3 is an erratum: the document was not followed to the letter.",
		"A dash means that nothing is known, or that nothing applies. Columns of dashes are left out, and what all rows of a table share is above it.",
	})
}

func number(n int) md { return md(fmt.Sprint(n)) }
