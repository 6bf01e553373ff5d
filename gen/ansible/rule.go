package ansible

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A rule is one entry in the lists of firewall rules: what a host lets in or out for
// one flow, at one port, range or kind of message. Rules of products and of sites take
// the same steps: they are made for a connection or a permit (productrules.go,
// siterules.go), expanded to one rule for each port, named, and written. A rule of a
// product has a span, by which a host selects it, and components at its ends; a rule of
// a site has a permit and addresses.
type rule struct {
	name       string // unique on the host, or in the product; of ids only, so that it is safe anywhere
	direction  string // in or out
	holder     string // id of the component on the host
	connection *model.Connection
	way        way
	transport  string
	port       *model.PortRange // nil if the transport has none, or it is not known
	icmp       *model.ICMP      // nil for all messages
	fallback   bool             // the port is tried if others do not answer
	// sourcePorts are the source ports of packets; empty for all.
	sourcePorts []model.PortRange
	details     []string // what distinguishes it from others of the same connection

	*conditional
	*permitted
}

// A way is the direction of the packets that a rule is about.
type way string

const (
	forth   way = "forth"   // to the listener
	reverse way = "reverse" // from the listener's host, if either side may start
	reply   way = "reply"   // to another port of the talker, as the document says
	answer  way = "answer"  // to what the host sent to a broadcast address or a group
)

// An opening is a port or range that a rule permits. The range of a dynamic port may
// apply to some operating systems and releases only.
type opening struct {
	model.PortRange
	fallback bool
	os       []string
	versions *model.Versions
}

// openings are those of ports, and of the fallback ports.
func openings(ports, fallback []model.PortRange) []opening {
	all := make([]opening, 0, len(ports)+len(fallback))
	for _, p := range ports {
		all = append(all, opening{PortRange: p})
	}
	for _, p := range fallback {
		all = append(all, opening{PortRange: p, fallback: true})
	}
	return all
}

// expand returns a copy of the rule for each opening or message, or one without a port
// if there is none. If adapt is not nil, it decides whether the rule applies to an
// opening, and adapts it.
func expand(r rule, at []opening, adapt func(*rule, opening) bool) []rule {
	all := make([]rule, 0, max(1, len(at)))
	if model.HasPorts(r.transport) {
		for i, o := range at {
			with := r
			with.port, with.fallback = &at[i].PortRange, o.fallback
			if with.same() {
				with.sourcePorts = []model.PortRange{o.PortRange}
			}
			if adapt != nil && !adapt(&with, o) {
				continue
			}
			if len(at) > 1 {
				with.details = append(slices.Clone(r.details), o.String())
				if len(o.os) > 0 {
					with.details = append(with.details, "on "+strings.Join(o.os, "+"))
				}
			}
			all = append(all, with)
		}
	} else if r.way != reply {
		messages := r.connection.Listener.ICMP
		for i, m := range messages {
			with := r
			with.icmp = &messages[i]
			if len(messages) > 1 {
				with.details = append(slices.Clone(r.details), icmpText(m))
			}
			all = append(all, with)
		}
	}
	if len(all) == 0 {
		return append(all, r)
	}
	return all
}

// same reports whether the source port equals the destination port.
func (r *rule) same() bool {
	source := r.connection.Flow.Source
	return source != nil && source.Same && r.way != reply && r.way != answer
}

// icmpText is 8 or 8/0, as iptables writes it.
func icmpText(m model.ICMP) string {
	if m.Code == nil {
		return fmt.Sprint(m.Type)
	}
	return fmt.Sprintf("%d/%d", m.Type, *m.Code)
}

// setName gives the rule a name, with details if others would have the same name. It
// is, for instance,
//
//	igel-ums ums-server in: os12-websocket web tcp
//	igel-ums os12-device out: os12-websocket ums-server.web tcp
//
// It contains the port only if it would not be unique otherwise, so that a rule keeps its
// name when its port changes.
func (r *rule) setName(more ...string) {
	c := r.connection
	socket := c.Listener.ID
	if r.holder != c.To.ID {
		socket = c.To.ID + "." + socket
	}
	parts := append(make([]string, 0, 16), c.Product.ID, r.holder, r.direction+":", c.Flow.ID, socket, c.Transport)
	if r.way != forth {
		parts = append(parts, string(r.way))
	}
	if r.way == reply && r.transport != c.Transport {
		parts = append(parts, r.transport)
	}
	r.name = strings.Join(append(append(parts, r.details...), more...), " ")
}

// family is ipv4 or ipv6 if the rule is for one of them only.
func (r *rule) family() string {
	switch r.transport {
	case "icmp":
		return "ipv4"
	case "icmpv6":
		return "ipv6"
	}
	return r.connection.Flow.Family
}

// entry sets
//
//	name: "igel-ums ums-server in: os12-websocket web tcp"
//	purpose: Manage IGEL OS 12 devices over a WebSocket
//	direction: in
//	protocol: tcp
//	port: 8443
//	dport: 8443
//	…
//
// and, in between, from, to and when for a product, or peers and addresses for a site.
func (m *mapping) entry(r *rule) {
	c := r.connection
	m.set("name", text(r.name))
	if r.permitted != nil {
		m.set("lacks", word(r.lacks))
	}
	m.set("purpose", text(c.Flow.Purpose))
	m.set("direction", text(r.direction))
	m.set("protocol", text(protocol(r.transport)))
	if r.port != nil {
		m.set("port", portOrRange(*r.port, "-"))
		m.set("dport", portOrRange(*r.port, ":"))
	}
	if r.icmp != nil {
		m.set("icmp_type", integer(r.icmp.Type))
		if r.icmp.Code != nil {
			m.set("icmp_code", integer(*r.icmp.Code))
		}
	}
	if r.conditional != nil {
		m.set("from", ids(componentIDs(r.from)))
		m.set("to", ids(componentIDs(r.to)))
		m.set("via", present(ids(c.Flow.Via)))
	}
	if r.permitted != nil {
		m.set("dynamic", flag(r.permit.Dynamic))
		m.set("peers", list(each(peerNames(r.peers), text)))
		m.set("names", present(list(each(namesOf(r.peers), text))))
		m.set("addresses", list(each(r.addresses, text)))
	}
	m.set("product", word(c.Product.ID))
	m.set("flow", word(c.Flow.ID))
	m.set("component", word(c.To.ID))
	m.set("listener", word(c.Listener.ID))
	m.setPackets(r)
	m.set("optional", boolean(c.Flow.Optional))
	if r.conditional != nil {
		m.set("both_ways", boolean(c.Flow.BothWays))
		m.set("when", conditionNames(r.conditions()))
	}
	if r.permitted != nil {
		m.set("phase", text(c.Phase))
	}
	m.set("cite", rows(c.Flow.Cite))
}

// protocol is a transport as firewall modules expect it: "tcp", or the number of an IP
// protocol without ports.
func protocol(transport string) string {
	if model.HasPorts(transport) || transport == "icmp" || transport == "icmpv6" {
		return transport
	}
	return strconv.Itoa(model.ProtocolNumber(transport))
}

// portOrRange is 8443, or 5000-5010 with that hyphen.
func portOrRange(r model.PortRange, hyphen string) node {
	if r.From == r.To {
		return integer(r.From)
	}
	return text(strconv.Itoa(r.From) + hyphen + strconv.Itoa(r.To))
}

// setPackets adds the other properties of the packets.
func (m *mapping) setPackets(r *rule) {
	f := r.connection.Flow
	if r.way != forth {
		m.set("way", word(string(r.way)))
	}
	m.set("suffices", optional(f.Suffices))
	m.set("instead_of", present(ids(f.InsteadOf)))
	if r.undecided() {
		m.set("one_of", list(each(r.connection.Listener.Ports, func(p model.PortRange) node { return portOrRange(p, "-") })))
	}
	m.set("fallback", flag(r.fallback))
	m.set("source_ports", present(list(each(r.sourcePorts, func(s model.PortRange) node { return portOrRange(s, "-") }))))
	m.set("same_port", flag(r.same() && r.port != nil))
	m.set("family", word(r.family()))
	if f.Delivery != "unicast" && r.way == forth {
		m.set("delivery", word(f.Delivery))
		m.set("groups", present(list(each(f.Groups, text))))
	}
}

// undecided reports whether the port is one of several and not chosen yet. Only a site
// can choose it.
func (r *rule) undecided() bool {
	if r.permitted != nil {
		return r.permit.Undecided()
	}
	return r.way != reply && r.connection.Listener.OneOf
}
