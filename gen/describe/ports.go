package describe

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// spelledProtocols are the IP protocols whose names are not just written in capitals.
var spelledProtocols = map[string]string{
	"icmpv6": "ICMPv6", "ipv6": "IPv6 in IP", "ipcomp": "IPComp", "etherip": "EtherIP", "isis": "IS-IS", "l2tp": "L2TPv3", "mpls": "MPLS in IP",
}

// Transport formats a transport: "TCP", "ICMPv6", "IP 50 (ESP)".
func (w *Words[T]) Transport(t string) T {
	switch t {
	case "tcp":
		return "TCP"
	case "udp":
		return "UDP"
	case model.UnknownTransport:
		return w.Text(gen.TransportText(t))
	}
	name := T(spelledProtocols[t])
	if name == "" {
		name = w.Text(strings.ToUpper(t))
	}
	if model.HasPorts(t) || t == "icmp" || t == "icmpv6" {
		return name
	}
	number := T("IP " + strconv.Itoa(model.ProtocolNumber(t)))
	if strings.HasPrefix(t, "ip/") {
		return number
	}
	return number + " (" + name + ")"
}

func (w *Words[T]) Transports(list []string) T {
	return List("/", list, w.Transport)
}

// PortAt formats transports and ports: "TCP/UDP 445", or "2049, transport not documented".
func (w *Words[T]) PortAt(over []string, ports string) T {
	switch {
	case len(over) > 0 && over[0] != model.UnknownTransport:
		return Join(" ", w.Transports(over), w.Text(ports))
	case ports == gen.NotDocumented:
		return "port and transport " + gen.NotDocumented
	}
	return Join(", ", w.Text(ports), w.Transport(model.UnknownTransport))
}

// PortCell formats the port of a line: "TCP/UDP 445 (smb)", "UDP dynamic", "ICMP type 8", "IP 50
// (ESP)".
func (w *Words[T]) PortCell(l *Line) T {
	if l.Listener == nil {
		return w.PortAt(l.Transports, l.Port)
	}
	return w.Socket(l.Listener, l.Transports)
}

// Socket formats where a listener listens, over some of its transports, and its application
// protocol: "TCP 8443 (https)", "UDP 1024-2047 (dynamic; rtp)".
func (w *Words[T]) Socket(l *model.Listener, over []string) T {
	ports, dynamic := gen.PortsOf(l)
	port, note := Join(" ", w.PortAt(over, ports), w.Messages(l.ICMP)), w.Text(l.App)
	if dynamic {
		note = Join("; ", "dynamic", note)
	}
	if note != "" {
		port += " (" + note + ")"
	}
	return port
}

// Messages lists types of ICMP messages: "type 8, type 3 code 4".
func (w *Words[T]) Messages(list []model.ICMP) T {
	return List(", ", list, func(m model.ICMP) T {
		if m.Code == nil {
			return T("type " + strconv.Itoa(m.Type))
		}
		return T("type " + strconv.Itoa(m.Type) + " code " + strconv.Itoa(*m.Code))
	})
}

// ListenerPort formats the port of a listener with everything that is known about it.
func (w *Words[T]) ListenerPort(c *model.Component, l *model.Listener) T {
	return Join("; ", w.Socket(l, l.Transports), w.PortDetails(c, l))
}

// PortDetails formats what is known about the port of a listener besides its number.
func (w *Words[T]) PortDetails(c *model.Component, l *model.Listener) T {
	var few [8]T
	notes := append(few[:0], w.Moved(c, l, nil))
	if o := l.Offset; o != nil {
		notes = append(notes, w.Offset(c, o))
	}
	notes = append(notes, w.Text(l.Unknown[model.AspectPort]))
	if why := l.Unknown[model.AspectTransport]; why != l.Unknown[model.AspectPort] {
		notes = append(notes, w.Text(why))
	}
	if d := l.Dynamic; d != nil {
		if mapper := c.Listener(d.Mapper); mapper != nil {
			notes = append(notes, "found through "+w.ListenerLink(c, mapper, w.Text(mapper.ID)))
		}
		if d.Drawn == "session" {
			notes = append(notes, "another in each session")
		}
		for _, r := range d.Ranges {
			if where := w.RangeHost(r); where != "" {
				notes = append(notes, w.Text(r.String())+" "+where)
			}
		}
	}
	return Join("; ", notes...)
}

// Offset describes how a port is computed: "base port (9000) + 443", "port of web (8443) - 1".
func (w *Words[T]) Offset(c *model.Component, o *model.Offset) T {
	words := w.Text(gen.SettingText(w.product, o))
	if base := c.Listener(o.Of); base != nil {
		words = Join(": ", words, "port of "+w.ListenerLink(c, base, w.Text(base.ID)))
	}
	return Join(" ", words, w.Text(strings.TrimSpace(gen.OffsetText(o))))
}

// RangeHost describes the systems on which a dynamic range applies: "on Windows from release
// 6.0".
func (w *Words[T]) RangeHost(r model.DynamicRange) T {
	return Join(" ", w.OnHost("", r.OS), w.Releases(r.Versions))
}

// ChangeOf describes whether the port of a listener can be changed, or that this is not
// documented.
func (w *Words[T]) ChangeOf(l *model.Listener) T {
	if !l.Unknown.Has(model.AspectConfigurable) {
		return w.ChangeHow(l.Configurable)
	}
	return gen.NotDocumented + ": " + w.Text(l.Unknown[model.AspectConfigurable])
}

// Change describes in a word, for tables, whether a port can be changed; "" if the vendor does
// not say.
func (w *Words[T]) Change(c *model.Configurable) T {
	switch {
	case c == nil:
		return ""
	case !c.Allowed:
		return "no"
	case c.At == "installation":
		return Join(" ", "at installation", w.Since(c))
	}
	return Join(" ", "yes", w.Since(c))
}

// Since returns "since release 12.04"; "" if there is no such limit.
func (w *Words[T]) Since(c *model.Configurable) T {
	if c.Since == "" {
		return ""
	}
	return "since release " + w.Text(c.Since)
}

// ChangeHow is like Change, with instructions: "yes: Settings, web server port".
func (w *Words[T]) ChangeHow(c *model.Configurable) T {
	if c == nil || c.How == "" {
		return w.Change(c)
	}
	return w.Change(c) + ": " + w.Text(c.How)
}

// Processes lists the names of a service by operating system: "Windows: IGELRMGUIServer; Linux:
// igelRMServer".
func (w *Words[T]) Processes(names map[string][]string) T {
	if len(names) == 0 {
		return ""
	}
	return List("; ", slices.Sorted(maps.Keys(names)), func(os string) T {
		return w.OSName(os) + ": " + List(", ", names[os], w.Text)
	})
}

// Endpoints lists names, addresses and networks.
func (w *Words[T]) Endpoints(e *model.Endpoints) T {
	return List(", ", e.All(), w.Text)
}
