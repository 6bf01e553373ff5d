package markdown

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// spelledProtocols are the IP protocols whose names are not simply in capitals.
var spelledProtocols = map[string]md{
	"icmpv6": "ICMPv6", "ipv6": "IPv6 in IP", "ipcomp": "IPComp", "etherip": "EtherIP", "isis": "IS-IS", "l2tp": "L2TPv3", "mpls": "MPLS in IP",
}

// transport shows one as people write it: "TCP", "ICMPv6", "IP 50 (ESP)".
func transport(t string) md {
	switch t {
	case "tcp":
		return "TCP"
	case "udp":
		return "UDP"
	case model.UnknownTransport:
		return text(gen.TransportText(t))
	}
	name := spelledProtocols[t]
	if name == "" {
		name = text(strings.ToUpper(t))
	}
	if model.HasPorts(t) || t == "icmp" || t == "icmpv6" {
		return name
	}
	number := md("IP " + strconv.Itoa(model.ProtocolNumber(t)))
	if strings.HasPrefix(t, "ip/") {
		return number
	}
	return number + " (" + name + ")"
}

func transports(list []string) md {
	if len(list) == 1 {
		return transport(list[0])
	}
	var all []md
	for _, t := range list {
		all = append(all, transport(t))
	}
	return join("/", all...)
}

// portAt is transports and ports as people write them: "TCP/UDP 445", or "2049, transport
// not documented".
func portAt(over []string, ports string) md {
	switch {
	case len(over) > 0 && over[0] != model.UnknownTransport:
		return join(" ", transports(over), text(ports))
	case ports == gen.NotDocumented:
		return "port and transport " + gen.NotDocumented
	}
	return join(", ", text(ports), transport(model.UnknownTransport))
}

// portCell is "TCP/UDP 445 (smb)", "UDP dynamic", "ICMP type 8" or "IP 50
// (ESP)".
func (l *line) portCell() md {
	if l.listener == nil {
		return portAt(l.transports, l.port)
	}
	return socket(l.listener, l.transports)
}

// socket is where a listener listens, over some of its transports, and the
// application protocol: "TCP 8443 (https)", "UDP 1024-2047 (dynamic; rtp)".
func socket(l *model.Listener, over []string) md {
	ports, dynamic := gen.PortsOf(l)
	var notes []md
	if dynamic {
		notes = append(notes, "dynamic")
	}
	if l.App != "" {
		notes = append(notes, text(l.App))
	}
	port := join(" ", portAt(over, ports), messages(l.ICMP))
	if len(notes) > 0 {
		port += " (" + join("; ", notes...) + ")"
	}
	return port
}

// messages lists kinds of ICMP messages: "type 8, type 3 code 4".
func messages(list []model.ICMP) md {
	var all []md
	for _, m := range list {
		one := md("type " + strconv.Itoa(m.Type))
		if m.Code != nil {
			one += md(" code " + strconv.Itoa(*m.Code))
		}
		all = append(all, one)
	}
	return join(", ", all...)
}

// listenerPort is the port of a listener with everything that is known of it.
func (v *view) listenerPort(c *model.Component, l *model.Listener) md {
	notes := []md{v.moved(c, l, nil)}
	if o := l.Offset; o != nil {
		notes = append(notes, v.offset(c, o))
	}
	notes = append(notes, text(l.Unknown[model.AspectPort]))
	if why := l.Unknown[model.AspectTransport]; why != l.Unknown[model.AspectPort] {
		notes = append(notes, text(why))
	}
	if d := l.Dynamic; d != nil {
		if mapper := c.Listener(d.Mapper); mapper != nil {
			notes = append(notes, "found through "+v.listenerLink(c, mapper, text(mapper.ID)))
		}
		if d.Drawn == "session" {
			notes = append(notes, "another in each session")
		}
		for _, r := range d.Ranges {
			if where := rangeHost(r); where != "" {
				notes = append(notes, text(r.String())+" "+where)
			}
		}
	}
	return join("; ", append([]md{socket(l, l.Transports)}, notes...)...)
}

// offset says what a port follows from: "base port (9000) + 443", "port of web
// (8443) - 1".
func (v *view) offset(c *model.Component, o *model.Offset) md {
	words := text(gen.SettingText(v.Product, o))
	if base := c.Listener(o.Of); base != nil {
		words = join(": ", words, "port of "+v.listenerLink(c, base, text(base.ID)))
	}
	return join(" ", words, text(strings.TrimSpace(gen.OffsetText(o))))
}

// rangeHost says on which systems a dynamic range holds: "on Windows from
// release 6.0".
func rangeHost(r model.DynamicRange) md {
	return join(" ", onHost("", r.OS), releases(r.Versions))
}

// changeOf is the cell about changing the port of a listener, or that nobody says
// whether it can be.
func changeOf(l *model.Listener) md {
	if !l.Unknown.Has(model.AspectConfigurable) {
		return changeHow(l.Configurable)
	}
	return gen.NotDocumented + ": " + text(l.Unknown[model.AspectConfigurable])
}

// change says whether a port can be changed, in a word for a table; it is empty
// where the vendor does not say.
func change(c *model.Configurable) md {
	switch {
	case c == nil:
		return ""
	case !c.Allowed:
		return "no"
	case c.At == "installation":
		return join(" ", "at installation", since(c))
	}
	return join(" ", "yes", since(c))
}

// since is "since release 12.04"; empty where it was always so.
func since(c *model.Configurable) md {
	if c.Since == "" {
		return ""
	}
	return "since release " + text(c.Since)
}

// changeHow says it with the way to do it: "yes: Settings, web server port".
func changeHow(c *model.Configurable) md {
	if c == nil || c.How == "" {
		return change(c)
	}
	return change(c) + ": " + text(c.How)
}

// processes lists the names of a service by operating system: "Windows:
// IGELRMGUIServer; Linux: igelRMServer".
func processes(names map[string][]string) md {
	if len(names) == 0 {
		return ""
	}
	var all []md
	for _, os := range slices.Sorted(maps.Keys(names)) {
		var own []md
		for _, name := range names[os] {
			own = append(own, text(name))
		}
		all = append(all, osName(os)+": "+join(", ", own...))
	}
	return join("; ", all...)
}

// endpoints lists names, addresses and networks.
func endpoints(e *model.Endpoints) md {
	var all []md
	for _, place := range e.All() {
		all = append(all, text(place))
	}
	return join(", ", all...)
}
