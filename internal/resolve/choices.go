package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// What the specs do not know of a flow or a listener, a site may choose. Nothing is
// permitted for it before.

// transports are those of a listener: the spec's, or where that does not know them
// the site's.
func (p *product) transports(c *model.Component, l *model.Listener) []string {
	if len(l.Transports) > 0 {
		return l.Transports
	}
	return p.use.Transports[c.ID][l.ID]
}

// Choices are what a site chose for a product.
type choices struct {
	*resolver
	product *product
	flows   map[*model.Flow]*model.Flow // as the site decides them
	missing map[string]bool             // what was reported
}

// of is a connection as the site decides it: over each of the transports chosen, and
// none where something is undecided, which is reported where the ends are there.
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
			x.report(x.undecided(conn, a))
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

// flow is a flow with what the site chose in the place of what is unknown.
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

// undecided is the finding that a site has not chosen what the spec does not know.
func (x *choices) undecided(conn *model.Connection, a model.Aspect) diag.Finding {
	p := x.product
	says := map[model.Aspect]string{
		model.AspectTransport: fmt.Sprintf("the transport of %s is not documented", name(model.PlaceOf(p.ID, conn.To.ID), conn.Listener)),
		model.AspectDirection: "which side starts is not documented",
		model.AspectSuffices:  "whether all or one of its connections is needed is not documented",
	}[a]
	path := []string{"products", p.ID}
	f := finding(diag.Undecided, x.at(path...), "nothing is permitted for flow %s of %s: %s", conn.Flow.ID, p.ID, says)
	f.Severity, f.Path, f.Hint = diag.Warning, ofSite(path), "choose in the site: "+conn.SiteChoice(a)
	if conn.Flow.Optional {
		f.Severity = diag.Info
	}
	at, known := p.Positions.Find(model.PathOf("flows", conn.Flow.ID, "unknown", string(a)))
	if a == model.AspectTransport {
		at, known = x.listenerAt(p.Product, conn.To, conn.Listener, "unknown", string(a)), true
	}
	if known {
		f.Related = append(f.Related, related(at, "the spec says so here"))
	}
	return f
}

// chosen finds what a site chooses that there is not, or that the spec knows.
func (r *resolver) chosen(p *product) {
	for _, id := range sortedKeys(p.use.Transports) {
		path := []string{"products", p.ID, "transports", id}
		c := p.Component(id)
		if c == nil {
			r.unknown(diag.UnknownComponent, path, id, componentIDs(p.Product), "no component %s in %s", id, p.ID)
			continue
		}
		for _, lid := range sortedKeys(p.use.Transports[id]) {
			r.chosenTransports(p, c, lid, append(slices.Clone(path), lid))
		}
	}
	for _, of := range []struct {
		field  string
		chosen map[string]string
		aspect model.Aspect
		says   string
	}{
		{"directions", p.use.Directions, model.AspectDirection, "which side starts"},
		{"suffices", p.use.Suffices, model.AspectSuffices, "whether one connection is enough"},
	} {
		for _, id := range sortedKeys(of.chosen) {
			path := []string{"products", p.ID, of.field, id}
			f := p.Flow(id)
			if f == nil {
				r.unknown(diag.UnknownFlow, path, id, flowIDs(p.Product), "no flow %s in %s", id, p.ID)
			} else if !f.Unknown.Has(of.aspect) {
				r.decided(path, p.Positions.At("flows", id), "flow %s of %s says %s", id, p.ID, of.says)
			}
		}
	}
}

// chosenTransports does so for the transports of one listener.
func (r *resolver) chosenTransports(p *product, c *model.Component, id string, path []string) {
	l := c.Listener(id)
	switch {
	case l == nil:
		r.unknown(diag.UnknownListener, path, id, listenerIDs(c), "component %s of %s has no listener %s", c.ID, p.ID, id)
	case len(l.Transports) > 0:
		r.decided(path, r.listenerAt(p.Product, c, l, "transports"), "%s is over %s", name(model.PlaceOf(p.ID, c.ID), l), and(l.Transports))
	case len(l.Ports) > 0 || l.Dynamic != nil || l.Count > 0:
		for i, t := range p.use.Transports[c.ID][id] {
			if !model.HasPorts(t) {
				path := append(slices.Clone(path), fmt.Sprint(i))
				r.wrong(diag.Decided, path, "choose tcp, udp or sctp", "%s has a port, and %s has none", name(model.PlaceOf(p.ID, c.ID), l), t)
			}
		}
	}
}

// decided reports a choice of what the spec knows.
func (r *resolver) decided(path []string, spec diag.Position, format string, args ...any) {
	f := finding(diag.Decided, r.at(path...), "%s: the site has nothing to choose", fmt.Sprintf(format, args...))
	f.Path, f.Hint = ofSite(path), "remove it"
	f.Related = append(f.Related, related(spec, "the spec says so here"))
	r.report(f)
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

// chosenReasons are what the site chose for a connection.
func (r *resolver) chosenReasons(p *product, conn *model.Connection) []model.Reason {
	var why []model.Reason
	add := func(text string, path ...string) {
		why = append(why, model.Reason{Kind: model.BySite, At: r.at(append([]string{"products", p.ID}, path...)...), Text: "the site says that " + text})
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
