package firewalld

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/hostrules"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A config collects what a host has in /etc/firewalld.
type config struct {
	site   *model.Site
	policy *policy.Policy
	policy.Settings
	services, ipsets map[string][]byte // by name
	in, out          []rule
}

// A rule is a rich rule.
type rule struct {
	priority int
	family   string
	// Each is an attribute with its value, or "": address="10.1.0.5", ipset="portspec-…".
	source, destination string
	element             string // an XML element, or ""
	log                 string // the prefix of a line in the log, or ""
	action              string // accept, drop, or "" for a rule that only logs
}

func newConfig(site *model.Site, p *policy.Policy, s policy.Settings) *config {
	c := &config{site: site, policy: p, Settings: s, services: make(map[string][]byte), ipsets: make(map[string][]byte)}
	c.in = c.rules(false, slices.Concat(p.ManageIn, p.In))
	if !site.Firewall.Free() {
		c.out = c.rules(true, slices.Concat(p.ManageOut, p.Out))
	}
	return c
}

// made returns the files.
func (c *config) made() []gen.File {
	files := []gen.File{{Path: "zones/portspec.xml", Data: c.zone()}}
	if !c.site.Firewall.Free() {
		files = append(files, gen.File{Path: "policies/portspec-out.xml", Data: c.outbound()})
	}
	for _, name := range slices.Sorted(maps.Keys(c.services)) {
		files = append(files, gen.File{Path: "services/" + name + ".xml", Data: c.services[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(c.ipsets)) {
		files = append(files, gen.File{Path: "ipsets/" + name + ".xml", Data: c.ipsets[name]})
	}
	return files
}

// rules returns the rich rules of a direction.
func (c *config) rules(out bool, of []*policy.Rule) []rule {
	all := c.needed(out)
	for _, r := range of {
		for _, family := range []string{"ipv4", "ipv6"} {
			peers := outermost(r.Peers, family == "ipv4")
			if len(peers) == 0 {
				continue
			}
			x := rule{family: family, action: "accept"}
			switch {
			case out:
				x.destination = c.addresses(peers)
				if len(r.SourcePorts) > 0 {
					x.source = c.addressesAndPorts([]netip.Prefix{everything(family)}, r.Transport, r.SourcePorts)
				}
			case len(r.SourcePorts) > 0:
				x.source = c.addressesAndPorts(peers, r.Transport, r.SourcePorts)
			default:
				x.source = c.addresses(peers)
			}
			for _, element := range c.elements(r) {
				x.element = element
				if !slices.Contains(all, x) {
					all = append(all, x)
				}
			}
		}
	}
	return append(all, c.rest(out)...)
}

// elements returns what a rule permits: a service, a protocol, or messages.
func (c *config) elements(r *policy.Rule) []string {
	switch {
	case model.HasPorts(r.Transport):
		return []string{element("service", "name", c.service(r))}
	case len(r.ICMP) == 0:
		return []string{protocol(model.ProtocolNumber(r.Transport))}
	}
	var all []string
	for _, m := range r.ICMP {
		all = append(all, icmp(messageName(r.Transport, m)))
	}
	return all
}

func icmp(name string) string { return element("icmp-type", "name", name) }

func protocol(number int) string { return element("protocol", "value", strconv.Itoa(number)) }

// needed returns rules for the messages that networks depend on: errors about connections,
// and for IPv6 the discovery of neighbours, routers and members of groups (RFC 4890, section
// 4.4). firewalld has no names for those about members; they stay on the link and go to
// groups of the link.
func (c *config) needed(out bool) []rule {
	const igmp, icmpv6 = 2, 58
	var all []rule
	for _, name := range []string{"destination-unreachable", "time-exceeded", "parameter-problem"} {
		all = append(all, rule{family: "ipv4", element: icmp(name), action: "accept"})
	}
	for _, name := range []string{
		"destination-unreachable", "packet-too-big", "time-exceeded", "parameter-problem",
		"neighbour-solicitation", "neighbour-advertisement", "router-solicitation", "router-advertisement",
	} {
		all = append(all, rule{family: "ipv6", element: icmp(name), action: "accept"})
	}
	groups := rule{family: "ipv6", destination: attribute("address", "ff02::/16"), element: protocol(icmpv6), action: "accept"}
	if !out {
		groups.source = attribute("address", "fe80::/10")
	}
	all = append(all, groups)
	if hostrules.Multicast(c.policy) {
		all = append(all, rule{family: "ipv4", element: protocol(igmp), action: "accept"})
	}
	return all
}

// last is the priority of rules that come after all others.
const last = 32767

// rest returns the rules for all other packets, before the zone or the policy drops them.
func (c *config) rest(out bool) []rule {
	direction := "in"
	if out {
		direction = "out"
	}
	logged := rule{priority: last, log: hostrules.LogPrefix(direction, c.Observe)}
	if c.Observe {
		logged.action = "accept"
		return []rule{logged}
	}
	if out {
		return []rule{logged}
	}
	var all []rule // broadcasts and multicasts would fill the log
	for _, group := range []string{"224.0.0.0/4", "255.255.255.255", "ff00::/8"} {
		family := "ipv4"
		if group == "ff00::/8" {
			family = "ipv6"
		}
		all = append(all, rule{priority: last - 1, family: family, destination: attribute("address", group), action: "drop"})
	}
	return append(all, logged)
}

// everything returns the network of all addresses of a family.
func everything(family string) netip.Prefix {
	if family == "ipv4" {
		return netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	}
	return netip.PrefixFrom(netip.IPv6Unspecified(), 0)
}

// outermost returns the networks of a family that no other network in the list contains:
// ipsets refuse entries that overlap.
func outermost(peers []netip.Prefix, is4 bool) []netip.Prefix {
	var all []netip.Prefix
	for _, p := range peers { // sorted, so that a network comes before those in it
		if p.Addr().Is4() == is4 && !slices.ContainsFunc(all, func(q netip.Prefix) bool { return q.Overlaps(p) }) {
			all = append(all, p.Masked())
		}
	}
	return all
}

// addresses returns the attribute for networks: none for everybody, an address, or an
// ipset.
func (c *config) addresses(of []netip.Prefix) string {
	switch {
	case of[0].Bits() == 0:
		return ""
	case len(of) == 1:
		return attribute("address", text(of[0]))
	}
	var entries []string
	for _, p := range of {
		entries = append(entries, text(p))
	}
	return attribute("ipset", c.ipset("hash:net", of[0].Addr().Is4(), entries))
}

// addressesAndPorts returns the attribute for networks and the ports that packets come
// from.
func (c *config) addressesAndPorts(of []netip.Prefix, transport string, from []model.PortRange) string {
	var entries []string
	for _, p := range of {
		parts := []netip.Prefix{p}
		if p.Bits() == 0 { // which ipsets do not accept
			parts = halves(p)
		}
		for _, part := range parts {
			for _, r := range from {
				entries = append(entries, text(part)+","+transport+":"+r.String())
			}
		}
	}
	return attribute("ipset", c.ipset("hash:net,port", of[0].Addr().Is4(), entries))
}

func halves(p netip.Prefix) []netip.Prefix {
	upper := p.Addr().AsSlice()
	upper[0] = 128
	at, _ := netip.AddrFromSlice(upper)
	return []netip.Prefix{netip.PrefixFrom(p.Addr(), 1), netip.PrefixFrom(at, 1)}
}

// text returns a network, or an address.
func text(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// service adds a service with the ports of a rule, and returns its name.
func (c *config) service(r *policy.Rule) string {
	var ports string
	for _, p := range r.Ports {
		ports += "\n  <port port=\"" + p.String() + "\" protocol=\"" + r.Transport + "\"/>"
	}
	name := serviceName(r.Name(), r.Transport, ports)
	purpose := "Management: " + r.Name()
	if r.Permit != nil {
		purpose = r.Permit.Connection.Flow.Purpose
		if record := c.site.Firewall.Record(r.Name()); record != nil {
			for _, of := range [][2]string{{"owner", record.Owner}, {"ticket", record.Ticket}, {"until", record.Until}} {
				if of[1] != "" {
					purpose += fmt.Sprintf("; %s: %s", of[0], of[1])
				}
			}
		}
	}
	c.services[name] = document("<service>\n  <short>" + escaped(r.Name()) + "</short>\n  <description>" + escaped(purpose) + "</description>" + ports + "\n</service>\n")
	return name
}

// ipset adds an ipset, and returns its name.
func (c *config) ipset(kind string, is4 bool, entries []string) string {
	body := "<ipset type=\"" + kind + "\">\n"
	if !is4 {
		body += "  <option name=\"family\" value=\"inet6\"/>\n"
	}
	for _, e := range entries {
		body += "  <entry>" + e + "</entry>\n"
	}
	body += "</ipset>\n"
	name := ipsetName(body)
	c.ipsets[name] = document(body)
	return name
}

// attributes returns the attributes of the rule itself.
func (r rule) attributes() string {
	var s string
	if r.family != "" {
		s += " " + attribute("family", r.family)
	}
	if r.priority != 0 {
		s += " " + attribute("priority", strconv.Itoa(r.priority))
	}
	return s
}
