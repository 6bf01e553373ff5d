package mermaid

import (
	"maps"
	"slices"
)

// An edge is all links of an ordered pair of boxes that are drawn as one
// arrow. Arrows with one head and with two are kept apart, as a port is
// permitted either in one direction or in both.
type edge struct {
	pair
	sockets map[socket]map[string]*presence // by transport
	added   bool                            // only by what the diagram is about
	most    int                             // how many sockets the label lists; 0 for all
}

// A pair is the ends of an edge, and whether either may start.
type pair struct {
	from, to string
	bothWays bool
}

// presence is when a socket is talked to over one transport: always, or under
// the conditions of one of its links.
type presence struct {
	always bool
	links  []condition
}

// words are the condition of the link that is there whenever one of the others
// is, or "" if there is none such: several would have to be read one by one.
func (p *presence) words() string {
	if p.always {
		return ""
	}
	for _, c := range p.links {
		if !slices.ContainsFunc(p.links, func(other condition) bool { return !other.implies(c) }) {
			return c.words
		}
	}
	return ""
}

// arrows collects edges by their ends.
type arrows map[pair]*edge

// add takes a link into the edge between its ends. It is there always, or under
// a condition.
func (a arrows) add(ends pair, l link, always bool, c condition) *edge {
	e := a[ends]
	if e == nil {
		e = &edge{pair: ends, sockets: map[socket]map[string]*presence{}, added: true}
		a[ends] = e
	}
	for _, s := range sockets(l.Connection) {
		if e.sockets[s] == nil {
			e.sockets[s] = map[string]*presence{}
		}
		at := e.sockets[s][l.Transport]
		if at == nil {
			at = &presence{}
			e.sockets[s][l.Transport] = at
		}
		at.always = at.always || always
		at.links = append(at.links, c)
	}
	return e
}

// sorted lists the edges in the order of the boxes that they start and end at.
func (a arrows) sorted(frames []frame) []*edge {
	place := map[string]int{}
	for _, f := range frames {
		for _, b := range f.boxes {
			place[b.id] = len(place)
		}
	}
	return slices.SortedFunc(maps.Values(a), func(x, y *edge) int {
		switch {
		case x.from != y.from:
			return place[x.from] - place[y.from]
		case x.to != y.to:
			return place[x.to] - place[y.to]
		case x.bothWays:
			return 1
		}
		return -1
	})
}

// count is how many sockets and transports the edge has, and how many of them
// are always there.
func (e *edge) count() (all, always int) {
	for _, transports := range e.sockets {
		for _, at := range transports {
			all++
			if at.always {
				always++
			}
		}
	}
	return all, always
}

// isSolid reports whether any of the edge is always there.
func (e *edge) isSolid() bool {
	_, always := e.count()
	return always > 0
}

// isWhole reports whether all of it is always there.
func (e *edge) isWhole() bool {
	all, always := e.count()
	return all == always
}

// arrow has a head at each side that takes connections, and is dotted where
// nothing is always there.
func (e *edge) arrow() string {
	switch {
	case e.bothWays && e.isSolid():
		return "<-->"
	case e.bothWays:
		return "<-.->"
	case e.isSolid():
		return "-->"
	}
	return "-.->"
}
