package audit

import (
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/cut"
	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A cell is a set of packets that no rule and no want distinguishes.
type cell struct {
	addresses          policy.AddressRange // of the other side
	protocol           int
	sourcePorts, ports model.PortRange // the zero value for protocols without; messages of icmp
}

// A space is all packets of one direction and family that come to one address of the
// host, or leave from it.
type space struct {
	out    bool
	family int
	own    netip.Addr // the zero value if it is not known
}

// members are matches that cut the space.
type members []*evidence.Match

// peers are the addresses of the other side that a match is for.
func (s space) peers(m *evidence.Match) []policy.AddressRange {
	if s.out {
		return m.To
	}
	return m.From
}

// cells calls do for each cell of the space and the protocols, with the members that cover
// it. It stops when do returns false.
func (s space) cells(protocols []int, all members, do func(cell, []int) bool) {
	everything := evidence.Match{}
	for _, protocol := range protocols {
		if s.family == 6 && (protocol == 1 || protocol == 2) || s.family == 4 && protocol == 58 {
			continue // there is no such packet of ICMP or IGMP
		}
		here := []int{}
		list := members{&everything} // so that there are no gaps
		for i, m := range all {
			if m.Never || m.Family != 0 && m.Family != s.family || m.Protocols != nil && !within(m.Protocols, protocol) ||
				(m.Ports != nil || m.SourcePorts != nil) && !evidence.HasPorts(protocol) || m.Messages != nil && !evidence.IsICMP(protocol) {
				continue
			}
			here, list = append(here, i), append(list, m)
		}
		if !s.cut(protocol, list, func(c cell, inside []int) bool {
			covering := make([]int, 0, len(inside))
			for _, i := range inside {
				if i > 0 {
					covering = append(covering, here[i-1])
				}
			}
			return do(c, covering)
		}) {
			return
		}
	}
}

// cut divides the packets of a protocol by address, then by source port, then by port or
// message.
func (s space) cut(protocol int, list members, do func(cell, []int) bool) bool {
	everywhere := evidence.Everywhere(s.family)
	for _, a := range cut.Addresses.Cut(len(list), func(i int, add func(from, to netip.Addr)) {
		peers := s.peers(list[i])
		if peers == nil {
			add(everywhere.From, everywhere.To)
		}
		for _, r := range peers {
			if r.From.Is4() == (s.family == 4) {
				add(r.From, r.To)
			}
		}
	}) {
		c := cell{addresses: policy.AddressRange{From: a.From, To: a.To}, protocol: protocol}
		if !evidence.HasPorts(protocol) && !evidence.IsICMP(protocol) {
			if !do(c, a.Members) {
				return false
			}
			continue
		}
		sources := numbers(list, a.Members, 1, func(m *evidence.Match) []model.PortRange { return m.SourcePorts })
		for _, from := range sources {
			c.sourcePorts = model.PortRange{From: from.From, To: from.To}
			ports, first := func(m *evidence.Match) []model.PortRange { return m.Ports }, 1
			if evidence.IsICMP(protocol) {
				ports, first = func(m *evidence.Match) []model.PortRange { return m.Messages }, 0
			}
			for _, to := range numbers(list, from.Members, first, ports) {
				c.ports = model.PortRange{From: to.From, To: to.To}
				if !do(c, to.Members) {
					return false
				}
			}
		}
	}
	return true
}

// most is the highest port and the highest message.
const most = 65535

// numbers cuts the ports of some members of a list, and gives the members by their place
// in the list.
func numbers(list members, some []int, first int, of func(*evidence.Match) []model.PortRange) []cut.Span[int] {
	spans := cut.Numbers.Cut(len(some), func(i int, add func(from, to int)) {
		ranges := of(list[some[i]])
		if ranges == nil {
			add(first, most)
		}
		for _, r := range ranges {
			if r.To >= first {
				add(max(first, r.From), r.To)
			}
		}
	})
	for _, s := range spans {
		for k, i := range s.Members {
			s.Members[k] = some[i]
		}
	}
	return spans
}

// packet is one of the cell.
func (s space) packet(c cell, interfaces []string) *evidence.Packet {
	p := &evidence.Packet{
		Out: s.out, Own: s.own, Peer: c.addresses.From, Protocol: c.protocol,
		SourcePort: c.sourcePorts.From, Port: c.ports.From, Interfaces: interfaces,
	}
	return p
}

// protocolsOf lists the protocols that some matches name, and one that none of them names,
// which stands for all others.
func protocolsOf(all members) []int {
	named := map[int]bool{6: true, 17: true}
	for _, m := range all {
		for _, r := range m.Protocols {
			if r.To-r.From < 8 {
				for n := r.From; n <= r.To; n++ {
					named[n] = true
				}
				continue
			}
			for _, n := range []int{r.From - 1, r.From, r.To, r.To + 1} {
				if 0 <= n && n <= 255 {
					named[n] = true
				}
			}
		}
	}
	var list []int
	for n := range named {
		list = append(list, n)
	}
	for n := 253; n > 0; n-- { // for experiments: RFC 3692
		if !named[n] {
			list = append(list, n)
			break
		}
	}
	slices.Sort(list)
	return list
}
