package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A line is one row of a table of connections: a flow on one listener, over all
// transports that it uses there; or what follows from that for the other side,
// where either may start or the answer comes back to a port of its own.
type line struct {
	flow       *model.Flow
	from, to   []*model.Component
	listener   *model.Listener // nil for an answer
	transports []string
	port       string
	ways       ways
	back       bool // from the flow's destination to its source
	when       model.When
	connection *model.Connection
	all        []*line // its consequences, itself among them
}

// ways says who starts on a line, unless it is the source alone.
type ways md

const (
	oneWay   ways = ""
	bothWays ways = "both ways"
	answer   ways = "answer"
)

// lines lists the connections of a product in the order of the spec, those that
// differ in the transport only together.
func lines(p *model.Product) []*line {
	var all []*line
	for _, c := range p.Connections() {
		if n := len(all); n > 0 {
			last := all[n-1]
			if last.flow == c.Flow && last.to[0] == c.To && last.listener == c.Listener {
				last.transports = append(last.transports, c.Transport)
				continue
			}
		}
		l := &line{
			flow: c.Flow, from: c.From, to: []*model.Component{c.To}, listener: c.Listener,
			transports: []string{c.Transport}, port: gen.PortText(c.Listener), ways: oneWay,
			when: c.When, connection: c,
		}
		if c.Flow.BothWays {
			l.ways = bothWays
		}
		all = append(all, l)
	}
	for _, l := range all {
		l.follow()
	}
	return all
}

// consequences are the line itself and what else it asks of both sides.
func (l *line) consequences() []*line { return l.all }

// follow works out the consequences.
func (l *line) follow() {
	l.all = []*line{l}
	if l.ways == bothWays {
		back := *l
		back.from, back.to, back.back = l.to, l.from, true
		back.when = l.connection.BackWhen()
		l.all = append(l.all, &back)
	}
	if r := l.flow.Reply; r != nil {
		back := *l
		back.from, back.to, back.back = l.to, l.from, true
		back.ways, back.listener = answer, nil
		back.transports = []string{r.Transport}
		back.port = replyPort(r)
		l.all = append(l.all, &back)
	}
}

func replyPort(r *model.Reply) string {
	if r.ToSource {
		return "source port"
	}
	return gen.PortText(&model.Listener{PortStatement: model.PortStatement{Ports: r.Ports, Dynamic: r.Dynamic}})
}

// sides are the lines that ask something of a component.
type sides struct {
	accepted   []*line // what it must accept over the network from others
	reached    []*line // what it must reach over the network
	amongNodes []*line // what is to be permitted between its nodes
}

// of are the lines of a component. What both sides may start among themselves is
// listed once; on its own side, a line names the component only.
func (v *view) of(c *model.Component) *sides {
	if v.sides == nil {
		v.sides = make(map[*model.Component]*sides, len(v.Components))
		for _, c := range v.Components {
			v.sides[c] = &sides{}
		}
		for _, l := range v.lines {
			v.divide(l)
		}
	}
	return v.sides[c]
}

// divide notes a line at its ends.
func (v *view) divide(l *line) {
	for i, x := range l.consequences() {
		mirrored := i > 0 && x.ways == bothWays
		switch l.flow.Scope {
		case "network":
			each(x.to, func(c *model.Component) {
				if !mirrored || !slices.Contains(l.to, c) {
					own := *x
					own.to = []*model.Component{c}
					v.sides[c].accepted = append(v.sides[c].accepted, &own)
				}
			})
			each(x.from, func(c *model.Component) {
				if !mirrored || !slices.Contains(l.from, c) {
					own := *x
					own.from = []*model.Component{c}
					v.sides[c].reached = append(v.sides[c].reached, &own)
				}
			})
		case "nodes":
			if mirrored {
				continue
			}
			each(slices.Concat(l.from, l.to), func(c *model.Component) {
				v.sides[c].amongNodes = append(v.sides[c].amongNodes, x)
			})
		}
	}
}

// each takes every component once.
func each(list []*model.Component, do func(*model.Component)) {
	for i, c := range list {
		if !slices.Contains(list[:i], c) {
			do(c)
		}
	}
}

// accepted lists what a component must accept over the network from others.
func (v *view) accepted(c *model.Component) []*line { return v.of(c).accepted }

// reached lists what a component must reach over the network.
func (v *view) reached(c *model.Component) []*line { return v.of(c).reached }

// amongNodes lists the lines among the nodes of a component.
func (v *view) amongNodes(c *model.Component) []*line { return v.of(c).amongNodes }

// onHost lists the lines that never leave a host.
func (v *view) onHost() []*line {
	return v.within("same-host", func(*line) bool { return true })
}

// conditionedBy lists the lines that hold under one value of a feature and not
// under all of them, without those that never leave a host.
func (v *view) conditionedBy(f *model.Feature, value string) []*line {
	pick := func(l *line) bool {
		return slices.Contains(l.when[f.ID], value) && !isAny(f, l.when[f.ID])
	}
	return append(v.within("network", pick), v.within("nodes", pick)...)
}

func (v *view) within(scope string, pick func(*line) bool) []*line {
	var all []*line
	for _, l := range v.lines {
		if l.flow.Scope != scope {
			continue
		}
		own := pick(l)
		for _, x := range l.consequences() {
			if x.ways == bothWays && x != l {
				if !own && pick(x) { // it has a condition of its own
					all = append(all, x)
				}
			} else if own {
				all = append(all, x)
			}
		}
	}
	return all
}

// inboundPorts sums up what a component accepts, port by port: "TCP 8443,
// TCP/UDP 61616".
func (v *view) inboundPorts(c *model.Component) md {
	var sums []*line
	for _, l := range slices.Concat(v.accepted(c), v.amongNodes(c)) {
		if !slices.Contains(l.to, c) {
			continue
		}
		i := slices.IndexFunc(sums, func(s *line) bool {
			return s.port == l.port && l.port != "" && !slices.Contains(slices.Concat(s.transports, l.transports), model.UnknownTransport)
		})
		if i < 0 {
			own := *l
			sums = append(sums, &own)
			continue
		}
		for _, t := range l.transports {
			if !slices.Contains(sums[i].transports, t) {
				sums[i].transports = append(slices.Clip(sums[i].transports), t)
			}
		}
	}
	var ports []md
	for _, s := range sums {
		s.transports = slices.Sorted(slices.Values(s.transports))
		if port := portAt(s.transports, s.port); !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	return join(", ", ports...)
}
