package resolve

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// An expansion turns the flows of products into permits between hosts.
type expansion struct {
	d        *model.Deployment
	products *products
	found    *findings
	ends     *ends
	ports    assigner                 // of listeners that are not on hosts
	shut     map[*model.Listener]bool // listeners reported as not reachable from other hosts
}

func newExpansion(d *model.Deployment, products *products, found *findings) *expansion {
	return &expansion{d, products, found, newEnds(d, products, found), assigner{found: found}, make(map[*model.Listener]bool)}
}

// permits decides who may talk to whom.
func (x *expansion) permits() {
	noAddress := make(map[*model.Deployed]string)
	for i, p := range x.products.all {
		if i > 0 && x.products.all[i-1].ID == p.ID {
			continue
		}
		if releases := x.products.inUse(p.ID); len(releases) > 1 {
			newUpgrade(x, releases).permits()
			continue
		}
		for _, conn := range decidedConnections(x.ends, p) {
			x.connect(p, conn)
		}
	}
	for _, permit := range x.d.Permits {
		for _, end := range slices.Concat(permit.From, permit.To) {
			if end.Host != nil && len(end.Addresses()) == 0 && noAddress[end.Host] == "" {
				noAddress[end.Host] = permit.Connection.Flow.ID
				path := []string{"hosts", end.Host.ID}
				f := finding(diag.NoAddress, x.found.at(path...), "host %s has no address or name, and flow %s of %s crosses the network", end.Host.ID, permit.Connection.Flow.ID, permit.Connection.Product.ID)
				f.Severity, f.Path, f.Hint = "warning", ofSite(path), "add addresses: or names:"
				x.found.report(f)
			}
		}
	}
	x.ends.report()
	hidden(x.d, x.found)
	unmanaged(x.d, x.found)
	for _, all := range [][]*model.Permit{x.d.Permits, x.d.Local} {
		slices.SortStableFunc(all, func(a, b *model.Permit) int {
			return cmp.Or(cmp.Compare(a.Connection.Product.ID, b.Connection.Product.ID), cmp.Compare(a.Connection.Flow.ID, b.Connection.Flow.ID),
				cmp.Compare(a.Connection.To.ID, b.Connection.To.ID), cmp.Compare(a.Connection.Listener.ID, b.Connection.Listener.ID),
				cmp.Compare(a.Connection.Transport, b.Connection.Transport), cmp.Compare(a.Back, b.Back))
		})
	}
	index(x.d)
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
func (x *expansion) connect(p *product, conn *model.Connection) {
	from := x.ends.talkers(p, conn)
	to := x.ends.of(p, conn.To)
	x.ends.missing(p, conn, to, len(from) > 0)
	x.permitAll(p, conn, from, to, talking{p, conn})
}

// permitAll adds the permits from talkers to listeners.
func (x *expansion) permitAll(p *product, conn *model.Connection, from, to []*model.End, by talking) {
	if len(from) == 0 || len(to) == 0 {
		return
	}
	for _, group := range x.listening(p, conn, to) {
		x.permit(p, conn, from, group, by)
	}
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

func (x *expansion) listening(p *product, conn *model.Connection, to []*model.End) []*listening {
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
				d := x.ports.elsewhere(p, p.components[conn.To.ID], conn.Listener)
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
func (x *expansion) permit(p *product, conn *model.Connection, from []*model.End, to *listening, by talking) {
	flow := conn.Flow
	permit := &model.Permit{
		Connection: conn, Transport: conn.Transport, From: from, To: to.ends, Ports: to.ports, Dynamic: to.dynamic,
		Why: flowReasons(x.found, p, conn, to.why), Groups: flow.Groups,
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
		permit.Via = append(permit.Via, x.ends.of(p, p.Component(id))...)
	}
	if local := onOneHost(from, to.ends); len(local) > 0 && flow.Scope != "nodes" {
		inside := *permit
		inside.From, inside.To, inside.Via = local, local, nil
		x.d.Local = append(x.d.Local, &inside)
	}
	if flow.Scope == "same-host" || !crosses(from, to.ends) {
		return
	}
	if to.bind == "loopback" {
		x.unreached(p, conn)
		return
	}
	if p.use.Directions[flow.ID] != "reverse" {
		x.d.Permits = append(x.d.Permits, permit)
	}
	x.bothWays(permit, to, by)
	x.reply(permit, by)
}

// unreached reports, once, a listener on loopback that a flow must reach from another host.
func (x *expansion) unreached(p *product, conn *model.Connection) {
	c, l := conn.To, conn.Listener
	if l.Bind != model.LoopbackByDefault || p.use.Bind[c.ID][l.ID] != "" || x.shut[l] {
		return
	}
	x.shut[l] = true
	path := []string{"products", p.ID}
	f := finding(diag.OnLoopback, x.found.at(path...), "flow %s of %s is not permitted: %s is bound to loopback by default, and no other host reaches it there", conn.Flow.ID, p.ID, name(model.PlaceOf(p.ID, c.ID), l))
	f.Severity, f.Path = diag.Warning, ofSite(path)
	if conn.Flow.Optional {
		f.Severity = diag.Info
	}
	f.Hint = "if it was bound to the network, set it in the site: products: " + p.ID + ": bind: " + c.ID + ": " + l.ID + ": any"
	f.Related = append(f.Related, related(p.listenerAt(c, l, "bind"), "the spec says so here"))
	x.found.report(f)
}

// flowReasons are the reasons for a permit: the flow, the features of its condition,
// and what moved the port.
func flowReasons(found *findings, p *product, conn *model.Connection, port []model.Reason) []model.Reason {
	why := []model.Reason{{
		Kind: model.ByDefault, At: p.Positions.At("flows", conn.Flow.ID),
		Text: fmt.Sprintf("flow %s%s: %s", conn.Flow.ID, p.ofRelease(), conn.Flow.Purpose), Cite: conn.Flow.Cite,
	}}
	for _, f := range conn.When.Features() {
		why = append(why, becauseOf(found, p, f))
	}
	why = append(why, chosenReasons(found, p, conn)...)
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
