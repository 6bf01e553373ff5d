package ansible

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A conditional is the part of a rule that only products have: its ends are components,
// and its span is the condition that a host and its site have to meet.
type conditional struct {
	span
	from, to     []*model.Component
	fromOS, toOS []string // empty for all
	// Releases of operating systems at both ends.
	fromReleases, toReleases []osRelease
	// osSince and osBefore are releases of the operating system at the end that
	// opens the port; "" for no bound.
	osSince, osBefore string
	depends           []condition // its conditions, computed on first use
}

// ruleLists are rules by the id of the component whose hosts need them.
type ruleLists struct {
	inbound, outbound map[string][]*rule
	// unnumbered are those that lack a port. They become rules if a site has fixed it.
	unnumbered map[string][]*rule
	// connections are all of the product's, including those that do not cross the network.
	connections []*model.Connection
	// groups are the talkers of each of them; nil for a connection that can have no rules.
	groups [][]*group
}

// listRules makes rules for each connection that crosses the network.
func listRules(p *model.Product) ruleLists {
	connections := p.Connections()
	lists := ruleLists{map[string][]*rule{}, map[string][]*rule{}, map[string][]*rule{}, connections, make([][]*group, len(connections))}
	for i, c := range connections {
		if !crossesNetwork(c) || len(c.Undecided()) > 0 {
			continue
		}
		groups := groupTalkers(c)
		lists.groups[i] = groups
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
		ends := *r.conditional // which conditions it depends on differs by the direction
		for _, holder := range end.holders {
			own := r
			own.holder, own.conditional = holder.ID, &ends
			own.setName()
			list[holder.ID] = append(list[holder.ID], &own)
		}
	}
}

// rulesOf lists the rules of a connection for a group of its talkers.
func rulesOf(c *model.Connection, g *group) []rule {
	there := conditional{
		span: g.span,
		from: g.talkers, fromOS: g.talkerOS, fromReleases: g.talkerReleases,
		to: []*model.Component{c.To}, toOS: g.listensOS, toReleases: g.listensReleases,
	}
	back := there
	back.from, back.fromOS, back.fromReleases = there.to, there.toOS, there.toReleases
	back.to, back.toOS, back.toReleases = there.from, there.fromOS, there.fromReleases
	all := atOpenings(rule{connection: c, way: forth, transport: c.Transport}, there, c.Listener.Known(), c.Listener.Fallback, c.Listener.Dynamic)
	started := back
	started.to, started.when = intersect(c.WayBack(), g.talkers), c.Product.And(g.when, c.Flow.BothWaysWhen)
	if len(started.to) > 0 && started.when.Never() == "" {
		all = append(all, atOpenings(rule{connection: c, way: reverse, transport: c.Transport}, started, c.Listener.Known(), c.Listener.Fallback, c.Listener.Dynamic)...)
	}
	if replies := c.Flow.Reply; replies != nil {
		ports, dynamic := c.Flow.ReplyPorts()
		all = append(all, atOpenings(rule{connection: c, way: reply, transport: replies.Transport, sourcePorts: replies.From.Known()}, back, ports, nil, dynamic)...)
	}
	return all
}

// intersect lists the items of all that are also in some, in the order of all.
func intersect(some, all []*model.Component) []*model.Component {
	return slices.DeleteFunc(slices.Clone(all), func(c *model.Component) bool { return !slices.Contains(some, c) })
}

// atOpenings returns the rule for each port. The range of a dynamic port depends on the
// operating system of the host that opens it.
func atOpenings(r rule, ends conditional, ports, fallback []model.PortRange, dynamic *model.Dynamic) []rule {
	at := openings(ports, fallback)
	if dynamic != nil {
		for _, d := range mergeRanges(dynamic.Ranges) {
			at = append(at, opening{PortRange: d.PortRange, os: d.OS, versions: d.Versions})
		}
	}
	r.conditional = &ends
	if source := r.connection.Flow.Source; source != nil && r.way == forth {
		r.sourcePorts = source.Ports
	}
	return expand(r, at, func(r *rule, o opening) bool {
		if len(o.os) == 0 && o.versions == nil {
			return true
		}
		own := ends
		var s span
		own.toOS = s.both(own.toOS, o.os)
		if o.versions != nil && canCompare(o.versions, "") {
			own.osSince, own.osBefore = o.versions.From, o.versions.Before
		}
		r.conditional = &own
		return s.never == ""
	})
}

// mergeRanges joins ranges that differ only in releases.
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
