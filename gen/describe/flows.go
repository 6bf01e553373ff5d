package describe

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// FlowDetails lists unusual properties of a flow: "among nodes; one long-lived connection, used
// both ways".
func (w *Words[T]) FlowDetails(f *model.Flow) T {
	var scope, optional, noRule, both, persistent T
	switch f.Scope {
	case "same-host":
		scope = "inside one host"
	case "nodes":
		scope = "among nodes"
	}
	if f.Optional {
		optional = "optional"
	}
	if f.NoRule != "" {
		noRule = gen.NoRule + ": " + w.Text(f.NoRule)
	}
	if f.BothWays {
		both = Join(" if ", "either side may start", w.Condition(f.BothWaysWhen, ""))
	}
	if f.Persistent {
		persistent = "one long-lived connection, used both ways"
	}
	return Join("; ", scope, optional, noRule, w.Fallback(f), w.Choice(f), both, persistent,
		w.Family(f), w.Delivery(f), w.SourcePorts(f), w.replied(f.Reply), w.Through(f), w.Past(f), w.TLSInspection(f), w.Changeable(f.Configurable),
		List("; ", f.Unknown.Aspects(), func(a model.Aspect) T { return w.Text(gen.UnknownWhy(f.Unknown, a)) }))
}

// replied describes where answers go, and where they come from.
func (w *Words[T]) replied(r *model.Reply) T {
	if r == nil {
		return ""
	}
	var to, from, ranges T
	if r.ToSource {
		to = "answered over " + w.Transport(r.Transport) + " to the port that it was sent from"
	} else {
		to = "answered to " + Join(" ", w.Transport(r.Transport), w.Text(replyPort(r))) + " of the source"
	}
	if r.From != nil {
		from = "the answer comes from " + w.Text(r.From.String())
	}
	if r.Dynamic != nil {
		ranges = List("; ", r.Dynamic.Ranges, func(x model.DynamicRange) T {
			where := w.RangeHost(x)
			if where == "" {
				return ""
			}
			return w.Text(x.String()) + " " + where
		})
	}
	return Join("; ", to, from, ranges)
}

// Fallback describes which flows are tried first: "only where dns-udp does not work".
func (w *Words[T]) Fallback(f *model.Flow) T {
	words := List(" and ", f.InsteadOf, w.FlowLink)
	switch len(f.InsteadOf) {
	case 0:
		return ""
	case 1:
		return "only where " + words + " does not work"
	}
	return "only where " + words + " do not work"
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
	return Join(" to ", w.Text(f.Delivery), List(", ", f.Groups, w.Text))
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
