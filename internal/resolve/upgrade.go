package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
)

// An upgrade is the releases of one product that hosts of a site run at the same time.
// Between hosts of two releases, a flow of both is permitted, at the port that the listener
// has in its own release. A flow of only one of them is not permitted, and reported.
type upgrade struct {
	x        *expansion
	releases []*product
	decided  map[*product][]*model.Connection
	known    map[*product]map[wire]*model.Connection
	unknown  map[unshared]*between
}

// A wire identifies a connection in two releases: the flow, and the listener that it talks
// to.
type wire struct{ flow, to, listener, transport string }

func wireOf(c *model.Connection) wire {
	return wire{c.Flow.ID, c.To.ID, c.Listener.ID, c.Transport}
}

// unshared is a flow of one release that another release does not have.
type unshared struct {
	flow          string
	knows, others *product
}

// between has the hosts that would be at its ends.
type between struct{ from, to []string }

func newUpgrade(x *expansion, releases []*product) *upgrade {
	u := &upgrade{x, releases, make(map[*product][]*model.Connection), make(map[*product]map[wire]*model.Connection), make(map[unshared]*between)}
	for _, p := range releases {
		u.known[p] = make(map[wire]*model.Connection)
		u.decided[p] = decidedConnections(x.ends, p)
		for _, c := range u.decided[p] {
			u.known[p][wireOf(c)] = c
		}
	}
	return u
}

// permits decides who may talk to whom.
func (u *upgrade) permits() {
	for _, p := range u.releases {
		for _, c := range u.decided[p] {
			u.connect(p, c)
		}
	}
	u.report()
}

// connect adds the permits of one connection of a release: to the hosts that run this
// release, from these hosts and those of other releases that have the connection as well.
// Ends without a release, such as a shared service, take part in all of them; between two
// of these, the site's own release counts.
func (u *upgrade) connect(p *product, conn *model.Connection) {
	from, to := u.x.ends.allTalkers(p, conn), u.x.ends.of(p, conn.To)
	if p == u.x.products.byID[p.ID] {
		u.x.ends.missing(p, conn, to, len(from) > 0)
	}
	component := func(end *model.End) *model.Component { return p.Component(end.Place.Component()) }
	is := func(release *product) func(*model.End) bool {
		return func(end *model.End) bool { return u.x.products.releaseOf(end, component(end)) == release }
	}
	own, plain, ownTo, plainTo := keep(from, is(p)), keep(from, is(nil)), keep(to, is(p)), keep(to, is(nil))
	if p == u.x.products.byID[p.ID] {
		either := func(end *model.End) bool { return is(p)(end) || is(nil)(end) }
		own, ownTo, plainTo = keep(from, either), keep(to, either), nil
	} else {
		u.x.permitAll(p, conn, onePerHost(own), plainTo, talking{p, conn})
		own = keep(from, func(end *model.End) bool { return is(p)(end) || slices.Contains(plain, end) })
	}
	own = onePerHost(own)
	u.x.permitAll(p, conn, own, ownTo, talking{p, conn})
	permitted := make(map[*model.Deployed]bool)
	for _, end := range own {
		permitted[end.Host] = end.Host != nil
	}
	ownHosts, ownToHosts := keep(from, is(p)), keep(to, is(p))
	for _, other := range u.releases {
		if other == p {
			continue
		}
		known := keep(keep(from, is(other)), func(end *model.End) bool { return u.knows(other, conn, end) })
		others := keep(known, func(end *model.End) bool { return !permitted[end.Host] })
		u.x.permitAll(p, conn, onePerHost(others), ownToHosts, talking{other, u.known[other][wireOf(conn)]})
		u.miss(p, other, conn, keep(keep(from, is(other)), func(end *model.End) bool { return !slices.Contains(known, end) }), ownToHosts)
		for _, end := range keep(to, is(other)) {
			u.miss(p, other, conn, keep(ownHosts, func(talker *model.End) bool { return !u.knows(other, conn, talker) }), []*model.End{end})
		}
	}
}

func keep(ends []*model.End, is func(*model.End) bool) []*model.End {
	var all []*model.End
	for _, end := range ends {
		if is(end) {
			all = append(all, end)
		}
	}
	return all
}

// knows reports whether a release has a connection too, and whether in that release a component
// on the talker's host starts it.
func (u *upgrade) knows(release *product, c *model.Connection, talker *model.End) bool {
	same := u.known[release][wireOf(c)]
	if same == nil {
		return false
	}
	if talker.Host == nil {
		return slices.ContainsFunc(same.From, func(from *model.Component) bool { return from.ID == talker.Place.Component() })
	}
	return hasOS(talker.Host.Host, same.Flow.Conditions) && slices.ContainsFunc(same.From, func(from *model.Component) bool {
		return release.components[from.ID] != nil && slices.Contains(talker.Host.Runs, model.PlaceOf(release.ID, from.ID))
	})
}

// miss records a flow that is not permitted because only one of two releases has it.
func (u *upgrade) miss(knows, other *product, c *model.Connection, from, to []*model.End) {
	if len(from) == 0 || len(to) == 0 || c.Flow.Scope == "same-host" || c.Listener.Bind == "loopback" {
		return
	}
	key := unshared{c.Flow.ID, knows, other}
	if u.unknown[key] == nil {
		u.unknown[key] = &between{}
	}
	b := u.unknown[key]
	for _, end := range from {
		b.from = appendNew(b.from, end.ID())
	}
	for _, end := range to {
		b.to = appendNew(b.to, end.ID())
	}
}

// report reports the flows that are not permitted.
func (u *upgrade) report() {
	for key, b := range u.unknown {
		path := u.x.products.chosenAt(key.others)
		f := finding(diag.OneRelease, u.x.found.at(path...), "flow %s of %s is not permitted from %s to %s: release %s does not have it",
			key.flow, key.knows.Ref(), shortened(b.from), shortened(b.to), key.others.Version)
		f.Severity, f.Path = diag.Warning, ofSite(path)
		f.Hint = "if the flow is needed in the meantime, upgrade the hosts at both ends in one step; otherwise accept the warning"
		f.Related = append(f.Related, related(key.knows.Positions.At("flows", key.flow), "release %s has the flow here", key.knows.Version))
		u.x.found.report(f)
	}
}

// shortened lists the first ids and counts the others.
func shortened(ids []string) string {
	const most = 5
	if len(ids) > most {
		return strings.Join(ids[:most], ", ") + fmt.Sprintf(" and %d others", len(ids)-most)
	}
	return english.And(ids)
}

// talking is the release of the talkers, and the connection in that release.
type talking struct {
	*product
	conn *model.Connection
}
