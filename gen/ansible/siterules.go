package ansible

import (
	"net/netip"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// permitted is the part of a rule that only sites have: the permit that it is made for, and
// the location of the other end.
type permitted struct {
	permit    *model.Permit
	peers     []*model.End // the other end
	addresses []string     // theirs, or the multicast groups
	lacks     string       // why no rule can be made of it, as in policy.Lack; "" where one can
	needs     string       // the family of addresses that peers lack; "" for both
}

// hostRules are the rules of a host in the order of its permits.
type hostRules struct {
	self    []*model.End // the host; without addresses, if it is several
	in, out []*rule
	answers []*rule // what answers broadcasts and multicasts of the host
	unruled []*rule // what no rule can be made of
}

// hostRulesOf makes the rules of a host. If it is one of several hosts that are alike,
// each of these is a peer in their rules.
func hostRulesOf(h *model.Deployed, alike bool) *hostRules {
	l := &hostRules{}
	self := h
	if alike {
		self = &model.Deployed{Host: &model.Host{Count: 1}, NetZone: h.NetZone} // not an end of any permit
	}
	l.self = []*model.End{{Host: self}}
	for _, p := range h.Inbound {
		l.add(p, "in", holder(p.To, h), p.Sources(self))
	}
	for _, p := range h.Outbound {
		peers := p.Destinations(self)
		l.add(p, "out", holder(p.From, h), peers)
		if a := policy.Answers(p, peers); a != nil {
			l.answers = append(l.answers, siteRules(permitRule(p, "in", holder(p.From, h), answer), []*policy.Rule{a}, peers)...)
		}
	}
	nameRules(l.all())
	return l
}

func (l *hostRules) all() []*rule { return slices.Concat(l.in, l.out, l.answers, l.unruled) }

// holder is the component on the host at an end.
func holder(ends []*model.End, h *model.Deployed) string {
	i := slices.IndexFunc(ends, func(e *model.End) bool { return e.Host == h })
	return ends[i].Place.Component()
}

// add adds what a permit lets in from its peers, or out to them.
func (l *hostRules) add(p *model.Permit, direction, holder string, peers []*model.End) {
	r := permitRule(p, direction, holder, wayOf(p))
	rules, lacking := policy.Rules(p, direction == "out", l.self, peers, nil)
	made := siteRules(r, rules, peers)
	if direction == "in" {
		l.in = append(l.in, made...)
	} else {
		l.out = append(l.out, made...)
	}
	for _, lack := range lacking {
		known, _ := policy.Locate(lack.Peers, policy.Family(p))
		r.sourcePorts = p.SourcePorts
		r.permitted = &permitted{permit: p, peers: lack.Peers, addresses: networks(known), lacks: lack.What, needs: lack.Family}
		l.unruled = append(l.unruled, pointers(expand(r, openings(p.Ports, nil), nil))...)
	}
}

// permitRule is what all rules of a permit have in common.
func permitRule(p *model.Permit, direction, holder string, w way) rule {
	return rule{direction: direction, holder: holder, connection: p.Connection, way: w, transport: p.Transport}
}

// siteRules writes rules of one permit one by one: for each port, or kind of message.
func siteRules(r rule, rules []*policy.Rule, peers []*model.End) []*rule {
	var all []*rule
	for _, x := range rules {
		one := r
		one.sourcePorts = x.SourcePorts
		ends := x.Ends
		if x.Answer {
			ends = peers
		}
		one.permitted = &permitted{permit: x.Permit, peers: located(ends, policy.Family(x.Permit)), addresses: networks(x.Peers)}
		if len(x.Permit.Groups) > 0 && r.direction == "out" {
			one.permitted.peers = peers
		}
		if len(rules) > 1 {
			one.details = []string{x.Ports[0].String()}
		}
		all = append(all, pointers(expand(one, openings(x.Ports, nil), nil))...)
	}
	return all
}

func pointers(rules []rule) []*rule {
	all := make([]*rule, len(rules))
	for i := range rules {
		all[i] = &rules[i]
	}
	return all
}

// located lists the ends of which an address of a family is known.
func located(ends []*model.End, family string) []*model.End {
	return slices.DeleteFunc(slices.Clone(ends), func(e *model.End) bool {
		at, _ := policy.Locate([]*model.End{e}, family)
		return len(at) == 0
	})
}

// networks writes addresses without the length of their mask.
func networks(list []netip.Prefix) []string {
	all := make([]string, len(list))
	for i, p := range list {
		all[i] = p.String()
		if p.IsSingleIP() {
			all[i] = p.Addr().String()
		}
	}
	return all
}

// wayOf is the direction of the packets that a permit is about.
func wayOf(p *model.Permit) way {
	switch p.Back {
	case "both-ways":
		return reverse
	case "reply":
		return reply
	}
	return forth
}

// nameRules gives each rule of a host a name like those of products. If peers have
// different ports, names contain the first port. Incomplete rules always have it, so
// that they never take the name of another rule.
func nameRules(rules []*rule) {
	count := make(map[string]int)
	for _, r := range rules {
		if r.setName(); r.lacks == "" {
			count[r.name]++
		}
	}
	for _, r := range rules {
		if r.lacks != "" || count[r.name] > 1 {
			r.setName("with " + r.peers[0].ID())
		}
	}
}

// peerNames are the names of hosts in the inventory, and those of other peers.
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
		if at := e.Endpoints(); !isNamed(e) {
			continue
		} else if at != nil {
			all = append(all, at.HostNames()...) // service tags are not names
		} else {
			all = append(all, e.Addresses()...)
		}
	}
	return all
}

// isNamed reports whether an end has no known address.
func isNamed(e *model.End) bool {
	_, unknown := policy.Locate([]*model.End{e}, "")
	return len(unknown) > 0
}
