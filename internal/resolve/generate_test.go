package resolve_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

// A maker makes random sites and products. They use few ports, so that ports collide.
type maker struct{ *rand.Rand }

func (m maker) chance(percent int) bool { return m.IntN(100) < percent }

func pick[T any](m maker, from []T) T { return from[m.IntN(len(from))] }

// some returns a few elements of a list, at least one.
func some[T any](m maker, from []T, most int) []T {
	n := 1 + m.IntN(min(most, len(from)))
	var all []T
	for _, i := range m.Perm(len(from))[:n] {
		all = append(all, from[i])
	}
	return all
}

func keys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

func (m maker) port() int { return 1000 + m.IntN(12) }

func (m maker) ports(least, most int) []int {
	var all []int
	for len(all) < least+m.IntN(most-least+1) {
		if n := m.port(); !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

func (m maker) span() span {
	from := m.port()
	return span{from, from + m.IntN(4)}
}

var systems = []string{"windows", "linux", "igel-os"}

// sharedServices are the services that generated products use, the same in all of them.
var sharedServices = []*service{
	{ID: "directory", Name: "Directory", Listeners: map[string]*listener{
		"query": {Purpose: "queries", Transports: []string{"tcp", "udp"}, Port: 1000},
		"files": {Purpose: "files", Transports: []string{"tcp"}, Port: 1001, SystemSocket: "files"},
	}},
	{ID: "store", Name: "Store", Listeners: map[string]*listener{
		"query": {Purpose: "queries", Transports: []string{"tcp"}, Port: 1002, Configurable: &configurable{Allowed: true}},
	}},
}

// product makes a random product.
func (m maker) product(id string) *product {
	p := &product{
		ID: id, Name: "Product " + id, Vendor: "Nobody", Version: "1", Description: "Generated.",
		Sources:  json.RawMessage(`{"doc": {"title": "Doc", "tables": {"all": {"title": "All", "rows": {"1": "1"}}}}}`),
		Features: make(map[string]*feature), Components: make(map[string]*component), Flows: make(map[string]*flow), Rules: make(map[string]*rule),
	}
	cite := []string{id + "/all/1"}
	for i := range m.IntN(4) {
		f := &feature{Name: "F", Description: "A feature."}
		if m.chance(50) {
			f.Choices = map[string]choice{"a": {"A"}, "b": {"B"}, "c": {"C"}}
			f.Several = m.chance(40)
		}
		if m.chance(80) {
			f.Default = pick(m, f.values())
		}
		if before := keys(p.Features); len(before) > 0 && m.chance(30) {
			other := pick(m, before)
			f.Needs = when{other: some(m, p.Features[other].values(), 2)}
		}
		p.Features[fmt.Sprintf("f%d", i)] = f
	}
	for i := range 2 + m.IntN(4) {
		c := &component{Name: "C", When: m.when(p, 15), Listeners: make(map[string]*listener)}
		if m.chance(15) {
			c.OS = some(m, systems, 2)
		}
		for l := range m.IntN(4) {
			c.Listeners[fmt.Sprintf("l%d", l)] = m.listener(p)
		}
		if m.chance(15) {
			c.Service = pick(m, sharedServices)
			c.Listeners = c.Service.Listeners
			if c.Service.ID == "store" && m.chance(30) { // this product adds a detail
				view := *c.Listeners["query"]
				view.SystemSocket = "mapper"
				c.Listeners = map[string]*listener{"query": &view}
			}
		}
		p.Components[fmt.Sprintf("c%d", i)] = c
	}
	for i := range m.IntN(4) {
		p.Rules[fmt.Sprintf("r%d", i)] = m.rule(p, cite)
	}
	if m.chance(30) {
		if at := p.anyListener(m); at[1] != "" {
			p.Flows["only"] = &flow{
				From: []string{"c0"}, To: map[string][]string{at[0]: {at[1]}}, Purpose: "One that knows no other port.",
				Scope: p.Components[at[0]].Listeners[at[1]].scope(),
				When:  m.when(p, 30), Configurable: &configurable{Allowed: m.chance(30)}, Cite: cite,
			}
		}
	}
	return p
}

func (f *feature) values() []string {
	if len(f.Choices) > 0 {
		return keys(f.Choices)
	}
	return []string{"on", "off"}
}

func (m maker) when(p *product, percent int) when {
	if len(p.Features) == 0 || !m.chance(percent) {
		return nil
	}
	w := make(when)
	for _, f := range some(m, keys(p.Features), 2) {
		w[f] = some(m, p.Features[f].values(), 2)
	}
	return w
}

func (m maker) listener(p *product) *listener {
	l := &listener{Purpose: "something", Transports: some(m, []string{"tcp", "udp", "sctp"}, 2), Bind: "any", When: m.when(p, 15)}
	switch m.IntN(14) {
	case 0:
		l.Ports = m.ports(1, 3)
	case 1:
		l.Ranges = []span{m.span()}
	case 2:
		l.Ports, l.Ranges = m.ports(1, 2), []span{m.span()}
		l.Ports = slices.DeleteFunc(l.Ports, func(n int) bool { return l.Ranges[0].From <= n && n <= l.Ranges[0].To })
	case 3:
		l.OneOf = m.ports(2, 3)
	case 4:
		all := m.ports(2, 3)
		l.Port, l.Fallback = all[0], all[1:]
	case 5:
		l.Dynamic = &dynamic{}
	case 6:
		l.Count = 1 + m.IntN(3)
	case 7:
		l.Undocumented = "nobody knows"
	case 8:
		l.Transports = []string{pick(m, []string{"icmp", "esp"})}
	default:
		l.Port = m.port()
	}
	ported := len(l.ported()) > 0
	if ported && m.chance(25) {
		l.Bind = "loopback"
	}
	if m.chance(15) {
		l.OS = some(m, systems, 2)
	}
	if m.chance(15) {
		l.SystemSocket = pick(m, []string{"files", "mapper"})
	}
	if ported && m.chance(40) {
		l.Configurable = &configurable{Allowed: m.chance(70)}
	}
	return l
}

func (m maker) rule(p *product, cite []string) *rule {
	r := &rule{Reason: "They do.", Cite: cite, When: m.when(p, 30), Together: some(m, keys(p.Components), 3)}
	for len(r.Together) < 2 {
		if c := pick(m, keys(p.Components)); !slices.Contains(r.Together, c) {
			r.Together = append(r.Together, c)
		}
	}
	switch m.IntN(4) {
	case 0:
		r.Forbid = true
	case 1:
		r.Move = make(map[string]map[string]int)
		for _, c := range some(m, r.Together, 2) {
			if all := p.Components[c].portedListeners(); len(all) > 0 {
				r.Move[c] = map[string]int{pick(m, all): m.port()}
			}
		}
		r.Forbid = len(r.Move) == 0
	default:
		r.Share = make(map[string]map[string]string)
		for i := range 1 + m.IntN(2) {
			owners := make(map[string]string)
			transport := pick(m, []string{"tcp", "udp", "sctp"})
			for _, c := range r.Together {
				all := slices.DeleteFunc(keys(p.Components[c].Listeners), func(l string) bool {
					return !slices.Contains(p.Components[c].Listeners[l].Transports, transport)
				})
				if len(all) > 0 {
					owners[c] = pick(m, all)
				}
			}
			if len(owners) > 1 {
				r.Share[fmt.Sprintf("s%d", i)] = owners
			}
		}
		r.Forbid = len(r.Share) == 0
	}
	return r
}

// portedListeners lists the listeners that have ports.
func (c *component) portedListeners() []string {
	return slices.DeleteFunc(keys(c.Listeners), func(l string) bool { return len(c.Listeners[l].ported()) == 0 })
}

// scope returns the scope of flows to the listener.
func (l *listener) scope() string {
	if l.Bind == "loopback" {
		return "same-host"
	}
	return "network"
}

// anyListener returns a random component and one of its listeners; "" if it has none.
func (p *product) anyListener(m maker) [2]string {
	c := pick(m, keys(p.Components))
	if all := keys(p.Components[c].Listeners); len(all) > 0 {
		return [2]string{c, pick(m, all)}
	}
	return [2]string{c, ""}
}
