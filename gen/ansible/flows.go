package ansible

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

const flowsComment = `Every flow of the documents, for reference. Those with network: false
never leave their host, and are in none of the lists for firewalls.`

func flows(p *model.Product, connections []*model.Connection) node {
	onNetwork := make(map[*model.Flow]bool)
	for _, c := range connections {
		if crossesNetwork(c) {
			onNetwork[c.Flow] = true
		}
	}
	return blockOf(p.Flows, func(m *mapping, f *model.Flow) {
		m.set("id", word(f.ID))
		m.set("purpose", text(f.Purpose))
		m.set("note", optional(f.Note))
		m.set("from", ids(f.From))
		to := newMapping()
		for _, t := range f.To {
			to.setID(t.Component, ids(t.Listeners))
		}
		m.set("to", to.node)
		m.set("network", boolean(onNetwork[f]))
		m.set("scope", word(f.Scope))
		m.set("transports", present(list(each(f.Transports, text))))
		m.set("suffices", optional(f.Suffices))
		m.set("optional", boolean(f.Optional))
		m.set("no_rule", optional(f.NoRule))
		m.set("instead_of", present(ids(f.InsteadOf)))
		m.set("both_ways", boolean(f.BothWays))
		m.set("both_ways_when", present(conditionNames(featureConditions(p, f.BothWaysWhen))))
		m.set("persistent", boolean(f.Persistent))
		m.set("family", word(f.Family))
		m.set("delivery", word(f.Delivery))
		m.set("groups", texts(f.Groups))
		m.set("source", sourcePorts(f.Source))
		m.set("reply", replyNode(f.Reply))
		m.set("via", present(ids(f.Via)))
		m.set("passes", present(ids(f.Passes)))
		m.set("tls_inspection", optional(f.TLSInspection))
		m.set("configurable", configurable(f.Configurable))
		m.set("unknown", unknown(f.Unknown))
		m.setConditions(p, f.Conditions)
		m.set("cite", rows(f.Cite))
		m.set("errata", errata(p, f))
	})
}

// sourcePorts is {ports: [68], same: false}.
func sourcePorts(s *model.SourcePorts) node {
	if s == nil {
		return node{}
	}
	m := newMapping()
	m.set("ports", ranges(s.Ports))
	m.set("same", boolean(s.Same))
	return m.node
}

func replyNode(r *model.Reply) node {
	if r == nil {
		return node{}
	}
	m := newMapping()
	m.set("transport", text(r.Transport))
	m.set("ports", ranges(r.Ports))
	m.set("dynamic", dynamic(r.Dynamic))
	m.set("to_source", flag(r.ToSource))
	if r.From != nil {
		from := newMapping()
		from.set("ports", ranges(r.From.Ports))
		from.set("dynamic", dynamic(r.From.Dynamic))
		m.set("from", from.node)
	}
	return m.node
}

// errata returns the ids of the errata that are about the flow.
func errata(p *model.Product, f *model.Flow) node {
	var touching []string
	for _, e := range p.Errata {
		if slices.Contains(e.Flows, f.ID) {
			touching = append(touching, e.ID)
		}
	}
	return present(ids(touching))
}

// sharingRules is what changes if components share a host:
//
//	ha_same_host:
//	  together: [ums_server, ha_load_balancer]
//	  reason: …
//	  move:
//	    ums_server:
//	      device: 30002
//	  close: {}
func sharingRules(p *model.Product) node {
	all := newMapping()
	for _, r := range p.Rules {
		m := newMapping()
		m.set("reason", text(r.Reason))
		m.set("together", ids(r.Together))
		m.set("when", conditionNames(featureConditions(p, r.When)))
		m.set("forbid", boolean(r.Forbid))
		m.set("move", byComponent(r.Move, integer))
		closed := newMapping()
		for _, c := range slices.Sorted(maps.Keys(r.Close)) {
			closed.setID(c, ids(r.Close[c]))
		}
		m.set("close", closed.node)
		m.set("share", byComponent(r.Share, word))
		m.set("provided", texts(r.Provided))
		m.set("cite", rows(r.Cite))
		all.setID(r.ID, m.node)
	}
	return all.node
}

// byComponent is a mapping of mappings, sorted by their keys.
func byComponent[T any](outer map[string]map[string]T, encode func(T) node) node {
	all := newMapping()
	for _, c := range slices.Sorted(maps.Keys(outer)) {
		m := newMapping()
		for _, id := range slices.Sorted(maps.Keys(outer[c])) {
			m.setID(id, encode(outer[c][id]))
		}
		all.setID(c, m.node)
	}
	return all.node
}
