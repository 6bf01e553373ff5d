package resolve

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// permits decides who may talk to whom.
func (r *resolver) permits(d *model.Deployment) {
	e := r.newEnds(d)
	noAddress := make(map[*model.Deployed]string)
	for i, p := range r.products.all {
		if i > 0 && r.products.all[i-1].ID == p.ID {
			continue
		}
		if releases := r.products.inUse(p.ID); len(releases) > 1 {
			r.newUpgrade(e, releases).permits(d)
			continue
		}
		for _, conn := range r.decidedConnections(e, p) {
			r.connect(d, e, p, conn)
		}
	}
	for _, permit := range d.Permits {
		for _, end := range slices.Concat(permit.From, permit.To) {
			if end.Host != nil && len(end.Addresses()) == 0 && noAddress[end.Host] == "" {
				noAddress[end.Host] = permit.Connection.Flow.ID
				path := []string{"hosts", end.Host.ID}
				f := finding(diag.NoAddress, r.found.at(path...), "host %s has no address or name, and flow %s of %s crosses the network", end.Host.ID, permit.Connection.Flow.ID, permit.Connection.Product.ID)
				f.Severity, f.Path, f.Hint = "warning", ofSite(path), "add addresses: or names:"
				r.found.report(f)
			}
		}
	}
	e.report()
	hidden(d, r.found)
	unmanaged(d, r.found)
	for _, all := range [][]*model.Permit{d.Permits, d.Local} {
		slices.SortStableFunc(all, func(a, b *model.Permit) int {
			return cmp.Or(cmp.Compare(a.Connection.Product.ID, b.Connection.Product.ID), cmp.Compare(a.Connection.Flow.ID, b.Connection.Flow.ID),
				cmp.Compare(a.Connection.To.ID, b.Connection.To.ID), cmp.Compare(a.Connection.Listener.ID, b.Connection.Listener.ID),
				cmp.Compare(a.Connection.Transport, b.Connection.Transport), cmp.Compare(a.Back, b.Back))
		})
	}
	index(d)
}

// index gives each host the permits that it is an end of. A host is left out of a permit if
// its only peer is itself.
func index(d *model.Deployment) {
	for _, p := range d.Permits {
		for _, end := range p.To {
			if h := end.Host; h != nil && (len(h.Inbound) == 0 || h.Inbound[len(h.Inbound)-1] != p) && (len(p.From) > 1 || !model.SameHost(p.From[0], end)) {
				h.Inbound = append(h.Inbound, p)
			}
		}
		for _, end := range p.From {
			if h := end.Host; h != nil && (len(h.Outbound) == 0 || h.Outbound[len(h.Outbound)-1] != p) && (len(p.To) > 1 || !model.SameHost(p.To[0], end)) {
				h.Outbound = append(h.Outbound, p)
			}
		}
	}
}

// connect adds the permits of one connection.
func (r *resolver) connect(d *model.Deployment, e *ends, p *product, conn *model.Connection) {
	from := r.talkers(e, p, conn)
	to := e.of(p, conn.To)
	r.missing(e, p, conn, to, len(from) > 0)
	r.permitAll(d, e, p, conn, from, to, talking{p, conn})
}

// missing records the ends of a connection whose place is unknown.
func (r *resolver) missing(e *ends, p *product, conn *model.Connection, to []*model.End, started bool) {
	if conn.Flow.Scope != "network" {
		return
	}
	for _, c := range conn.From {
		if p.components[c.ID] != nil && c.Kind != model.UnknownKind && len(e.of(p, c)) == 0 && len(to) > 0 {
			e.missing(p, c, false, conn.Flow.Optional)
		}
	}
	if len(to) == 0 && started && conn.To.Kind != model.UnknownKind {
		e.missing(p, conn.To, true, conn.Flow.Optional)
	}
}

// permitAll adds the permits from talkers to listeners.
func (r *resolver) permitAll(d *model.Deployment, e *ends, p *product, conn *model.Connection, from, to []*model.End, by talking) {
	if len(from) == 0 || len(to) == 0 {
		return
	}
	for _, group := range r.listening(p, conn, to) {
		r.permit(d, e, p, conn, from, group, by)
	}
}

// talkers lists the ends that may start a connection, one for each host.
func (r *resolver) talkers(e *ends, p *product, conn *model.Connection) []*model.End {
	return onePerHost(r.allTalkers(e, p, conn))
}

// onePerHost leaves out further components of a host.
func onePerHost(ends []*model.End) []*model.End {
	there := make(map[*model.Deployed]bool)
	return keep(ends, func(end *model.End) bool {
		again := there[end.Host]
		there[end.Host] = end.Host != nil
		return !again
	})
}

// allTalkers lists all components on hosts, and other ends, that may start a connection.
func (r *resolver) allTalkers(e *ends, p *product, conn *model.Connection) []*model.End {
	var all []*model.End
	for _, c := range conn.From {
		if p.components[c.ID] == nil {
			continue // the features exclude it
		}
		for _, end := range e.of(p, c) {
			if end.Host != nil {
				if len(conn.Flow.OS) > 0 && end.Host.OS == "" {
					r.noOS(end.Host.Host, fmt.Sprintf("flow %s of %s starts on %s only", conn.Flow.ID, p.called(), or(conn.Flow.OS)))
				}
				if !hasOS(end.Host.Host, conn.Flow.Conditions) {
					continue
				}
			}
			all = append(all, end)
		}
	}
	return all
}

// listening groups listeners by their ports, as a rule or the site may have moved some
// of them.
type listening struct {
	ends    []*model.End
	ports   []model.PortRange
	dynamic bool
	bind    string
	why     []model.Reason
}

func (r *resolver) listening(p *product, conn *model.Connection, to []*model.End) []*listening {
	var groups []*listening
	add := func(end *model.End, ports []model.PortRange, dynamic bool, bind string, why []model.Reason) {
		for _, g := range groups {
			if g.bind == bind && slices.Equal(g.ports, ports) && g.dynamic == dynamic && sameReasons(g.why, why) {
				g.ends = append(g.ends, end)
				return
			}
		}
		groups = append(groups, &listening{[]*model.End{end}, ports, dynamic, bind, why})
	}
	var elsewhere *decision
	for _, end := range to {
		if end.Host == nil {
			if elsewhere == nil {
				d := r.ports.elsewhere(p, p.components[conn.To.ID], conn.Listener)
				elsewhere = &d
			}
			ports := elsewhere.ports
			if !model.HasPorts(conn.Transport) {
				ports = nil
			}
			add(end, ports, elsewhere.dynamic, conn.Listener.Bind, elsewhere.why)
			continue
		}
		for _, s := range end.Host.Sockets {
			if s.Place == end.Place && s.Listener.ID == conn.Listener.ID && s.Transport == conn.Transport {
				add(end, s.Ports, s.Dynamic, s.Bind, s.Why)
			}
		}
	}
	return groups
}

func sameReasons(a, b []model.Reason) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0] || slices.EqualFunc(a, b, func(x, y model.Reason) bool {
		return x.Kind == y.Kind && x.At == y.At && x.Text == y.Text
	}))
}

// permit adds the permits between talkers, which may be of another release, and
// listeners with the same ports.
func (r *resolver) permit(d *model.Deployment, e *ends, p *product, conn *model.Connection, from []*model.End, to *listening, by talking) {
	flow := conn.Flow
	permit := &model.Permit{
		Connection: conn, Transport: conn.Transport, From: from, To: to.ends, Ports: to.ports, Dynamic: to.dynamic,
		Why: r.flowReasons(p, conn, to.why), Groups: flow.Groups,
	}
	if flow.Delivery == "broadcast" {
		permit.Groups = []string{"broadcast"}
	}
	if flow.Source != nil {
		permit.SourcePorts = flow.Source.Ports
		if flow.Source.Same {
			permit.SourcePorts = to.ports
		}
	}
	for _, id := range flow.Via {
		permit.Via = append(permit.Via, e.of(p, p.Component(id))...)
	}
	if local := onOneHost(from, to.ends); len(local) > 0 && flow.Scope != "nodes" {
		inside := *permit
		inside.From, inside.To, inside.Via = local, local, nil
		d.Local = append(d.Local, &inside)
	}
	if flow.Scope == "same-host" || !crosses(from, to.ends) {
		return
	}
	if to.bind == "loopback" {
		r.unreached(p, conn)
		return
	}
	if p.use.Directions[flow.ID] != "reverse" {
		d.Permits = append(d.Permits, permit)
	}
	r.bothWays(d, permit, to, by)
	r.reply(d, permit, by)
}

// flowReasons are the reasons for a permit: the flow, the features of its condition,
// and what moved the port.
func (r *resolver) flowReasons(p *product, conn *model.Connection, port []model.Reason) []model.Reason {
	why := []model.Reason{{
		Kind: model.ByDefault, At: p.Positions.At("flows", conn.Flow.ID),
		Text: fmt.Sprintf("flow %s%s: %s", conn.Flow.ID, p.ofRelease(), conn.Flow.Purpose), Cite: conn.Flow.Cite,
	}}
	for _, f := range conn.When.Features() {
		why = append(why, becauseOf(r.found, p, f))
	}
	why = append(why, r.chosenReasons(p, conn)...)
	for _, reason := range port {
		if reason.Kind != model.ByFeature {
			why = append(why, reason)
		}
	}
	sortReasons(why)
	return why
}

func sortReasons(why []model.Reason) {
	rank := map[string]int{model.ByDefault: 0, model.ByFeature: 1, model.ByRule: 2, model.BySite: 3}
	slices.SortStableFunc(why, func(a, b model.Reason) int { return rank[a.Kind] - rank[b.Kind] })
}

// onOneHost lists the ends of to whose hosts are also in from.
func onOneHost(from, to []*model.End) []*model.End {
	// The map is of the shorter list: thousands of desktops talk to few servers.
	short, long := from, to
	if len(to) < len(from) {
		short, long = to, from
	}
	both := make(map[*model.Deployed]bool, len(short))
	for _, end := range short {
		if end.Host != nil {
			both[end.Host] = false
		}
	}
	found := false
	for _, end := range long {
		if _, there := both[end.Host]; there {
			both[end.Host], found = true, true
		}
	}
	if !found {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(to), func(end *model.End) bool { return !both[end.Host] })
}

// crosses reports whether one of the talkers must cross the network to reach one of the
// listeners.
func crosses(from, to []*model.End) bool {
	for _, f := range from {
		for _, t := range to {
			if !model.SameHost(f, t) {
				return true
			}
		}
	}
	return false
}
