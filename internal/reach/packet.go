// Package reach answers who may reach whom in a deployment: between two hosts,
// to a host, from a host, or with one packet.
package reach

import (
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A Packet opens a connection, or is a datagram.
type Packet struct {
	From       netip.Addr `json:"from"`
	To         netip.Addr `json:"to"`
	Transport  string     `json:"transport"`             // tcp, udp, sctp or, without ports, another one
	SourcePort int        `json:"source_port,omitempty"` // 0 if the system chooses it
	Port       int        `json:"port"`
	// ICMP is the message of a packet of icmp or icmpv6; nil if it does not matter.
	ICMP *model.ICMP `json:"icmp,omitempty"`
}

// Wants reports whether a permit counts.
type Wants func(*model.Permit) bool

// In reports whether a host lets a packet in: by a permit, by management, or as an
// answer to a broadcast or multicast of its own. It uses the deployment only, without
// rules and sets, so that these can be compared with it.
func In(d *model.Deployment, h *model.Deployed, wants Wants, p Packet) bool {
	for _, permit := range h.Inbound {
		if wants(permit) && carries(permit, p) && anyHas(permit.Sources(h), p.From) {
			return true
		}
	}
	for _, permit := range h.Outbound {
		if wants(permit) && answers(permit, p) && anyHas(permit.Destinations(h), p.From) {
			return true
		}
	}
	return managed(d.Site, h, p, func(m *model.Management) []string {
		from, _ := d.Site.Managers(m, h)
		return from
	}, p.From)
}

// Out reports whether a host lets a packet out.
func Out(d *model.Deployment, h *model.Deployed, wants Wants, p Packet) bool {
	if d.Site.Firewall == nil || d.Site.Firewall.Outbound == "free" {
		return true
	}
	for _, permit := range h.Outbound {
		if !wants(permit) || !carries(permit, p) {
			continue
		}
		if len(permit.Groups) > 0 {
			if slices.ContainsFunc(permit.Groups, func(g string) bool { return has(g, p.To) }) {
				return true
			}
			continue
		}
		if anyHas(permit.Destinations(h), p.To) {
			return true
		}
	}
	return managed(d.Site, h, p, func(m *model.Management) []string {
		_, to := d.Site.Managers(m, h)
		return to
	}, p.To)
}

func managed(site *model.Site, h *model.Deployed, p Packet, at func(*model.Management) []string, peer netip.Addr) bool {
	if site.Firewall == nil {
		return false
	}
	return slices.ContainsFunc(site.Firewall.Management, func(m *model.Management) bool {
		return m.On(h.Host) && m.Transport == p.Transport && slices.Contains(m.Ports, p.Port) &&
			slices.ContainsFunc(at(m), func(s string) bool { return has(s, peer) })
	})
}

// carries reports whether a permit is for such a packet, whatever its addresses.
func carries(permit *model.Permit, p Packet) bool {
	f := permit.Connection.Flow
	switch {
	case permit.Transport != p.Transport, model.HasPorts(p.Transport) && !contains(permit.Ports, p.Port):
		return false
	case p.ICMP != nil && permit.Back != "reply" && !message(permit.Connection.Listener.ICMP, *p.ICMP):
		return false
	case f.Family == "ipv4" && p.From.Is6(), f.Family == "ipv6" && p.From.Is4():
		return false
	case permit.Back == "" && f.Source != nil && f.Source.Same:
		// From each port to the same port; within a range, from any to any.
		return slices.ContainsFunc(permit.Ports, func(r model.PortRange) bool {
			return within(r, p.Port) && within(r, p.SourcePort)
		})
	case len(permit.SourcePorts) > 0 && !contains(permit.SourcePorts, p.SourcePort):
		return false
	}
	return !permit.Undecided()
}

// message reports whether a list contains a message; an empty list contains all.
func message(list []model.ICMP, m model.ICMP) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(x model.ICMP) bool {
		return x.Type == m.Type && (x.Code == nil || m.Code != nil && *x.Code == *m.Code)
	})
}

// answers reports whether a packet answers the broadcast or multicast of a permit.
func answers(permit *model.Permit, p Packet) bool {
	f := permit.Connection.Flow
	if permit.Back != "" || len(permit.Groups) == 0 || f.Reply != nil || permit.Transport != "udp" || p.Transport != "udp" || permit.Undecided() {
		return false
	}
	if p.From.Is6() && (permit.Groups[0] == "broadcast" || f.Family == "ipv4") || p.From.Is4() && f.Family == "ipv6" {
		return false
	}
	if len(permit.SourcePorts) > 0 {
		return contains(permit.Ports, p.SourcePort) && contains(permit.SourcePorts, p.Port)
	}
	return contains(permit.Ports, p.SourcePort) && p.Port >= 1024
}

func contains(ports []model.PortRange, n int) bool {
	return slices.ContainsFunc(ports, func(r model.PortRange) bool { return within(r, n) })
}

func within(r model.PortRange, n int) bool { return r.From <= n && n <= r.To }

// anyHas reports whether one of the ends has an address.
func anyHas(ends []*model.End, a netip.Addr) bool {
	return slices.ContainsFunc(ends, func(e *model.End) bool {
		return e.Any || slices.ContainsFunc(e.Addresses(), func(s string) bool { return has(s, a) })
	})
}

// has reports whether an address is a, or a network contains it; a name never does.
func has(s string, a netip.Addr) bool {
	if n, err := netip.ParsePrefix(s); err == nil {
		return n.Contains(a)
	}
	own, err := netip.ParseAddr(s)
	return err == nil && own == a
}
