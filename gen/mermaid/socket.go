package mermaid

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A socket is the far end of an arrow as its label names it, without the
// transport.
type socket struct {
	first int    // the lowest number, for sorting; beyond all where none is known
	ports string // "443", "dynamic 49152-65535", or "" for protocols without ports
	how   string // "broadcast", "same host": what else to know, or ""
}

// sockets are those of one connection: one for each range of a list, so that
// lists of several listeners can be merged.
func sockets(c *model.Connection) []socket {
	l, how := c.Listener, manner(c)
	several := !l.OneOf && !l.AnyOther && l.Per == "" && len(l.Fallback) == 0 && l.Dynamic == nil && l.Count == 0 && !l.Unknown.Has(model.AspectPort)
	if !several || !model.HasPorts(c.Transport) {
		return []socket{{first: lowest(c.Ports()), ports: portText(c), how: how}}
	}
	var all []socket
	for _, r := range l.Ports {
		all = append(all, socket{first: r.From, ports: r.String(), how: how})
	}
	return all
}

// portText is a port statement that cannot be taken apart: "8080 or 8443",
// "443 else 80", "dynamic 1025-5000 or 49152-65535".
func portText(c *model.Connection) string {
	l := c.Listener
	switch {
	case c.Transport == model.UnknownTransport:
		return gen.PortText(l)
	case !model.HasPorts(c.Transport):
		return ""
	case l.Dynamic != nil && (l.Per != "" || l.Dynamic.Upward || slices.ContainsFunc(l.Dynamic.Ranges, func(r model.DynamicRange) bool { return r.Above })):
		return gen.PortText(l)
	case l.AnyOther || l.Per != "":
		return gen.PortText(l)
	case l.Dynamic != nil:
		if ranges := alternatives(c.Ports()); ranges != "" {
			return "dynamic " + ranges
		}
		return "dynamic"
	case l.Count > 0:
		return fmt.Sprintf("%d unknown ports", l.Count)
	case l.Unknown.Has(model.AspectPort):
		return gen.UnknownText(model.AspectPort)
	case l.OneOf:
		return alternatives(l.Ports)
	}
	return alternatives(l.Ports) + " else " + alternatives(l.Fallback)
}

// alternatives is "1025-5000 or 49152-65535", sorted and without repeats.
func alternatives(list []model.PortRange) string {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b model.PortRange) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	var parts []string
	for _, r := range slices.Compact(sorted) {
		parts = append(parts, r.String())
	}
	return strings.Join(parts, " or ")
}

func lowest(list []model.PortRange) int {
	first := math.MaxInt
	for _, r := range list {
		first = min(first, r.From)
	}
	return first
}

// manner is what a firewall must know of a connection besides its port: "same
// host", "broadcast", "IPv6", "via Proxy".
func manner(c *model.Connection) string {
	f := c.Flow
	var parts []string
	add := func(is bool, format string, args ...any) {
		if is {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	if c.Transport == "icmp" || c.Transport == "icmpv6" {
		for _, m := range c.Listener.ICMP {
			add(m.Code == nil, "type %d", m.Type)
			if m.Code != nil {
				add(true, "type %d code %d", m.Type, *m.Code)
			}
		}
	}
	add(f.Scope == "same-host" || c.Listener.Bind == "loopback", "same host")
	add(f.Delivery != "" && f.Delivery != "unicast", "%s", f.Delivery)
	add(len(f.Groups) > 0, "%s", strings.Join(f.Groups, " "))
	add(c.Listener.Bind == model.LoopbackByDefault, "on loopback by default")
	add(f.TLSInspection != "", "TLS inspection %s", f.TLSInspection)
	add(f.Family == "ipv4", "IPv4")
	add(f.Family == "ipv6", "IPv6")
	if s := f.Source; s != nil {
		add(s.Same, "from the same port")
		add(len(s.Ports) > 0, "from %s", alternatives(s.Ports))
	}
	if r := f.Reply; r != nil {
		add(true, "answered to %s", replyText(r))
	}
	for _, words := range gen.UnknownTexts(c.Unknowns(), model.AspectTransport, model.AspectDirection, model.AspectSuffices) {
		add(true, "%s", words)
	}
	add(f.NoRule != "", "%s", gen.NoRule)
	add(f.Suffices == "one", "one is enough for %s", f.ID)
	add(len(f.InsteadOf) > 0, "instead of %s", strings.Join(f.InsteadOf, " and "))
	for _, id := range f.Via {
		via := id
		if v := c.Product.Component(id); v != nil {
			via = v.Name
		}
		add(true, "via %s", shorten(via))
	}
	return strings.Join(parts, ", ")
}

// replyText is where an answer goes: "udp/5000", "udp/dynamic 1024-65535".
func replyText(r *model.Reply) string {
	ports := alternatives(r.Ports)
	if r.Dynamic != nil {
		var ranges []model.PortRange
		for _, d := range r.Dynamic.Ranges {
			ranges = append(ranges, d.PortRange)
		}
		ports = strings.TrimSpace("dynamic " + alternatives(ranges))
	}
	if r.ToSource {
		ports = "source port"
	}
	if r.From != nil {
		ports += " from " + r.From.String()
	}
	return transportAndPorts(r.Transport, ports)
}

// transportAndPorts is "tcp/443", or "esp" where there are no ports.
func transportAndPorts(transport, ports string) string {
	switch {
	case transport == model.UnknownTransport:
		return "port " + ports
	case ports == "":
		return transport
	}
	return transport + "/" + ports
}
