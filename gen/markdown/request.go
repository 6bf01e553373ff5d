package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// requestPage returns a request to network administrators.
func requestPage(s *siteView) gen.File {
	p := s.flavor.newPage(s.path("firewall-request.md"), "Firewall request: "+s.title())
	p.paragraph("What has to pass between the hosts of this site, and between them and others. The same as a table for " +
		"programs, a row for each source and destination: " +
		s.link("firewall-request.csv", "firewall-request.csv") + ", and " + s.link("firewall-request-hosts.csv", "the hosts in it") + ". Back to " + s.link("index.md", "the site") + ".")
	p.list([]md{
		"The source opens the connection. Answers to it are taken to pass, as a stateful firewall lets them.",
		"Where a host is on both sides, each of them talks to the others, not to itself.",
		"What stays inside a host is not in here.",
	})
	var needed, optional, worded []*request
	for _, r := range requests(s.request) {
		switch {
		case r.inWords():
			worded = append(worded, r)
		case isOptional(r.uses):
			optional = append(optional, r)
		default:
			needed = append(needed, r)
		}
	}
	n := 0
	s.requestTable(p, &n, "required", "Required", "", needed)
	s.requestTable(p, &n, "optional", "Optional", "The products work without these, whatever features were chosen. Permit them where their purpose is wanted; the playbooks leave them out unless portspec_optional is true.", optional)
	s.wordedTable(p, &n, worded)
	s.groupTable(p, append(append(needed, optional...), worded...))
	if n == 0 {
		p.paragraph("Nothing crosses the network.")
	}
	return p.file()
}

func (s *siteView) requestTable(p *page, n *int, id, title, words md, list []*request) {
	if len(list) == 0 {
		return
	}
	p.heading(2, id, title)
	p.paragraph(words)
	var rows [][]md
	for _, r := range list {
		*n++
		rows = append(rows, []md{
			md(fmt.Sprint(*n)), s.parties(r.from), s.parties(r.to), plain.Transport(r.transport), r.portCell(),
			texts("; ", purposes(r.uses)), r.condition(), texts(", ", citations(r.uses)),
		})
	}
	p.table([]md{"No.", "Source", "Destination", "Transport", "Port", "Purpose", "Condition", "Rests on"}, rows)
}

// wordedTable lists what no rule about addresses and ports can say.
func (s *siteView) wordedTable(p *page, n *int, list []*request) {
	if len(list) == 0 {
		return
	}
	p.heading(2, "words", "What takes more than a port rule")
	var rows [][]md
	for _, r := range list {
		*n++
		needed := md("required")
		if isOptional(r.uses) {
			needed = "optional"
		}
		rows = append(rows, []md{
			md(fmt.Sprint(*n)), s.parties(r.from), s.parties(r.to), plain.Transport(r.transport), r.portCell(), texts("; ", purposes(r.uses)),
			join("; ", needed, r.condition()), texts(" ", r.todo(r.uses)), texts(", ", citations(r.uses)),
		})
	}
	p.table([]md{"No.", "Source", "Destination", "Transport", "Port", "Purpose", "Condition", "What to do", "Rests on"}, rows)
}

// groupTable says which hosts are behind the names of groups.
func (s *siteView) groupTable(p *page, list []*request) {
	var rows [][]md
	seen := make(map[*gen.Party]bool)
	for _, r := range list {
		for _, party := range append(append([]*gen.Party{}, r.from...), r.to...) {
			if seen[party] || party.Group == nil || len(party.Group.Hosts) <= gen.MostNamed {
				continue
			}
			seen[party] = true
			var hosts []md
			for _, h := range party.Group.Hosts {
				hosts = append(hosts, s.hostName(h))
			}
			rows = append(rows, []md{
				anchor(anchorID("group", party.Group.Hosts[0].ID)) + text(party.Name),
				md(fmt.Sprint(len(hosts))), text(party.Group.Zone), join(", ", hosts...),
			})
		}
	}
	if len(rows) == 0 {
		return
	}
	p.heading(2, "groups", "Groups of hosts")
	p.table([]md{"Group", "Hosts", "Zone", "Names and addresses"}, rows)
}

// parties lists one side of a request, with addresses.
func (s *siteView) parties(list []*gen.Party) md {
	var all []md
	for _, p := range list {
		switch {
		case p.Group == nil:
			all = append(all, elsewhere(p))
		case len(p.Group.Hosts) > gen.MostNamed:
			to := place{s.path("firewall-request.md"), anchorID("group", p.Group.Hosts[0].ID)}
			all = append(all, link(to, text(p.Name))+" ("+count(len(p.Group.Hosts), "host")+")")
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
		return texts(", ", places)
	}
	return "address not known"
}

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
