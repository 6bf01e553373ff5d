package reach

import (
	"net/netip"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// Between reports whether a firewall between two zones must let a packet pass. The packet's
// addresses are the machines' own, before any translation.
func Between(d *model.Deployment, wants Wants, from, to string, p Packet) bool {
	for _, permit := range d.Permits {
		if !wants(permit) {
			continue
		}
		multicast := len(permit.Groups) > 0 && permit.Groups[0] != "broadcast"
		for _, leg := range gen.Legs(permit) {
			switch {
			case !carries(permit, p) || !inZone(leg.From, from, p.From):
			case len(permit.Groups) == 0 && inZone(leg.To, to, p.To):
				return true
			case multicast && slices.ContainsFunc(permit.Groups, func(g string) bool { return has(g, p.To) }) && someIn(leg.To, to):
				return true
			}
			if multicast && answers(permit, p) && inZone(leg.To, from, p.From) && inZone(leg.From, to, p.To) {
				return true
			}
		}
	}
	return d.Site.Firewall != nil && slices.ContainsFunc(d.Site.Firewall.Management, func(m *model.Management) bool {
		return m.Transport == p.Transport && slices.Contains(m.Ports, p.Port) && slices.ContainsFunc(d.Hosts, func(h *model.Deployed) bool {
			own := []*model.End{{Host: h, NetZone: h.NetZone}}
			return m.On(h.Host) && (peerIn(d.Site, m.From, from, p.From) && inZone(own, to, p.To) || peerIn(d.Site, m.To, to, p.To) && inZone(own, from, p.From))
		})
	})
}

func peerIn(site *model.Site, addresses []string, zone string, a netip.Addr) bool {
	return slices.ContainsFunc(addresses, func(s string) bool { return site.ZoneOf(s) == zone && has(s, a) })
}

// inZone reports whether an end in a zone has an address.
func inZone(ends []*model.End, zone string, a netip.Addr) bool {
	return slices.ContainsFunc(ends, func(e *model.End) bool { return (e.Any || e.NetZone == zone) && anyHas([]*model.End{e}, a) })
}

func someIn(ends []*model.End, zone string) bool {
	return slices.ContainsFunc(ends, func(e *model.End) bool { return e.Any || e.NetZone == zone })
}
