package resolve

import (
	"fmt"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A site may choose what the specs do not know about a flow or a listener. Until it
// does, nothing is permitted for it.

// choices are what a site chose for a product.
type choices struct {
	found   *findings
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

// chosenReasons returns what the site chose for a connection, as reasons.
func chosenReasons(found *findings, p *product, conn *model.Connection) []model.Reason {
	var why []model.Reason
	add := func(text string, path ...string) {
		why = append(why, model.Reason{Kind: model.BySite, At: found.at(append([]string{"products", p.ID}, path...)...), Text: "the site says that " + text})
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
func decidedConnections(e *ends, p *product) []*model.Connection {
	chosen := choices{found: e.found, product: p, flows: make(map[*model.Flow]*model.Flow), missing: make(map[string]bool)}
	var all []*model.Connection
	for _, conn := range p.connections() {
		if conn.Flow.NoRule != "" {
			continue
		}
		all = append(all, chosen.of(conn, func() bool { return len(e.talkers(p, conn)) > 0 && len(e.of(p, conn.To)) > 0 })...)
	}
	return all
}
