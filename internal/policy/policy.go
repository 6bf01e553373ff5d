// Package policy turns a deployment into what the firewall of each host must
// permit, in addresses and ports: rules that every packet filter can express,
// and the permits that none can, with the reasons.
package policy

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A Policy is what one host lets in and out.
type Policy struct {
	Host    *model.Deployed
	In, Out []*Rule
	// ManageIn and ManageOut are for administering the host.
	ManageIn, ManageOut []*Rule
	// Lacking lists what no packet filter can express.
	Lacking []*Lack
}

// Options choose the permits that become rules.
type Options struct {
	Optional bool     // include flows that the product works without
	Phases   []string // include flows that are only needed during these
	// Named reports whether a target can name an end without its addresses; nil if it can name none.
	Named func(*model.End) bool
}

// Wants reports whether a permit becomes a rule.
func (o Options) Wants(p *model.Permit) bool {
	c := p.Connection
	return (o.Optional || !c.Flow.Optional) && (c.Phase == "" || slices.Contains(o.Phases, c.Phase))
}

// A Rule lets packets of one permit, or of management, pass between the host and its
// peers.
type Rule struct {
	Permit     *model.Permit     // nil for management
	Management *model.Management // nil for a permit
	Transport  string
	Peers      []netip.Prefix // sorted; a network stands for all of its addresses
	// Ends are the ends that have the addresses in Peers, and those that the target names;
	// nil for management and for multicast groups.
	Ends []*model.End
	// ICMP are the messages of icmp and icmpv6; empty for all.
	ICMP []model.ICMP
	// SourcePorts and Ports are those of the sender and of the receiver; empty for
	// all source ports, and for protocols without ports.
	SourcePorts, Ports []model.PortRange
	// Answer is true if the rule lets in answers to a broadcast or a multicast of the
	// host, which connection tracking does not recognize.
	Answer bool

	number int // see [Policy.Key]
}

// A Lack is a permit, or some of its peers, that no rule can express.
type Lack struct {
	Permit     *model.Permit     // nil for a management
	Management *model.Management // nil for a permit
	Out        bool
	Peers      []*model.End
	What       string // one of the constants
	Family     string // ipv4 or ipv6 for OtherFamily; else ""
}

// What a permit can lack.
const (
	Port      = "port"      // the number is not known before run time, or not documented
	Choice    = "choice"    // it is one of several, and the site has not chosen
	Address   = "address"   // only the peer's name is known
	Zone      = "zone"      // it crosses zones, and it is not known which
	Multicast = "multicast" // it goes to a multicast group, which needs another kind of rule
	Transport = "transport" // the firewall does not support the transport
	Message   = "message"   // the firewall has no name for the message of ICMP
	Broadcast = "broadcast" // it goes to the broadcast address of an unknown network
	Source    = "source"    // the firewall cannot match source ports
	OneFamily = "family"    // it is for one family of addresses, and the firewall selects ends of both
	Delivery  = "delivery"  // the network does not carry broadcasts and multicasts
	// OtherFamily means that an end has addresses of one family only, and needs one of the
	// other, Lack.Family, to talk to its peers or as the flow says.
	OtherFamily = "other-family"
)

// Name returns the rule's name in rulesets: "igel-ums/os12-websocket", "management/admins".
func (r *Rule) Name() string {
	if r.Management != nil {
		return "management/" + r.Management.ID
	}
	return flowOf(r.Permit)
}

func flowOf(p *model.Permit) string {
	return p.Connection.Product.ID + "/" + p.Connection.Flow.ID
}

// Managing returns the rule of a management for a host, with the addresses known in its zone.
func Managing(site *model.Site, m *model.Management, h *model.Deployed) *Rule {
	from, to := site.Managers(m, h)
	r := &Rule{Management: m, Transport: m.Transport, Peers: prefixes(slices.Concat(from, to), "")}
	for _, port := range m.Ports {
		r.Ports = append(r.Ports, model.PortRange{From: port, To: port})
	}
	return r
}

// Rules returns the rules that let a permit in from its peers, or out to them, and what no rule
// can express. self are the ends on the other side, whose families of addresses the peers need;
// nil if families do not matter. For named, see [Options].
func Rules(permit *model.Permit, out bool, self, peers []*model.End, named func(*model.End) bool) (rules []*Rule, lacking []*Lack) {
	lack := func(what string, peers []*model.End) {
		lacking = append(lacking, &Lack{Permit: permit, Out: out, Peers: peers, What: what})
	}
	if what := Lacks(permit); what != "" {
		lack(what, peers)
		return nil, lacking
	}
	need := required(permit, FamilyOf(self))
	otherFamily := func(ends []*model.End) {
		if len(ends) > 0 {
			lacking = append(lacking, &Lack{Permit: permit, Out: out, Peers: ends, What: OtherFamily, Family: need})
		}
	}
	if _, _, other := locate(self, "", need); len(other) > 0 {
		otherFamily(other)
		return nil, lacking
	}
	r := &Rule{
		Permit: permit, Transport: permit.Transport,
		SourcePorts: permit.SourcePorts, Ports: permit.Ports,
	}
	if permit.Back != "reply" {
		r.ICMP = permit.Connection.Listener.ICMP
	}
	switch family := Family(permit); {
	case out && len(permit.Groups) > 0 && permit.Groups[0] == "broadcast":
		lack(Broadcast, peers)
		return nil, lacking
	case out && len(permit.Groups) > 0:
		r.Peers = prefixes(permit.Groups, family)
	default:
		var unknown, other []*model.End
		r.Peers, unknown, other = locate(peers, family, need)
		if named != nil {
			unknown, other = slices.DeleteFunc(unknown, named), slices.DeleteFunc(other, named)
		}
		if len(unknown) > 0 {
			lack(Address, unknown)
		}
		otherFamily(other)
		r.Ends = slices.DeleteFunc(slices.Clone(peers), func(e *model.End) bool { return slices.Contains(unknown, e) || slices.Contains(other, e) })
	}
	if len(r.Peers) == 0 && !(named != nil && slices.ContainsFunc(r.Ends, named)) {
		return nil, lacking
	}
	source := permit.Connection.Flow.Source
	if source == nil || !source.Same || permit.Back != "" || len(r.Ports) < 2 {
		r.Ports = model.MergePorts(r.Ports)
		return []*Rule{r}, lacking
	}
	for _, port := range r.Ports { // from each port to the same port only
		one := *r
		one.Ports, one.SourcePorts = []model.PortRange{port}, []model.PortRange{port}
		rules = append(rules, &one)
	}
	return rules, lacking
}

// Answers returns the rule that lets in answers to a broadcast or a multicast, from the port to
// which it was sent, to any port from which programs send; nil if there is none, as when the
// spec contains the reply.
func Answers(permit *model.Permit, ends []*model.End) *Rule {
	f := permit.Connection.Flow
	if permit.Back != "" || len(permit.Groups) == 0 || f.Reply != nil || permit.Transport != "udp" || Lacks(permit) != "" {
		return nil
	}
	peers, _ := Locate(ends, Family(permit))
	if permit.Groups[0] == "broadcast" { // which IPv6 does not have
		peers = slices.DeleteFunc(peers, func(p netip.Prefix) bool { return !p.Addr().Is4() })
	}
	to := permit.SourcePorts
	if len(to) == 0 {
		to = []model.PortRange{{From: 1024, To: 65535}}
	}
	if len(peers) == 0 {
		return nil
	}
	return &Rule{Permit: permit, Transport: "udp", Peers: peers, SourcePorts: permit.Ports, Ports: to, Answer: true}
}

// Lacks returns what keeps a permit from becoming rules, whoever its peers are; "" for
// nothing.
func Lacks(p *model.Permit) string {
	switch {
	case p.Undecided():
		return Choice
	case model.HasPorts(p.Transport) && len(p.Ports) == 0:
		return Port
	}
	return ""
}

// Locate returns the known addresses of ends as networks of a family ("" for both),
// sorted, and the ends that have none.
func Locate(ends []*model.End, family string) (known []netip.Prefix, unknown []*model.End) {
	known, unknown, _ = locate(ends, family, "")
	return known, unknown
}

// locate is like Locate, but if ends need addresses of a family, it returns as other those that
// have only addresses of the other one; need is "" for none.
func locate(ends []*model.End, family, need string) (known []netip.Prefix, unknown, other []*model.End) {
	for _, e := range ends {
		at := []string{"0.0.0.0/0", "::/0"}
		if !e.Any {
			at = e.Addresses()
		}
		found := prefixes(at, "")
		switch only := onlyFamily(found); {
		case len(found) == 0:
			unknown = append(unknown, e)
			continue
		case need != "" && only != "" && only != need:
			other = append(other, e)
			continue
		}
		for _, p := range found {
			if inFamily(p, family) {
				known = append(known, p)
			}
		}
	}
	slices.SortFunc(known, ComparePrefixes)
	return slices.Compact(known), unknown, other
}

// prefixes returns the addresses and networks of a family among texts, and skips names.
func prefixes(texts []string, family string) []netip.Prefix {
	var all []netip.Prefix
	for _, s := range texts {
		if p, ok := model.ParseNetwork(s); ok && inFamily(p, family) {
			all = append(all, p)
		}
	}
	return all
}

func inFamily(p netip.Prefix, family string) bool {
	return family == "" || (family == "ipv4") == p.Addr().Is4()
}

// ComparePrefixes compares networks by family, first address and length.
func ComparePrefixes(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
}
