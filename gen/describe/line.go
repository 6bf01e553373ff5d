package describe

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A Line is one row of a table of connections: a flow on one listener, over all
// transports that it uses there; or what follows from that for the other side,
// where either may start or the answer comes back to a port of its own.
type Line struct {
	Flow       *model.Flow
	From, To   []*model.Component
	Listener   *model.Listener // nil for an answer
	Transports []string
	Port       string
	Ways       Ways
	Back       bool // from the flow's destination to its source
	When       model.When
	Connection *model.Connection
	at         *model.Listener // whose ports Port names: Listener, or one made for an answer
	all        []*Line         // its consequences, including the line
}

// Ways tells who starts on a line.
type Ways string

// Either the source alone starts, or either side may, or the line is the answer to what the
// other side started.
const (
	OneWay   Ways = ""
	BothWays Ways = "both ways"
	Answer   Ways = "answer"
)

// Lines lists the connections of a product in the order of the spec, those that
// differ in the transport only together.
func Lines(p *model.Product) []*Line {
	connections := p.Connections()
	all := make([]*Line, 0, len(connections))
	for _, c := range connections {
		if n := len(all); n > 0 {
			last := all[n-1]
			if last.Flow == c.Flow && last.To[0] == c.To && last.Listener == c.Listener {
				last.Transports = append(last.Transports, c.Transport)
				continue
			}
		}
		l := &Line{
			Flow: c.Flow, From: c.From, To: []*model.Component{c.To}, Listener: c.Listener,
			Transports: []string{c.Transport}, Port: gen.PortText(c.Listener), Ways: OneWay,
			When: c.When, Connection: c, at: c.Listener,
		}
		if c.Flow.BothWays {
			l.Ways = BothWays
		}
		all = append(all, l)
	}
	for _, l := range all {
		l.follow()
	}
	return all
}

// Consequences returns the line and what else it requires of both sides.
func (l *Line) Consequences() []*Line { return l.all }

// follow computes the consequences.
func (l *Line) follow() {
	l.all = []*Line{l}
	if l.Ways == BothWays {
		back := *l
		back.From, back.To, back.Back = l.To, l.From, true
		back.When = l.Connection.BackWhen()
		l.all = append(l.all, &back)
	}
	if r := l.Flow.Reply; r != nil {
		back := *l
		back.From, back.To, back.Back = l.To, l.From, true
		back.Ways, back.Listener = Answer, nil
		back.Transports = []string{r.Transport}
		back.Port, back.at = replyPort(r), replyListener(r)
		l.all = append(l.all, &back)
	}
}

func replyPort(r *model.Reply) string {
	if r.ToSource {
		return "source port"
	}
	return gen.PortText(replyListener(r))
}

// replyListener returns a listener with the ports of a reply; it has none if the reply goes to the
// source port.
func replyListener(r *model.Reply) *model.Listener {
	return &model.Listener{PortStatement: model.PortStatement{Ports: r.Ports, Dynamic: r.Dynamic}}
}

// Sides are the lines that require something of a component.
type Sides struct {
	Accepted   []*Line // what it must accept over the network from others
	Reached    []*Line // what it must reach over the network
	AmongNodes []*Line // what must be permitted between its nodes
}

// Divide returns the lines of each component. What both sides may start among themselves
// is listed once; on its own side, a line names the component only.
func Divide(p *model.Product, lines []*Line) map[*model.Component]*Sides {
	all := make(map[*model.Component]*Sides, len(p.Components))
	for _, c := range p.Components {
		all[c] = &Sides{}
	}
	for _, l := range lines {
		l.divide(all)
	}
	return all
}

// divide adds a line to the sides of its ends.
func (l *Line) divide(all map[*model.Component]*Sides) {
	for i, x := range l.Consequences() {
		mirrored := i > 0 && x.Ways == BothWays
		switch l.Flow.Scope {
		case "network":
			each(x.To, func(c *model.Component) {
				if !mirrored || !slices.Contains(l.To, c) {
					all[c].Accepted = append(all[c].Accepted, x.between(x.From, []*model.Component{c}))
				}
			})
			each(x.From, func(c *model.Component) {
				if !mirrored || !slices.Contains(l.From, c) {
					all[c].Reached = append(all[c].Reached, x.between([]*model.Component{c}, x.To))
				}
			})
		case "nodes":
			if mirrored {
				continue
			}
			each(slices.Concat(l.From, l.To), func(c *model.Component) {
				all[c].AmongNodes = append(all[c].AmongNodes, x)
			})
		}
	}
}

// between returns the line with only some of its ends.
func (l *Line) between(from, to []*model.Component) *Line {
	if len(from) == len(l.From) && len(to) == len(l.To) {
		return l
	}
	own := *l
	own.From, own.To = from, to
	return &own
}

// each calls do once for each component.
func each(list []*model.Component, do func(*model.Component)) {
	for i, c := range list {
		if !slices.Contains(list[:i], c) {
			do(c)
		}
	}
}

// OnHost lists the lines that never leave a host.
func OnHost(lines []*Line) []*Line {
	return Within(lines, "same-host", func(*Line) bool { return true })
}

// ConditionedBy lists the lines that hold under one value of a feature and not
// under all of them, without those that never leave a host.
func ConditionedBy(lines []*Line, f *model.Feature, value string) []*Line {
	pick := func(l *Line) bool {
		return slices.ContainsFunc(l.When[f.ID], func(list []string) bool { return slices.Contains(list, value) && !isAny(f, list) })
	}
	return append(Within(lines, "network", pick), Within(lines, "nodes", pick)...)
}

// Within lists the lines of a scope that are picked, and their consequences.
func Within(lines []*Line, scope string, pick func(*Line) bool) []*Line {
	var all []*Line
	for _, l := range lines {
		if l.Flow.Scope != scope {
			continue
		}
		own := pick(l)
		for _, x := range l.Consequences() {
			if x.Ways == BothWays && x != l {
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

// Ports sums up where lines end at a component, port by port: "TCP 8443, TCP/UDP 61616".
func (w *Words[T]) Ports(c *model.Component, lines []*Line) T {
	var own []*Line
	for _, l := range lines {
		if slices.Contains(l.To, c) {
			own = append(own, l)
		}
	}
	var ports []T
	for _, s := range sum(own) {
		if port := w.PortAt(s.over, s.port); !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	return Join(", ", ports...)
}

// Sum sums up the ports of lines, those over the same transports together:
// "TCP 8443, 30001; TCP/UDP 61616". Neighbours are ranges, and of many ports it names some.
func (w *Words[T]) Sum(lines []*Line) T {
	sums := sum(lines)
	slices.SortStableFunc(sums, func(a, b socket) int {
		return cmp.Or(slices.Compare(a.over, b.over), cmp.Compare(gen.FirstPort(a.at), gen.FirstPort(b.at)))
	})
	var all []T
	for i := 0; i < len(sums); {
		over, ports := sums[i].over, gen.Distinct{}
		var ranges []model.PortRange
		addRanges := func() {
			for _, r := range model.ShortPorts(ranges) {
				ports.Add(r.String())
			}
			ranges = nil
		}
		for ; i < len(sums) && slices.Equal(sums[i].over, over); i++ {
			if plain := gen.PlainPorts(sums[i].at); len(plain) == 1 {
				ranges = append(ranges, plain[0])
				continue
			}
			addRanges()
			ports.Add(sums[i].port)
		}
		addRanges()
		if len(over) > 0 && over[0] == model.UnknownTransport {
			for _, port := range ports.All {
				all = append(all, w.PortAt(over, port))
			}
			continue
		}
		all = append(all, w.PortAt(over, strings.Join(gen.SomePorts(ports.All), ", ")))
	}
	return Join("; ", all...)
}

// A socket is where lines end at a component.
type socket struct {
	over []string // transports, sorted
	port string
	at   *model.Listener // as in [Line]
}

// sum returns where lines end, each known port once.
func sum(lines []*Line) []socket {
	var sums []socket
	at := make(map[string]int) // known ports in sums
	for _, l := range lines {
		known := !slices.Contains(l.Transports, model.UnknownTransport) && l.Port != ""
		i, summed := at[l.Port]
		if !known || !summed {
			if known {
				at[l.Port] = len(sums)
			}
			sums = append(sums, socket{l.Transports, l.Port, l.at})
			continue
		}
		for _, t := range l.Transports {
			if s := &sums[i]; !slices.Contains(s.over, t) {
				s.over = append(slices.Clip(s.over), t)
			}
		}
	}
	for i, s := range sums {
		if !slices.IsSorted(s.over) {
			sums[i].over = slices.Sorted(slices.Values(s.over))
		}
	}
	return sums
}
