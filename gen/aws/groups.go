package aws

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A group is a security group with as many rules as it may have.
type group struct {
	rules []rule
	free  bool // what goes out is not filtered
}

// A rule is one of a security group.
type rule struct {
	out bool
	traffic
	peer netip.Prefix
	flow string // the first that it is for
}

// newGroups returns the groups of a host; there is at least one, even without rules. What
// they cannot express is added to the policy's Lacking.
func newGroups(site *model.Site, p *policy.Policy) []*group {
	free := site.Firewall.Free()
	var in, out []rule
	for _, r := range slices.Concat(p.ManageIn, p.In) {
		in = append(in, rulesOf(p, r, false)...)
	}
	if !free {
		for _, r := range slices.Concat(p.ManageOut, p.Out) {
			out = append(out, rulesOf(p, r, true)...)
		}
	}
	groups := []*group{{free: free}}
	fill := func(rules []rule, is4 bool, most int) {
		n := 0
		for _, r := range rules {
			if r.peer.Addr().Is4() != is4 {
				continue
			}
			if n/most == len(groups) {
				groups = append(groups, &group{})
			}
			groups[n/most].rules = append(groups[n/most].rules, r)
			n++
		}
	}
	in, out = distinct(in), distinct(out)
	for _, is4 := range []bool{true, false} {
		fill(in, is4, maxRules)
	}
	fill(out, true, maxRules-1) // [toNowhere] counts as one
	fill(out, false, maxRules)
	return groups
}

// rulesOf returns the rules for one of the policy, or none if groups cannot express it.
func rulesOf(p *policy.Policy, r *policy.Rule, out bool) []rule {
	if what := lacks(r); what != "" {
		p.Lacking = append(p.Lacking, &policy.Lack{Permit: r.Permit, Out: out, Peers: r.Ends, What: what})
		return nil
	}
	var all []rule
	for _, peer := range r.Peers {
		for _, t := range trafficOf(r) {
			all = append(all, rule{out, t, peer.Masked(), r.Name()})
		}
	}
	return all
}

// trafficOf returns what a rule of the policy permits.
func trafficOf(r *policy.Rule) []traffic {
	var all []traffic
	for _, ports := range r.Ports {
		all = append(all, traffic{r.Transport, ports.From, ports.To})
	}
	for _, m := range r.ICMP {
		code := -1
		if m.Code != nil {
			code = *m.Code
		}
		all = append(all, traffic{r.Transport, m.Type, code})
	}
	switch t := (traffic{protocol: protocol(r.Transport)}); {
	case len(all) > 0:
		return all
	case t.isICMP():
		return []traffic{{t.protocol, -1, -1}}
	default:
		return []traffic{t}
	}
}

// lacks returns why security groups cannot express a rule; "" if they can. Only TCP and UDP
// have ports there.
func lacks(r *policy.Rule) string {
	switch {
	case r.Permit != nil && len(r.Permit.Groups) > 0:
		return policy.Delivery
	case r.Transport == "sctp":
		return policy.Transport
	case len(r.SourcePorts) > 0:
		return policy.Source
	}
	return ""
}

// protocol returns a transport as security groups name it.
func protocol(transport string) string {
	switch transport {
	case "tcp", "udp", "icmp", "icmpv6":
		return transport
	}
	return strconv.Itoa(model.ProtocolNumber(transport))
}

// distinct sorts rules, and leaves out those that others cover: a group refuses a rule that
// it already has.
func distinct(rules []rule) []rule {
	slices.SortStableFunc(rules, func(a, b rule) int {
		return cmp.Or(compareTraffic(a.traffic, b.traffic), policy.ComparePrefixes(a.peer, b.peer))
	})
	peers := make(map[traffic]map[netip.Prefix]bool)
	for _, r := range rules {
		if peers[r.traffic] == nil {
			peers[r.traffic] = make(map[netip.Prefix]bool)
		}
		peers[r.traffic][r.peer] = true
	}
	kinds := slices.SortedFunc(maps.Keys(peers), compareTraffic)
	wider := make(map[traffic][]traffic) // the kinds that cover one, itself included
	for _, k := range kinds {
		for _, other := range kinds {
			if other.covers(k) {
				wider[k] = append(wider[k], other)
			}
		}
	}
	rules = slices.CompactFunc(rules, func(a, b rule) bool { return a.traffic == b.traffic && a.peer == b.peer })
	return slices.DeleteFunc(rules, func(r rule) bool {
		return slices.ContainsFunc(wider[r.traffic], func(k traffic) bool {
			for bits := r.peer.Bits(); bits >= 0; bits-- {
				around := netip.PrefixFrom(r.peer.Addr(), bits).Masked()
				if peers[k][around] && (k != r.traffic || bits != r.peer.Bits()) {
					return true
				}
			}
			return false
		})
	})
}

// key identifies a rule by what it permits, whatever it is for.
func (r rule) key() string { return fmt.Sprint(r.out, r.traffic, r.peer) }

// traffic is what a rule permits: ports of a protocol, or messages.
type traffic struct {
	protocol string // tcp, udp, icmp, icmpv6 or a number
	// The first and the last port; of ICMP the type and the code, or -1 for all; 0 for
	// other protocols.
	from, to int
}

func compareTraffic(a, b traffic) int {
	return cmp.Or(cmp.Compare(a.protocol, b.protocol), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
}

// isICMP reports whether the traffic is messages.
func (t traffic) isICMP() bool { return t.protocol == "icmp" || t.protocol == "icmpv6" }

// covers reports whether the traffic includes all of another.
func (t traffic) covers(other traffic) bool {
	switch {
	case t.protocol != other.protocol:
		return false
	case t.isICMP():
		return (t.from == -1 || t.from == other.from) && (t.to == -1 || t.to == other.to)
	}
	return t.from <= other.from && other.to <= t.to
}
