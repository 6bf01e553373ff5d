package markdown

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/model"
)

const requestName = "firewall-request.md"

const requestLabel = "Firewall request"

// requestPages writes a request to network administrators. It is pasted into tickets, where
// links would lead nowhere, so there are none in its tables.
func requestPages(s *siteView) []gen.File {
	p := s.flavor.newPage(s.path(requestName), "Firewall request: "+s.title())
	p.label = requestLabel
	sections := s.request.Sections
	if len(sections) == 0 {
		p.paragraph("Nothing crosses the network. Back to " + s.link("index.md", "the site") + ".")
		return p.files()
	}
	p.paragraph("What has to pass between the hosts of this site, and between them and others. Traffic inside a host is not included. As tables for programs: " +
		s.link(request.CSV, "a row for each source, destination and flow") + ", " + s.link(request.HostsCSV, "the addresses of all names") + " and " +
		s.link(request.RowsCSV, "the vendors' rows") + "; for spreadsheets, " + s.link(request.XLSX, "all in one file") + ". Back to " + s.link("index.md", "the site") + ".")
	p.list(request.Introduction[md]())
	groups := s.request.Groups()
	p.heading(2, "order-of-work", "Order of work")
	p.steps(request.Steps(s.request, link(place{s.path(requestName), "groups"}, "groups of hosts")))
	for _, part := range sections {
		s.requestTable(p, part)
	}
	s.translationTable(p)
	s.reasonTable(p)
	if len(groups) > 0 {
		p.heading(2, "groups", "Groups of hosts")
		p.long(table{
			id: "groups", title: "Groups of hosts", head: []md{"Group", "Hosts", "Zone", "Names and addresses"},
			rows: len(groups), row: func(cells []md, i int) []md { return append(cells, s.groupCells(groups[i])...) },
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

// requestTable writes a section. Readers fill in the last columns.
//
//	| No. | From zone | From | To zone | To | Port | Owner | Ticket | Until |
//	| --- | --- | --- | --- | --- | --- | --- | --- | --- |
//	| 1 | clients | admin (10.1.3.20) | servers | ums1 (10.1.1.11) | TCP 8443 | | | |
func (s *siteView) requestTable(p *page, part *request.Section) {
	h := s.request.Heading(part.Kind)
	p.heading(2, md(h.ID), md(h.Title))
	head := []md{"No.", "From zone", "From", "To zone", "To", "Port"}
	inside := part.IsInside()
	if inside {
		head = []md{"No.", "Zone", "From", "", "To", "Port"}
	}
	p.long(table{
		id: md(h.ID), title: h.Title, words: md(h.Words), head: append(head, "Owner", "Ticket", "Until"),
		rows: len(part.Rows), row: func(cells []md, i int) []md {
			x := part.Rows[i]
			from, to := x.Zones()
			row := append(cells, number(part.First+i), text(from), s.parties(x.From), text(to), s.parties(x.To), portOf(x.What))
			if inside {
				row[len(cells)+3] = ""
			}
			for _, known := range [][]string{x.Record.Owners, x.Record.Tickets, x.Record.Until} {
				row = append(row, cmp.Or(texts(", ", known), blank))
			}
			return row
		},
	})
	if part.Kind == request.Words {
		todoTable(p, part)
	}
}

// todoTable tells what to do about rows that are more than ports. It is a table of its own,
// since as a column it would be too wide for paper.
//
//	| No. | What to do |
//	| --- | --- |
//	| 31, 32 | Broadcast: routers do not pass it on, … |
func todoTable(p *page, part *request.Section) {
	all := part.Tasks()
	p.heading(3, "what-to-do", "What to do")
	p.long(table{
		id: "what-to-do", title: "What to do", head: []md{"No.", "What to do"},
		rows: len(all), row: func(cells []md, i int) []md { return append(cells, md(all[i].Rows), text(all[i].Words)) },
	})
}

// reasonTable tells what each row is for, when it is needed, and what it rests on.
func (s *siteView) reasonTable(p *page) {
	all := s.request.Reasons()
	p.heading(2, "reasons", "Reasons")
	p.long(table{
		id: "reasons", title: "Reasons", words: "What each port is for, and the flows that it rests on, with the rows of the vendors' documents.",
		head: []md{"No.", "Port", "Purpose", "Only", "Flows and rows"},
		rows: len(all), row: func(cells []md, i int) []md {
			r := all[i]
			return append(cells, number(r.Number), portOf(r.What), texts("; ", r.Purposes()), texts("; ", r.Conditions()), flowsAndRows(r.Uses))
		},
	})
}

// flowsAndRows lists flows and the rows that each cites, without the product's name in
// front: "igel-ums/console: default-ports/6".
func flowsAndRows(uses []*request.Use) md {
	var all []md
	for _, u := range uses {
		var rows []string
		for _, row := range u.Permit.Connection.Flow.Cite {
			rows = append(rows, strings.TrimPrefix(row, u.Permit.Connection.Product.ID+"/"))
		}
		if words := join(": ", text(u.Flow()), texts(", ", rows)); !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	return join("; ", all...)
}

// mostListed is the greatest number of hosts of a group that a page lists.
const mostListed = 100

func (s *siteView) groupCells(party *gen.Party) []md {
	hosts := party.Group.Hosts
	var names []md
	for _, h := range hosts[:min(len(hosts), mostListed)] {
		names = append(names, s.hostName(h))
	}
	if more := len(hosts) - mostListed; more > 0 {
		names = append(names, "and "+number(more)+" more in "+s.link(request.HostsCSV, request.HostsCSV))
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
		case request.IsGroup(p):
			all = append(all, text(p.Name)+" ("+count(len(p.Group.Hosts), "host")+")")
		default:
			for _, h := range p.Group.Hosts {
				all = append(all, s.hostName(h))
			}
		}
	}
	return join(", ", all...)
}

// hostName returns "ums1 (10.1.1.11)".
func (s *siteView) hostName(h *model.Deployed) md {
	return text(h.ID) + " (" + placesOf(&model.End{Host: h}) + ")"
}

// elsewhere returns "SMTP gateway (203.0.113.25)" or "any host".
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

// portOf returns "TCP 443, 8443" or "IP 50 (ESP)".
func portOf(w request.What) md { return request.Port(plain, w) }
