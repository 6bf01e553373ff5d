package markdown

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// flows writes a row for each flow, with details that do not fit in the tables of connections.
// Links to flows lead here.
func (v *view) flows(p *page) {
	if len(v.Flows) == 0 {
		return
	}
	p.heading(2, "flows", "Flows")
	p.paragraph("Who starts talking to whom, and what else there is to know.")
	var rows [][]md
	for _, f := range v.Flows {
		var to []*model.Component
		for _, t := range f.To {
			to = append(to, v.Component(t.Component))
		}
		rows = append(rows, []md{
			anchor(anchorID("flow", f.ID)) + text(f.ID),
			v.namesOf(f.From) + " to " + v.names(to),
			join(" ", sentence(f.Purpose), sentence(f.Note), v.flowDetails(f)),
			v.evidence(f.Cite, v.flowErrata(f)),
		})
	}
	p.table([]md{"Flow", "Between", "Purpose and notes", "Rows"}, rows)
}

// sentence ends a text with a full stop unless it ends itself.
func sentence(s string) md {
	words := text(s)
	if s == "" || strings.HasSuffix(string(words), ".") || strings.HasSuffix(string(words), "!") || strings.HasSuffix(string(words), "?") {
		return words
	}
	return words + "."
}

// flowDetails lists what is out of the ordinary, set off from the author's
// words: "(among nodes; one long-lived connection, used both ways)".
func (v *view) flowDetails(f *model.Flow) md {
	var all []md
	add := func(is bool, words md) {
		if is {
			all = append(all, words)
		}
	}
	add(f.Scope == "same-host", "inside one host")
	add(f.Scope == "nodes", "among nodes")
	add(f.Optional, "optional")
	add(f.NoRule != "", gen.NoRule+": "+text(f.NoRule))
	all = append(all, v.fallback(f), v.choice(f))
	add(f.BothWays, join(" if ", "either side may start", v.condition(f.BothWaysWhen, "")))
	add(f.Persistent, "one long-lived connection, used both ways")
	all = append(all, family(f), delivery(f), sourcePorts(f))
	if r := f.Reply; r != nil {
		add(!r.ToSource, "answered to "+join(" ", transport(r.Transport), text(replyPort(r)))+" of the source")
		add(r.ToSource, "answered over "+transport(r.Transport)+" to the port that it was sent from")
		add(r.From != nil, "the answer comes from "+text(r.From.String()))
		if r.Dynamic != nil {
			for _, x := range r.Dynamic.Ranges {
				where := rangeHost(x)
				add(where != "", text(x.String())+" "+where)
			}
		}
	}
	all = append(all, v.through(f), v.past(f), tlsInspection(f))
	all = append(all, changeable(f.Configurable))
	for _, a := range f.Unknown.Aspects() {
		all = append(all, text(gen.UnknownWhy(f.Unknown, a)))
	}
	words := join("; ", all...)
	if words == "" {
		return ""
	}
	return "(" + words + ")"
}

// fallback says which flows are tried first: "only where dns-udp does not work".
func (v *view) fallback(f *model.Flow) md {
	var links []md
	for _, id := range f.InsteadOf {
		links = append(links, v.flowLink(id))
	}
	switch len(links) {
	case 0:
		return ""
	case 1:
		return "only where " + links[0] + " does not work"
	}
	return "only where " + join(" and ", links...) + " do not work"
}

// choice lists the ports of a flow of which one is enough: "one is enough of TCP
// 143, TCP 993". It is empty where all are needed.
func (v *view) choice(f *model.Flow) md {
	if f.Suffices != "one" {
		return ""
	}
	var ports []md
	for _, l := range v.lines {
		if l.flow != f {
			continue
		}
		for _, t := range l.transports {
			port := join(" ", transport(t), text(l.port))
			if !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
	}
	return "one is enough of " + join(", ", ports...)
}

// family is "IPv4 only", "IPv6 only", or empty for both.
func family(f *model.Flow) md {
	switch f.Family {
	case "":
		return ""
	case "ipv4":
		return "IPv4 only"
	case "ipv6":
		return "IPv6 only"
	}
	return text(f.Family)
}

// delivery is "broadcast", "multicast to 224.0.0.251", or empty for unicast.
func delivery(f *model.Flow) md {
	if f.Delivery == "" || f.Delivery == "unicast" {
		return ""
	}
	var groups []md
	for _, g := range f.Groups {
		groups = append(groups, text(g))
	}
	return join(" to ", text(f.Delivery), join(", ", groups...))
}

// sourcePorts is "from port 68", "from the port it is sent to", or empty.
func sourcePorts(f *model.Flow) md {
	switch {
	case f.Source == nil:
		return ""
	case f.Source.Same:
		return "from the port it is sent to"
	case len(f.Source.Ports) == 0:
		return ""
	}
	return "from port " + md(model.FormatPorts(f.Source.Ports))
}

// through names what carries a flow on its way.
func (v *view) through(f *model.Flow) md {
	if len(f.Via) == 0 {
		return ""
	}
	return "through " + v.namesOf(f.Via)
}

// past names what a flow passes and nobody addresses.
func (v *view) past(f *model.Flow) md {
	if len(f.Passes) == 0 {
		return ""
	}
	return "passes " + v.namesOf(f.Passes) + ", which needs no rule"
}

// tlsInspection says whether TLS may be inspected on the way.
func tlsInspection(f *model.Flow) md {
	if f.TLSInspection == "" {
		return ""
	}
	return "TLS inspection " + text(f.TLSInspection)
}

// changeable says whether the source can be told another port: "port can be
// changed at installation: the URL given to the agent".
func changeable(c *model.Configurable) md {
	if c == nil {
		return ""
	}
	words := md("port can be changed")
	switch {
	case !c.Allowed:
		words = "port cannot be changed"
	case c.At == "installation":
		words += " at installation"
	}
	if c.Allowed {
		words = join(" ", words, since(c))
	}
	return join(": ", words, text(c.How))
}
