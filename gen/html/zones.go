package html

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// between returns the anchor of the traffic from one party to another.
func between(w *gen.Way) string { return anchor("way", w.From.Key, w.To.Key) }

// zoned reports whether the site has zones to show.
func (s *site) zoned() bool {
	return len(s.zones.Ways) > 0 && slices.ContainsFunc(s.Hosts, func(h *model.Deployed) bool { return h.NetZone != "" })
}

// zoneName names a zone, or something that is on no host, with a link for a shared
// service.
func (s *site) zoneName(p *page, party *gen.Party) hyper {
	if party.Group == nil {
		return s.outsider(p, party)
	}
	return s.zoneTitle(party)
}

// zoneTitle is like zoneName, without a link.
func (s *site) zoneTitle(party *gen.Party) hyper {
	switch {
	case party.Group == nil:
		return text(s.outsiderTitle(party))
	case party.Group.Zone == "":
		return "hosts in no zone"
	}
	return s.zone(party.Group.Zone)
}

// zone returns the name of a zone; "" for none.
func (s *site) zone(id string) hyper {
	for _, z := range s.Site.Zones {
		if z.ID == id && z.Name != "" {
			return text(z.Name)
		}
	}
	return text(id)
}

// zonePage lists the traffic from zone to zone.
func (s *site) zonePage() *page {
	p := s.page(zonesName, "Between the zones of "+s.name())
	if len(s.request.Sections) > 0 {
		p.paragraph("To print this, with addresses and columns to fill in, use the " + p.link(address(s.folder+requestName), "firewall request") + ".")
	}
	crossing, within := partition(s.zones.Ways, func(w *gen.Way) bool { return w.From != w.To })
	for _, w := range slices.Concat(crossing, within) {
		words := s.zoneTitle(w.From) + " to " + s.zoneTitle(w.To)
		if w.From == w.To {
			words = "Within " + s.zoneTitle(w.From)
		}
		p.heading(2, between(w), words)
		t := s.permitTable(p)
		for _, permit := range w.Permits {
			var from, to []*model.End
			for _, leg := range gen.Legs(permit) {
				f, x := s.within(leg.From, w.From), s.within(leg.To, w.To)
				if len(f) > 0 && len(x) > 0 {
					from, to = f, x
					break
				}
			}
			t.add(permit, s.ends(p, from), s.ends(p, to))
		}
		t.write("flows", "Connections to permit", "From", "To")
	}
	return p
}

// partition returns what a test picks, and the rest.
func partition[T any](list []T, pick func(T) bool) (picked, rest []T) {
	for _, x := range list {
		if pick(x) {
			picked = append(picked, x)
		} else {
			rest = append(rest, x)
		}
	}
	return picked, rest
}

// within returns the ends that belong to a party of the zones.
func (s *site) within(ends []*model.End, party *gen.Party) []*model.End {
	var all []*model.End
	for _, e := range ends {
		if party.Group != nil && e.Host != nil && e.Host.NetZone == party.Group.Zone || party.Group == nil && e.Host == nil && e.ID() == party.End.ID() {
			all = append(all, e)
		}
	}
	return all
}
