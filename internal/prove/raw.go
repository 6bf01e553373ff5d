package prove

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/reach"
)

// requests are the messages of ICMP that connection tracking accepts as new; rulesets drop
// all others.
var requests = map[string][]int{"icmp": {8, 13, 15, 17}, "icmpv6": {128, 139}}

// rawProbes returns packets for a host over all transports except TCP and UDP that a flow of
// the site uses: from every peer, and the same outwards. It leaves out packets that are
// permitted only as messages for which the target has no name.
func rawProbes(d *model.Deployment, c Case, o Options) []Probe {
	var all []Probe
	h, kinds := c.Host, rawPackets(d)
	named := func(p *model.Permit) bool {
		return o.Wants(p) && !slices.ContainsFunc(c.Lacking, func(l *policy.Lack) bool { return l.Permit == p && l.What == policy.Message })
	}
	add := func(p Probe, passes func(*model.Deployment, *model.Deployed, reach.Wants, reach.Packet) bool) bool {
		p.Want = passes(d, h, o.Wants, p.Packet)
		if p.Want == passes(d, h, named, p.Packet) {
			all = append(all, p)
		}
		return p.Want
	}
	for _, own := range Addresses(h) {
		for _, peer := range peersOf(d, h) {
			for _, p := range kinds {
				if peer.Is4() != own.Is4() || p.Transport == "icmp" && own.Is6() || p.Transport == "icmpv6" && own.Is4() ||
					p.Transport == "ah" && own.Is6() { // a header between others, in IPv6
					continue
				}
				p.From, p.To = peer, own
				passes := add(Probe{Host: h.ID, Packet: p}, reach.In)
				if d.Site.Firewall.Outbound != "listed" || passes && !model.HasPorts(p.Transport) && requests[p.Transport] == nil {
					continue // a packet that was let in has opened the way back
				}
				p.From, p.To = own, peer
				add(Probe{Host: h.ID, Out: true, Packet: p}, reach.Out)
			}
		}
	}
	return all
}

// rawPackets are the kinds of packets to try, without addresses.
func rawPackets(d *model.Deployment) []reach.Packet {
	ports := make(map[int]bool) // of SCTP
	transports := make(map[string]bool)
	for _, p := range d.Permits {
		if transports[p.Transport] = true; p.Transport == "sctp" {
			for _, r := range p.Ports {
				for _, n := range []int{r.From - 1, r.From, r.To, r.To + 1} {
					ports[min(max(n, 1), 65535)] = true
				}
			}
		}
	}
	var all []reach.Packet
	for _, transport := range slices.Sorted(maps.Keys(transports)) {
		p := reach.Packet{Transport: transport}
		switch {
		case transport == "tcp" || transport == "udp" || !raw(transport):
		case transport == "sctp":
			p.SourcePort = ephemeral
			for _, p.Port = range slices.Sorted(maps.Keys(ports)) {
				all = append(all, p)
			}
		case requests[transport] != nil:
			for _, kind := range requests[transport] {
				code := 0
				p.ICMP = &model.ICMP{Type: kind, Code: &code}
				all = append(all, p)
			}
		default:
			all = append(all, p)
		}
	}
	return all
}

// raw reports whether packets of a transport can be sent and received without a socket of that
// transport. IGMP is left out, because rulesets let it pass for membership in multicast groups.
func raw(transport string) bool { return transport != "igmp" && model.ProtocolNumber(transport) > 0 }

// An Unproven has flows for which no packet was sent, and the reason.
type Unproven struct {
	Flows []string `json:"flows"` // product/flow
	Why   string   `json:"why"`
}

// unprobed lists the flows of hosts that packets do not prove.
func unprobed(d *model.Deployment, cases []Case, o Options) []Unproven {
	by := make(map[string]map[string]bool)
	add := func(p *model.Permit, why string) {
		if by[why] == nil {
			by[why] = make(map[string]bool)
		}
		by[why][p.Connection.Product.ID+"/"+p.Connection.Flow.ID] = true
	}
	for _, c := range cases {
		for _, l := range c.Lacking {
			add(l.Permit, "no rule can be made for all of it (PS4503)")
		}
		for _, p := range slices.Concat(c.Host.Inbound, c.Host.Outbound) {
			tracked := requests[p.Transport]
			switch {
			case !o.Wants(p) || policy.Lacks(p) != "":
			case !raw(p.Transport):
				add(p, p.Transport+" is accepted from everybody")
			case tracked != nil && len(p.Connection.Listener.ICMP) > 0 && !slices.ContainsFunc(p.Connection.Listener.ICMP, func(m model.ICMP) bool { return slices.Contains(tracked, m.Type) }):
				add(p, "connection tracking does not handle this message of "+p.Transport)
			}
		}
		for _, p := range c.Host.Outbound {
			if o.Wants(p) && len(p.Groups) > 0 && d.Site.Firewall.Outbound == "listed" && policy.Lacks(p) == "" {
				add(p, "outbound packets to groups and broadcast addresses are not sent")
			}
		}
	}
	all := []Unproven{}
	for _, why := range slices.Sorted(maps.Keys(by)) {
		all = append(all, Unproven{slices.Sorted(maps.Keys(by[why])), why})
	}
	return all
}
