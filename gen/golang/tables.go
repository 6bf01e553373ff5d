package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/portspec/portspec/internal/model"
)

// tableDecls declare one table: the data, which no caller can reach, and the
// function that copies it.
//
//	// Flows lists who talks to whom. The caller owns the list.
//	func Flows() []Flow { return copyEach(flows, (*Flow).own) }
//
//	var flows = []Flow{{
//		ID: "os12-websocket",
//	}}
func tableDecls(function, typ, variable, doc string, rows []jen.Code) []jen.Code {
	var d docComment
	d.paragraph(function + " " + doc + " The caller owns the list")
	return []jen.Code{
		jen.Add(d.node(), jen.Line(), jen.Func().Id(function).Params().Index().Id(typ).Block(
			jen.Return(jen.Id("copyEach").Call(jen.Id(variable), jen.Parens(jen.Op("*").Id(typ)).Dot("own"))),
		)),
		jen.Var().Id(variable).Op("=").Index().Id(typ).Custom(
			jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, rows...),
	}
}

func (g *generation) componentTable() []jen.Code {
	return tableDecls("Components", "Component", "components",
		"lists what runs on hosts and talks or listens.",
		each(g.view.components, func(c *model.Component) jen.Code {
			var r record
			r.text("ID", c.ID)
			r.text("Name", c.Name)
			r.text("Description", c.Description)
			r.text("Version", c.Version)
			r.text("Kind", string(c.Kind))
			r.text("Service", c.Service)
			if c.At != nil {
				r.texts("Names", c.At.Names)
				r.texts("Addresses", c.At.Addresses)
				r.texts("Networks", c.At.Networks)
			}
			r.processes(c.Processes)
			r.conditions(c.Conditions)
			r.texts("Cite", c.Cite)
			return r.block()
		}))
}

func (g *generation) listenerTable() []jen.Code {
	var rows []jen.Code
	for _, c := range g.product.Components {
		for _, l := range g.evidence.listeners(c) {
			if g.view.has(c, l) {
				rows = append(rows, listenerRow(c, l))
			}
		}
	}
	return tableDecls("Listeners", "Listener", "listeners",
		"lists the sockets that components open, those of shared services as far as the product uses them.", rows)
}

func listenerRow(c *model.Component, l *model.Listener) jen.Code {
	var r record
	r.text("Component", c.ID)
	r.text("ID", l.ID)
	r.text("Purpose", l.Purpose)
	r.list("Transports", "Transport", each(l.Transports, transport))
	r.ports("Ports", l.Ports)
	r.flag("OneOf", l.OneOf)
	r.ports("Fallback", l.Fallback)
	if o := l.Offset; o != nil {
		var f record
		f.text("Setting", o.Setting)
		f.text("Of", o.Of)
		f.number("Base", o.Base)
		f.number("Plus", o.Plus)
		r.inner("Offset", "&Offset", f)
	}
	r.dynamic(l.Dynamic)
	r.number("Count", l.Count)
	r.text("Undocumented", l.Undocumented)
	r.text("App", l.App)
	r.list("ICMP", "ICMPMessage", each(l.ICMP, icmpMessage))
	r.flag("Loopback", l.Bind == "loopback")
	r.text("OffUntil", l.OffUntil)
	r.text("SystemSocket", l.SystemSocket)
	r.configurable(l.Configurable)
	r.processes(l.Processes)
	r.conditions(l.Conditions)
	r.texts("Cite", l.Cite)
	return r.block()
}

func (g *generation) flowTable() []jen.Code {
	connections := g.view.connections
	if connections == nil {
		connections = g.product.Connections()
	}
	return tableDecls("Flows", "Flow", "flows",
		"lists who talks to whom, a row for each listener and transport.",
		each(connections, flowRow))
}

func flowRow(c *model.Connection) jen.Code {
	f, l := c.Flow, c.Listener
	var r record
	r.text("ID", f.ID)
	r.texts("From", f.From)
	r.text("To", c.To.ID)
	r.text("Listener", l.ID)
	r.field("Transport", transport(c.Transport))
	r.ports("Ports", c.Ports())
	r.flag("OneOf", l.OneOf)
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
		var reply record
		reply.field("Transport", transport(f.Reply.Transport))
		reply.ports("Ports", f.Reply.Ports)
		reply.dynamic(f.Reply.Dynamic)
		r.inner("Reply", "&Reply", reply)
	}
	r.field("Scope", scope(f.Scope))
	r.text("Family", f.Family)
	if f.Delivery != "unicast" {
		r.text("Delivery", f.Delivery)
	}
	r.texts("Groups", f.Groups)
	r.texts("Via", f.Via)
	r.flag("Optional", f.Optional)
	r.texts("InsteadOf", f.InsteadOf)
	r.flag("BothWays", f.BothWays)
	r.flag("Persistent", f.Persistent)
	r.configurable(c.Configurable())
	r.conditions(model.Conditions{When: c.When, OS: f.OS, OSVersions: f.OSVersions, Versions: f.Versions, Phase: c.Phase})
	r.text("Purpose", f.Purpose)
	r.text("Note", f.Note)
	r.texts("Cite", f.Cite)
	return r.block()
}

func (g *generation) ruleTable() []jen.Code {
	return tableDecls("Rules", "Rule", "rules",
		"lists what changes where components share a host.",
		each(g.view.rules, func(x *model.Rule) jen.Code {
			var r record
			r.text("ID", x.ID)
			r.texts("Together", x.Together)
			r.when("When", x.When)
			r.text("Reason", x.Reason)
			r.flag("Forbid", x.Forbid)
			r.list("Move", "Move", moves(x.Move))
			r.list("Close", "ListenerID", touched(x.Close))
			r.lines("Share", "SharedSocket", sharedSockets(x.Share))
			r.texts("Provided", x.Provided)
			r.texts("Cite", x.Cite)
			return r.block()
		}))
}

func (g *generation) erratumTable() []jen.Code {
	return tableDecls("Errata", "Erratum", "errata",
		"lists where the vendor's document is wrong, silent or unclear, and what these tables hold instead.",
		each(g.view.errata, func(x *model.Erratum) jen.Code {
			var r record
			r.text("ID", x.ID)
			r.text("Kind", x.Kind)
			r.text("Says", x.Says)
			r.text("Encoded", x.Encoded)
			r.text("Why", x.Why)
			r.texts("Flows", x.Flows)
			r.texts("Rules", x.Rules)
			r.list("Listeners", "ListenerID", touched(x.Listeners))
			r.texts("Cite", x.Cite)
			return r.block()
		}))
}
