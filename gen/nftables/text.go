package nftables

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/hostrules"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// head returns the beginning of the file of a host.
func head(site *model.Site, p *policy.Policy, o policy.Settings) []byte {
	return []byte("# " + gen.Header + "\n\n" + gen.CommentLines("#", hostrules.Head(site, p, o,
		"nft -f loads it. sh firewall.sh apply loads it and rolls back unless confirmed.",
		"It does not cover what is forwarded, such as the published ports of containers,",
		"and what other tables drop stays dropped.")))
}

// write writes the part of the file that nft loads. It replaces the elements and rules of the
// table in one transaction: nft loses packets of new connections if a table or a set is
// deleted and created again, and none if it is flushed and filled.
func (r *ruleset) write(b *bytes.Buffer) {
	write := func(parts ...string) {
		for _, s := range parts {
			b.WriteString(s)
		}
	}
	write("\ntable inet portspec {\n")
	for _, s := range r.sets {
		write("\tset ", s.name, " {\n", s.properties, "\t}\n")
	}
	chains := r.chains()
	for _, c := range chains {
		write("\tchain ", c.name, " {\n")
		if c.hook != "" {
			write("\t\t", c.hook, "\n")
		}
		write("\t}\n")
	}
	write("}\n\nflush table inet portspec\n")
	for _, s := range r.sets {
		write("flush set inet portspec ", s.name, "\n")
	}
	write("\ntable inet portspec {\n")
	for _, s := range r.sets {
		if len(s.elements) == 0 {
			continue
		}
		write("\tset ", s.name, " {\n", s.properties, "\t\telements = {\n")
		for _, e := range s.elements {
			write("\t\t\t", e.Text, " comment \"", hostrules.Comment(e.Rules, maxComment), "\",\n")
		}
		write("\t\t}\n\t}\n")
	}
	for _, c := range chains {
		if len(c.rules) == 0 {
			continue
		}
		write("\tchain ", c.name, " {\n")
		for _, rule := range c.rules {
			write("\t\t", rule, "\n")
		}
		write("\t}\n")
	}
	write("}\n")
}

// A chain is a list of rules.
type chain struct {
	name  string
	hook  string // of a base chain: its hook and policy
	rules []string
}

// Messages that networks depend on: errors about connections, and for IPv6 the
// discovery of neighbours and routers (RFC 4890, section 4.4).
const (
	errors4    = "icmp type { destination-unreachable, time-exceeded, parameter-problem } accept"
	errors6    = "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept"
	neighbours = "ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept"
	groups     = "icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept"
	membership = "meta l4proto igmp accept"
)

// established is the rule for most packets.
const established = "ct state established,related accept"

// controls returns the rules for messages of the network itself.
func (r *ruleset) controls(direction string) []string {
	rules := []string{"meta l4proto icmp jump icmp_" + direction, "meta l4proto ipv6-icmp jump icmp_" + direction}
	if r.multicast {
		rules = append(rules, membership)
	}
	return rules
}

func (r *ruleset) chains() []chain {
	policyOf := func(drops bool) string {
		if drops && !r.Observe {
			return "drop"
		}
		return "accept"
	}
	listed := r.site.Firewall.Outbound == "listed"
	// In the order of how many packets a rule decides. The kernel compares with one value
	// faster than it looks into a set of two or a map.
	in := []string{
		established,
		`iif "lo" accept`,
		"ct state invalid " + verdict(r.Observe, "drop"),
	}
	in = append(in, r.lookups("in")...)
	in = append(in, r.controls("in")...)
	in = append(in, "meta pkttype { broadcast, multicast } counter "+verdict(r.Observe, "drop"))
	in = append(in, r.rest("in", "drop")...)

	var out []string
	if listed {
		out = append(out, established, `oif "lo" accept`)
		out = append(out, r.lookups("out")...)
		out = append(out, r.controls("out")...)
		out = append(out, r.rest("out", "reject with icmpx admin-prohibited")...)
	}
	messages := func(direction string) []string {
		return slices.Concat([]string{errors4, errors6, neighbours, groups}, r.icmp[direction+" ip"], r.icmp[direction+" ip6"])
	}
	return []chain{
		{name: "icmp_in", rules: messages("in")},
		{name: "icmp_out", rules: messages("out")},
		{"input", "type filter hook input priority filter; policy " + policyOf(true) + ";", in},
		{"output", "type filter hook output priority filter; policy " + policyOf(listed) + ";", out},
	}
}

func verdict(observe bool, drop string) string {
	if observe {
		return "accept"
	}
	return drop
}

// lookups returns the rules that look packets up in the sets of a direction that have
// elements. Management comes last: nearly all packets that reach them are of flows.
func (r *ruleset) lookups(direction string) []string {
	var rules []string
	for _, f := range families {
		var management []string
		for i, shape := range shapes[direction+f.digit] {
			switch {
			case !r.fills(shape):
			case i == managed:
				management = append(management, shape.lookup)
			default:
				rules = append(rules, shape.lookup)
			}
		}
		rules = append(rules, management...)
	}
	return rules
}

// fills reports whether the set of a shape has elements.
func (r *ruleset) fills(of *shape) bool {
	return slices.ContainsFunc(r.sets, func(s set) bool { return s.shape == of && len(s.elements) > 0 })
}

// rest returns the rules for all other packets.
func (r *ruleset) rest(direction, drop string) []string {
	return []string{
		fmt.Sprintf(`limit rate 10/second burst 50 packets log prefix "%s"`, hostrules.LogPrefix(direction, r.Observe)),
		"counter " + verdict(r.Observe, drop),
	}
}
