package markdown

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// indexPages lists products and services, with a legend of the tables, and on a page of its
// own all ports.
func indexPages(lib *library) []gen.File {
	p := lib.flavor.newPage("index.md", "Communication ports")
	p.paragraph("Who talks to whom over which port, product by product. The pages are generated from specs in which every statement rests on a row of the vendor's document, or on an erratum that says why not.")
	ports := portsPages(lib)
	if len(ports) > 0 {
		p.paragraph("Looking for a number? " + link(place{page: portsPath}, "All ports") + " of all products are in one list.")
	}
	indexProducts(p, lib.entries)
	indexServices(p, lib)
	legend(p)
	return append(p.files(), ports...)
}

func indexProducts(p *page, entries []*entry) {
	if len(entries) == 0 {
		return
	}
	p.heading(2, "products", "Products")
	p.long(table{
		id: "products", title: "Products",
		head: []md{"Name", "Vendor", "Version", "Components", "Flows", "Errata", "Rows encoded"},
		rows: len(entries), row: func(i int) []md { return entries[i].row },
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
			users, _ := lib.users(s)
			return []md{link(place{page: servicePath(s.ID)}, text(s.Name)), join(", ", ports...), usedBy(users, place{servicePath(s.ID), "connections"})}
		},
	})
}

// A portUse is a listener that something talks to, as a lookup by port shows it: that of a
// shared service once for all products, and once more for each port at which a rule or a
// fallback puts it.
type portUse struct {
	first      int    // port by which it is sorted; beyond all others for none
	transports string // by which it is sorted then
	service    string // the shared service and its listener; "" for a component of one product
	other      bool   // not the default port
	cells      []md   // all but that of products
	products   []md
}

// portUses lists the listeners that a product's components talk to.
func (lib *library) portUses(v *view) []portUse {
	var all []portUse
	type key struct {
		listener *model.Listener
		service  string
		id       string
	}
	known := make(map[key]bool)
	for _, l := range v.lines {
		to := l.Connection.To
		k := key{listener: l.Listener} // a listener is known by itself, that of a shared service by its name
		if to.Service != "" {
			k = key{service: to.Service, id: l.Listener.ID}
		}
		if known[k] {
			continue
		}
		known[k] = true
		all = append(all, lib.portUse(v, to, l.Listener, nil))
		for _, other := range v.OtherPorts(to, l.Listener, nil) {
			all = append(all, lib.portUse(v, to, l.Listener, &other))
		}
	}
	return all
}

// portUse is the use of one port; other is nil for the default port.
func (lib *library) portUse(v *view, to *model.Component, l *model.Listener, other *model.OtherPort) portUse {
	u := portUse{transports: strings.Clone(strings.Join(l.Transports, "\x00")), other: other != nil}
	port, name := plain.Socket(l, l.Transports), to.Name
	switch {
	case other != nil:
		u.first, port = other.Ports[0].From, plain.PortAt(l.Transports, model.FormatPorts(other.Ports))
	case len(l.Ports) == 0 || l.Dynamic != nil:
		u.first = 1 << 16
	default:
		u.first = l.Ports[0].From
	}
	if to.Service != "" {
		u.service = to.Service + "/" + l.ID
	}
	if s := lib.Service(to.Service); s != nil {
		port, name = link(place{servicePath(s.ID), anchorID("listener", l.ID)}, port), s.Name
	} else {
		port = v.listenerLink(to, l, port)
	}
	u.cells = own(port, text(name), v.whenAt(to, l, other), text(l.Purpose))
	return u
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
	all := lib.allPorts()
	if len(all) == 0 {
		return nil
	}
	p.long(table{
		words: "Ports of all listeners that something talks to: their defaults, and where a fallback or a rule for shared hosts puts them. Those without a fixed number come last. Back to " + link(place{page: "index.md"}, "the products") + ".",
		head:  []md{"Port", "Listens", "When", "Product", "Purpose"},
		rows:  len(all), row: func(i int) []md {
			u := all[i]
			products := join(", ", u.products...)
			if n := len(u.products); n > mostNames {
				products = count(n, "product")
			}
			return []md{u.cells[0], u.cells[1], u.cells[2], products, u.cells[3]}
		},
	})
	return p.files()
}

// allPorts lists the uses of ports by all products, sorted by port. The first product that
// uses a shared service gives its words.
func (lib *library) allPorts() []*portUse {
	var all []*portUse
	known := make(map[string]*portUse) // uses of shared services
	for _, e := range lib.entries {
		for i := range e.ports {
			u := &e.ports[i]
			if first := known[u.service]; first != nil && u.service != "" {
				if !u.other {
					first.products = append(first.products, e.link)
				}
				continue
			}
			u.products = []md{e.link}
			all = append(all, u)
		}
		for i := range e.ports {
			if u := &e.ports[i]; u.service != "" && !u.other && known[u.service] == nil {
				known[u.service] = u
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *portUse) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.transports, b.transports))
	})
	return all
}

// whenAt says why a listener is at the port: the features under which there is one, the rule
// that moves it there, or that it is a fallback.
func (v *view) whenAt(to *model.Component, l *model.Listener, other *model.OtherPort) md {
	exists := md("")
	if to.Service == "" {
		exists = v.words.Condition(model.And(to.When, l.When), "")
	}
	usual := text(model.FormatPorts(l.Ports))
	switch {
	case other == nil:
		return exists
	case other.Rule == nil:
		return join("; ", "where "+usual+" does not answer", exists)
	}
	return join("; ", "by rule "+v.ruleLink(other.Rule.ID)+" in place of "+usual, exists)
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
