package describe

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// FlowDetails lists unusual properties of a flow: "among nodes; one long-lived connection, used
// both ways".
func (w *Words[T]) FlowDetails(f *model.Flow) T {
	var all []T
	add := func(is bool, words T) {
		if is {
			all = append(all, words)
		}
	}
	add(f.Scope == "same-host", "inside one host")
	add(f.Scope == "nodes", "among nodes")
	add(f.Optional, "optional")
	add(f.NoRule != "", gen.NoRule+": "+w.Text(f.NoRule))
	all = append(all, w.Fallback(f), w.Choice(f))
	add(f.BothWays, Join(" if ", "either side may start", w.Condition(f.BothWaysWhen, "")))
	add(f.Persistent, "one long-lived connection, used both ways")
	all = append(all, w.Family(f), w.Delivery(f), w.SourcePorts(f))
	if r := f.Reply; r != nil {
		add(!r.ToSource, "answered to "+Join(" ", w.Transport(r.Transport), w.Text(replyPort(r)))+" of the source")
		add(r.ToSource, "answered over "+w.Transport(r.Transport)+" to the port that it was sent from")
		add(r.From != nil, "the answer comes from "+w.Text(r.From.String()))
		if r.Dynamic != nil {
			for _, x := range r.Dynamic.Ranges {
				where := w.RangeHost(x)
				add(where != "", w.Text(x.String())+" "+where)
			}
		}
	}
	all = append(all, w.Through(f), w.Past(f), w.TLSInspection(f))
	all = append(all, w.Changeable(f.Configurable))
	for _, a := range f.Unknown.Aspects() {
		all = append(all, w.Text(gen.UnknownWhy(f.Unknown, a)))
	}
	return Join("; ", all...)
}

// Fallback describes which flows are tried first: "only where dns-udp does not work".
func (w *Words[T]) Fallback(f *model.Flow) T {
	var links []T
	for _, id := range f.InsteadOf {
		links = append(links, w.FlowLink(id))
	}
	switch len(links) {
	case 0:
		return ""
	case 1:
		return "only where " + links[0] + " does not work"
	}
	return "only where " + Join(" and ", links...) + " do not work"
}

// Choice lists the ports of a flow of which one is enough: "one is enough of TCP 143, TCP 993".
// It is empty if all are needed.
func (w *Words[T]) Choice(f *model.Flow) T {
	if f.Suffices != "one" {
		return ""
	}
	var ports []T
	for _, l := range w.lines {
		if l.Flow != f {
			continue
		}
		for _, t := range l.Transports {
			port := Join(" ", w.Transport(t), w.Text(l.Port))
			if !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
	}
	return "one is enough of " + Join(", ", ports...)
}

// Family returns "IPv4 only", "IPv6 only", or "" for both.
func (w *Words[T]) Family(f *model.Flow) T {
	switch f.Family {
	case "":
		return ""
	case "ipv4":
		return "IPv4 only"
	case "ipv6":
		return "IPv6 only"
	}
	return w.Text(f.Family)
}

// Delivery returns "broadcast", "multicast to 224.0.0.251", or "" for unicast.
func (w *Words[T]) Delivery(f *model.Flow) T {
	if f.Delivery == "" || f.Delivery == "unicast" {
		return ""
	}
	var groups []T
	for _, g := range f.Groups {
		groups = append(groups, w.Text(g))
	}
	return Join(" to ", w.Text(f.Delivery), Join(", ", groups...))
}

// SourcePorts returns "from port 68", "from the port it is sent to", or "".
func (w *Words[T]) SourcePorts(f *model.Flow) T {
	switch {
	case f.Source == nil:
		return ""
	case f.Source.Same:
		return "from the port it is sent to"
	case len(f.Source.Ports) == 0:
		return ""
	}
	return "from port " + T(model.FormatPorts(f.Source.Ports))
}

// Through names the gateways of a flow.
func (w *Words[T]) Through(f *model.Flow) T {
	if len(f.Via) == 0 {
		return ""
	}
	return "through " + w.NamesOf(f.Via)
}

// Past names devices that a flow passes without being addressed to them.
func (w *Words[T]) Past(f *model.Flow) T {
	if len(f.Passes) == 0 {
		return ""
	}
	return "passes " + w.NamesOf(f.Passes) + ", which needs no rule"
}

// TLSInspection describes whether TLS may be inspected on the way.
func (w *Words[T]) TLSInspection(f *model.Flow) T {
	if f.TLSInspection == "" {
		return ""
	}
	return "TLS inspection " + w.Text(f.TLSInspection)
}

// Changeable describes whether the source can use another port: "port can be changed at
// installation: the URL given to the agent".
func (w *Words[T]) Changeable(c *model.Configurable) T {
	if c == nil {
		return ""
	}
	words := T("port can be changed")
	switch {
	case !c.Allowed:
		words = "port cannot be changed"
	case c.At == "installation":
		words += " at installation"
	}
	if c.Allowed {
		words = Join(" ", words, w.Since(c))
	}
	return Join(": ", words, w.Text(c.How))
}
