package gen

import (
	"cmp"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A Party is a side of traffic: a group of hosts, or an end that is not a host of the site.
type Party struct {
	Group *Group     // nil for an end elsewhere
	End   *model.End // nil for a group
	// Key is unique among the parties of one [Traffic].
	Key  string
	Name string // text of the spec or of the site
}

// IsOne reports whether the party is a single machine, which does not talk to others of its
// kind.
func (p *Party) IsOne() bool { return p.Group != nil && p.Group.Machines() == 1 }

// A Way is the traffic from one party to another.
type Way struct {
	From, To *Party
	Permits  []*model.Permit
}

// Traffic tells who talks to whom over the network, by groups of hosts.
type Traffic struct {
	// Parties are the groups in their order, followed by ends elsewhere, sorted by key.
	Parties []*Party
	Ways    []*Way // in the order of the parties
}

// NewTraffic groups the permits of a deployment.
func NewTraffic(d *model.Deployment, groups []*Group) *Traffic {
	t := &Traffic{}
	byHost := make(map[*model.Deployed]*Party)
	for _, g := range groups {
		p := &Party{Group: g, Key: "host " + g.Hosts[0].ID, Name: g.Names()}
		t.Parties = append(t.Parties, p)
		for _, h := range g.Hosts {
			byHost[h] = p
		}
	}
	elsewhere := make(map[string]*Party)
	of := func(e *model.End) *Party {
		if e.Host != nil {
			return byHost[e.Host]
		}
		p := &Party{End: e, Key: endKey(e), Name: endName(d, e)}
		if elsewhere[p.Key] == nil {
			elsewhere[p.Key] = p
		}
		return elsewhere[p.Key]
	}
	ways := make(map[[2]*Party]*Way)
	for _, p := range d.Permits {
		for _, leg := range Legs(p) {
			from, to := split(leg.From, of), split(leg.To, of)
			for _, f := range from {
				for _, x := range to {
					if f.party == x.party && f.party.Group != nil && f.host != nil && f.host == x.host {
						continue // a machine and itself
					}
					pair := [2]*Party{f.party, x.party}
					w := ways[pair]
					if w == nil {
						w = &Way{From: f.party, To: x.party}
						ways[pair] = w
						t.Ways = append(t.Ways, w)
					}
					if n := len(w.Permits); n == 0 || w.Permits[n-1] != p {
						w.Permits = append(w.Permits, p)
					}
				}
			}
		}
	}
	var others []*Party
	for _, p := range elsewhere {
		others = append(others, p)
	}
	slices.SortFunc(others, func(a, b *Party) int { return cmp.Compare(a.Key, b.Key) })
	t.Parties = append(t.Parties, others...)
	rank := make(map[*Party]int)
	for i, p := range t.Parties {
		rank[p] = i
	}
	slices.SortFunc(t.Ways, func(a, b *Way) int {
		return cmp.Or(cmp.Compare(rank[a.From], rank[b.From]), cmp.Compare(rank[a.To], rank[b.To]))
	})
	return t
}

// A Leg is a part of a permit: from its sources to the first gateway, from gateway to gateway,
// or from the last gateway to the destinations.
type Leg struct{ From, To []*model.End }

// Legs returns the parts of a permit; one if there is no gateway.
func Legs(p *model.Permit) []Leg {
	hops := [][]*model.End{p.From}
	for i, e := range p.Via {
		if i == 0 || e.Place != p.Via[i-1].Place {
			hops = append(hops, nil)
		}
		hops[len(hops)-1] = append(hops[len(hops)-1], e)
	}
	hops = append(hops, p.To)
	var legs []Leg
	for i := range hops[1:] {
		legs = append(legs, Leg{hops[i], hops[i+1]})
	}
	return legs
}

// A side is a party's share in one side of a leg.
type side struct {
	party *Party
	host  *model.Deployed // set if the share is a single machine
}

func split(ends []*model.End, of func(*model.End) *Party) []side {
	var all []side
	at := make(map[*Party]int)
	for _, e := range ends {
		p := of(e)
		i, seen := at[p]
		switch {
		case seen:
			if all[i].host != e.Host {
				all[i].host = nil
			}
			continue
		case e.Host != nil && e.Host.Count == 1:
			all = append(all, side{p, e.Host})
		default:
			all = append(all, side{p, nil})
		}
		at[p] = len(all) - 1
	}
	return all
}

func endKey(e *model.End) string {
	switch {
	case e.Location != nil:
		return "elsewhere " + e.Location.What
	case e.Zone != "":
		return "zone " + string(e.Place)
	case e.Any:
		return "any"
	}
	return "fixed " + string(e.Place)
}

// endName returns the name of an end that is not a host of the site: a component's name, or the
// id of a shared service, which products may give different names.
func endName(d *model.Deployment, e *model.End) string {
	switch {
	case e.Any:
		return "any host"
	case e.Location != nil && e.Location.IsService():
		return e.Location.What
	}
	if p := d.Product(e.Place.Product(), nil); p != nil {
		if c := p.Component(e.Place.Component()); c != nil {
			return c.Name
		}
	}
	return e.ID()
}
