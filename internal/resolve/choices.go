package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A site may choose what the specs do not know about a flow or a listener. Until it
// does, nothing is permitted for it.

// choices are what a site chose for a product.
type choices struct {
	*resolver
	product *product
	flows   map[*model.Flow]*model.Flow // as the site decided them
	missing map[string]bool             // what has been reported
}

// of returns a connection as the site decided it: one for each transport chosen, and none
// if something is undecided. That is reported if both ends exist.
func (x *choices) of(conn *model.Connection, there func() bool) []*model.Connection {
	undecided := conn.Undecided()
	if len(undecided) == 0 {
		return []*model.Connection{conn}
	}
	over, flow := []string{conn.Transport}, x.flow(conn.Flow)
	for _, a := range undecided {
		known := !flow.Unknown.Has(a)
		if a == model.AspectTransport {
			over = x.product.use.Transports[conn.To.ID][conn.Listener.ID]
			known = len(over) > 0
		}
		if known {
			continue
		}
		if key := conn.SiteChoice(a); !x.missing[key] && there() {
			x.missing[key] = true
			x.found.report(x.undecided(conn, a))
		}
		over = nil
	}
	var all []*model.Connection
	for _, t := range over {
		one := *conn
		one.Flow, one.Transport = flow, t
		all = append(all, &one)
	}
	return all
}

// flow returns a flow with what the site chose instead of what is unknown.
func (x *choices) flow(f *model.Flow) *model.Flow {
	direction, suffices := x.product.use.Directions[f.ID], x.product.use.Suffices[f.ID]
	if direction == "" && suffices == "" {
		return f
	}
	if x.flows[f] == nil {
		own := *f
		own.Unknown = make(model.Unknown)
		for a, why := range f.Unknown {
			if a == model.AspectDirection && direction != "" || a == model.AspectSuffices && suffices != "" {
				continue
			}
			own.Unknown[a] = why
		}
		own.BothWays = f.BothWays || direction == "both" || direction == "reverse"
		if suffices == "one" {
			own.Suffices = suffices
		}
		x.flows[f] = &own
	}
	return x.flows[f]
}

// undecided reports that the site has not chosen an aspect that is unknown in the spec.
func (x *choices) undecided(conn *model.Connection, a model.Aspect) diag.Finding {
	p := x.product
	problem := map[model.Aspect]string{
		model.AspectTransport: fmt.Sprintf("the transport of %s is not documented", name(model.PlaceOf(p.ID, conn.To.ID), conn.Listener)),
		model.AspectDirection: "which side starts is not documented",
		model.AspectSuffices:  "whether all or one of its connections is needed is not documented",
	}[a]
	path := []string{"products", p.ID}
	f := finding(diag.Undecided, x.found.at(path...), "nothing is permitted for flow %s of %s: %s", conn.Flow.ID, p.ID, problem)
	f.Severity, f.Path, f.Hint = diag.Warning, ofSite(path), "choose in the site: "+conn.SiteChoice(a)
	if conn.Flow.Optional {
		f.Severity = diag.Info
	}
	at, known := p.Positions.Find(model.PathOf("flows", conn.Flow.ID, "unknown", string(a)))
	if a == model.AspectTransport {
		at, known = p.listenerAt(conn.To, conn.Listener, "unknown", string(a)), true
	}
	if known {
		f.Related = append(f.Related, related(at, "the spec says so here"))
	}
	return f
}

// chosen reports choices of a site that refer to nothing in the specs, and those that the
// specs already decide.
func (r *resolver) chosen(u *model.Use, releases []*product) {
	if len(releases) == 0 {
		return
	}
	first := releases[0]
	for _, id := range sortedKeys(u.Transports) {
		path := []string{"products", u.Product, "transports", id}
		with := having(releases, id)
		if len(with) == 0 {
			r.found.unknown(diag.UnknownComponent, path, id, componentIDs(first.Product), "no component %s in %s", id, first.called())
			continue
		}
		for _, lid := range sortedKeys(u.Transports[id]) {
			r.chosenTransports(with, id, lid, append(slices.Clone(path), lid))
		}
	}
	r.chosenBinds(u, releases)
	for _, of := range []struct {
		field  string
		chosen map[string]string
		aspect model.Aspect
		what   string
	}{
		{"directions", u.Directions, model.AspectDirection, "which side starts"},
		{"suffices", u.Suffices, model.AspectSuffices, "whether one connection is enough"},
	} {
		for _, id := range sortedKeys(of.chosen) {
			path := []string{"products", u.Product, of.field, id}
			with := slices.DeleteFunc(slices.Clone(releases), func(p *product) bool { return p.Flow(id) == nil })
			if len(with) == 0 {
				r.found.unknown(diag.UnknownFlow, path, id, flowIDs(first.Product), "no flow %s in %s", id, first.called())
			} else if !slices.ContainsFunc(with, func(p *product) bool { return p.Flow(id).Unknown.Has(of.aspect) }) {
				r.decided(path, with[0].Positions.At("flows", id), "flow %s of %s specifies %s", id, with[0].called(), of.what)
			}
		}
	}
}

// chosenTransports does the same for the transports of one listener. Not every release must
// have it.
func (r *resolver) chosenTransports(releases []*product, component, id string, path []string) {
	first := releases[0]
	with := slices.DeleteFunc(slices.Clone(releases), func(p *product) bool { return p.Component(component).Listener(id) == nil })
	if len(with) == 0 {
		r.found.unknown(diag.UnknownListener, path, id, listenerIDs(first.Component(component)), "component %s of %s has no listener %s", component, first.called(), id)
		return
	}
	undocumented := slices.DeleteFunc(slices.Clone(with), func(p *product) bool { return len(p.Component(component).Listener(id).Transports) > 0 })
	if len(undocumented) == 0 {
		c := with[0].Component(component)
		l := c.Listener(id)
		r.decided(path, with[0].listenerAt(c, l, "transports"), "%s uses %s", name(model.PlaceOf(with[0].ID, c.ID), l), and(l.Transports))
		return
	}
	l := undocumented[0].Component(component).Listener(id)
	if len(l.Ports) == 0 && l.Dynamic == nil && l.Count == 0 {
		return
	}
	for i, t := range first.use.Transports[component][id] {
		if !model.HasPorts(t) {
			path := append(slices.Clone(path), fmt.Sprint(i))
			r.found.wrong(diag.Decided, path, "choose tcp, udp or sctp", "%s has a port, and %s has none", name(model.PlaceOf(first.ID, component), l), t)
		}
	}
}

// decided reports a choice that the spec already decides.
func (r *resolver) decided(path []string, spec diag.Position, format string, args ...any) {
	f := finding(diag.Decided, r.found.at(path...), "%s; a site cannot choose it", fmt.Sprintf(format, args...))
	f.Path, f.Hint = ofSite(path), "remove it"
	f.Related = append(f.Related, related(spec, "the spec says so here"))
	r.found.report(f)
}

func flowIDs(p *model.Product) []string {
	var all []string
	for _, f := range p.Flows {
		all = append(all, f.ID)
	}
	return all
}

func listenerIDs(c *model.Component) []string {
	var all []string
	for _, l := range c.Listeners {
		all = append(all, l.ID)
	}
	return all
}

// chosenReasons returns what the site chose for a connection, as reasons.
func (r *resolver) chosenReasons(p *product, conn *model.Connection) []model.Reason {
	var why []model.Reason
	add := func(text string, path ...string) {
		why = append(why, model.Reason{Kind: model.BySite, At: r.found.at(append([]string{"products", p.ID}, path...)...), Text: "the site says that " + text})
	}
	id := conn.Flow.ID
	switch p.use.Directions[id] {
	case "as-written":
		add("the talker starts", "directions", id)
	case "reverse":
		add("the listener's side starts", "directions", id)
	case "both":
		add("either side starts", "directions", id)
	}
	if choice := p.use.Suffices[id]; choice == "one" {
		add("one connection of the flow is enough", "suffices", id)
	} else if choice == "all" {
		add("all connections of the flow are needed", "suffices", id)
	}
	if len(conn.Listener.Transports) == 0 {
		add("it is over "+and(p.use.Transports[conn.To.ID][conn.Listener.ID]), "transports", conn.To.ID, conn.Listener.ID)
	}
	return why
}

// decidedConnections lists the connections of a release as the site decided them.
func (r *resolver) decidedConnections(e *ends, p *product) []*model.Connection {
	chosen := choices{resolver: r, product: p, flows: make(map[*model.Flow]*model.Flow), missing: make(map[string]bool)}
	var all []*model.Connection
	for _, conn := range p.connections() {
		if conn.Flow.NoRule != "" {
			continue
		}
		all = append(all, chosen.of(conn, func() bool { return len(r.talkers(e, p, conn)) > 0 && len(e.of(p, conn.To)) > 0 })...)
	}
	return all
}
