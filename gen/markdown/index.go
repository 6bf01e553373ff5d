package markdown

import (
	"strconv"

	"github.com/portspec/portspec/gen"
)

// indexPages lists products and services, with a legend of the tables, and all ports on pages
// of their own.
func indexPages(lib *library, add func(...gen.File)) {
	p := lib.flavor.newPage("index.md", "Communication ports")
	p.pass = add
	p.paragraph("Who talks to whom over which port, product by product. The pages are generated from specs in which every statement cites a row of the vendor's document or an erratum that explains the difference.")
	if portsPages(lib, add) {
		p.paragraph("Looking for a number? " + link(place{page: portsPath}, "All ports") + " of all products are in one list.")
	}
	indexProducts(p, lib.entries)
	indexServices(p, lib)
	legend(p)
	add(p.files()...)
}

func indexProducts(p *page, entries []*entry) {
	if len(entries) == 0 {
		return
	}
	p.heading(2, "products", "Products")
	p.long(table{
		id: "products", title: "Products",
		head: []md{"Name", "Vendor", "Version", "Components", "Flows", "Errata", "Rows encoded"},
		rows: len(entries), row: func(cells []md, i int) []md { return append(cells, entries[i].row...) },
	})
}

func indexServices(p *page, lib *library) {
	if len(lib.Services) == 0 {
		return
	}
	p.heading(2, "services", "Shared services")
	p.long(table{
		id: "services", title: "Shared services", words: "Services that several products talk to but none ships.",
		head: []md{"Service", "Ports", "Used by"},
		rows: len(lib.Services), row: func(cells []md, i int) []md {
			s := lib.Services[i]
			var ports []md
			for _, l := range s.Listeners {
				ports = append(ports, plain.PortAt(l.Transports, gen.PortText(l)))
			}
			users, _ := lib.users(s)
			return append(cells, link(place{page: servicePath(s.ID)}, text(s.Name)), join(", ", ports...), usedBy(users, place{servicePath(s.ID), "connections"}))
		},
	})
}

// legend explains the columns.
func legend(p *page) {
	p.heading(2, "how-to-read", "How to read the tables")
	p.list([]md{
		"**From**: who opens the connection or sends the first packet. **To**: who listens. Names of hosts are in brackets where the product fixes them.",
		"**Port**: transport and port at the destination, before a site changes it, and the application protocol in brackets. Dynamic: chosen at run time. No rule can be made where no number is known. By rule: the port where components share a host, or that it is closed there.",
		"Only the source starts, and a stateful firewall lets answers pass, unless the port says more. Both ways: either side may start, at the same port of the other. Answer: it comes back to a port of its own, which a firewall must permit.",
		"**When**, **Needed**: always, or the features, operating systems, releases and phases under which it is needed. Optional: the product works without it, whatever its features, and it is permitted only on request. Also whether it stands in for a flow that does not work, or one of several ports is enough. A product's page tells what each feature is.",
		"**Why**, **Flow**: what it is for; the flow's page has notes, and its id is the same in all other outputs.",
		"**Change**: whether the port can be changed, and how; a dash where the vendor does not say.",
		"**Rows**: the rows of the vendor's document that the connection is based on; 1.7 is row 7 of table 1. E3 is an erratum: the document was not followed to the letter.",
		"A dash means that nothing is known, or that nothing applies. Columns of dashes are left out, and values that all rows of a table share are shown above it.",
	})
}

func number(n int) md { return md(strconv.Itoa(n)) }
