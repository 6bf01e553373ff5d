package ansible

import (
	"fmt"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// ruleSections are what changes on shared hosts, and the lists for firewalls.
func ruleSections(p *model.Product, lists ruleLists) []section {
	return []section{
		{"rules", rulesComment, hostRules(p)},
		{"inbound", inboundComment, perComponent(p, lists.inbound)},
		{"outbound", "What a host with the component lets out.", perComponent(p, lists.outbound)},
		{"unnumbered", unnumberedComment, perComponent(p, lists.unnumbered)},
	}
}

const rulesComment = `What changes where components share a host. PREFIX_changes is
where such a host is told of the ports under "move"; what is under "close" is
not opened there, and needs no rule for what comes in.`

const inboundComment = `What a host with the component lets in, for firewall modules to loop over:

  - ansible.posix.firewalld:
      port: "{{ item.port }}/{{ item.protocol }}"
      state: enabled
    loop: "{{ PREFIX_inbound[component] | selectattr('port', 'defined')
      | selectattr('when', 'subset', PREFIX_met) }}"

A rule is needed if all conditions in "when" are met. "port" is a number, or a
range as firewalld and Windows write it; "dport" is the same for iptables and
ufw. Protocols without ports have neither.`

const unnumberedComment = `Like the two lists above, but the port is not known: it is chosen at run time,
or not documented. Where a site has fixed one, PREFIX_changes says which.`

// perComponent has a list for every component, so that none has to be asked
// for with a default.
func perComponent(p *model.Product, lists map[string][]*rule) node {
	all := newMapping()
	for _, c := range p.Components {
		all.set(key(c.ID), blockOf(lists[c.ID], (*mapping).entry))
	}
	return all.node
}

// entry sets
//
//	name: "igel-ums ums-server in: os12-websocket web tcp"
//	direction: in
//	protocol: tcp
//	port: 8443
//	dport: 8443
//	from: [os12_device]
//	to: [ums_server]
//	…
func (m *mapping) entry(r *rule) {
	c := r.connection
	m.set("name", text(r.name))
	m.set("purpose", text(c.Flow.Purpose))
	m.set("direction", text(r.direction))
	m.set("protocol", text(strings.TrimPrefix(r.transport, "ip/")))
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
	m.set("from", ids(componentIDs(r.from)))
	m.set("to", ids(componentIDs(r.to)))
	m.set("via", present(ids(c.Flow.Via)))
	m.set("flow", word(c.Flow.ID))
	if r.way != answer {
		m.set("component", word(c.To.ID))
		m.set("listener", word(c.Listener.ID))
	}
	if r.way != forth {
		m.set("way", word(string(r.way)))
	}
	m.setPackets(r)
	m.set("optional", boolean(c.Flow.Optional))
	m.set("both_ways", boolean(c.Flow.BothWays))
	m.set("when", conditionNames(r.conditions()))
	m.set("cite", rows(c.Flow.Cite))
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
	m.set("suffices", optional(f.Suffices))
	m.set("instead_of", present(ids(f.InsteadOf)))
	m.set("one_of", flag(r.way != answer && r.connection.Listener.OneOf))
	m.set("fallback", flag(r.fallback))
	if f.Source != nil && r.way == forth {
		if f.Source.Same && r.port != nil {
			m.set("source_ports", list([]node{portOrRange(*r.port, "-")}))
		} else {
			m.set("source_ports", present(list(each(f.Source.Ports, func(s model.PortRange) node {
				return portOrRange(s, "-")
			}))))
		}
	}
	m.set("family", word(family(r)))
	if f.Delivery != "unicast" && r.way == forth {
		m.set("delivery", word(f.Delivery))
		m.set("groups", present(list(each(f.Groups, text))))
	}
}

// family is ipv4 or ipv6 where a rule is for one of them only.
func family(r *rule) string {
	switch r.transport {
	case "icmp":
		return "ipv4"
	case "icmpv6":
		return "ipv6"
	}
	return r.connection.Flow.Family
}
