package resolve

import (
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// bothWays adds the permits for connections that the listener's side starts, to the same
// ports of the talkers. The range of a dynamic port depends on the talker's own operating
// system.
func (x *expansion) bothWays(permit *model.Permit, to *listening, by talking) {
	conn := by.conn
	if !by.met(conn.Flow.BothWaysWhen) {
		return
	}
	why := slices.Clone(permit.Why)
	for _, f := range conn.Flow.BothWaysWhen.Features() {
		why = append(why, becauseOf(x.found, by.product, f))
	}
	sortReasons(why)
	if conn != permit.Connection {
		if other := permit.Connection; !other.Flow.BothWays || !x.products.byRef[other.Product.Ref()].met(other.Flow.BothWaysWhen) {
			return
		}
		there := x.ports.elsewhere(by.product, by.components[conn.To.ID], conn.Listener)
		to = &listening{ports: there.ports, dynamic: there.dynamic, why: there.why}
		if !model.HasPorts(conn.Transport) {
			to.ports = nil
		}
	}
	talkers := conn.WayBack()
	ends := slices.DeleteFunc(slices.Clone(permit.From), func(e *model.End) bool {
		return !slices.ContainsFunc(talkers, func(c *model.Component) bool { return e.Place == model.PlaceOf(by.ID, c.ID) })
	})
	own := func(os, release string) []model.PortRange {
		given := slices.ContainsFunc(to.why, func(why model.Reason) bool { return why.Kind == model.ByRule || why.Kind == model.BySite })
		if !to.dynamic || given {
			return to.ports
		}
		return pool(conn.Listener.Dynamic, os, release)
	}
	for _, g := range byPorts(ends, own) {
		back := permit.WayBack("both-ways", g.ends, g.ports)
		back.Why = why
		if conn.Flow.Source != nil && conn.Flow.Source.Same {
			back.SourcePorts = back.Ports
		}
		if crosses(back.From, back.To) {
			x.d.Permits = append(x.d.Permits, back)
		}
	}
}

// reply adds the permits for answers that go to another port of the talkers.
func (x *expansion) reply(permit *model.Permit, by talking) {
	re := by.conn.Flow.Reply
	if re == nil {
		return
	}
	ports, dynamic := by.conn.Flow.ReplyPorts()
	own := func(os, release string) []model.PortRange {
		if dynamic == nil {
			return ports
		}
		return pool(dynamic, os, release)
	}
	for _, g := range byPorts(permit.From, own) {
		back := permit.WayBack("reply", g.ends, g.ports)
		back.Transport, back.Dynamic, back.Groups = re.Transport, dynamic != nil, nil
		back.SourcePorts = re.From.Known()
		if crosses(back.From, back.To) {
			x.d.Permits = append(x.d.Permits, back)
		}
	}
}

// byPorts groups ends by the ports that the listener has on their operating systems
// and in their releases.
func byPorts(ends []*model.End, own func(os, release string) []model.PortRange) []*listening {
	var groups []*listening
	for _, end := range ends {
		os, release := "", ""
		if end.Host != nil {
			os, release = end.Host.OS, end.Host.OSVersion
		}
		ports := own(os, release)
		i := slices.IndexFunc(groups, func(g *listening) bool { return slices.Equal(g.ports, ports) })
		if i < 0 {
			i = len(groups)
			groups = append(groups, &listening{ports: ports})
		}
		groups[i].ends = append(groups[i].ends, end)
	}
	return groups
}
