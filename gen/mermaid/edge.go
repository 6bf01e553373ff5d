package mermaid

import (
	"cmp"
	"maps"
	"slices"

	"github.com/portspec/portspec/gen"
)

// An edge is all links of an ordered pair of boxes that are drawn as one
// arrow. Arrows with one head and with two are kept apart, as a port is
// permitted either in one direction or in both.
type edge struct {
	pair
	offers []*presence // by socket and transport, once the edge is whole
	known  map[at]*presence
	always int  // how many of the offers are always there
	added  bool // only by what the diagram is about
	most   int  // how many sockets the label lists; 0 for all
}

// A pair is the ends of an edge, and whether either may start.
type pair struct {
	from, to string
	bothWays bool
}

// An at is a socket and a transport over which it is talked to.
type at struct {
	socket
	transport string
}

func (a *at) compare(b *at) int {
	return cmp.Or(compareSockets(a.socket, b.socket), cmp.Compare(a.how, b.how), cmp.Compare(a.transport, b.transport))
}

// presence is when a socket is talked to over one transport: always, or under
// the conditions of one of its links.
type presence struct {
	at
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

// add takes a link into the edge between its ends. In the setting, it is there
// always or under a condition.
func (a arrows) add(ends pair, l link, base gen.Setting) *edge {
	always, c := l.always(base), l.condition(base)
	e := a[ends]
	if e == nil {
		e = &edge{pair: ends, added: true}
		a[ends] = e
	}
	for _, s := range l.sockets {
		e.offer(at{s, l.Transport}, always, c)
	}
	return e
}

// fewOffers is how many offers are looked through faster than looked up.
const fewOffers = 8

// offer takes in that a socket is talked to, always or under a condition.
func (e *edge) offer(where at, always bool, c condition) {
	o := e.find(where)
	if o == nil {
		o = &presence{at: where}
		e.offers = append(e.offers, o)
		if e.known != nil {
			e.known[where] = o
		}
	}
	if always && !o.always {
		o.always = true
		e.always++
	}
	o.links = append(o.links, c)
}

func (e *edge) find(where at) *presence {
	if e.known == nil && len(e.offers) > fewOffers {
		e.known = make(map[at]*presence)
		for _, o := range e.offers {
			e.known[o.at] = o
		}
	}
	if e.known != nil {
		return e.known[where]
	}
	for _, o := range e.offers {
		if o.at == where {
			return o
		}
	}
	return nil
}

// sorted lists the edges, which are whole now, in the order of the boxes that they
// start and end at.
func (a arrows) sorted(frames []frame) []*edge {
	place := map[string]int{}
	for _, f := range frames {
		for _, b := range f.boxes {
			place[b.id] = len(place)
		}
	}
	for _, e := range a {
		slices.SortFunc(e.offers, func(x, y *presence) int { return x.compare(&y.at) })
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

// isSolid reports whether any of the edge is always there.
func (e *edge) isSolid() bool {
	return e.always > 0
}

// isWhole reports whether all of it is always there.
func (e *edge) isWhole() bool {
	return e.always == len(e.offers)
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
