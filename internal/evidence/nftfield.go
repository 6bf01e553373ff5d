package evidence

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// nftField is the left side of a condition.
type nftField struct {
	of, name string // "ip" and "saddr", "meta" and "l4proto", "ct" and "state"
	mask     json.RawMessage
	flags    []string // of fib
}

// nftFields parses the left side of a condition: one field, or several of a concatenation.
func nftFields(raw json.RawMessage) []nftField {
	var x struct {
		Concat  []json.RawMessage
		Payload *struct{ Protocol, Field string }
		Meta    *struct{ Key string }
		Ct      *struct{ Key, Dir string }
		Fib     *struct {
			Result string
			Flags  json.RawMessage
		}
		And []json.RawMessage `json:"&"`
	}
	_ = json.Unmarshal(raw, &x) // after an error, x is empty, and so not supported
	switch {
	case len(x.Concat) > 0:
		var all []nftField
		for _, one := range x.Concat {
			all = append(all, nftFields(one)[0])
		}
		return all
	case x.Payload != nil:
		return []nftField{{of: x.Payload.Protocol, name: x.Payload.Field}}
	case x.Meta != nil:
		return []nftField{{of: "meta", name: x.Meta.Key}}
	case x.Ct != nil:
		return []nftField{{of: "ct", name: strings.TrimSpace(x.Ct.Key + " " + x.Ct.Dir)}}
	case x.Fib != nil:
		return []nftField{{of: "fib", name: x.Fib.Result, flags: nftStrings(x.Fib.Flags)}}
	case len(x.And) == 2:
		f := nftFields(x.And[0])[0]
		f.mask = x.And[1]
		return []nftField{f}
	}
	return []nftField{{of: "unknown"}}
}

// nftStrings returns a text, a list of texts, or texts joined by |.
func nftStrings(raw json.RawMessage) []string {
	var one string
	var list []string
	var or struct {
		Or []json.RawMessage `json:"|"`
	}
	switch {
	case json.Unmarshal(raw, &one) == nil:
		return []string{one}
	case json.Unmarshal(raw, &list) == nil:
		return list
	case json.Unmarshal(raw, &or) == nil:
		for _, part := range or.Or {
			list = append(list, nftStrings(part)...)
		}
	}
	return list
}

// narrow adds the condition that the field is one of some values.
func (f nftField) narrow(m *Match, op string, values []json.RawMessage) {
	negated := op == "!="
	unknown := func() { m.doubt("the condition on " + strings.TrimSpace(f.of+" "+f.name) + " is not supported") }
	if op != "==" && op != "!=" && op != "in" && !slices.Contains([]string{"<", ">", "<=", ">="}, op) {
		unknown()
		return
	}
	switch {
	case f.name == "flags" && f.of == "tcp":
		f.tcpFlags(m, op, values)
	case f.mask != nil:
		unknown()
	case f.of == "ct":
		f.connection(m, negated, values)
	case f.of == "fib":
		f.route(m, negated, values)
	case f.of == "meta":
		f.meta(m, op, values)
	case (f.of == "ip" || f.of == "ip6") && (f.name == "saddr" || f.name == "daddr"):
		f.address(m, op, values)
	case f.of == "ip" && f.name == "protocol", f.of == "ip6" && f.name == "nexthdr":
		m.family(map[string]int{"ip": 4, "ip6": 6}[f.of])
		f.protocol(m, op, values)
	case f.name == "sport" || f.name == "dport":
		f.ports(m, op, values)
	case (f.of == "icmp" || f.of == "icmpv6") && (f.name == "type" || f.name == "code"):
		f.message(m, op, values)
	case f.of == "ip6" && f.name == "hoplimit" && op == "==" && len(values) == 1 && string(values[0]) == "255":
		m.family(6) // of neighbour discovery, whose packets have it
	default:
		unknown()
	}
}

func (f nftField) address(m *Match, op string, values []json.RawMessage) {
	family := map[string]int{"ip": 4, "ip6": 6}[f.of]
	m.family(family)
	list := []policy.AddressRange{}
	for _, v := range values {
		r, ok := nftAddress(v)
		if !ok || r.From.Is4() != (family == 4) {
			m.doubt("an address is not supported")
			return
		}
		list = append(list, r)
	}
	switch op {
	case "!=":
		list = exceptAddresses(list, family)
	case "==", "in":
	default:
		m.doubt("addresses are compared by " + op)
		return
	}
	if f.name == "saddr" {
		m.From = bothAddresses(m.From, list)
	} else {
		m.To = bothAddresses(m.To, list)
	}
}

func nftAddress(raw json.RawMessage) (policy.AddressRange, bool) {
	var x struct {
		Prefix *struct {
			Addr string
			Len  int
		}
		Range []string
	}
	var one string
	switch {
	case json.Unmarshal(raw, &one) == nil:
		return parseAddresses(one)
	case json.Unmarshal(raw, &x) != nil:
	case x.Prefix != nil:
		return parseAddresses(x.Prefix.Addr + "/" + strconv.Itoa(x.Prefix.Len))
	case len(x.Range) == 2:
		return parseAddresses(x.Range[0] + "-" + x.Range[1])
	}
	return policy.AddressRange{}, false
}

// nftNumbers returns the numbers that match values, negated or compared according to op. number
// converts names.
func nftNumbers(op string, values []json.RawMessage, most int, number func(string) (int, bool)) ([]model.PortRange, bool) {
	list := []model.PortRange{}
	for _, v := range values {
		from, to := v, v
		var x struct{ Range []json.RawMessage }
		if json.Unmarshal(v, &x) == nil && len(x.Range) == 2 {
			from, to = x.Range[0], x.Range[1]
		}
		a, okA := nftNumber(from, number)
		b, okB := nftNumber(to, number)
		if !okA || !okB || a < 0 || b > most {
			return nil, false
		}
		list = append(list, model.PortRange{From: a, To: b})
	}
	if op == "==" || op == "in" {
		return list, true
	}
	if op == "!=" {
		return except(list, most), true
	}
	if len(list) != 1 || list[0].From != list[0].To {
		return nil, false
	}
	n := list[0].From
	r := map[string]model.PortRange{"<": {From: 0, To: n - 1}, "<=": {From: 0, To: n}, ">": {From: n + 1, To: most}, ">=": {From: n, To: most}}[op]
	if r.From > r.To {
		return []model.PortRange{}, true
	}
	return []model.PortRange{r}, true
}

func nftNumber(raw json.RawMessage, number func(string) (int, bool)) (int, bool) {
	var n int
	var s string
	switch {
	case json.Unmarshal(raw, &n) == nil:
		return n, true
	case json.Unmarshal(raw, &s) == nil:
		return number(s)
	}
	return 0, false
}

func (f nftField) protocol(m *Match, op string, values []json.RawMessage) {
	list, ok := nftNumbers(op, values, maxProtocol, protocolNumber)
	if !ok {
		m.doubt("a protocol is not supported")
		return
	}
	m.protocols(list)
}

func (f nftField) ports(m *Match, op string, values []json.RawMessage) {
	if f.of == "th" {
		m.protocols(withPorts)
	} else if n, ok := protocolNumber(f.of); ok {
		m.protocol(n)
	}
	list, ok := nftNumbers(op, values, maxPort, func(s string) (int, bool) {
		n, err := strconv.Atoi(s)
		return n, err == nil
	})
	switch {
	case !ok:
		m.doubt("a port is not a number")
	case f.name == "sport":
		m.SourcePorts = both(m.SourcePorts, list)
	default:
		m.Ports = both(m.Ports, list)
	}
}

func (f nftField) message(m *Match, op string, values []json.RawMessage) {
	protocol, names, codes := icmp4, icmpNames, icmpCodes
	if f.of == "icmpv6" {
		protocol, names, codes = icmp6, icmp6Names, icmp6Codes
	}
	if f.name == "code" {
		names = codes
	}
	m.protocol(protocol)
	list, ok := nftNumbers(op, values, 255, func(s string) (int, bool) {
		n, ok := names[s]
		if !ok {
			var err error
			n, err = strconv.Atoi(s)
			ok = err == nil
		}
		return n, ok
	})
	if !ok {
		m.doubt("a message of " + f.of + " is not supported")
		return
	}
	m.Messages = both(m.Messages, messages(list, f.name == "code"))
}

// messages returns the messages of some types, or those of any type with some codes.
func messages(list []model.PortRange, codes bool) []model.PortRange {
	all := []model.PortRange{}
	for _, r := range list {
		if !codes {
			all = append(all, model.PortRange{From: r.From << 8, To: r.To<<8 | 255})
			continue
		}
		for kind := range 256 {
			all = append(all, model.PortRange{From: kind<<8 | r.From, To: kind<<8 | r.To})
		}
	}
	return all
}

// connection evaluates conditions on connection tracking: first packets are new.
func (f nftField) connection(m *Match, negated bool, values []json.RawMessage) {
	var names []string
	for _, v := range values {
		names = append(names, nftStrings(v)...)
	}
	switch f.name {
	case "state":
		if slices.Contains(names, "new") == negated {
			m.Never = true
		}
	case "direction":
		if slices.Contains(names, "original") == negated {
			m.Never = true
		}
	default:
		m.doubt("the condition on ct " + f.name + " is not supported")
	}
}

// route evaluates conditions on routes: there is a route for what a machine sends and
// receives.
func (f nftField) route(m *Match, negated bool, values []json.RawMessage) {
	if f.name == "type" && slices.Equal(f.flags, []string{"daddr"}) {
		var names []string
		for _, v := range values {
			names = append(names, nftStrings(v)...)
		}
		f.casts(m, negated, names, "local")
		return
	}
	if slices.Contains(f.flags, "saddr") && len(values) == 1 && string(values[0]) == "false" {
		if !negated { // the source has no route back
			m.Never = true
		}
		return
	}
	m.doubt("the condition on fib " + f.name + " is not supported")
}

// casts narrows a match by the type of packets; own is the name for those to this machine.
func (f nftField) casts(m *Match, negated bool, names []string, own string) {
	list := []string{}
	for _, c := range []string{"unicast", "multicast", "broadcast"} {
		name := c
		if c == "unicast" {
			name = own
		}
		if slices.Contains(names, name) != negated {
			list = append(list, c)
		}
	}
	if m.Casts != nil {
		list = slices.DeleteFunc(list, func(c string) bool { return !slices.Contains(m.Casts, c) })
	}
	m.Casts = list
}

func (f nftField) meta(m *Match, op string, values []json.RawMessage) {
	negated := op == "!="
	var names []string
	for _, v := range values {
		names = append(names, nftStrings(v)...)
	}
	named := len(names) == len(values) && (op == "==" || op == "in" || negated)
	switch {
	case f.name == "l4proto":
		f.protocol(m, op, values)
	case (f.name == "nfproto" || f.name == "protocol") && named && len(names) == 1:
		family := map[string]int{"ipv4": 4, "ip": 4, "ipv6": 6, "ip6": 6}[names[0]]
		switch {
		case family == 0 && f.name == "protocol":
			m.Never = !negated // neither IPv4 nor IPv6
		case family == 0:
			m.doubt("the family " + names[0] + " is not supported")
		case negated:
			m.family(10 - family)
		default:
			m.family(family)
		}
	case (f.name == "iif" || f.name == "iifname") && named:
		m.In = append(m.In, Interface{names, negated})
	case (f.name == "oif" || f.name == "oifname") && named:
		m.Out = append(m.Out, Interface{names, negated})
	case f.name == "pkttype" && named:
		own := "host"
		if slices.Contains(names, "unicast") {
			own = "unicast"
		}
		f.casts(m, negated, names, own)
	default:
		m.doubt("the condition on meta " + f.name + " is not supported")
	}
}

// tcpFlags evaluates conditions on the flags of TCP: first packets have only SYN.
func (f nftField) tcpFlags(m *Match, op string, values []json.RawMessage) {
	m.protocol(tcp)
	if len(values) == 0 || op != "==" && op != "!=" && op != "in" {
		m.doubt("the condition on tcp flags is not supported")
		return
	}
	var flags []string
	for _, v := range values {
		if string(v) == "0" || string(v) == "0x0" {
			continue
		}
		these := nftStrings(v)
		if these == nil {
			m.doubt("the condition on tcp flags is not supported")
			return
		}
		flags = append(flags, these...)
	}
	matches := slices.Equal(flags, []string{"syn"})
	if f.mask != nil {
		seen := slices.Contains(nftStrings(f.mask), "syn")
		matches = seen && matches || !seen && len(flags) == 0
	} else if op == "in" {
		matches = slices.Contains(flags, "syn")
	}
	if matches == (op == "!=") {
		m.Never = true
	}
}
