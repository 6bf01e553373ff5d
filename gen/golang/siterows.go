package golang

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

func (g *siteGeneration) hostTable() string {
	return rowsOf("hosts", "Host", func(r *record) {
		for _, h := range g.Hosts {
			r.field("ID", named(g.hosts[h.ID], h.ID))
			r.text("Name", h.Name)
			r.text("OS", h.OS)
			r.text("OSVersion", h.OSVersion)
			r.text("Zone", h.NetZone)
			r.number("Count", h.Count)
			r.texts("Addresses", h.Addresses)
			r.texts("Names", h.Names)
			var runs []string
			for _, at := range h.Runs {
				runs = append(runs, string(at))
			}
			r.texts("Runs", runs)
			r.end()
		}
	})
}

// elsewhereTable lists the ends of permits that are not hosts, in the order of the permits.
func (g *siteGeneration) elsewhereTable() string {
	seen := make(map[string]bool)
	return rowsOf("elsewhere", "Peer", func(r *record) {
		for _, p := range g.Permits {
			for _, e := range slices.Concat(p.From, p.To, p.Via) {
				id := g.peer(e)
				if e.Host != nil || e.Any || seen[id] {
					continue
				}
				seen[id] = true
				at := e.Endpoints()
				r.text("ID", id)
				if at != nil {
					r.texts("Addresses", slices.Concat(at.Addresses, at.Networks))
					r.texts("Names", at.HostNames())
					r.texts("ServiceTags", at.ServiceTags)
					r.texts("URLs", at.URLs)
				}
				r.end()
			}
		}
	})
}

// peer returns the id of an end. It is unique, although two products may have zones with the same
// id, and a service may have the id of a host.
func (g *siteGeneration) peer(e *model.End) string {
	id := e.ID()
	switch {
	case e.Any:
		return "*"
	case e.Host != nil:
		return id
	case e.Zone != "":
		return string(e.Place)
	case g.hosts[id] != nil:
		return "elsewhere:" + id
	}
	return id
}

// peers returns the ids of ends, without duplicates.
func (g *siteGeneration) peers(ends []*model.End) []string {
	var ids gen.Distinct
	for _, e := range ends {
		ids.Add(g.peer(e))
	}
	return ids.All
}

func (g *siteGeneration) listenerTable() string {
	return rowsOf("listeners", "Listener", func(r *record) {
		for _, h := range g.Hosts {
			for _, s := range h.Sockets {
				id := siteListener{s.Place, s.Listener.ID}
				r.field("Host", named(g.hosts[h.ID], h.ID))
				r.field("ID", named(g.listeners[id], id.String()))
				r.field("Transport", transport(s.Transport))
				r.ports("Ports", s.Ports)
				r.flag("Dynamic", s.Dynamic)
				r.flag("Loopback", s.Bind == "loopback")
				r.text("Phase", s.Phase)
				why, cite := s.Reasons()
				r.texts("Why", why)
				r.texts("Cite", cite)
				r.end()
			}
		}
	})
}

func (g *siteGeneration) permitTable() string {
	return rowsOf("permits", "Permit", func(r *record) {
		for _, p := range g.Permits {
			c := p.Connection
			r.text("Product", c.Product.ID)
			r.text("Flow", c.Flow.ID)
			list(r, "From", "[]PeerID", g.peers(p.From), r.literal)
			list(r, "To", "[]PeerID", g.peers(p.To), r.literal)
			r.field("Listener", named(g.listeners[talkedTo(p)], talkedTo(p).String()))
			r.text("Back", p.Back)
			r.field("Transport", transport(p.Transport))
			r.ports("Ports", p.Ports)
			r.flag("Dynamic", p.Dynamic)
			r.ports("SourcePorts", p.SourcePorts)
			r.texts("Groups", p.Groups)
			g.via(r, p)
			r.text("Family", c.Flow.Family)
			r.flag("Optional", c.Flow.Optional)
			r.flag("OneSuffices", c.Flow.Suffices == "one")
			r.texts("InsteadOf", c.Flow.InsteadOf)
			r.text("Phase", c.Phase)
			r.text("Purpose", c.Flow.Purpose)
			r.texts("Cite", c.Flow.Cite)
			r.end()
		}
	})
}

// via adds {{"gateway1", "gateway2"}}: the gateways in order, each with all of its hosts.
func (g *siteGeneration) via(r *record, p *model.Permit) {
	r.inner("Via", "[][]PeerID", func() {
		for i := 0; i < len(p.Via); {
			j := i
			for j < len(p.Via) && p.Via[j].Place == p.Via[i].Place {
				j++
			}
			r.item()
			r.braces(func() {
				for _, id := range g.peers(p.Via[i:j]) {
					r.item()
					r.literal(id)
				}
			})
			i = j
		}
	})
}

// named returns the constant of a symbol, or its value if it has none.
func named(s *symbol, value string) string {
	if s.name == "" {
		return literal(value)
	}
	return s.name
}
