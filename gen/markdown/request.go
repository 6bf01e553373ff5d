package markdown

import (
	"cmp"
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

// A section is rules that are set together.
type section struct {
	id, title, words md
	list             []*rule
	first            int // the number of the first
}

// A rule is a row of a request: what is between the same parties over one transport, under
// the same conditions and for the same owner.
type rule struct {
	from, to []*gen.Party
	asked
	requests []*request
}

// ruleKey is equal for requests of one rule.
func (s *siteView) ruleKey(r *request) string {
	what := r.asked
	if !r.inWords() && !r.dynamic {
		what.ports = nil
	}
	keys := func(parties []*gen.Party) (all []string) {
		for _, p := range parties {
			all = append(all, p.Key)
		}
		return all
	}
	return fmt.Sprintf("%q %q %s %q %q", keys(r.from), keys(r.to), what.key(), r.condition(), s.records(r))
}

// add takes a request into the section.
func (s *section) add(r *request, rules map[string]*rule, key string) {
	key = string(s.id) + " " + key
	x := rules[key]
	if x == nil {
		x = &rule{from: r.from, to: r.to, asked: r.asked}
		rules[key] = x
		s.list = append(s.list, x)
	} else {
		x.ports = slices.SortedFunc(slices.Values(slices.Concat(x.ports, r.ports)), func(a, b model.PortRange) int { return cmp.Or(a.From-b.From, a.To-b.To) })
		x.ports = slices.Compact(x.ports)
	}
	x.requests = append(x.requests, r)
}

// rows are the numbers of the section: "row 3", "rows 3 to 7".
func (s *section) rows() md {
	switch last := s.first + len(s.list) - 1; last - s.first {
	case 0:
		return "row " + number(s.first)
	case 1:
		return "rows " + number(s.first) + " and " + number(last)
	default:
		return "rows " + number(s.first) + " to " + number(last)
	}
}

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

// sections are the parts of a request that is not empty, with their requests numbered on.
func (s *siteView) sections() []*section {
	between := &section{id: "between", title: "Between networks", words: "For the firewalls between networks, and those of both hosts."}
	betweenOptional := &section{id: "between-optional", title: "Between networks, optional", words: "The products work without these, whatever features were chosen. Permit them if their purpose is wanted; the playbooks leave them out unless portspec_optional is true."}
	inside := &section{id: "inside", title: "Inside one network", words: "For the firewalls of the hosts. None between networks sees these."}
	insideOptional := &section{id: "inside-optional", title: "Inside one network, optional", words: "The products work without these. Permit them if their purpose is wanted."}
	worded := &section{id: "words", title: "More than a port rule", words: "What a rule about addresses and ports cannot express."}
	if len(s.Site.Zones) == 0 {
		between.title, betweenOptional.title = "Needed", "Optional"
		between.words = "The site has no zones, so that these may stay inside a network or cross a boundary."
	}
	rules := make(map[string]*rule)
	all := []*section{between, betweenOptional, inside, insideOptional, worded}
	for _, r := range requests(s.request) {
		part := between
		from, to := zoneOf(r.from[0]), zoneOf(r.to[0])
		switch stays := from == to && from != ""; {
		case r.inWords():
			part = worded
		case stays && isOptional(r.uses):
			part = insideOptional
		case stays:
			part = inside
		case isOptional(r.uses):
			part = betweenOptional
		}
		part.add(r, rules, s.ruleKey(r))
	}
	all = slices.DeleteFunc(all, func(part *section) bool { return len(part.list) == 0 })
	zones := func(r *rule) [2]int { return [2]int{s.zoneRank(r.from[0]), s.zoneRank(r.to[0])} }
	n := 1
	for _, part := range all {
		slices.SortStableFunc(part.list, func(a, b *rule) int {
			x, y := zones(a), zones(b)
			return cmp.Or(x[0]-y[0], x[1]-y[1])
		})
		part.first = n
		n += len(part.list)
	}
	return all
}

// zoneOf is the zone of a party's network; "" for none that is known. All parties of one
// side of a request are in one.
func zoneOf(p *gen.Party) string {
	if p.Group != nil {
		return p.Group.Zone
	}
	return p.End.NetZone
}

// zoneRank sorts parties by zones in the site's order, and those in none last.
func (s *siteView) zoneRank(p *gen.Party) int {
	i := slices.IndexFunc(s.Site.Zones, func(z *model.NetworkZone) bool { return z.ID == zoneOf(p) })
	if i < 0 {
		return len(s.Site.Zones)
	}
	return i
}

// order are the steps in which the request is carried out.
func (s *siteView) order(sections []*section, groups bool) []md {
	steps := []md{"Fill in who answers for each row, under which ticket, and until when."}
	if groups {
		steps = append(steps, "Make address groups of the "+link(place{s.path(requestName), "groups"}, "groups of hosts")+".")
	}
	named := make(map[md]*section)
	installing := false
	for _, part := range sections {
		named[part.id] = part
		installing = installing || slices.ContainsFunc(part.list, (*rule).inPhase)
	}
	if part := named["between"]; part != nil {
		where := md(" on the firewalls between networks and on those of the hosts")
		if len(s.Site.Zones) == 0 {
			where = ""
		}
		steps = append(steps, "Permit "+part.rows()+where+", before products are installed or changed.")
	}
	if part := named["inside"]; part != nil {
		steps = append(steps, "Permit "+part.rows()+" on the firewalls of the hosts, if these have one.")
	}
	if part := named["words"]; part != nil {
		steps = append(steps, "Settle "+part.rows()+" with whoever looks after routers and products.")
	}
	var optional []md
	for _, id := range []md{"between-optional", "inside-optional"} {
		if part := named[id]; part != nil {
			optional = append(optional, part.rows())
		}
	}
	if len(optional) > 0 {
		steps = append(steps, "Decide on "+and(optional)+", and permit what is wanted.")
	}
	if installing {
		steps = append(steps, "Close what is needed only during installation or another phase when that is over.")
	}
	return append(steps, "Test each row from its source, then close what earlier requests opened and this one does not have.")
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
	cells := []md{toFillIn, toFillIn, toFillIn}
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

// inPhase reports whether the rule is needed in a phase only.
func (x *rule) inPhase() bool {
	return slices.ContainsFunc(x.requests, func(r *request) bool {
		return slices.ContainsFunc(r.uses, func(u *use) bool { return u.permit.Connection.Phase != "" })
	})
}

// todo is what to do about a rule that is more than ports.
func (x *rule) todo() []string {
	var all []string
	if !slices.ContainsFunc(x.requests, func(r *request) bool { return !isOptional(r.uses) }) {
		all = append(all, "Optional.")
	}
	for _, r := range x.requests {
		for _, words := range r.asked.todo(r.uses) {
			if !slices.Contains(all, words) {
				all = append(all, words)
			}
		}
	}
	return all
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

func (a asked) narrowed() []string {
	var all []string
	if a.isBroadcast() {
		all = append(all, "within one network")
	}
	if a.dynamic && len(a.ports) > 0 {
		all = append(all, "one port of the range, taken at run time")
	}
	if len(a.source) > 0 {
		all = append(all, "from port "+model.FormatPorts(a.source))
	}
	switch a.family {
	case "ipv4":
		all = append(all, "IPv4 only")
	case "ipv6":
		all = append(all, "IPv6 only")
	}
	return all
}

// todo describes what to do about something that a rule cannot express.
func (a asked) todo(uses []*use) []string {
	var all []string
	if a.isBroadcast() {
		all = append(all, "Broadcast: routers do not pass it on, and a rule between networks does nothing. Inside the network, the destination's own firewall has to let it in.")
		for _, u := range uses {
			if note := u.permit.Connection.Flow.Note; note != "" && !slices.Contains(all, note) {
				all = append(all, note)
			}
		}
	} else if len(a.groups) > 0 {
		all = append(all, "Multicast to "+strings.Join(a.groups, ", ")+": routers pass it on only where multicast routing is set up. Permit the groups as the destination.")
	}
	for _, u := range uses {
		if words := u.destination(); words != "" && !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	switch {
	case len(a.ports) > 0 || !model.HasPorts(a.transport):
	case a.dynamic:
		for _, u := range uses {
			if words := u.takenAtRunTime(); !slices.Contains(all, words) {
				all = append(all, words)
			}
		}
	default:
		all = append(all, "The vendor does not name the port. Look at the running system, or ask the vendor, before asking for it.")
	}
	return all
}

// destination says what to do about a destination that is no address.
func (u *use) destination() string {
	at := u.permit.To[0].Endpoints() // all ends are of one component
	switch {
	case at == nil || u.permit.Back != "":
		return ""
	case len(at.ServiceTags) > 0 && len(at.Addresses)+len(at.Networks) == 0:
		return "The destination is a service tag of a cloud: other firewalls need the networks that its provider publishes for it."
	case len(at.URLs) > 0:
		return "Firewalls that filter packets do not see the path of " + strings.Join(at.URLs, ", ") + ": permit the host, or have a proxy filter the path."
	}
	return ""
}

func (a asked) isBroadcast() bool { return len(a.groups) == 1 && a.groups[0] == "broadcast" }

// takenAtRunTime says what to do about a dynamic port without a range. Firewalls
// follow port mappers and nothing else to such a port.
func (u *use) takenAtRunTime() string {
	c := u.permit.Connection
	conf, mapper := c.Configurable(), c.Listener.Dynamic != nil && c.Listener.Dynamic.Mapper != ""
	words := "The port is taken at run time and no range is known. "
	switch {
	case u.permit.Back == "" && mapper:
		return words + "Have the firewall follow the connection to the port mapper, or permit the ports from 1024 up between these two sides."
	case u.permit.Back == "" && conf != nil && conf.Allowed && conf.How != "":
		return words + "Fix it (" + strings.TrimSuffix(conf.How, ".") + ") and permit that one; until then, permit the ports from 1024 up between these two sides."
	}
	return words + "Permit the ports from 1024 up between these two sides."
}
