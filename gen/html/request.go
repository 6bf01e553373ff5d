package html

import (
	"cmp"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/model"
)

// requestName is the name of the page with a site's firewall request.
const requestName = "firewall-request.html"

// requestPage returns the firewall request, which readers print and fill in.
func (s *site) requestPage() *page {
	p := s.page(requestName, "Firewall request: "+s.name())
	r := s.request
	p.paragraph("What has to pass between the hosts of this site, and between them and others. Traffic inside a host is not included.")
	file := func(name string, words hyper) hyper { return p.link(address(s.folder+name), words) }
	p.paragraph("As tables for programs: " + file(request.CSV, "a row for each source, destination and flow") + ", " + file(request.HostsCSV, "the addresses of all names") + " and " +
		file(request.RowsCSV, "the vendors' rows") + "; for spreadsheets, " + file(request.XLSX, "all in one file") + ".")
	p.list(request.Introduction[hyper]()...)
	p.heading(2, "order-of-work", "Order of work")
	p.steps(request.Steps(r, p.link(address(p.path).at("groups"), "groups of hosts"))...)
	for _, part := range r.Sections {
		s.requestTable(p, part)
	}
	s.translations(p)
	s.requestReasons(p)
	s.requestGroups(p)
	return p
}

// blank is a cell to fill in.
const blank hyper = " "

func (s *site) requestTable(p *page, part *request.Section) {
	h := s.request.Heading(part.Kind)
	p.heading(2, h.ID, text(h.Title))
	t := table{class: requestClass, title: strings.TrimSuffix(h.Words, "."), head: []hyper{"No.", "From zone", "From", "To zone", "To", "Port", "Owner", "Ticket", "Until"}}
	if part.IsInside() {
		t.head[1], t.head[3] = "Zone", ""
	}
	t.keep = []int{2, 4, 5, 6, 7, 8} // a row is a rule, and readers fill in the last columns
	for i, x := range part.Rows {
		from, to := x.Zones()
		cells := []hyper{number(part.First + i), s.zone(from), s.requestParties(p, x.From), s.zone(to), s.requestParties(p, x.To), `<span class="port">` + request.Port(plain, x.What) + "</span>"}
		if part.IsInside() {
			cells[3] = ""
		}
		for _, known := range [][]string{x.Record.Owners, x.Record.Tickets, x.Record.Until} {
			cells = append(cells, cmp.Or(texts(", ", known), blank))
		}
		t.rows = append(t.rows, row{anchor("row", string(cells[0])), cells})
	}
	p.table(t)
	if part.Kind == request.Words {
		p.heading(3, "what-to-do", "What to do")
		tasks := table{title: "What to do about these rows", head: []hyper{"No.", "What to do"}}
		for _, task := range part.Tasks() {
			tasks.rows = append(tasks.rows, row{cells: []hyper{text(task.Rows), text(task.Words)}})
		}
		p.table(tasks)
	}
}

// requestParties names one side of a row, with addresses: "ums1 (10.1.1.11), any host".
func (s *site) requestParties(p *page, list []*gen.Party) hyper {
	var all []hyper
	for _, party := range list {
		switch {
		case party.Group == nil && party.End.Any:
			all = append(all, "any host")
		case party.Group == nil && party.End.Zone != "":
			all = append(all, text(party.Name)+" (a zone of the network: say which networks)")
		case party.Group == nil:
			all = append(all, s.outsider(p, party)+" ("+places(party.End)+")")
		case request.IsGroup(party):
			all = append(all, p.link(address(p.path).at("groups"), text(party.Name))+" ("+count(len(party.Group.Hosts), "host", "hosts")+")")
		default:
			for _, h := range party.Group.Hosts {
				all = append(all, s.hostLink(p, h)+" ("+places(&model.End{Host: h})+")")
			}
		}
	}
	return describe.Join(", ", all...)
}

func places(e *model.End) hyper {
	return cmp.Or(texts(", ", e.Addresses()), "address not known")
}

func (s *site) hostLink(p *page, h *model.Deployed) hyper {
	return p.link(address(s.folder+hostName(s.group[h])), text(h.ID))
}

// requestReasons tells what each row is for, when it is needed, and what it rests on.
func (s *site) requestReasons(p *page) {
	all := s.request.Reasons()
	if len(all) == 0 {
		return
	}
	p.heading(2, "reasons", "Reasons")
	t := table{title: "What each port is for, and the flows that it rests on, with the rows of the vendors' documents", head: []hyper{"No.", "Port", "Purpose", "Only", "Flows and rows"}}
	for _, r := range all {
		var rests []hyper
		for _, u := range r.Uses {
			c := u.Permit.Connection
			var rows []hyper
			for _, id := range c.Flow.Cite {
				rows = append(rows, s.rowLink(p, c.Product, id))
			}
			rests = appendNew(rests, describe.Join(": ", s.flowLink(p, u.Permit), describe.Join(", ", rows...)))
		}
		t.rows = append(t.rows, row{cells: []hyper{
			number(r.Number), `<span class="port">` + request.Port(plain, r.What) + "</span>", texts("; ", r.Purposes()), texts("; ", r.Conditions()), describe.Join("; ", rests...),
		}})
	}
	p.table(t)
}

// rowLink cites a row of a product's document, without the product's name in front.
func (s *site) rowLink(p *page, product *model.Product, id string) hyper {
	if product == nil || !s.paged[product.Ref()] || strings.Count(id, "/") != 2 {
		return text(id)
	}
	return p.link(address(productFolder(product)+sourcesName).at(rowAnchor(id)), text(id[strings.Index(id, "/")+1:]))
}

// requestGroups lists the hosts that rows name by their group.
func (s *site) requestGroups(p *page) {
	groups := s.request.Groups()
	if len(groups) == 0 {
		return
	}
	p.heading(2, "groups", "Groups of hosts")
	t := table{title: "Hosts that the rows name together", head: []hyper{"Group", "Hosts", "Zone", "Names and addresses"}}
	for _, party := range groups {
		var names []hyper
		for _, h := range party.Group.Hosts {
			names = append(names, s.hostLink(p, h)+" ("+places(&model.End{Host: h})+")")
		}
		t.rows = append(t.rows, row{cells: []hyper{text(party.Name), number(len(names)), s.zone(party.Group.Zone), describe.Join(", ", names...)}})
	}
	p.table(t)
}

// translations lists the addresses that devices between zones translate.
func (s *site) translations(p *page) {
	if len(s.Site.NAT) == 0 {
		return
	}
	p.heading(2, "translated", "Translated addresses")
	p.paragraph("The rows above show the real addresses of machines. Hosts in these zones know them by other addresses.")
	t := table{title: "Addresses that devices between zones translate", head: []hyper{"Addresses", "Known as", "In zones", "How"}}
	for _, x := range s.Site.NAT {
		var zones []hyper
		for _, id := range x.Zones {
			zones = append(zones, s.zone(id))
		}
		t.rows = append(t.rows, row{anchor("translated", x.ID), []hyper{texts(", ", x.Addresses), texts(", ", x.SeenAs), describe.Join(", ", zones...), hyper(request.How(x))}})
	}
	p.table(t)
}
