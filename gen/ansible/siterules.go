package ansible

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A siteRule is one entry of the lists of a host: what it lets in or out of one
// permit at one port or range.
type siteRule struct {
	permit    *model.Permit
	direction string           // in or out
	holder    string           // id of the component on the host
	name      string           // unique on the host; of ids only, so that it is safe anywhere
	port      *model.PortRange // nil where the transport has none, or it is not known
	icmp      *model.ICMP      // nil for all messages
	peers     []*model.End     // the other end
	addresses []string         // theirs, or the multicast groups
	lacks     string           // why no rule can be made of it: port, address or broadcast; "" where one can
	details   []string         // what tells it from others of the same permit
}

// hostRulesOf lists the rules of a host, those that lack something among them.
func hostRulesOf(h *model.Deployed) []siteRule {
	var all []siteRule
	for _, p := range h.Inbound {
		all = append(all, permitRules(siteRule{permit: p, direction: "in", holder: holder(p.To, h)}, p.Sources(h))...)
	}
	for _, p := range h.Outbound {
		all = append(all, permitRules(siteRule{permit: p, direction: "out", holder: holder(p.From, h)}, p.Destinations(h))...)
	}
	nameRules(all)
	return all
}

// holder is the component on the host that is at an end.
func holder(ends []*model.End, h *model.Deployed) string {
	i := slices.IndexFunc(ends, func(e *model.End) bool { return e.Host == h })
	return ends[i].Place.Component()
}

// permitRules are the rules of a permit: those for all peers with an address,
// and one for those without.
func permitRules(r siteRule, peers []*model.End) []siteRule {
	var known, unknown []*model.End
	var addresses gen.Distinct
	for _, e := range peers {
		at := ofFamily(addressesOf(e), familyOf(r.permit))
		if len(at) == 0 {
			unknown = append(unknown, e)
			continue
		}
		known = append(known, e)
		addresses.Add(at...)
	}
	if groups := r.permit.Groups; r.direction == "out" && len(groups) > 0 {
		r.peers = peers
		if groups[0] == "broadcast" {
			r.lacks = "broadcast"
		} else {
			r.addresses = ofFamily(groups, familyOf(r.permit))
		}
		return atPorts(r)
	}
	var all []siteRule
	if len(known) > 0 {
		with := r
		with.peers, with.addresses = known, addresses.All
		all = append(all, atPorts(with)...)
	}
	if len(unknown) > 0 {
		r.peers, r.lacks = unknown, "address"
		all = append(all, atPorts(r)...)
	}
	return all
}

// atPorts is a rule for each range of ports or message.
func atPorts(r siteRule) []siteRule {
	p := r.permit
	var all []siteRule
	switch {
	case model.HasPorts(p.Transport) && len(p.Ports) == 0:
		if r.lacks == "" {
			r.lacks = "port"
		}
		return []siteRule{r}
	case model.HasPorts(p.Transport):
		for _, port := range p.Ports {
			r := r
			r.port = &port
			r.details = detail(len(p.Ports) > 1, port, nil)
			all = append(all, r)
		}
	case p.Back != "reply" && len(p.Connection.Listener.ICMP) > 0:
		messages := p.Connection.Listener.ICMP
		for _, m := range messages {
			r := r
			r.icmp = &m
			if len(messages) > 1 {
				r.details = []string{icmpText(m)}
			}
			all = append(all, r)
		}
	default:
		return []siteRule{r}
	}
	return all
}

// addressesOf lists the addresses and networks of an end; names are none.
func addressesOf(e *model.End) []string {
	if e.Any {
		return []string{"0.0.0.0/0", "::/0"}
	}
	return slices.DeleteFunc(slices.Clone(e.Addresses()), func(s string) bool {
		_, noAddress := netip.ParseAddr(s)
		_, noNetwork := netip.ParsePrefix(s)
		return noAddress != nil && noNetwork != nil
	})
}

// ofFamily is the addresses of a family, "" for both.
func ofFamily(addresses []string, family string) []string {
	return slices.DeleteFunc(slices.Clone(addresses), func(a string) bool {
		return family == "ipv4" && strings.Contains(a, ":") || family == "ipv6" && !strings.Contains(a, ":")
	})
}

// familyOf is ipv4 or ipv6 where a permit is for one of them only.
func familyOf(p *model.Permit) string {
	return family(&rule{connection: p.Connection, transport: p.Transport})
}

// nameRules gives each rule of a host a name like those of products:
//
//	igel-ums ums-server in: os12-websocket web tcp
//	igel-ums ums-server out: device-scan os12-device.agent tcp
//
// Where peers have different ports, the first of them tells rules apart. What is
// no rule has it always, and takes no name from one.
func nameRules(rules []siteRule) {
	count := make(map[string]int)
	name := func(r *siteRule, more ...string) string {
		c := r.permit.Connection
		socket := c.Listener.ID
		if r.direction == "out" || r.permit.Back != "" {
			socket = c.To.ID + "." + socket
		}
		parts := []string{c.Product.ID, r.holder, r.direction + ":", c.Flow.ID, socket, r.permit.Transport}
		if r.permit.Back != "" {
			parts = append(parts, r.permit.Back)
		}
		return strings.Join(slices.Concat(parts, r.details, more), " ")
	}
	for i := range rules {
		if rules[i].lacks == "" {
			count[name(&rules[i])]++
		}
	}
	for i := range rules {
		r := &rules[i]
		if r.name = name(r); r.lacks != "" || count[r.name] > 1 {
			r.name = name(r, "with "+r.peers[0].ID())
		}
	}
}

// entry emits
//
//	name: "igel-ums ums-server in: os12-websocket web tcp"
//	purpose: Manage IGEL OS 12 devices over a WebSocket
//	direction: in
//	protocol: tcp
//	port: 8443
//	dport: 8443
//	peers: [thin-clients]
//	addresses: ["192.168.30.0/24"]
//	…
func (r siteRule) entry() node {
	p, c := r.permit, r.permit.Connection
	m := newMapping()
	m.set("name", text(r.name))
	m.set("lacks", word(r.lacks))
	m.set("purpose", text(c.Flow.Purpose))
	m.set("direction", text(r.direction))
	m.set("protocol", text(strings.TrimPrefix(p.Transport, "ip/")))
	if r.port != nil {
		m.set("port", portOrRange(*r.port, "-"))
		m.set("dport", portOrRange(*r.port, ":"))
	}
	m.set("dynamic", flag(p.Dynamic))
	if r.icmp != nil {
		m.set("icmp_type", integer(r.icmp.Type))
		if r.icmp.Code != nil {
			m.set("icmp_code", integer(*r.icmp.Code))
		}
	}
	m.set("peers", list(each(peerNames(r.peers), text)))
	m.set("names", present(list(each(namesOf(r.peers), text))))
	m.set("addresses", list(each(r.addresses, text)))
	m.set("product", word(c.Product.ID))
	m.set("flow", word(c.Flow.ID))
	m.set("component", word(c.To.ID))
	m.set("listener", word(c.Listener.ID))
	m.set("way", word(strings.Replace(p.Back, "both-ways", string(reverse), 1)))
	m.set("source_ports", present(list(each(p.SourcePorts, func(s model.PortRange) node { return portOrRange(s, "-") }))))
	m.set("family", word(familyOf(p)))
	if c.Flow.Delivery != "unicast" && p.Back == "" {
		m.set("delivery", word(c.Flow.Delivery))
		m.set("groups", present(list(each(c.Flow.Groups, text))))
	}
	m.set("suffices", optional(c.Flow.Suffices))
	m.set("instead_of", present(ids(c.Flow.InsteadOf)))
	m.set("optional", boolean(c.Flow.Optional))
	m.set("phase", text(c.Phase))
	m.set("cite", rows(c.Flow.Cite))
	return m.node
}

// peerNames are the hosts as the inventory calls them, and whatever else peers
// are.
func peerNames(peers []*model.End) []string {
	var all gen.Distinct
	for _, e := range peers {
		id := e.ID()
		if e.Host != nil {
			id = hostName(id)
		}
		all.Add(id)
	}
	return all.All
}

// namesOf lists the host names of peers that have no addresses.
func namesOf(peers []*model.End) []string {
	var all []string
	for _, e := range peers {
		if len(addressesOf(e)) == 0 {
			all = append(all, e.Addresses()...)
		}
	}
	return all
}

// permitText is how findings speak of a permit.
func permitText(p *model.Permit) string {
	c := p.Connection
	what := fmt.Sprintf("flow %s of %s, %s to %s.%s", c.Flow.ID, c.Product.ID, p.Transport, c.To.ID, c.Listener.ID)
	switch p.Back {
	case "reply":
		what = fmt.Sprintf("flow %s of %s, the reply over %s", c.Flow.ID, c.Product.ID, p.Transport)
	case "both-ways":
		what += " and the other way"
	}
	return what
}
