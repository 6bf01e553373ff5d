package evidence

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A Match is a condition on the first packet of a connection. The zero value matches every
// packet. A nil list sets no condition; an empty list matches nothing.
type Match struct {
	Family             int               // 4 or 6; 0 for both
	Protocols          []model.PortRange // numbers of IP protocols
	From, To           []policy.AddressRange
	SourcePorts, Ports []model.PortRange
	// Messages are types and codes of icmp and icmpv6, as type*256+code.
	Messages []model.PortRange
	// In and Out are conditions on the interfaces by which a packet arrives and leaves.
	In, Out []Interface
	Casts   []string // unicast, multicast and broadcast, of incoming packets
	// Program is the program or the service on the host that the rule is for; "" for all.
	Program string
	// Never means that no first packet that crosses the network matches: the rule is for
	// established connections, or for a broken packet.
	Never bool
	// Doubt tells why the evidence does not show whether a packet matches, if it meets the
	// other conditions.
	Doubt string
}

// An Interface is a condition on the interface of a packet.
type Interface struct {
	Names []string // with * for any rest
	Not   bool
}

// A Packet is the first of a connection, or one of UDP or of a protocol without
// connections, that the machine receives or sends.
type Packet struct {
	Out bool
	// Own is the address of the machine; the zero value if it is not known. For an incoming
	// packet, it can also be a multicast group or the broadcast address.
	Own, Peer netip.Addr
	// Within are the networks that contain Own if it is not known.
	Within           []policy.AddressRange
	Protocol         int
	SourcePort, Port int // of icmp, Port is the message as type*256+code
	// Interfaces are those by which the packet may arrive or leave; empty if they are not
	// known.
	Interfaces []string
}

// The greatest port and protocol in rules, and the numbers of some protocols.
const (
	maxPort     = 65535
	maxProtocol = 255
	icmp4       = 1
	tcp         = 6
	udp         = 17
	icmp6       = 58
)

var withPorts = []model.PortRange{{From: tcp, To: tcp}, {From: udp, To: udp}, {From: 33, To: 33}, {From: 132, To: 132}, {From: 136, To: 136}} // and DCCP, SCTP, UDP-Lite

// HasPorts reports whether packets of a protocol have ports.
func HasPorts(protocol int) bool { return within(withPorts, protocol) }

// IsICMP reports whether a protocol is icmp or icmpv6.
func IsICMP(protocol int) bool { return protocol == icmp4 || protocol == icmp6 }

// answer tells whether a packet matches.
type answer int

const (
	no answer = iota
	maybe
	yes
)

// matches reports whether a packet matches and, if that is not known, why.
func (m *Match) matches(p *Packet) (answer, string) {
	from, to := p.Peer, p.Own
	if p.Out {
		from, to = to, from
	}
	is4 := p.Peer.Is4()
	switch {
	case m.Never, m.Family == 4 && !is4, m.Family == 6 && is4:
		return no, ""
	case m.Protocols != nil && !within(m.Protocols, p.Protocol),
		m.Ports != nil && (!HasPorts(p.Protocol) || !within(m.Ports, p.Port)),
		m.SourcePorts != nil && (!HasPorts(p.Protocol) || !within(m.SourcePorts, p.SourcePort)),
		m.Messages != nil && (!IsICMP(p.Protocol) || !within(m.Messages, p.Port)):
		return no, ""
	case m.Casts != nil && !p.Out && !slices.Contains(m.Casts, cast(p.Own)):
		return no, ""
	}
	result, why := yes, ""
	for _, x := range []struct {
		at    netip.Addr
		among []policy.AddressRange
	}{{from, m.From}, {to, m.To}} {
		switch {
		case x.among == nil:
		case !x.at.IsValid():
			switch somewhere(p.Within, x.among) {
			case no:
				return no, ""
			case maybe:
				result, why = maybe, "it depends on the address of the machine"
			}
		case !slices.ContainsFunc(x.among, func(r policy.AddressRange) bool { return contains(r, x.at) }):
			return no, ""
		}
	}
	for _, x := range []struct {
		tests []Interface
		has   bool
	}{{m.In, !p.Out}, {m.Out, p.Out}} {
		for _, test := range x.tests {
			switch a := test.matches(p.Interfaces, x.has); a {
			case no:
				return no, ""
			case maybe:
				result, why = maybe, "it depends on the interface "+strings.Join(test.Names, ", ")
			}
		}
	}
	switch {
	case m.Casts != nil && p.Out:
		result, why = maybe, "it depends on the type of the packet"
	case m.Doubt != "":
		result, why = maybe, m.Doubt
	case m.Program != "" && result == yes:
		result, why = maybe, "it is only for "+m.Program
	}
	return result, why
}

// somewhere reports whether an unknown address of one of the networks is among some addresses.
// Without networks, it may be any address that a machine can have.
func somewhere(networks, among []policy.AddressRange) answer {
	if len(networks) == 0 {
		if slices.ContainsFunc(among, func(r policy.AddressRange) bool { return cast(r.From) == "unicast" }) {
			return maybe
		}
		return no
	}
	inside, outside := 0, 0
	for _, n := range networks {
		switch {
		case slices.ContainsFunc(among, func(r policy.AddressRange) bool { return contains(r, n.From) && contains(r, n.To) }):
			inside++
		case !slices.ContainsFunc(among, func(r policy.AddressRange) bool {
			return r.From.Is4() == n.From.Is4() && r.From.Compare(n.To) <= 0 && n.From.Compare(r.To) <= 0
		}):
			outside++
		}
	}
	switch len(networks) {
	case inside:
		return yes
	case outside:
		return no
	}
	return maybe
}

// matches reports whether a packet that uses some interfaces matches. If it has no such
// interface, no name matches.
func (i Interface) matches(names []string, has bool) answer {
	loopback := !slices.ContainsFunc(i.Names, func(s string) bool { return s != "lo" })
	switch {
	case !has || loopback:
		return not(no, i.Not)
	case len(names) == 0:
		return maybe
	}
	n := 0
	for _, name := range names {
		if slices.ContainsFunc(i.Names, func(pattern string) bool {
			ok, err := path.Match(pattern, name)
			return ok && err == nil
		}) {
			n++
		}
	}
	switch n {
	case 0:
		return not(no, i.Not)
	case len(names):
		return not(yes, i.Not)
	}
	return maybe
}

func not(a answer, invert bool) answer {
	if !invert {
		return a
	}
	return yes - a
}

// cast returns the type of a packet to an address.
func cast(to netip.Addr) string {
	switch {
	case to.IsMulticast():
		return "multicast"
	case to == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "broadcast"
	}
	return "unicast"
}

func within(list []model.PortRange, n int) bool {
	return slices.ContainsFunc(list, func(r model.PortRange) bool { return r.From <= n && n <= r.To })
}

func contains(r policy.AddressRange, a netip.Addr) bool {
	return r.From.Is4() == a.Is4() && r.From.Compare(a) <= 0 && a.Compare(r.To) <= 0
}

// doubt adds a condition that cannot be judged.
func (m *Match) doubt(why string) {
	if m.Doubt == "" {
		m.Doubt = why
	}
}

// protocols narrows a match to some protocols.
func (m *Match) protocols(list []model.PortRange) { m.Protocols = both(m.Protocols, list) }

func (m *Match) protocol(n int) { m.protocols([]model.PortRange{{From: n, To: n}}) }

// family narrows a match to IPv4 or IPv6.
func (m *Match) family(n int) {
	if m.Family != 0 && m.Family != n {
		m.Never = true
	}
	m.Family = n
}

// both returns what two lists have in common; nil means all numbers.
func both(a, b []model.PortRange) []model.PortRange {
	if a == nil {
		return b
	}
	common := []model.PortRange{}
	for _, x := range a {
		for _, y := range b {
			if r := (model.PortRange{From: max(x.From, y.From), To: min(x.To, y.To)}); r.From <= r.To {
				common = append(common, r)
			}
		}
	}
	return common
}

// except returns all numbers up to most that are not in a list.
func except(list []model.PortRange, most int) []model.PortRange {
	rest, next := []model.PortRange{}, 0
	for _, r := range slices.SortedFunc(slices.Values(list), func(a, b model.PortRange) int { return a.From - b.From }) {
		if next < r.From {
			rest = append(rest, model.PortRange{From: next, To: r.From - 1})
		}
		next = max(next, r.To+1)
	}
	if next <= most {
		rest = append(rest, model.PortRange{From: next, To: most})
	}
	return rest
}

// String returns "from 10.20.0.0/16, tcp 7443".
func (m *Match) String() string {
	var parts []string
	if m.Family != 0 && m.From == nil && m.To == nil {
		parts = append(parts, map[int]string{4: "IPv4", 6: "IPv6"}[m.Family])
	}
	addresses := func(word string, list []policy.AddressRange) {
		if list != nil {
			parts = append(parts, word+" "+addressesText(list))
		}
	}
	addresses("from", m.From)
	addresses("to", m.To)
	what := ""
	for _, r := range m.Protocols {
		for n := r.From; n <= r.To && n < r.From+4; n++ {
			what += ", " + model.TransportOf(n)
		}
		if r.To >= r.From+4 {
			what += ", …"
		}
	}
	what = strings.TrimPrefix(what, ", ")
	if m.Ports != nil {
		what += " " + portsText(m.Ports)
	}
	if m.Messages != nil {
		what += " " + messagesText(m.Messages)
	}
	if m.SourcePorts != nil {
		what += " from port " + portsText(m.SourcePorts)
	}
	if what = strings.TrimSpace(what); what != "" {
		parts = append(parts, what)
	}
	if m.Program != "" {
		parts = append(parts, "for "+m.Program)
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, ", ")
}
