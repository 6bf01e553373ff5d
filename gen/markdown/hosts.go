package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// hostsPages returns a page that lists all hosts, and a page for each group of alike hosts:
// what listens there, who may reach it, whom it may reach, and why.
func hostsPages(s *siteView) []gen.File {
	p := s.flavor.newPage(s.path("hosts.md"), "Hosts: "+s.title())
	p.label = hostsLabel
	p.paragraph("The page of each host shows what listens there, who may reach it, and whom it may reach. Back to " + s.link("index.md", "the site") + ".")
	page := make(map[*model.Deployed]*gen.Group)
	for _, g := range s.alike {
		for _, h := range g.Hosts {
			page[h] = g
		}
	}
	p.long(table{
		head: []md{"Host", "Addresses and names", "System", "Machines", "Zone", "Runs"},
		rows: len(s.Hosts), row: func(cells []md, i int) []md {
			h := s.Hosts[i]
			name := text(h.ID)
			if h.Name != "" {
				name += " (" + text(h.Name) + ")"
			}
			return append(cells,
				link(place{page: s.hostPath(page[h])}, name), literals(slices.Concat(h.Addresses, h.Names)), system(h), number(h.Count), text(h.NetZone), s.components(gen.Group{Hosts: []*model.Deployed{h}}),
			)
		},
	})
	files := p.files()
	inside := make(map[*model.Deployed][]*model.Permit)
	for _, permit := range s.Local {
		for _, e := range permit.From {
			inside[e.Host] = append(inside[e.Host], permit)
		}
	}
	order := make(map[*model.Permit]int, len(s.Permits))
	for i, permit := range s.Permits {
		order[permit] = i
	}
	to, from := make(map[*gen.Party][]*gen.Way), make(map[*gen.Party][]*gen.Way)
	for _, w := range s.traffic.Ways {
		to[w.To], from[w.From] = append(to[w.To], w), append(from[w.From], w)
	}
	made := make([][]gen.File, len(s.alike))
	parallel.Do(len(s.alike), func(i int) {
		g, party := s.alike[i], s.traffic.Parties[i]
		inbound := peers(to[party], func(w *gen.Way) *gen.Party { return w.From }, order)
		outbound := peers(from[party], func(w *gen.Way) *gen.Party { return w.To }, order)
		made[i] = s.hostPage(g, inbound, outbound, inside[g.Hosts[0]])
	})
	return slices.Concat(append([][]gen.File{files}, made...)...)
}

const hostsLabel = "Hosts"

// hostPath returns the path of the page of hosts that are alike.
func (s *siteView) hostPath(g *gen.Group) string {
	return s.path("host-" + gen.FileName(g.Hosts[0].ID) + ".md")
}

// hostPage describes hosts that are alike.
func (s *siteView) hostPage(g *gen.Group, inbound, outbound []peered, inside []*model.Permit) []gen.File {
	p := s.flavor.newPage(s.hostPath(g), g.Names())
	p.list(s.hostFacts(g))
	p.around(s.diagrams.Of(g))
	reasons := &reasonList{numbers: make(map[string]int)}
	sockets := g.Hosts[0].Sockets
	if len(sockets) > 0 {
		p.heading(2, "listens-on", "Listens on")
		p.long(table{
			id: "listens-on", title: "Listens on", words: "The sockets it opens.", head: []md{"Port", "Component", "Listener", "Bind", "Why"},
			rows: len(sockets), row: func(cells []md, i int) []md {
				l := sockets[i]
				bind := plain.Bind(&model.Listener{Bind: l.Bind})
				if l.Phase != "" {
					bind += "; " + plain.During(l.Phase)
				}
				return append(cells, portOf(request.OfSocket(l)), s.componentLink(l.Place, g.Hosts[0].Host), text(l.Listener.ID), bind, p.why(reasons, s.Product(l.Place.Product(), g.Hosts[0].Host), l.Why))
			},
		})
	}
	s.permitTable(p, reasons, "Inbound", "To be accepted from the network.", "From", inbound)
	s.permitTable(p, reasons, "Outbound", "To be reached over the network.", "To", outbound)
	own := make([]peered, len(inside))
	for i, permit := range inside {
		own[i] = peered{permit: permit}
	}
	s.permitTable(p, reasons, "Inside the host", "Network firewalls do not see this traffic.", "From", own)
	s.reasonsOf(p, reasons)
	return p.files()
}

func (s *siteView) hostFacts(g *gen.Group) []md {
	var hosts []md
	for _, h := range g.Hosts[:min(len(g.Hosts), mostListed)] {
		hosts = append(hosts, s.hostName(h))
	}
	if more := len(g.Hosts) - mostListed; more > 0 {
		hosts = append(hosts, "and "+s.link("hosts.md", number(more)+" more"))
	}
	facts := []md{"Part of " + s.link("index.md", text(s.title())), "Addresses: " + join(", ", hosts...)}
	if n := g.Machines(); n > len(g.Hosts) {
		facts = append(facts, "Machines: "+number(n))
	}
	if words := system(g.Hosts[0]); words != "" {
		facts = append(facts, "System: "+words)
	}
	if g.Zone != "" {
		facts = append(facts, "Zone: "+text(g.Zone))
	}
	if runs := s.components(*g); runs != "" {
		facts = append(facts, "Runs: "+runs)
	}
	return facts
}

// system returns the operating system of a host, and its release.
func system(h *model.Deployed) md {
	if h.OS == "" {
		return ""
	}
	return plain.OSName(h.OS) + space(text(h.OSVersion))
}

// components lists what hosts run.
func (s *siteView) components(g gen.Group) md {
	var runs []md
	for _, run := range g.Runs() {
		runs = append(runs, s.componentLink(run.Place, run.Host.Host))
	}
	return join(", ", runs...)
}

// A peered is a permit and who is on the other side of it.
type peered struct {
	permit *model.Permit
	peers  []*gen.Party
}

// peers lists the permits of ways, in their order, with who is on the other side.
func peers(ways []*gen.Way, other func(*gen.Way) *gen.Party, order map[*model.Permit]int) []peered {
	at := make(map[*model.Permit]int)
	var all []peered
	for _, w := range ways {
		for _, permit := range w.Permits {
			i, ok := at[permit]
			if !ok {
				i = len(all)
				at[permit] = i
				all = append(all, peered{permit: permit})
			}
			all[i].peers = append(all[i].peers, other(w))
		}
	}
	slices.SortFunc(all, func(a, b peered) int { return order[a.permit] - order[b.permit] })
	return all
}

// permitTable writes permits, those with the same peers together. Permits that differ only in
// their purposes and reasons are one row.
func (s *siteView) permitTable(p *page, reasons *reasonList, title string, words, side md, list []peered) {
	if len(list) == 0 {
		return
	}
	type row struct {
		peers, port, only md
		purposes          []md
		about             *model.Product
		why               []model.Reason
	}
	var rows []*row
	at := make(map[string]*row)
	for _, x := range list {
		own := &row{peers: s.peerNames(x.peers), port: portOf(request.Of(x.permit)), only: onlyWhen(x.permit), about: x.permit.Connection.Product}
		key := fmt.Sprintf("%q", []md{own.peers, own.port, own.only, md(own.about.Ref())})
		r := at[key]
		if r == nil {
			r = own
			at[key] = r
			rows = append(rows, r)
		}
		if purpose := s.purposeLink(request.UseOf(x.permit)); !slices.Contains(r.purposes, purpose) {
			r.purposes = append(r.purposes, purpose)
		}
		why := slices.Clone(x.permit.Why)
		if len(why) > 0 { // the flow, whose purpose is beside it
			why[0].Text = "flow " + x.permit.Connection.Flow.ID
		}
		r.why = append(r.why, why...)
	}
	ranks := make(map[md]int)
	for _, r := range rows {
		if _, known := ranks[r.peers]; !known {
			ranks[r.peers] = len(ranks)
		}
	}
	slices.SortStableFunc(rows, func(a, b *row) int { return ranks[a.peers] - ranks[b.peers] })
	id := slug(md(title))
	p.heading(2, id, md(title))
	p.long(table{
		id: id, title: title, words: words, head: []md{side, "Port", "Purpose", "Only", "Why"},
		rows: len(rows), row: func(cells []md, i int) []md {
			r := rows[i]
			return append(cells, r.peers, r.port, join("; ", r.purposes...), r.only, p.why(reasons, r.about, r.why))
		},
	})
}

// onlyWhen tells when a permit is needed, and what narrows it.
func onlyWhen(permit *model.Permit) md {
	u, what := request.UseOf(permit), request.Of(permit)
	only := []md{text(u.Condition), texts("; ", what.Narrowed()), literals(what.Groups)}
	if u.Optional() {
		only = append([]md{"optional"}, only...)
	}
	return join("; ", only...)
}

func (s *siteView) peerNames(list []*gen.Party) md {
	var all []md
	for _, p := range list {
		if p.Group != nil {
			all = append(all, s.groupLink(p.Group))
		} else {
			all = append(all, elsewhere(p))
		}
	}
	return join(", ", all...)
}

// A reasonList is the reasons on a page, each once.
type reasonList struct {
	list    []productReason
	numbers map[string]int
}

// A productReason is a reason with the product that it is about; nil for none.
type productReason struct {
	model.Reason
	product *model.Product
}

// why refers to reasons by their numbers, in the order of the list.
func (p *page) why(all *reasonList, about *model.Product, list []model.Reason) md {
	var numbers []md
	for _, r := range list {
		key := fmt.Sprintf("%q", []string{r.Kind, r.Text, r.At.String(), strings.Join(r.Cite, " ")})
		if all.numbers[key] == 0 {
			all.list = append(all.list, productReason{r, about})
			all.numbers[key] = len(all.list)
		}
		if n := number(all.numbers[key]); !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		return ""
	}
	return link(place{p.path, "reasons"}, join(", ", numbers...))
}

// reasonsOf writes the reasons that the tables of a page refer to.
//
//	| No. | Reason | Written at | Rows |
//	| --- | --- | --- | --- |
//	| 1 | default: igel-ums/ums-server.web is 8443 by default | specs/…/components.cue:15 | [default-ports/6](…) |
func (s *siteView) reasonsOf(p *page, reasons *reasonList) {
	if len(reasons.list) == 0 {
		return
	}
	p.heading(2, "reasons", "Reasons")
	p.long(table{
		id: "reasons", title: "Reasons", words: "Numbered as in the column Why. The last reason decides the port.",
		head: []md{"No.", "Reason", "Written at", "Rows"},
		rows: len(reasons.list), row: func(cells []md, i int) []md {
			r := reasons.list[i]
			return append(cells, number(i+1), text(r.Kind)+": "+text(r.Text), position(r.At), s.rowLinks(r.product, r.Cite))
		},
	})
}

// position returns file:line, as an editor opens it.
func position(at diag.Position) md {
	if !at.IsValid() {
		return ""
	}
	return text(at.File) + ":" + number(at.Line)
}
