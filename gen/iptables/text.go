package iptables

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/hostrules"
)

// text returns the file that iptables-restore loads. Declaring a chain empties it. The file is
// one transaction, so no packet is compared with half of the rules.
func (t *table) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n", gen.Header)
	program := "iptables"
	if !t.is4 {
		program = "ip6tables"
	}
	b.WriteString(gen.CommentLines("#", hostrules.Head(t.site, t.policy, t.Settings,
		"sh firewall.sh apply loads it, rolls back unless confirmed, and has INPUT and OUTPUT call the chains.",
		"By hand: "+program+"-restore --noflush, then "+program+" -I INPUT -j PORTSPEC-IN, once,",
		"and the same for OUTPUT. It does not cover what is forwarded, such as the published ports",
		"of containers.")))
	b.WriteString("\n*filter\n:PORTSPEC-IN - [0:0]\n:PORTSPEC-OUT - [0:0]\n")
	t.chain(&b, "in", t.in, true)
	t.chain(&b, "out", t.out, !t.site.Firewall.Free())
	b.WriteString("COMMIT\n")
	return b.Bytes()
}

// accept returns what happens to permitted packets. A chain that only observes leaves
// everything to the rules after it.
func (t *table) accept() string {
	if t.Observe {
		return " -j RETURN"
	}
	return " -j ACCEPT"
}

// chain writes the rules of a direction; there are none if it is not filtered.
func (t *table) chain(b *bytes.Buffer, direction string, permits []hostrules.Entry, filtered bool) {
	if !filtered {
		return
	}
	name := "PORTSPEC-" + strings.ToUpper(direction)
	rule := func(match, target string) { fmt.Fprintf(b, "-A %s%s%s\n", name, match, target) }
	drop := " -j DROP"
	if t.Observe {
		drop = " -j RETURN"
	}
	known := " -m conntrack --ctstate RELATED,ESTABLISHED"
	if direction == "in" {
		rule(" -i lo", t.accept())
		rule(known, t.accept())
		rule(" -m conntrack --ctstate INVALID", drop)
	} else {
		rule(" -o lo", t.accept())
		rule(known, t.accept())
	}
	for _, m := range t.needed() {
		rule(m, t.accept())
	}
	for _, e := range permits {
		rule(" "+e.Text+` -m comment --comment "`+hostrules.Comment(e.Rules, maxComment)+`"`, t.accept())
	}
	if direction == "in" {
		rule(" -m pkttype --pkt-type broadcast", drop)
		rule(" -m pkttype --pkt-type multicast", drop)
	}
	rule(" -m limit --limit 10/second --limit-burst 50", ` -j LOG --log-prefix "`+hostrules.LogPrefix(direction, t.Observe)+`"`)
	switch {
	case t.Observe || direction == "in":
		rule("", drop)
	case t.is4:
		rule("", " -j REJECT --reject-with icmp-admin-prohibited")
	default:
		rule("", " -j REJECT --reject-with icmp6-adm-prohibited")
	}
}

// needed returns rules for the messages that networks depend on: errors about connections,
// and for IPv6 the discovery of neighbours and routers (RFC 4890, section 4.4).
func (t *table) needed() []string {
	var all []string
	if t.is4 {
		for _, n := range []int{3, 11, 12} { // unreachable, time exceeded, parameter problem
			all = append(all, " -p icmp"+t.message(fmt.Sprint(n)))
		}
		if hostrules.Multicast(t.policy) {
			all = append(all, " -p igmp")
		}
		return all
	}
	for _, n := range []int{1, 2, 3, 4, 130, 131, 132, 143} { // including packet too big; membership of groups
		all = append(all, " -p ipv6-icmp"+t.message(fmt.Sprint(n)))
	}
	for n := 133; n <= 136; n++ { // routers and neighbours, on the same link only
		all = append(all, " -p ipv6-icmp"+t.message(fmt.Sprint(n))+" -m hl --hl-eq 255")
	}
	return all
}
