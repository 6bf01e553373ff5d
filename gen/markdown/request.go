package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// The files of a request, beside each other.
const (
	requestName     = "firewall-request.md"
	requestCSV      = "firewall-request.csv"
	requestHostsCSV = "firewall-request-hosts.csv"
	requestRowsCSV  = "firewall-request-rows.csv"
	requestXLSX     = "firewall-request.xlsx"
)

// requestPages are a request to network administrators. It is pasted into tickets: there
// are no links in its tables, which lead nowhere there.
func requestPages(s *siteView) []gen.File {
	p := s.flavor.newPage(s.path(requestName), "Firewall request: "+s.title())
	sections := s.sections()
	if len(sections) == 0 {
		p.paragraph("Nothing crosses the network. Back to " + s.link("index.md", "the site") + ".")
		return p.files()
	}
	p.paragraph("What has to pass between the hosts of this site, and between them and others. What stays inside a host is not in here. The same for programs: " +
		s.link(requestCSV, "a row for each source, destination and flow") + ", " + s.link(requestHostsCSV, "the addresses of all names") + " and " +
		s.link(requestRowsCSV, "the vendors' rows") + "; for spreadsheets, " + s.link(requestXLSX, "all in one file") + ". Back to " + s.link("index.md", "the site") + ".")
	p.list([]md{
		"From opens the connection. Answers to it are taken to pass, as a stateful firewall lets them.",
		"Where a host is on both sides, each of them talks to the others, not to itself.",
	})
	groups := s.groups(sections)
	p.heading(2, "order-of-work", "Order of work")
	p.steps(s.order(sections, len(groups) > 0))
	for _, part := range sections {
		s.requestTable(p, part)
	}
	s.reasonTable(p, sections)
	if len(groups) > 0 {
		p.heading(2, "groups", "Groups of hosts")
		p.long(table{
			id: "groups", title: "Groups of hosts", head: []md{"Group", "Hosts", "Zone", "Names and addresses"},
			rows: len(groups), row: func(i int) []md { return s.groupCells(groups[i]) },
		})
	}
	return p.files()
}

// steps writes a numbered list.
func (p *page) steps(items []md) {
	p.data.WriteByte('\n')
	for i, item := range items {
		p.data.WriteString(fmt.Sprint(i+1) + ". ")
		p.inline(item)
		p.data.WriteByte('\n')
	}
}

// requestTable writes a section. The last columns are there to be filled in.
//
//	| No. | From zone | From | To zone | To | Port | Owner | Ticket | Until |
//	| --- | --- | --- | --- | --- | --- | --- | --- | --- |
//	| 1 | clients | admin (10.1.3.20) | servers | ums1 (10.1.1.11) | TCP 8443 | | | |
func (s *siteView) requestTable(p *page, part *section) {
	p.heading(2, part.id, part.title)
	head, words := []md{"No.", "From zone", "From", "To zone", "To", "Port"}, part.id == "words"
	inside := part.id == "inside" || part.id == "inside-optional"
	if inside {
		head = []md{"No.", "Zone", "From", "", "To", "Port"}
	}
	if words {
		head = append(head, "What to do")
	}
	p.long(table{
		id: part.id, title: string(part.title), words: part.words, head: append(head, "Owner", "Ticket", "Until"),
		rows: len(part.list), row: func(i int) []md {
			r := part.list[i]
			row := []md{
				number(part.first + i), text(zoneOf(r.from[0])), s.parties(r.from), text(zoneOf(r.to[0])), s.parties(r.to),
				r.port(),
			}
			if inside {
				row[3] = ""
			}
			if words {
				row = append(row, texts(" ", r.todo()))
			}
			return append(row, s.records(r.requests[0])...)
		},
	})
}

// records are the cells about who asked for a request, and until when.
func (s *siteView) records(r *request) []md {
	cells := []md{blank, blank, blank}
	var known [3][]md
	for _, u := range r.uses {
		record := s.record(u)
		for i, value := range []string{record.Owner, record.Ticket, record.Until} {
			if words := text(value); value != "" && !slices.Contains(known[i], words) {
				known[i] = append(known[i], words)
			}
		}
	}
	for i, values := range known {
		if len(values) > 0 {
			cells[i] = join(", ", values...)
		}
	}
	return cells
}

// reasonTable tells what each row is for, when it is needed, and what it rests on.
func (s *siteView) reasonTable(p *page, sections []*section) {
	type reason struct {
		number int
		*request
	}
	var all []reason
	for _, part := range sections {
		for i, x := range part.list {
			for _, r := range x.requests {
				all = append(all, reason{part.first + i, r})
			}
		}
	}
	p.heading(2, "reasons", "Reasons")
	p.long(table{
		id: "reasons", title: "Reasons", words: "What each port is for, and the flows that it rests on, with the rows of the vendors' documents.",
		head: []md{"No.", "Port", "Purpose", "Only", "Flows and rows"},
		rows: len(all), row: func(i int) []md {
			r := all[i]
			return []md{number(r.number), r.port(), texts("; ", purposes(r.uses)), r.condition(), flowsAndRows(r.uses)}
		},
	})
}

// flowsAndRows lists flows and the rows that each cites, without the product's name in
// front: "igel-ums/console: default-ports/6".
func flowsAndRows(uses []*use) md {
	var all []md
	for _, u := range uses {
		var rows []string
		for _, row := range u.permit.Connection.Flow.Cite {
			rows = append(rows, strings.TrimPrefix(row, u.permit.Connection.Product.ID+"/"))
		}
		if words := join(": ", text(u.flow()), texts(", ", rows)); !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	return join("; ", all...)
}

// groups are those that the requests name.
func (s *siteView) groups(sections []*section) []*gen.Party {
	var all []*gen.Party
	for _, part := range sections {
		for _, r := range part.list {
			for _, party := range slices.Concat(r.from, r.to) {
				if party.Group != nil && len(party.Group.Hosts) > gen.MostNamed && !slices.Contains(all, party) {
					all = append(all, party)
				}
			}
		}
	}
	return all
}

// mostListed is how many hosts of a group a page lists.
const mostListed = 100

func (s *siteView) groupCells(party *gen.Party) []md {
	hosts := party.Group.Hosts
	var names []md
	for _, h := range hosts[:min(len(hosts), mostListed)] {
		names = append(names, s.hostName(h))
	}
	if more := len(hosts) - mostListed; more > 0 {
		names = append(names, "and "+number(more)+" more in "+s.link(requestHostsCSV, requestHostsCSV))
	}
	return []md{text(party.Name), number(len(hosts)), text(party.Group.Zone), join(", ", names...)}
}

// parties lists one side of a request, with addresses.
func (s *siteView) parties(list []*gen.Party) md {
	var all []md
	for _, p := range list {
		switch {
		case p.Group == nil:
			all = append(all, elsewhere(p))
		case len(p.Group.Hosts) > gen.MostNamed:
			all = append(all, text(p.Name)+" ("+count(len(p.Group.Hosts), "host")+")")
		default:
			for _, h := range p.Group.Hosts {
				all = append(all, s.hostName(h))
			}
		}
	}
	return join(", ", all...)
}

// hostName is "ums1 (10.1.1.11)".
func (s *siteView) hostName(h *model.Deployed) md {
	return text(h.ID) + " (" + placesOf(&model.End{Host: h}) + ")"
}

// elsewhere is "SMTP gateway (203.0.113.25)", "any host".
func elsewhere(p *gen.Party) md {
	switch {
	case p.End.Any:
		return "any host"
	case p.End.Zone != "":
		return text(p.Name) + " (a zone of the network: say which networks)"
	}
	return text(p.Name) + " (" + placesOf(p.End) + ")"
}

func placesOf(e *model.End) md {
	if places := e.Addresses(); len(places) > 0 {
		return literals(places)
	}
	return "address not known"
}

// port is "TCP 443, 8443", "IP 50 (ESP)".
func (a asked) port() md { return join(" ", plain.Transport(a.transport), a.portCell()) }

// portCell is "443, 8443", "49152-65535 (dynamic)", "type 8", or empty.
func (a asked) portCell() md {
	switch {
	case len(a.messages) > 0:
		return plain.Messages(a.messages)
	case !model.HasPorts(a.transport):
		return ""
	case len(a.ports) == 0 && a.dynamic:
		return "dynamic"
	case len(a.ports) == 0:
		return "not known"
	case a.dynamic:
		return text(model.FormatPorts(a.ports)) + " (dynamic)"
	}
	return text(model.FormatPorts(a.ports))
}

// condition says when a request is needed, and what narrows it.
func (r *request) condition() md {
	parts := []md{texts("; ", conditions(r.uses))}
	for _, words := range r.narrowed() {
		parts = append(parts, text(words))
	}
	return join("; ", parts...)
}
