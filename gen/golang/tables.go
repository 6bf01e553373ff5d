package golang

import "github.com/portspec/portspec/internal/model"

// The tables of every package.
var (
	componentTable = newTable("Components", "Component", "components",
		"lists the components of the product.")
	listenerTable = newTable("Listeners", "Listener", "listeners",
		"lists the sockets that components open, those of shared services as far as the product uses them.")
	flowTable = newTable("Flows", "Flow", "flows",
		"lists who talks to whom, a row for each listener and transport.")
	featureTable = newTable("Features", "Feature", "features",
		"lists the switches and choices that condition components, listeners and flows.")
	ruleTable = newTable("Rules", "Rule", "rules",
		"lists what changes where components share a host.")
	erratumTable = newTable("Errata", "Erratum", "errata",
		"lists where the vendor's document is wrong, silent or unclear, and what these tables hold instead.")
)

func (g *generation) componentRows() []string {
	return componentTable.of(func(r *record) {
		for _, c := range g.view.components {
			r.text("ID", c.ID)
			r.text("Name", c.Name)
			r.text("Description", c.Description)
			r.text("Version", c.Version)
			r.text("Kind", string(c.Kind))
			r.unknown(c.Unknown)
			r.text("Service", c.Service)
			if c.At != nil {
				r.texts("Names", c.At.Names)
				r.texts("Addresses", c.At.Addresses)
				r.texts("Networks", c.At.Networks)
				r.texts("ServiceTags", c.At.ServiceTags)
				r.texts("URLs", c.At.URLs)
			}
			r.processes(c.Processes)
			r.conditions(c.Conditions)
			r.texts("Cite", c.Cite)
			r.end()
		}
	})
}

func (g *generation) listenerRows() []string {
	return listenerTable.of(func(r *record) {
		for _, c := range g.product.Components {
			for _, l := range g.evidence.listeners(c) {
				if g.view.has(c, l) {
					r.listener(c, l)
				}
			}
		}
	})
}

func (r *record) listener(c *model.Component, l *model.Listener) {
	r.text("Component", c.ID)
	r.text("ID", l.ID)
	r.text("Purpose", l.Purpose)
	list(r, "Transports", "[]Transport", l.Transports, r.transport)
	r.ports("Ports", l.Ports)
	r.flag("OneOf", l.OneOf)
	r.flag("AnyOther", l.AnyOther)
	r.ports("Often", l.Often)
	r.text("Per", l.Per)
	r.ports("Fallback", l.Fallback)
	if o := l.Offset; o != nil {
		r.inner("Offset", "&Offset", func() {
			r.text("Setting", o.Setting)
			r.flag("Named", o.Named)
			r.text("Of", o.Of)
			r.number("Base", o.Base)
			r.number("Times", o.Times)
			r.number("Plus", o.Plus)
			if o.PlusTo != nil {
				r.number("PlusTo", *o.PlusTo)
			}
		})
	}
	r.dynamic(l.Dynamic)
	r.number("Count", l.Count)
	r.unknown(l.Unknown)
	r.text("App", l.App)
	list(r, "ICMP", "[]ICMPMessage", l.ICMP, r.icmpMessage)
	r.flag("Loopback", l.Bind == "loopback")
	r.flag("LoopbackByDefault", l.Bind == model.LoopbackByDefault)
	r.text("Network", l.Network)
	r.flag("SameOnPeers", l.SameOnPeers)
	r.text("OffUntil", l.OffUntil)
	r.flag("OpenedByInstaller", l.OpenedByInstaller)
	r.text("SystemSocket", l.SystemSocket)
	r.configurable(l.Configurable)
	r.processes(l.Processes)
	r.conditions(l.Conditions)
	r.texts("Cite", l.Cite)
	r.end()
}

func (g *generation) flowRows() []string {
	connections := g.view.connections
	if connections == nil {
		connections = g.evidence.talk
	}
	return flowTable.of(func(r *record) {
		for _, c := range connections {
			r.flow(c)
		}
	})
}

func (r *record) flow(c *model.Connection) {
	f, l := c.Flow, c.Listener
	r.text("ID", f.ID)
	r.texts("From", f.From)
	r.text("To", c.To.ID)
	r.text("Listener", l.ID)
	r.name("Transport")
	r.transport(c.Transport)
	r.ports("Ports", c.Ports())
	r.flag("OneOf", l.OneOf)
	r.flag("AnyOther", l.AnyOther)
	r.ports("Often", l.Often)
	r.text("Per", l.Per)
	r.flag("OneSuffices", f.Suffices == "one")
	r.ports("Fallback", l.Fallback)
	r.flag("Dynamic", l.Dynamic != nil)
	r.text("App", l.App)
	r.flag("Loopback", l.Bind == "loopback")
	if f.Source != nil {
		r.ports("SourcePorts", f.Source.Ports)
		r.flag("SourceSame", f.Source.Same)
	}
	if f.Reply != nil {
		r.inner("Reply", "&Reply", func() {
			r.name("Transport")
			r.transport(f.Reply.Transport)
			r.ports("Ports", f.Reply.Ports)
			r.dynamic(f.Reply.Dynamic)
			r.flag("ToSource", f.Reply.ToSource)
			r.ports("FromPorts", f.Reply.From.Known())
			r.flag("FromOther", f.Reply.From != nil)
		})
	}
	r.field("Scope", scope(f.Scope))
	r.text("Family", f.Family)
	if f.Delivery != "unicast" {
		r.text("Delivery", f.Delivery)
	}
	r.texts("Groups", f.Groups)
	r.texts("Via", f.Via)
	r.texts("Passes", f.Passes)
	r.text("TLSInspection", f.TLSInspection)
	r.flag("Optional", f.Optional)
	r.text("NoRule", f.NoRule)
	r.texts("InsteadOf", f.InsteadOf)
	r.flag("BothWays", f.BothWays)
	r.when("BothWaysWhen", f.BothWaysWhen)
	r.flag("Persistent", f.Persistent)
	r.configurable(c.Configurable())
	r.unknown(c.Unknowns())
	r.conditions(model.Conditions{When: c.When, OS: f.OS, OSVersions: f.OSVersions, Versions: f.Versions, Phase: c.Phase})
	r.text("Purpose", f.Purpose)
	r.text("Note", f.Note)
	r.texts("Cite", f.Cite)
	r.end()
}

func (g *generation) ruleRows() []string {
	return ruleTable.of(func(r *record) {
		for _, x := range g.view.rules {
			r.text("ID", x.ID)
			r.texts("Together", x.Together)
			r.when("When", x.When)
			r.text("Reason", x.Reason)
			r.flag("Forbid", x.Forbid)
			r.moves(x.Move)
			r.touched("Close", x.Close)
			r.sharedSockets(x.Share)
			r.texts("Provided", x.Provided)
			r.texts("Cite", x.Cite)
			r.end()
		}
	})
}

func (g *generation) erratumRows() []string {
	return erratumTable.of(func(r *record) {
		for _, x := range g.view.errata {
			r.text("ID", x.ID)
			r.text("Kind", x.Kind)
			r.text("Says", x.Says)
			r.text("Encoded", x.Encoded)
			r.text("Why", x.Why)
			r.texts("Flows", x.Flows)
			r.texts("Rules", x.Rules)
			r.touched("Listeners", x.Listeners)
			r.texts("Cite", x.Cite)
			r.end()
		}
	})
}
