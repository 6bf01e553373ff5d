package matrix

import (
	"slices"
	"strings"
	"sync"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A Sketch is a product prepared for several matrices: what they have in common is computed once.
type Sketch struct {
	*model.Product
	defaults gen.Setting
	links    []link
	all      func() *Matrix
}

// A link is what one connection permits from one component to another.
type link struct {
	*model.Connection
	from, to int // the indexes of talker and target among the product's components
	ports    []Port
	when     model.When // the conditions of the connection and of the talker
	needs    model.When // when, with the needs of its features
	plain    bool       // depends only on features
}

// Of returns the sketch of the product of a step.
func Of(s gen.Step) *Sketch { return gen.Once(s, NewSketch) }

// NewSketch returns the sketch of a product.
func NewSketch(p *model.Product) *Sketch {
	s := &Sketch{Product: p, defaults: gen.Defaults(p)}
	s.all = sync.OnceValue(func() *Matrix { return s.Matrix(gen.Setting{}, s.defaults) })
	place := make(map[*model.Component]int, len(p.Components))
	for i, c := range p.Components {
		place[c] = i
	}
	for _, c := range p.Connections() {
		note := ""
		switch {
		case c.Flow.Scope == "same-host" || c.Listener.Bind == "loopback":
			note = SameHost
		case c.Flow.NoRule != "":
			note = NoRule
		}
		there := ofListener(c, note, true)
		for _, from := range c.From {
			l := link{Connection: c, from: place[from], to: place[c.To], ports: there, plain: plain(c, from)}
			s.add(l, s.And(c.When, from.When))
			back := l
			back.from, back.to = l.to, l.from
			if c.Flow.BothWays && slices.Contains(c.WayBack(), from) {
				s.add(back, s.And(c.BackWhen(), from.When))
			}
			if r := c.Flow.Reply; r != nil {
				back.ports = ofReply(c)
				s.add(back, s.And(c.When, from.When))
			}
		}
	}
	return s
}

func (s *Sketch) add(l link, when model.When) {
	l.when, l.needs = when, s.Product.Needs(when)
	s.links = append(s.links, l)
}

// plain reports whether a connection from one of its talkers depends only on features.
func plain(c *model.Connection, from *model.Component) bool {
	if c.Flow.Optional || c.Listener.OffUntil != "" || len(c.Flow.OS) > 0 || len(c.Flow.OSVersions) > 0 {
		return false
	}
	if len(c.Listener.OS) > 0 || len(c.Listener.OSVersions) > 0 || len(from.OSVersions) > 0 || len(c.To.OSVersions) > 0 {
		return false
	}
	for _, of := range []*model.Conditions{&from.Conditions, &c.Flow.Conditions, &c.To.Conditions, &c.Listener.Conditions} {
		if of.Versions != nil || of.Phase != "" {
			return false
		}
	}
	return true
}

// ofReply returns the ports at which the talkers of a connection receive replies.
func ofReply(c *model.Connection) []Port {
	transport := c.Flow.Reply.Transport
	list, dynamic := c.Flow.ReplyPorts()
	if dynamic == nil {
		return numbered(transport, list, Answer, true)
	}
	var known []model.PortRange
	for _, r := range dynamic.Ranges {
		known = append(known, r.PortRange)
	}
	return whole(transport, known, dynamicText(known), Answer, true)
}

// Matrix sums up who reaches whom in installations with the setting shown. The parties are the
// components, in their order. Ports that the setting base does not ensure are marked Sometimes.
func (s *Sketch) Matrix(shown, base gen.Setting) *Matrix {
	m := New(len(s.Components))
	for _, l := range s.links {
		if shown.Admits(l.needs) {
			m.cell(l.from, l.to).add(l.ports, l.plain && base.Ensures(s.Product, l.when))
		}
	}
	m.Sort()
	return m
}

// All sums up everything that the product may do. Ports that it does not use as installed are
// marked Sometimes.
func (s *Sketch) All() *Matrix { return s.all() }

// Default returns the setting of a product as installed.
func (s *Sketch) Default() gen.Setting { return s.defaults }

// Impossible lists the connections that no installation has, because their conditions
// contradict each other. A connection with several talkers may be listed several times.
func (s *Sketch) Impossible() []*model.Connection {
	var all []*model.Connection
	for _, l := range s.links {
		if !(gen.Setting{}).Admits(l.needs) {
			all = append(all, l.Connection)
		}
	}
	return all
}

// Conditions returns, for each component, a condition that holds wherever anything reaches it, or
// is reached by it.
func (s *Sketch) Conditions() []model.When {
	all, known := make([]model.When, len(s.Components)), make([]bool, len(s.Components))
	either := func(component int, needs model.When) {
		if known[component] {
			needs = model.Either(all[component], needs)
		}
		all[component], known[component] = needs, true
	}
	for _, l := range s.links {
		either(l.from, l.needs)
		if l.to != l.from {
			either(l.to, l.needs)
		}
	}
	return all
}

// Matters reports whether a feature conditions any connection.
func (s *Sketch) Matters(feature string) bool {
	return slices.ContainsFunc(s.links, func(l link) bool { return l.when[feature] != nil })
}

// A Use is how a product and a shared service reach each other.
type Use struct {
	Service string
	Out, In []Port // at the service, and at the product
}

// Uses lists the shared services that the product reaches or is reached by, sorted by id.
// The result does not refer to the product. Nothing in it is marked Sometimes.
func (s *Sketch) Uses() []Use {
	ids := []string{""} // of the parties: the product, and services
	of := make([]int, len(s.Components))
	for i, c := range s.Components {
		if of[i] = slices.Index(ids, c.Service); of[i] < 0 {
			of[i] = len(ids)
			ids = append(ids, c.Service)
		}
	}
	m := New(len(ids))
	for _, l := range s.links {
		if from, to := of[l.from], of[l.to]; from != to && (gen.Setting{}).Admits(l.needs) {
			m.cell(from, to).add(l.ports, true)
		}
	}
	m.Sort()
	var all []Use
	for i, id := range ids {
		if out, in := m.Cell(0, i), m.Cell(i, 0); out != nil || in != nil {
			all = append(all, Use{strings.Clone(id), out.ownPorts(), in.ownPorts()})
		}
	}
	slices.SortFunc(all, func(a, b Use) int { return strings.Compare(a.Service, b.Service) })
	return all
}

// ownPorts returns the ports of a cell with texts of their own.
func (c *Cell) ownPorts() []Port {
	if c == nil {
		return nil
	}
	for i := range c.Ports {
		p := &c.Ports[i]
		p.Transport, p.Text = strings.Clone(p.Transport), strings.Clone(p.Text)
	}
	return c.Ports
}
