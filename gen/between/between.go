// Package between determines what a firewall between the zones of a site must permit: [Of] turns a
// deployment into a [Policy], whose rules are in addresses, and merged for each pair of zones.
// Traffic inside a zone is not part of it.
//
// Addresses are those that machines have. Firewalls that decide before they translate a
// destination need [Rule.Dialed].
package between

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A Policy lists what has to pass between zones, and what no rule can express.
type Policy struct {
	Site    *model.Site
	Rules   []*Rule // by the zones that they lead from and to, in the order of the site
	Lacking []*policy.Lack
}

// A Rule permits new connections from one zone to another. Answers need no rule, because the
// firewall is stateful.
type Rule struct {
	From, To              string // zones
	Sources, Destinations []netip.Prefix
	// Dialed are the destinations by the addresses to which the sources connect.
	Dialed   []netip.Prefix
	Services []Service
	Flows    []string // what it is for: "igel-ums/console", "management/admins"
	// Record says who is responsible for its flows; the zero value if the site does not.
	Record model.PermitRecord
}

// A Service describes packets by protocol, ports and ICMP message.
type Service struct {
	Transport string
	// SourcePorts and Ports are empty for all, and for protocols without ports.
	SourcePorts, Ports model.PortRange
	ICMP               *model.ICMP // nil for all messages
}

// String identifies a service: "tcp 8443", "udp from 30005 1024-65535", "icmp 8".
func (s Service) String() string {
	text := s.Transport
	if s.SourcePorts != (model.PortRange{}) {
		text += " from " + s.SourcePorts.String()
	}
	if s.Ports != (model.PortRange{}) {
		text += " " + s.Ports.String()
	}
	if s.ICMP != nil {
		text += fmt.Sprintf(" %d", s.ICMP.Type)
		if s.ICMP.Code != nil {
			text += fmt.Sprintf(" code %d", *s.ICMP.Code)
		}
	}
	return text
}

// Of returns what firewalls between the zones of a site must permit. refused returns why a device
// does not accept the service of a rule, as in [policy.Lack], or "".
func Of(d *model.Deployment, o policy.Options, refused func(*Rule, Service) string) *Policy {
	c := &collector{policy: &Policy{Site: d.Site}, refused: refused, lacking: make(map[string]bool)}
	for _, p := range d.Permits {
		if o.Wants(p) {
			for _, leg := range gen.Legs(p) {
				c.leg(p, leg)
			}
		}
	}
	if d.Site.Firewall != nil {
		for _, m := range d.Site.Firewall.Management {
			c.manage(d, m)
		}
	}
	c.policy.Rules = merge(d.Site, c.rules)
	return c.policy
}

// A collector makes rules, before they are merged.
type collector struct {
	policy  *Policy
	refused func(*Rule, Service) string
	rules   []*Rule
	lacking map[string]bool // texts of what is lacking
}

// leg makes the rules of one stretch of a permit.
func (c *collector) leg(p *model.Permit, leg gen.Leg) {
	from, to := c.byZone(p, leg.From), c.byZone(p, leg.To)
	for _, a := range c.zones(from) {
		for _, b := range c.zones(to) {
			if a != b {
				c.cross(p, a, b, slices.Concat(from[a], from[everywhere]), slices.Concat(to[b], to[everywhere]))
			}
		}
	}
}

// cross makes the rules of a permit from one zone to another. They are for all sources together;
// what is lacking is determined for each address family of the sources.
func (c *collector) cross(p *model.Permit, from, to string, sources, destinations []*model.End) {
	known, unknown := policy.Locate(sources, policy.Family(p))
	if len(unknown) > 0 {
		c.lack(&policy.Lack{Permit: p, Peers: unknown, What: policy.Address})
	}
	by := make(map[string][]*model.End)
	for _, e := range sources {
		only := policy.FamilyOf([]*model.End{e})
		by[only] = append(by[only], e)
	}
	for _, some := range [][]*model.End{by["ipv4"], by["ipv6"]} {
		if len(some) > 0 {
			_, lacking := policy.Rules(p, true, some, destinations, nil)
			c.lack(lacking...)
		}
	}
	rules, lacking := policy.Rules(p, true, nil, destinations, nil)
	c.lack(lacking...)
	for _, r := range rules {
		c.add(from, to, known, r.Peers, r)
	}
	if r := policy.Answers(p, destinations); r != nil && p.Groups[0] != "broadcast" {
		c.add(to, from, r.Peers, known, r)
	}
}

// everywhere is the zone of ends that can be in any zone.
const everywhere = "*"

// byZone groups ends by zone, and reports those that are in no zone.
func (c *collector) byZone(p *model.Permit, ends []*model.End) map[string][]*model.End {
	by := make(map[string][]*model.End)
	for _, e := range ends {
		switch {
		case e.Any:
			by[everywhere] = append(by[everywhere], e)
		case e.NetZone != "":
			by[e.NetZone] = append(by[e.NetZone], e)
		default:
			c.lack(&policy.Lack{Permit: p, Peers: []*model.End{e}, What: policy.Zone})
		}
	}
	return by
}

// zones lists the zones of ends, in the order of the site: all of them if an end can be in any
// zone.
func (c *collector) zones(by map[string][]*model.End) []string {
	var all []string
	for _, z := range c.policy.Site.Zones {
		if len(by[z.ID]) > 0 || len(by[everywhere]) > 0 {
			all = append(all, z.ID)
		}
	}
	return all
}

// lack records what no rule can express, without repeats.
func (c *collector) lack(lacking ...*policy.Lack) {
	for _, l := range lacking {
		if text := l.Text(); !c.lacking[text] {
			c.lacking[text] = true
			c.policy.Lacking = append(c.policy.Lacking, l)
		}
	}
}

// manage makes the rules for administrators of hosts in other zones, and for what these hosts
// connect to.
func (c *collector) manage(d *model.Deployment, m *model.Management) {
	for _, h := range d.Hosts {
		if !m.On(h.Host) {
			continue
		}
		self := []*model.End{{Host: h}}
		own, unknown := policy.Locate(self, "")
		switch {
		case h.NetZone == "":
			c.lack(&policy.Lack{Management: m, Peers: self, What: policy.Zone})
			continue
		case len(unknown) > 0:
			c.lack(&policy.Lack{Management: m, Peers: self, What: policy.Address})
			continue
		}
		for _, a := range slices.Concat(m.From, m.To) {
			zone := d.Site.ZoneOf(a)
			peer, ok := model.ParseNetwork(a)
			switch {
			case !ok || zone == h.NetZone:
				continue
			case zone == "":
				c.lack(&policy.Lack{Management: m, Peers: []*model.End{{Location: &model.Location{What: a}}}, What: policy.Zone})
				continue
			}
			r := &policy.Rule{Management: m, Transport: m.Transport}
			for _, port := range m.Ports {
				r.Ports = append(r.Ports, model.PortRange{From: port, To: port})
			}
			if len(m.From) > 0 {
				c.add(zone, h.NetZone, []netip.Prefix{peer}, own, r)
			} else {
				c.add(h.NetZone, zone, own, []netip.Prefix{peer}, r)
			}
		}
	}
}

// add adds a rule for the address families that both sides have.
func (c *collector) add(from, to string, sources, destinations []netip.Prefix, r *policy.Rule) {
	sources, destinations = inFamilies(sources, destinations), inFamilies(destinations, sources)
	if len(sources) == 0 || len(destinations) == 0 {
		return
	}
	x := &Rule{From: from, To: to, Sources: outermost(sources), Destinations: outermost(destinations), Flows: []string{r.Name()}}
	for _, s := range services(r) {
		if what := c.refused(x, s); what != "" {
			c.lack(&policy.Lack{Permit: r.Permit, Management: r.Management, Peers: r.Ends, What: what})
			continue
		}
		x.Services = append(x.Services, s)
	}
	if len(x.Services) == 0 {
		return
	}
	if f := c.policy.Site.Firewall; f != nil && r.Permit != nil {
		if record := f.Record(r.Name()); record != nil {
			x.Record = *record
			x.Record.Flow = ""
		}
	}
	c.rules = append(c.rules, x)
}

// inFamilies returns the networks of a list whose family also occurs in another list.
func inFamilies(list, other []netip.Prefix) []netip.Prefix {
	return slices.DeleteFunc(slices.Clone(list), func(p netip.Prefix) bool {
		return !slices.ContainsFunc(other, func(q netip.Prefix) bool { return q.Addr().Is4() == p.Addr().Is4() })
	})
}

// outermost returns the networks of a list that no other of them contains, sorted.
func outermost(list []netip.Prefix) []netip.Prefix {
	list = slices.Clone(list)
	slices.SortFunc(list, policy.ComparePrefixes)
	var all []netip.Prefix
	for _, p := range list {
		if n := len(all); n == 0 || !model.Holds(all[n-1], p) {
			all = append(all, p)
		}
	}
	return all
}

// services returns the services of a rule: one for each combination of ports and messages.
func services(r *policy.Rule) []Service {
	orAll := func(list []model.PortRange) []model.PortRange {
		if len(list) == 0 {
			return []model.PortRange{{}}
		}
		return list
	}
	var all []Service
	for _, source := range orAll(r.SourcePorts) {
		for _, port := range orAll(r.Ports) {
			s := Service{Transport: r.Transport, SourcePorts: source, Ports: port}
			for i := range r.ICMP {
				one := s
				one.ICMP = &r.ICMP[i]
				all = append(all, one)
			}
			if len(r.ICMP) == 0 {
				all = append(all, s)
			}
		}
	}
	return all
}

// merge combines rules that differ in only one part. That permits nothing more, because a rule
// permits all of its sources all of its services at all of its destinations.
func merge(site *model.Site, rules []*Rule) []*Rule {
	parts := []func(*Rule) string{
		func(r *Rule) string { return fmt.Sprint(r.Sources) },
		func(r *Rule) string { return fmt.Sprint(r.Destinations) },
		func(r *Rule) string { return fmt.Sprint(r.Services) },
	}
	for _, free := range []int{2, 1, 0} { // services first, as most rules have the same ends
		by := make(map[string]*Rule)
		var all []*Rule
		for _, r := range rules {
			r.tidy()
			key := fmt.Sprintf("%q %q %q", r.From, r.To, r.Record)
			for i, part := range parts {
				if i != free {
					key += "\x00" + part(r)
				}
			}
			first := by[key]
			if first == nil {
				by[key] = r
				all = append(all, r)
				continue
			}
			first.Sources, first.Destinations = append(first.Sources, r.Sources...), append(first.Destinations, r.Destinations...)
			first.Services, first.Flows = append(first.Services, r.Services...), append(first.Flows, r.Flows...)
		}
		rules = all
	}
	rank := make(map[string]int)
	for i, z := range site.Zones {
		rank[z.ID] = i
	}
	for _, r := range rules {
		r.tidy()
		r.Dialed = dialed(site, r)
	}
	slices.SortStableFunc(rules, func(a, b *Rule) int {
		return cmp.Or(cmp.Compare(rank[a.From], rank[b.From]), cmp.Compare(rank[a.To], rank[b.To]), slices.Compare(a.Flows, b.Flows), strings.Compare(a.content(), b.content()))
	})
	return rules
}

// tidy sorts the parts of a rule, and removes duplicates.
func (r *Rule) tidy() {
	r.Sources, r.Destinations = outermost(r.Sources), outermost(r.Destinations)
	slices.SortFunc(r.Services, func(a, b Service) int {
		return cmp.Or(strings.Compare(a.Transport, b.Transport), cmp.Compare(a.SourcePorts.From, b.SourcePorts.From), cmp.Compare(a.Ports.From, b.Ports.From), strings.Compare(a.String(), b.String()))
	})
	r.Services = slices.CompactFunc(r.Services, func(a, b Service) bool { return a.String() == b.String() })
	slices.Sort(r.Flows)
	r.Flows = slices.Compact(r.Flows)
}

// dialed returns the addresses by which the zone of the sources knows the destinations.
func dialed(site *model.Site, r *Rule) []netip.Prefix {
	var all []netip.Prefix
	for _, p := range r.Destinations {
		for _, text := range site.Seen([]string{p.String()}, r.To, r.From, false) {
			if seen, ok := model.ParseNetwork(text); ok {
				all = append(all, seen)
			}
		}
	}
	return outermost(all)
}

func (r *Rule) content() string {
	return fmt.Sprint(r.From, " ", r.To, r.Sources, r.Destinations, r.Dialed, r.Services)
}
