package nftables

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/hostrules"
)

// text returns the file that nft loads. It replaces the elements and rules of the table
// in one transaction: nft loses packets of new connections if a table or a set is
// deleted and created again, and none if it is flushed and filled.
func (r *ruleset) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n", gen.Header)
	b.WriteString(gen.CommentLines("#", r.head()))
	b.WriteString("\ntable inet portspec {\n")
	for _, s := range r.sets {
		fmt.Fprintf(&b, "\tset %s {\n\t\ttype %s\n\t\tflags interval\n\t\tcounter\n\t}\n", s.name, s.kind)
	}
	chains := r.chains()
	for _, c := range chains {
		fmt.Fprintf(&b, "\tchain %s {\n", c.name)
		if c.hook != "" {
			fmt.Fprintf(&b, "\t\t%s\n", c.hook)
		}
		b.WriteString("\t}\n")
	}
	b.WriteString("}\n\nflush table inet portspec\n")
	for _, s := range r.sets {
		fmt.Fprintf(&b, "flush set inet portspec %s\n", s.name)
	}
	b.WriteString("\ntable inet portspec {\n")
	for _, s := range r.sets {
		if len(s.elements) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\tset %s {\n\t\ttype %s\n\t\tflags interval\n\t\tcounter\n\t\telements = {\n", s.name, s.kind)
		for _, e := range s.elements {
			fmt.Fprintf(&b, "\t\t\t%s comment \"%s\",\n", e.Text, hostrules.Comment(e.Rules, maxComment))
		}
		b.WriteString("\t\t}\n\t}\n")
	}
	for _, c := range chains {
		if len(c.rules) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\tchain %s {\n", c.name)
		for _, rule := range c.rules {
			fmt.Fprintf(&b, "\t\t%s\n", rule)
		}
		b.WriteString("\t}\n")
	}
	b.WriteString("}\n")
	return b.Bytes()
}

func (r *ruleset) head() []string {
	return hostrules.Head(r.site, r.policy, r.Settings,
		"nft -f loads it. sh firewall.sh apply loads it and rolls back unless confirmed.",
		"It does not cover what is forwarded, such as the published ports of containers,",
		"and what other tables drop stays dropped.")
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

func (r *ruleset) chains() []chain {
	policyOf := func(drops bool) string {
		if drops && !r.Observe {
			return "drop"
		}
		return "accept"
	}
	listed := r.site.Firewall.Outbound == "listed"
	in := []string{
		`iif "lo" accept`,
		"ct state vmap { established : accept, related : accept, invalid : " + verdict(r.Observe, "drop") + " }",
		"meta l4proto { icmp, ipv6-icmp } jump icmp_in",
	}
	if r.multicast {
		in = append(in, membership)
	}
	in = append(in, r.lookups("in")...)
	in = append(in, "meta pkttype { broadcast, multicast } counter "+verdict(r.Observe, "drop"))
	in = append(in, r.rest("in", "drop")...)

	var out []string
	if listed {
		out = append(out,
			`oif "lo" accept`,
			"ct state { established, related } accept",
			"meta l4proto { icmp, ipv6-icmp } jump icmp_out",
		)
		if r.multicast {
			out = append(out, membership)
		}
		out = append(out, r.lookups("out")...)
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

// lookups returns the rules that look packets up in the sets of a direction.
func (r *ruleset) lookups(direction string) []string {
	side := "saddr"
	if direction == "out" {
		side = "daddr"
	}
	var rules []string
	for _, f := range families {
		for _, look := range []struct{ set, key string }{
			{direction + "_management", " . meta l4proto . th dport"},
			{direction, " . meta l4proto . th dport"},
			{direction + "_source", " . meta l4proto . th sport . th dport"},
			{direction + "_protocol", " . meta l4proto"},
		} {
			rules = append(rules, fmt.Sprintf("%s %s%s @%s%s accept", f.match, side, look.key, look.set, f.digit))
		}
	}
	return rules
}

// rest returns the rules for all other packets.
func (r *ruleset) rest(direction, drop string) []string {
	return []string{
		fmt.Sprintf(`limit rate 10/second burst 50 packets log prefix "%s"`, hostrules.LogPrefix(direction, r.Observe)),
		"counter " + verdict(r.Observe, drop),
	}
}
