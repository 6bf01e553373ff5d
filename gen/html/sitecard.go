package html

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// cards shows who reaches hosts and whom they reach.
func (s *site) cards(p *page) {
	if len(s.traffic.Ways) == 0 {
		return
	}
	p.heading(2, "cards", "Who reaches whom")
	if len(s.alike) > mostCards {
		p.paragraph("There are too many hosts for cards. The page of each has its own.")
		return
	}
	var all []card
	for i, g := range s.alike {
		if k := s.card(p, g, s.traffic.Parties[i]); len(k.In)+len(k.Out) > 0 {
			all = append(all, k)
		}
	}
	p.paragraph(describe.Join(" ", "Hosts that are alike are one card.", brackets(optionalPorts, all...)))
	for _, k := range all {
		p.show("card.html", k)
	}
}

// mostCards is the greatest number of cards on a page.
const mostCards = 100

func (s *site) card(p *page, g *gen.Group, party *gen.Party) card {
	k := card{ID: anchor("card", g.Hosts[0].ID), Name: p.link(address(s.folder+hostName(g)), text(g.Names()))}
	var notes []hyper
	for _, run := range g.Runs() {
		if product := s.Product(run.Product(), run.Host.Host); product != nil && product.Component(run.Component()) != nil {
			notes = appendNew(notes, text(product.Component(run.Component()).Name))
		}
	}
	if len(notes) > gen.ShownPeers {
		notes = append(notes[:gen.ShownPeers], "…")
	}
	if n := g.Machines(); n > len(g.Hosts) {
		notes = append(notes, number(n)+" machines")
	}
	k.Note = describe.Join(", ", notes...)
	for _, w := range s.ways[party] {
		always, sometimes := permitPorts(w.Permits)
		if w.To == party {
			k.In = append(k.In, peer{s.partyLink(p, w.From, party), always, sometimes})
		}
		if w.From == party {
			k.Out = append(k.Out, peer{s.partyLink(p, w.To, party), always, sometimes})
		}
	}
	return k
}

func (s *site) partyLink(p *page, party, self *gen.Party) hyper {
	switch {
	case party == self:
		return "another of them"
	case party.Group != nil:
		return p.link(address(s.folder+hostName(party.Group)), text(party.Name))
	}
	return s.outsider(p, party)
}

// outsider names a party that is on no host of the site, with a link for a shared
// service.
func (s *site) outsider(p *page, party *gen.Party) hyper {
	if serviceOf(party.End) != "" {
		return s.elsewhereLink(p, party.End.Location)
	}
	return text(party.Name)
}

// outsiderTitle is like outsider, without a link.
func (s *site) outsiderTitle(party *gen.Party) string {
	if name := s.services[serviceOf(party.End)]; name != "" {
		return name
	}
	return party.Name
}

// serviceOf returns the id of the shared service that an end is; "" for none.
func serviceOf(e *model.End) string {
	if e.Location != nil && e.Location.IsService() {
		return e.Location.What
	}
	return ""
}
