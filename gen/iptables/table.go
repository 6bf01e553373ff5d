package iptables

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen/hostrules"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// maxComment is the greatest length of a comment, in bytes: iptables cuts longer ones
// silently (XT_MAX_COMMENT_LEN is 256, with the zero at the end).
const maxComment = 255

// maxPorts is the greatest number of ports in a multiport match (XT_MULTI_PORTS); a range
// counts as two.
const maxPorts = 15

// A table is what one host loads for one family of addresses.
type table struct {
	site   *model.Site
	policy *policy.Policy
	policy.Settings
	is4     bool
	in, out []hostrules.Entry // the permits
}

func newTable(site *model.Site, p *policy.Policy, s policy.Settings, is4 bool) *table {
	t := &table{site: site, policy: p, Settings: s, is4: is4}
	t.in = t.permits("s", slices.Concat(p.ManageIn, p.In))
	if !site.Firewall.Free() {
		t.out = t.permits("d", slices.Concat(p.ManageOut, p.Out))
	}
	return t
}

// sections returns the permits, as the file beside the rules lists them.
func (t *table) sections() []hostrules.Section {
	family := map[bool]string{true: "4", false: "6"}[t.is4]
	return []hostrules.Section{{Name: "in" + family, Entries: t.in}, {Name: "out" + family, Entries: t.out}}
}

// permits returns the matches of rules: those of management first, in their order.
func (t *table) permits(side string, rules []*policy.Rule) []hostrules.Entry {
	by := make(map[string][]*policy.Rule)
	for _, r := range rules {
		by[r.Transport] = append(by[r.Transport], r)
	}
	var all []hostrules.Entry
	for _, transport := range slices.Sorted(maps.Keys(by)) {
		switch transport {
		case "icmp", "icmpv6":
			all = append(all, t.messages(side, transport, by[transport])...)
		default:
			all = append(all, t.cells(side, transport, by[transport])...)
		}
	}
	return all
}

// cells returns the matches of rules over one transport. Cells with the same addresses and
// source ports share rules, each with as many ports as it may have.
func (t *table) cells(side, transport string, rules []*policy.Rule) []hostrules.Entry {
	cells := slices.DeleteFunc(policy.Disjoint(rules), func(c policy.Cell) bool { return c.Addresses.From.Is4() != t.is4 })
	var all []hostrules.Entry
	for len(cells) > 0 {
		n := 1
		for n < len(cells) && cells[n].Addresses == cells[0].Addresses && cells[n].SourcePorts == cells[0].SourcePorts && width(joined(cells[:n+1])) <= maxPorts {
			n++
		}
		all = append(all, together(side, transport, cells[:n]))
		cells = cells[n:]
	}
	return all
}

// joined returns the ports of cells, which are sorted, with adjacent ones as one range.
func joined(cells []policy.Cell) []model.PortRange {
	var all []model.PortRange
	for _, c := range cells {
		if last := len(all) - 1; c.Ports != (model.PortRange{}) && (last < 0 || !all[last].Extend(c.Ports)) {
			all = append(all, c.Ports)
		}
	}
	return all
}

// width returns how many of the ports of a match these ranges use.
func width(all []model.PortRange) int {
	n := len(all)
	for _, r := range all {
		if r.From != r.To {
			n++
		}
	}
	return n
}

// together returns the match of cells that differ only in their ports.
func together(side, transport string, cells []policy.Cell) hostrules.Entry {
	text := address(side, cells[0].Addresses) + " -p " + protocol(transport)
	if cells[0].SourcePorts != (model.PortRange{}) {
		text += " -m multiport --sports " + ports(cells[0].SourcePorts)
	}
	var to []string
	for _, r := range joined(cells) {
		to = append(to, ports(r))
	}
	var rules []*policy.Rule
	for _, c := range cells {
		for _, r := range c.Rules {
			if !slices.Contains(rules, r) {
				rules = append(rules, r)
			}
		}
	}
	if len(to) > 0 {
		text += " -m multiport --dports " + strings.Join(to, ",")
	}
	return hostrules.Entry{Text: strings.TrimPrefix(text, " "), Rules: rules}
}

// protocol returns a transport as iptables reads it. iptables itself knows the names of
// those with ports, and looks others up in a table of the system that may lack some.
func protocol(transport string) string {
	if model.HasPorts(transport) {
		return transport
	}
	return strconv.Itoa(model.ProtocolNumber(transport))
}

func ports(r model.PortRange) string {
	if r.From == r.To {
		return fmt.Sprint(r.From)
	}
	return fmt.Sprintf("%d:%d", r.From, r.To)
}

// address returns the match of the other side's addresses; "" for all.
func address(side string, r policy.AddressRange) string {
	if r.All() {
		return ""
	}
	if _, network := r.Prefix(); !network {
		return " -m iprange --" + map[string]string{"s": "src", "d": "dst"}[side] + "-range " + r.String()
	}
	return " -" + side + " " + r.String()
}

// messages returns the matches of flows over icmp or icmpv6.
func (t *table) messages(side, transport string, rules []*policy.Rule) []hostrules.Entry {
	if (transport == "icmp") != t.is4 {
		return nil
	}
	match := " -p ipv6-icmp"
	if t.is4 {
		match = " -p icmp"
	}
	var all []hostrules.Entry
	for _, r := range rules {
		for _, c := range policy.Disjoint([]*policy.Rule{r}) {
			of := address(side, c.Addresses) + match
			if len(r.ICMP) == 0 {
				all = append(all, hostrules.Entry{Text: strings.TrimPrefix(of, " "), Rules: c.Rules})
			}
			for _, m := range r.ICMP {
				kind := fmt.Sprint(m.Type)
				if m.Code != nil {
					kind += fmt.Sprintf("/%d", *m.Code)
				}
				all = append(all, hostrules.Entry{Text: strings.TrimPrefix(of+t.message(kind), " "), Rules: c.Rules})
			}
		}
	}
	return all
}

// message matches a message of icmp by its type.
func (t *table) message(kind string) string {
	if t.is4 {
		return " -m icmp --icmp-type " + kind
	}
	return " -m icmp6 --icmpv6-type " + kind
}
