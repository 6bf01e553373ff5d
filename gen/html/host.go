package html

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// host returns the page of a group of hosts that are alike.
func (s *site) host(g *gen.Group, party *gen.Party) *page {
	p := s.page(hostName(g), "Host "+g.Names())
	h := g.Hosts[0]
	var hosts, runs []hyper
	for _, h := range g.Hosts {
		words := text(h.ID)
		if places := slices.Concat(h.Addresses, h.Names); len(places) > 0 {
			words += " (" + texts(", ", places) + ")"
		}
		hosts = append(hosts, words)
	}
	for _, run := range g.Runs() {
		runs = append(runs, s.runs(p, run.Place, run.Host.Host))
	}
	p.facts("Runs", describe.Join(", ", runs...), "Zone", s.zone(g.Zone), "System", system(h), "Machines", number(g.Machines()), "Hosts", describe.Join(", ", hosts...))
	k := s.card(p, g, party)
	if len(k.In)+len(k.Out) > 0 {
		k.Name, k.Alone = text(g.Names()), true
		p.show("card.html", k)
		p.paragraph(brackets(optionalPorts, k))
	}
	if rows := s.sockets(p, h); len(rows) > 0 {
		p.heading(2, "listens", "Listens on")
		p.table(table{title: "Sockets that it opens, and why", head: []hyper{"Port", "Component and listener", "Bind", "Only"}, rows: rows})
	}
	s.permits(p, "inbound", "Inbound", "To accept from the network", "From", party, func(w *gen.Way) (here, peer *gen.Party) { return w.To, w.From })
	s.permits(p, "outbound", "Outbound", "To reach over the network", "To", party, func(w *gen.Way) (here, peer *gen.Party) { return w.From, w.To })
	if inside := s.local[g]; len(inside) > 0 {
		p.heading(2, "inside", "Inside the host")
		t := s.permitTable(p)
		for _, permit := range inside {
			t.add(permit)
		}
		t.write("", "Connections that network firewalls do not see")
	}
	return p
}

// permits adds one direction of a host's permits.
func (s *site) permits(p *page, id, heading, title string, side hyper, party *gen.Party, sides func(*gen.Way) (here, peer *gen.Party)) {
	peers := make(map[*model.Permit][]hyper)
	var permits []*model.Permit
	for _, w := range s.ways[party] {
		here, peer := sides(w)
		if here != party {
			continue
		}
		for _, permit := range w.Permits {
			if peers[permit] == nil {
				permits = append(permits, permit)
			}
			peers[permit] = append(peers[permit], s.partyLink(p, peer, party))
		}
	}
	if len(permits) == 0 {
		return
	}
	slices.SortFunc(permits, func(a, b *model.Permit) int { return s.rank[a] - s.rank[b] })
	p.heading(2, id, text(heading))
	t := s.permitTable(p)
	for _, permit := range permits {
		t.add(permit, describe.Join(", ", peers[permit]...))
	}
	t.write("permits", title, side)
}

// sockets returns a row for each socket of a host. Components and transports with the same
// socket share a row.
func (s *site) sockets(p *page, h *model.Deployed) []row {
	type socket struct {
		over  []string
		who   []hyper
		cells []hyper
	}
	var all []*socket
	at := make(map[string]*socket)
	for _, l := range h.Sockets {
		ports := gen.PortsText(l.Ports, l.Dynamic)
		why := s.why(p, l.Why, s.Product(l.Place.Product(), h.Host))
		who := s.runs(p, l.Place, h.Host) + " " + text(l.Listener.ID)
		key := fmt.Sprintf("%q", []string{ports, l.Bind, l.Phase})
		if l.Dynamic || len(l.Ports) == 0 {
			key += fmt.Sprintf("%q", []string{string(l.Place), l.Listener.ID}) // each has its own
		}
		known := at[key]
		if known == nil {
			known = &socket{cells: []hyper{hyper(ports), "", plain.Bind(&model.Listener{Bind: l.Bind}), plain.During(l.Phase)}}
			at[key] = known
			all = append(all, known)
		}
		if !slices.Contains(known.over, l.Transport) {
			known.over = append(known.over, l.Transport)
		}
		known.who = appendNew(known.who, who+why)
	}
	var rows []row
	for _, x := range all {
		slices.Sort(x.over)
		x.cells[0] = `<span class="port">` + plain.PortAt(x.over, string(x.cells[0])) + "</span>"
		x.cells[1] = describe.Join("", x.who...)
		rows = append(rows, row{cells: x.cells})
	}
	return rows
}

// why shows the reason that decided a port, and below it all reasons.
//
//	by default ▸ all reasons
func (s *site) why(p *page, list []model.Reason, product *model.Product) hyper {
	if len(list) == 0 {
		return ""
	}
	var all []hyper
	for _, r := range list {
		var cite []hyper
		for _, id := range r.Cite {
			cite = append(cite, s.rowLink(p, product, id))
		}
		words := text(r.Text)
		if where := describe.Join("; ", position(r.At), describe.Join(", ", cite...)); where != "" {
			words += ` <span class="when">(` + where + ")</span>"
		}
		all = append(all, "<li>"+words+"</li>")
	}
	return "<details><summary>" + text(list[len(list)-1].Text) + "</summary><ul>" + describe.Join("", all...) + "</ul></details>"
}

func position(at diag.Position) hyper {
	if !at.IsValid() {
		return ""
	}
	return text(fmt.Sprintf("%s:%d", at.File, at.Line))
}
