package ansible

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// The part of a rule that only sites have: the permit that it is made for, and the
// location of the other end.
type permitted struct {
	permit    *model.Permit
	peers     []*model.End // the other end
	addresses []string     // theirs, or the multicast groups
	lacks     string       // why no rule can be made of it: port, choice, address or broadcast; "" where one can
}

// hostRulesOf lists the rules of a host, including incomplete ones. If it is one of
// several hosts that are alike, each of these is a peer in their rules.
func hostRulesOf(h *model.Deployed, alike bool) []*rule {
	var all []*rule
	self := h
	if alike {
		self = &model.Deployed{Host: &model.Host{Count: 1}} // not an end of any permit
	}
	add := func(p *model.Permit, direction, holder string, peers []*model.End) {
		for _, r := range permitRules(p, direction, holder, peers) {
			all = append(all, &r)
		}
	}
	for _, p := range h.Inbound {
		add(p, "in", holder(p.To, h), p.Sources(self))
	}
	for _, p := range h.Outbound {
		add(p, "out", holder(p.From, h), p.Destinations(self))
	}
	nameRules(all)
	return all
}

// holder is the component on the host at an end.
func holder(ends []*model.End, h *model.Deployed) string {
	i := slices.IndexFunc(ends, func(e *model.End) bool { return e.Host == h })
	return ends[i].Place.Component()
}

// permitRules are the rules of a permit: those for peers with an address, and those for
// peers without.
func permitRules(p *model.Permit, direction, holder string, peers []*model.End) []rule {
	r := rule{
		direction: direction, holder: holder,
		connection: p.Connection, way: wayOf(p), transport: p.Transport, sourcePorts: p.SourcePorts,
	}
	atPorts := func(own permitted) []rule {
		r := r
		own.permit = p
		r.permitted = &own
		switch {
		case own.lacks != "":
		case r.undecided():
			own.lacks = "choice"
		case model.HasPorts(p.Transport) && len(p.Ports) == 0:
			own.lacks = "port"
		}
		return expand(r, openings(p.Ports, nil), nil)
	}
	if direction == "out" && len(p.Groups) > 0 {
		if p.Groups[0] == "broadcast" {
			return atPorts(permitted{peers: peers, lacks: "broadcast"})
		}
		return atPorts(permitted{peers: peers, addresses: ofFamily(p.Groups, r.family())})
	}
	var known, unknown []*model.End
	var addresses gen.Distinct
	for _, e := range peers {
		at := ofFamily(addressesOf(e), r.family())
		if len(at) == 0 {
			unknown = append(unknown, e)
			continue
		}
		known = append(known, e)
		addresses.Add(at...)
	}
	var all []rule
	if len(known) > 0 {
		all = atPorts(permitted{peers: known, addresses: addresses.All})
	}
	if len(unknown) > 0 {
		all = append(all, atPorts(permitted{peers: unknown, lacks: "address"})...)
	}
	return all
}

// wayOf is the direction of the packets that a permit is about.
func wayOf(p *model.Permit) way {
	switch p.Back {
	case "both-ways":
		return reverse
	case "reply":
		return answer
	}
	return forth
}

// addressesOf lists the addresses and networks of an end, without names.
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
		if at := e.Endpoints(); len(addressesOf(e)) > 0 {
			continue
		} else if at != nil {
			all = append(all, at.HostNames()...) // service tags are none
		} else {
			all = append(all, e.Addresses()...)
		}
	}
	return all
}

// permitText describes a permit in findings.
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
