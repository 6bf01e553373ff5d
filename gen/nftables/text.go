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
	for _, c := range chains {
		if len(c.rules) == 0 {
			write("delete chain inet portspec ", c.name, "\n")
		}
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

// A chain is a list of rules. A chain without rules is deleted from the table: even an empty
// chain with a hook costs each packet time.
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

// controls returns the rules for messages of the network itself.
func (r *ruleset) controls(direction string) []string {
	rules := []string{"meta l4proto icmp jump icmp_" + direction, "meta l4proto ipv6-icmp jump icmp_" + direction}
	if r.multicast {
		rules = append(rules, membership)
	}
	return rules
}

func (r *ruleset) chains() []chain {
	policy := "drop"
	if r.Observe {
		policy = "accept"
	}
	messages := func(direction string) []string {
		return slices.Concat([]string{errors4, errors6, neighbours, groups}, r.icmp[direction+" ip"], r.icmp[direction+" ip6"])
	}
	chains := []chain{
		{name: "icmp_in", rules: messages("in")},
		{"input", "type filter hook input priority filter; policy " + policy + ";", r.input()},
	}
	if r.site.Firewall.Free() {
		return append(chains, chain{name: "icmp_out"}, chain{name: "output"})
	}
	return append(chains,
		chain{name: "icmp_out", rules: messages("out")},
		chain{"output", "type filter hook output priority filter; policy " + policy + ";", r.output()})
}

// intervals are the kinds of sets that take longer the more elements they have. Management
// comes last: nearly all packets that reach them are of flows.
var intervals = []int{ranges, sources, protocols, managed}

// input returns the rules for packets to the host: first those that decide most packets at the
// lowest cost. The kernel compares a state with one value faster than with a set of two, or a
// map; hence ==. New connections are first looked up in sets with a hash, then accepted if they
// are from the host itself, and only then looked up in sets that take long.
func (r *ruleset) input() []string {
	return slices.Concat(
		[]string{"ct state == established accept", `ct state == invalid iif != "lo" ` + verdict(r.Observe, "drop")},
		r.lookups("in", exact),
		[]string{"ct state == related accept", `iif "lo" accept`},
		r.lookups("in", intervals...),
		r.controls("in"),
		[]string{"meta pkttype { broadcast, multicast } counter " + verdict(r.Observe, "drop")},
		r.rest("in", "drop"),
	)
}

// output returns the rules for packets from the host, in the same order.
func (r *ruleset) output() []string {
	return slices.Concat(
		[]string{"ct state == established accept"},
		r.lookups("out", exact),
		[]string{"ct state == related accept", `oif "lo" accept`},
		r.lookups("out", intervals...),
		r.controls("out"),
		r.rest("out", "reject with icmpx admin-prohibited"),
	)
}

func verdict(observe bool, drop string) string {
	if observe {
		return "accept"
	}
	return drop
}

// lookups returns the rules that look packets up in the sets of the given kinds that have elements.
func (r *ruleset) lookups(direction string, kinds ...int) []string {
	var rules []string
	for _, f := range families {
		for _, kind := range kinds {
			if shape := shapes[direction+f.digit][kind]; r.fills(shape) {
				rules = append(rules, shape.lookup)
			}
		}
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
