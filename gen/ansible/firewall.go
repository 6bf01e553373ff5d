package ansible

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A rule is one entry of the lists that firewall modules loop over: what a
// host with one component lets in, or out.
type rule struct {
	name       string // unique in the product; of ids only, so that it is safe anywhere
	direction  string // in or out
	connection *model.Connection
	span
	way          way
	from, to     []*model.Component
	fromOS, toOS []string // empty for all
	transport    string
	port         *model.PortRange // nil where the transport has none, or it is not known
	icmp         *model.ICMP      // nil for all messages
	// Releases of operating systems at both ends.
	fromReleases, toReleases []osRelease
	// osSince and osBefore are releases of the operating system at the end that
	// opens the port; "" for no bound.
	osSince, osBefore string
	fallback          bool
	details           []string    // what tells it from others of the same connection
	depends           []condition // its conditions, once somebody has asked
}

// A way says which of a flow's packets a rule is about.
type way string

const (
	forth   way = "forth"   // to the listener
	reverse way = "reverse" // where either side may start, from the listener's host
	answer  way = "reply"   // to another port of the talker
)

// ruleLists are rules by the id of the component whose hosts need them.
type ruleLists struct {
	inbound, outbound map[string][]*rule
	// unnumbered are those that lack a port. They become rules where a site has
	// fixed it.
	unnumbered map[string][]*rule
	// connections are those of the product, whether they cross the network or not.
	connections []*model.Connection
}

// listRules makes rules of every connection that crosses the network.
func listRules(p *model.Product) ruleLists {
	lists := ruleLists{map[string][]*rule{}, map[string][]*rule{}, map[string][]*rule{}, p.Connections()}
	for _, c := range lists.connections {
		if !crossesNetwork(c) {
			continue
		}
		groups := groupTalkers(c)
		for _, g := range groups {
			if g.never != "" {
				continue
			}
			for _, r := range rulesOf(c, g) {
				if len(groups) > 1 {
					r.details = append(r.details, "with "+strings.Join(componentIDs(g.talkers), "+"))
				}
				lists.add(r)
			}
		}
	}
	return lists
}

// add puts a rule into the lists of both its ends.
func (l *ruleLists) add(r rule) {
	for _, end := range []struct {
		direction string
		holders   []*model.Component
		list      map[string][]*rule
	}{{"in", r.to, l.inbound}, {"out", r.from, l.outbound}} {
		r.direction = end.direction
		list := end.list
		if r.port == nil && model.HasPorts(r.transport) {
			list = l.unnumbered
		}
		for _, holder := range end.holders {
			own := r
			own.name = ruleName(holder, &own)
			list[holder.ID] = append(list[holder.ID], &own)
		}
	}
}

// ruleName is, for instance,
//
//	igel-ums ums-server in: os12-websocket web tcp
//	igel-ums os12-device out: os12-websocket ums-server.web tcp
//
// It names no port unless it has to, so that a rule whose port changes stays
// the same rule and is replaced.
func ruleName(holder *model.Component, r *rule) string {
	c := r.connection
	socket := c.Listener.ID
	if holder != c.To {
		socket = c.To.ID + "." + socket
	}
	parts := []string{c.Product.ID, holder.ID, r.direction + ":", c.Flow.ID, socket, r.transport}
	return strings.Join(append(parts, r.details...), " ")
}

// rulesOf are the rules that a connection needs for a group of its talkers.
func rulesOf(c *model.Connection, g *group) []rule {
	r := rule{
		connection: c, span: g.span, way: forth,
		from: g.talkers, fromOS: g.talkerOS, fromReleases: g.talkerReleases,
		to: []*model.Component{c.To}, toOS: g.listensOS, toReleases: g.listensReleases,
		transport: c.Transport,
	}
	return slices.Concat(numbered(r), reversed(r), replies(c, g))
}

// reversed are the rules for the listener's side to start. Their ports are opened
// at the other end, and a range that is one operating system's is of the system
// there.
func reversed(r rule) []rule {
	back := r.connection.WayBack()
	r.way = reverse
	r.to, r.from = slices.DeleteFunc(slices.Clone(r.from), func(t *model.Component) bool { return !slices.Contains(back, t) }), r.to
	if len(r.to) == 0 {
		return nil
	}
	r.fromOS, r.toOS = r.toOS, r.fromOS
	r.fromReleases, r.toReleases = r.toReleases, r.fromReleases
	rules := numbered(r)
	for i := range rules {
		rules[i].details = append(slices.Clone(rules[i].details), string(reverse))
	}
	return rules
}

// replies are the rules for an answer to another port of the talker.
func replies(c *model.Connection, g *group) []rule {
	reply := c.Flow.Reply
	if reply == nil {
		return nil
	}
	return withPorts(rule{
		connection: c, span: g.span, way: answer,
		from: []*model.Component{c.To}, fromOS: g.listensOS, fromReleases: g.listensReleases,
		to: g.talkers, toOS: g.talkerOS, toReleases: g.talkerReleases,
		transport: reply.Transport,
		details:   []string{string(answer), reply.Transport},
	}, reply.Ports, nil, reply.Dynamic)
}

// numbered is a rule for each port or message of its listener, or one without
// where there is none.
func numbered(r rule) []rule {
	l := r.connection.Listener
	if model.HasPorts(r.transport) || len(l.ICMP) == 0 {
		return withPorts(r, l.Ports, l.Fallback, l.Dynamic)
	}
	var rules []rule
	for _, m := range l.ICMP {
		r.icmp = &m
		r.details = nil
		if len(l.ICMP) > 1 {
			r.details = []string{icmpText(m)}
		}
		rules = append(rules, r)
	}
	return rules
}

// icmpText is 8 or 8/0, as iptables writes it.
func icmpText(m model.ICMP) string {
	if m.Code == nil {
		return fmt.Sprint(m.Type)
	}
	return fmt.Sprintf("%d/%d", m.Type, *m.Code)
}

// withPorts is the rule for each port. The range of a dynamic port belongs to
// the host at which it is opened.
func withPorts(r rule, ports, fallback []model.PortRange, dynamic *model.Dynamic) []rule {
	var rules []rule
	add := func(r rule, port model.PortRange, details ...string) {
		r.port = &port
		r.details = append(slices.Clone(r.details), details...)
		rules = append(rules, r)
	}
	several := len(ports)+len(fallback) > 1
	for _, port := range ports {
		add(r, port, detail(several, port, nil)...)
	}
	for _, port := range fallback {
		r := r
		r.fallback = true
		add(r, port, detail(several, port, nil)...)
	}
	if dynamic != nil {
		merged := mergeRanges(dynamic.Ranges)
		for _, d := range merged {
			r := r
			var s span
			if r.toOS = s.both(r.toOS, d.OS); s.never != "" {
				continue
			}
			if d.Versions != nil && canCompare(d.Versions, "") {
				r.osSince, r.osBefore = d.Versions.From, d.Versions.Before
			}
			add(r, d.PortRange, detail(len(merged) > 1, d.PortRange, d.OS)...)
		}
	}
	if len(rules) == 0 {
		return []rule{r}
	}
	return rules
}

// detail is what tells one of several ports from the others.
func detail(several bool, port model.PortRange, os []string) []string {
	switch {
	case !several:
		return nil
	case len(os) == 0:
		return []string{port.String()}
	}
	return []string{port.String(), "on " + strings.Join(os, "+")}
}

// mergeRanges joins ranges that differ by nothing but releases.
func mergeRanges(list []model.DynamicRange) []model.DynamicRange {
	var merged []model.DynamicRange
	for _, d := range list {
		i := slices.IndexFunc(merged, func(m model.DynamicRange) bool {
			return m.PortRange == d.PortRange && slices.Equal(m.OS, d.OS)
		})
		if i < 0 {
			merged = append(merged, d)
		} else {
			merged[i].Versions = nil
		}
	}
	return merged
}

func componentIDs(components []*model.Component) []string {
	list := make([]string, len(components))
	for i, c := range components {
		list[i] = c.ID
	}
	return list
}
