package markdown

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/gen/sheet"
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

// requestTables are the tables of the request, each for programs and all in one workbook.
func requestTables(s *siteView) []gen.File {
	tables := s.request.Tables()
	files := []gen.File{sheet.Workbook(s.path(requestXLSX), tables...)}
	for i, name := range []string{requestCSV, requestHostsCSV, requestRowsCSV} {
		files = append(files, tables[i].CSV(s.path(name)))
	}
	return files
}

// requestPages are a request to network administrators. It is pasted into tickets: there
// are no links in its tables, which lead nowhere there.
func requestPages(s *siteView) []gen.File {
	p := s.flavor.newPage(s.path(requestName), "Firewall request: "+s.title())
	sections := s.request.Sections
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
	groups := s.request.Groups()
	p.heading(2, "order-of-work", "Order of work")
	p.steps(s.order(len(groups) > 0))
	for _, part := range sections {
		s.requestTable(p, part)
	}
	s.translationTable(p)
	s.reasonTable(p)
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

// A sectionHeading is how a section of a request is headed.
type sectionHeading struct{ id, title, words md }

var sectionHeadings = [...]sectionHeading{
	request.Between:         {"between", "Between networks", "For the firewalls between networks, and those of both hosts."},
	request.BetweenOptional: {"between-optional", "Between networks, optional", "The products work without these, whatever features were chosen. Permit them if their purpose is wanted; the playbooks leave them out unless portspec_optional is true."},
	request.Inside:          {"inside", "Inside one network", "For the firewalls of the hosts. None between networks sees these."},
	request.InsideOptional:  {"inside-optional", "Inside one network, optional", "The products work without these. Permit them if their purpose is wanted."},
	request.Words:           {"words", "More than a port rule", "What a rule about addresses and ports cannot express."},
}

func (s *siteView) sectionHeading(kind request.Kind) sectionHeading {
	h := sectionHeadings[kind]
	if len(s.Site.Zones) == 0 {
		switch kind {
		case request.Between:
			h.title, h.words = "Needed", "The site has no zones, so that these may stay inside a network or cross a boundary."
		case request.BetweenOptional:
			h.title = "Optional"
		}
	}
	return h
}

// requestTable writes a section. The last columns are there to be filled in.
//
//	| No. | From zone | From | To zone | To | Port | Owner | Ticket | Until |
//	| --- | --- | --- | --- | --- | --- | --- | --- | --- |
//	| 1 | clients | admin (10.1.3.20) | servers | ums1 (10.1.1.11) | TCP 8443 | | | |
func (s *siteView) requestTable(p *page, part *request.Section) {
	h := s.sectionHeading(part.Kind)
	p.heading(2, h.id, h.title)
	head := []md{"No.", "From zone", "From", "To zone", "To", "Port"}
	inside := part.Kind == request.Inside || part.Kind == request.InsideOptional
	if inside {
		head = []md{"No.", "Zone", "From", "", "To", "Port"}
	}
	p.long(table{
		id: h.id, title: string(h.title), words: h.words, head: append(head, "Owner", "Ticket", "Until"),
		rows: len(part.Rows), row: func(i int) []md {
			x := part.Rows[i]
			from, to := x.Zones()
			row := []md{number(part.First + i), text(from), s.parties(x.From), text(to), s.parties(x.To), portOf(x.What)}
			if inside {
				row[3] = ""
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

// todoTable tells what to do about rows that are more than ports, each thing once: beside the
// rows it would be too wide for paper.
//
//	| No. | What to do |
//	| --- | --- |
//	| 31, 32 | Broadcast: routers do not pass it on, … |
func todoTable(p *page, part *request.Section) {
	var all []string
	numbers := make(map[string][]md)
	for i, x := range part.Rows {
		for _, words := range x.Todo() {
			if numbers[words] == nil {
				all = append(all, words)
			}
			numbers[words] = append(numbers[words], number(part.First+i))
		}
	}
	p.heading(3, "what-to-do", "What to do")
	p.long(table{
		id: "what-to-do", title: "What to do", head: []md{"No.", "What to do"},
		rows: len(all), row: func(i int) []md { return []md{join(", ", numbers[all[i]]...), text(all[i])} },
	})
}

// order are the steps in which the request is carried out.
func (s *siteView) order(groups bool) []md {
	steps := []md{"Fill in who answers for each row, under which ticket, and until when."}
	if groups {
		steps = append(steps, "Make address groups of the "+link(place{s.path(requestName), "groups"}, "groups of hosts")+".")
	}
	var rows [len(sectionHeadings)]md
	phases := false
	for _, part := range s.request.Sections {
		rows[part.Kind] = rowNumbers(part)
		phases = phases || slices.ContainsFunc(part.Rows, (*request.Row).InPhase)
	}
	if list := rows[request.Between]; list != "" {
		where := md(" on the firewalls between networks and on those of the hosts")
		if len(s.Site.Zones) == 0 {
			where = ""
		}
		steps = append(steps, "Permit "+list+where+", before products are installed or changed.")
	}
	if list := rows[request.Inside]; list != "" {
		steps = append(steps, "Permit "+list+" on the firewalls of the hosts, if these have one.")
	}
	if list := rows[request.Words]; list != "" {
		steps = append(steps, "Settle "+list+" with whoever looks after routers and products.")
	}
	if optional := join(" and ", rows[request.BetweenOptional], rows[request.InsideOptional]); optional != "" {
		steps = append(steps, "Decide on "+optional+", and permit what is wanted.")
	}
	if phases {
		steps = append(steps, "Close what is needed only during installation or another phase when that is over.")
	}
	return append(steps, "Test each row from its source, then close what earlier requests opened and this one does not have.")
}

// rowNumbers are the numbers of a section: "row 3", "rows 3 to 7".
func rowNumbers(part *request.Section) md {
	switch first, last := number(part.First), number(part.Last()); len(part.Rows) {
	case 1:
		return "row " + first
	case 2:
		return "rows " + first + " and " + last
	default:
		return "rows " + first + " to " + last
	}
}

// reasonTable tells what each row is for, when it is needed, and what it rests on.
func (s *siteView) reasonTable(p *page) {
	type reason struct {
		number int
		*request.Entry
	}
	var all []reason
	for _, part := range s.request.Sections {
		for i, x := range part.Rows {
			for _, e := range x.Entries {
				all = append(all, reason{part.First + i, e})
			}
		}
	}
	p.heading(2, "reasons", "Reasons")
	p.long(table{
		id: "reasons", title: "Reasons", words: "What each port is for, and the flows that it rests on, with the rows of the vendors' documents.",
		head: []md{"No.", "Port", "Purpose", "Only", "Flows and rows"},
		rows: len(all), row: func(i int) []md {
			r := all[i]
			return []md{number(r.number), portOf(r.What), texts("; ", r.Purposes()), texts("; ", r.Conditions()), flowsAndRows(r.Uses)}
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

// portOf is "TCP 443, 8443", "IP 50 (ESP)".
func portOf(w request.What) md { return join(" ", plain.Transport(w.Transport), numbersOf(w)) }

// numbersOf is "443, 8443", "49152-65535 (dynamic)", "type 8", or empty.
func numbersOf(w request.What) md {
	switch {
	case len(w.Messages) > 0:
		return plain.Messages(w.Messages)
	case !model.HasPorts(w.Transport):
		return ""
	case len(w.Ports) == 0 && w.Dynamic:
		return "dynamic"
	case len(w.Ports) == 0:
		return "not known"
	case w.Dynamic:
		return text(model.FormatPorts(w.Ports)) + " (dynamic)"
	}
	return text(model.FormatPorts(w.Ports))
}
