package ansible

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A rule is one entry of the lists that firewalls are set by: what a host lets
// in or out for one flow, at one port, range or kind of message. Rules of
// products and of sites go the same way: they are drawn up with what they are
// about (productrules.go, siterules.go), expanded to a rule a port, named, and
// written. A rule of a product has a span, by which a host picks it, and
// components at its ends; a rule of a site has a permit and addresses.
type rule struct {
	name       string // unique on the host, or in the product; of ids only, so that it is safe anywhere
	direction  string // in or out
	holder     string // id of the component on the host
	connection *model.Connection
	way        way
	transport  string
	port       *model.PortRange // nil where the transport has none, or it is not known
	icmp       *model.ICMP      // nil for all messages
	fallback   bool             // the port is tried where others do not answer
	// sourcePorts are those that packets come from; empty for all.
	sourcePorts []model.PortRange
	details     []string // what tells it from others of the same connection

	*conditional
	*permitted
}

// A way says which of a flow's packets a rule is about.
type way string

const (
	forth   way = "forth"   // to the listener
	reverse way = "reverse" // where either side may start, from the listener's host
	answer  way = "reply"   // to another port of the talker
)

// An opening is a port or range at which a rule lets packets through. The range
// of a dynamic port may be that of some operating systems, and releases of them.
type opening struct {
	model.PortRange
	fallback bool
	os       []string
	versions *model.Versions
}

// openings are those of ports and of what is tried where they do not answer.
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

// expand makes of one rule a rule for each opening or message; one without
// where there is none. Where adapt is given, it decides whether the rule can be
// at an opening, and what that changes.
func expand(r rule, at []opening, adapt func(*rule, opening) bool) []rule {
	var all []rule
	add := func(r rule, several bool, detail ...string) {
		if several {
			r.details = append(slices.Clone(r.details), detail...)
		}
		all = append(all, r)
	}
	if model.HasPorts(r.transport) {
		for _, o := range at {
			with := r
			with.port, with.fallback = &o.PortRange, o.fallback
			if with.same() {
				with.sourcePorts = []model.PortRange{o.PortRange}
			}
			if adapt != nil && !adapt(&with, o) {
				continue
			}
			detail := []string{o.String()}
			if len(o.os) > 0 {
				detail = append(detail, "on "+strings.Join(o.os, "+"))
			}
			add(with, len(at) > 1, detail...)
		}
	} else if r.way != answer {
		messages := r.connection.Listener.ICMP
		for _, m := range messages {
			with := r
			with.icmp = &m
			add(with, len(messages) > 1, icmpText(m))
		}
	}
	if len(all) == 0 {
		return []rule{r}
	}
	return all
}

// same reports whether packets come from the port that they go to.
func (r *rule) same() bool {
	source := r.connection.Flow.Source
	return source != nil && source.Same && r.way != answer
}

// icmpText is 8 or 8/0, as iptables writes it.
func icmpText(m model.ICMP) string {
	if m.Code == nil {
		return fmt.Sprint(m.Type)
	}
	return fmt.Sprintf("%d/%d", m.Type, *m.Code)
}

// setName gives the rule a name, with more where that is needed to tell it from
// others. It is, for instance,
//
//	igel-ums ums-server in: os12-websocket web tcp
//	igel-ums os12-device out: os12-websocket ums-server.web tcp
//
// It names no port unless it has to, so that a rule whose port changes has the
// same name.
func (r *rule) setName(more ...string) {
	c := r.connection
	socket := c.Listener.ID
	if r.holder != c.To.ID {
		socket = c.To.ID + "." + socket
	}
	parts := []string{c.Product.ID, r.holder, r.direction + ":", c.Flow.ID, socket, c.Transport}
	if r.way != forth {
		parts = append(parts, string(r.way))
	}
	if r.way == answer && r.transport != c.Transport {
		parts = append(parts, r.transport)
	}
	r.name = strings.Join(slices.Concat(parts, r.details, more), " ")
}

// family is ipv4 or ipv6 where the rule is for one of them only.
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
// and, between what every rule has, from, to and when of a product's, or peers
// and addresses of a site's.
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

// protocol is what modules of firewalls take a transport by: "tcp", or the number
// of an IP protocol without ports.
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
	return text(fmt.Sprintf("%d%s%d", r.From, hyphen, r.To))
}

// setPackets adds what else tells the packets from others.
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

// undecided reports whether the port is one of several, and nobody said which
// of them the site uses. That of a product is for the site to say.
func (r *rule) undecided() bool {
	if r.permitted != nil {
		return r.permit.Undecided()
	}
	return r.way != answer && r.connection.Listener.OneOf
}
