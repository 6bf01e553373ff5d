package markdown

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// hostsPage has a section for each host, or for identical hosts: what listens there and why,
// who may reach it, and whom it may reach.
func hostsPage(s *siteView) gen.File {
	p := s.flavor.newPage(s.path("hosts.md"), "Hosts: "+s.title())
	p.paragraph("What listens on each host and why, who may reach it, and whom it may reach. Hosts that are alike are described " +
		"once. Back to " + s.link("index.md", "the site") + ".")
	inside := make(map[*model.Deployed][]*model.Permit)
	for _, permit := range s.Local {
		for _, e := range permit.From {
			inside[e.Host] = append(inside[e.Host], permit)
		}
	}
	for i, g := range s.alike {
		s.hostPart(p, g, s.traffic.Parties[i], inside[g.Hosts[0]])
	}
	return p.file()
}

func (s *siteView) hostPart(p *page, g *gen.Group, party *gen.Party, inside []*model.Permit) {
	p.heading(2, anchorID("host", g.Hosts[0].ID), text(g.Names()))
	p.list(s.hostFacts(g))
	var rows [][]md
	for _, l := range g.Hosts[0].Sockets {
		a := asked{transport: l.Transport, ports: l.Ports, dynamic: l.Dynamic, messages: l.Listener.ICMP}
		reach := plain.Bind(&model.Listener{Bind: l.Bind})
		if l.Phase != "" {
			reach += "; " + plain.During(l.Phase)
		}
		rows = append(rows, []md{
			join(" ", plain.Transport(l.Transport), a.portCell()), s.componentName(l.Place, g.Hosts[0].Host) + ": " + text(l.Listener.ID), reach, reasons(l.Why),
		})
	}
	if len(rows) > 0 {
		p.paragraph("**Listens on**: the sockets it opens.")
		p.table([]md{"Port", "Component: listener", "Bind", "Why"}, rows)
	}
	s.permitTable(p, "**May be reached by**: to be accepted from the network.", "From", s.peers(party, func(w *gen.Way) (here, peer *gen.Party) { return w.To, w.From }))
	s.permitTable(p, "**May reach**: to be reached over the network.", "To", s.peers(party, func(w *gen.Way) (here, peer *gen.Party) { return w.From, w.To }))
	var own []peered
	for _, permit := range inside {
		own = append(own, peered{permit, nil})
	}
	s.permitTable(p, "**Inside the host**: no firewall of the network sees it.", "", own)
}

func (s *siteView) hostFacts(g *gen.Group) []md {
	var hosts, runs []md
	for _, h := range g.Hosts {
		hosts = append(hosts, s.hostName(h))
	}
	for _, run := range g.Runs() {
		runs = append(runs, s.componentName(run.Place, run.Host.Host)+" ("+text(string(run.Place))+")")
	}
	facts := []md{"Addresses: " + join(", ", hosts...)}
	if n := g.Machines(); n > len(g.Hosts) {
		facts = append(facts, "Machines: "+md(fmt.Sprint(n)))
	}
	if g.Hosts[0].OS != "" {
		facts = append(facts, "System: "+plain.OSName(g.Hosts[0].OS)+space(text(g.Hosts[0].OSVersion)))
	}
	if g.Zone != "" {
		facts = append(facts, "Zone: "+text(g.Zone))
	}
	if len(runs) > 0 {
		facts = append(facts, "Runs: "+join(", ", runs...))
	}
	return facts
}

// A peered is a permit and who is on the other side of it.
type peered struct {
	permit *model.Permit
	peers  []*gen.Party
}

// peers lists the permits that a party is on one side of.
func (s *siteView) peers(party *gen.Party, sides func(*gen.Way) (here, peer *gen.Party)) []peered {
	at := make(map[*model.Permit]int)
	var all []peered
	for _, w := range s.traffic.Ways {
		here, peer := sides(w)
		if here != party {
			continue
		}
		for _, permit := range w.Permits {
			i, ok := at[permit]
			if !ok {
				i = len(all)
				at[permit] = i
				all = append(all, peered{permit: permit})
			}
			all[i].peers = append(all[i].peers, peer)
		}
	}
	order := make(map[*model.Permit]int)
	for i, permit := range s.Permits {
		order[permit] = i
	}
	slices.SortFunc(all, func(a, b peered) int { return order[a.permit] - order[b.permit] })
	return all
}

func (s *siteView) permitTable(p *page, title, side md, list []peered) {
	if len(list) == 0 {
		return
	}
	var rows [][]md
	for _, x := range list {
		u := newUse(x.permit)
		a := asked{
			transport: x.permit.Transport, ports: x.permit.Ports, dynamic: x.permit.Dynamic, source: x.permit.SourcePorts,
			groups: x.permit.Groups, family: x.permit.Connection.Flow.Family,
		}
		if x.permit.Transport == "icmp" || x.permit.Transport == "icmpv6" {
			a.messages = x.permit.Connection.Listener.ICMP
		}
		needed := []md{text(u.condition), texts("; ", a.narrowed()), texts(", ", a.groups)}
		if u.optional() {
			needed = append([]md{"optional"}, needed...)
		}
		row := []md{
			join(" ", plain.Transport(a.transport), a.portCell()), text(u.purpose()), join("; ", needed...), flowReasons(x.permit),
		}
		if side != "" {
			row = append([]md{s.peerNames(x.peers)}, row...)
		}
		rows = append(rows, row)
	}
	head := []md{"Port", "Purpose", "Condition", "Why"}
	if side != "" {
		head = append([]md{side}, head...)
	}
	p.paragraph(title)
	p.table(head, rows)
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

// flowReasons is why a permit is there. The first reason is the flow, whose
// purpose is beside it.
func flowReasons(p *model.Permit) md {
	why := slices.Clone(p.Why)
	if len(why) > 0 {
		why[0].Text = "flow " + p.Connection.Flow.ID
	}
	return reasons(why)
}

// reasons lists why something is as it is, in the order in which each stands
// before the last, in bold: "default: … (components.cue:15; ports/6); rule: …".
func reasons(list []model.Reason) md {
	var all []md
	for _, r := range list {
		evidence := join("; ", position(r.At), texts(", ", r.Cite))
		words := "**" + text(r.Kind) + "**: " + text(r.Text)
		if evidence != "" {
			words += " (" + evidence + ")"
		}
		all = append(all, words)
	}
	return join("; ", all...)
}

// position is file:line, as an editor opens it.
func position(at diag.Position) md {
	if !at.IsValid() {
		return ""
	}
	return text(at.File) + ":" + md(fmt.Sprint(at.Line))
}
