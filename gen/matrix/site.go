package matrix

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// OfSite sums up the traffic of a site. The parties are those of the traffic, in their order.
func OfSite(t *gen.Traffic) *Matrix {
	m := New(len(t.Parties))
	place := make(map[*gen.Party]int, len(t.Parties))
	for i, p := range t.Parties {
		place[p] = i
	}
	for _, w := range t.Ways {
		for _, p := range w.Permits {
			m.Add(place[w.From], place[w.To], ofPermit(p))
		}
	}
	m.Sort()
	return m
}

// OfPermits sums up permits.
func OfPermits(list []*model.Permit) *Cell {
	c := &Cell{}
	for _, p := range list {
		c.add(ofPermit(p), false)
	}
	c.sort()
	return c
}

// ofPermit returns the ports of a permit.
func ofPermit(p *model.Permit) []Port {
	sometimes := p.Connection.Flow.Optional || p.Connection.Phase != ""
	note := ""
	if p.Back == "reply" {
		note = Answer
	}
	switch {
	case !model.HasPorts(p.Transport):
		return whole(p.Transport, nil, "", note, sometimes)
	case p.Dynamic:
		return whole(p.Transport, p.Ports, dynamicText(p.Ports), note, sometimes)
	case len(p.Ports) == 0:
		return whole(p.Transport, nil, gen.UnknownText(model.AspectPort), note, sometimes)
	}
	return numbered(p.Transport, p.Ports, note, sometimes)
}
