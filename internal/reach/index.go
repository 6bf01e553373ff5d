package reach

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// An Index is the part of a deployment that questions need, without references to the model.
// [Index.Encode] turns it into a text that is read in a fraction of the time that it takes
// to resolve a site.
type Index struct {
	Site   string   // id
	Phases []string // of permits across the network, sorted
	// nodes are the hosts in their order, what the site locates elsewhere, and other ends. Each is
	// a text: the id and, for a host, its names, separated by tabs.
	nodes           []string
	hosts, services int
	kinds           []byte // of the nodes: a sum of constants
	networks        []network
	lists           [][]uint32 // of nodes that are ends of permits; some twice, as different components
	texts           []string   // that describe permits
	permits         []permit
}

// Kinds of nodes.
const (
	single  byte = 1 << iota // one machine of the site
	anybody                  // every host
)

// A network has addresses of a node.
type network struct {
	node uint32
	seen bool // other zones know the node by them
	at   netip.Prefix
}

// A permit has the ends of each leg as numbers of lists.
type permit struct {
	local bool
	legs  [][2]uint32
	what  []uint32 // the texts that describe it
}

// NewIndex returns the index of a deployment without errors.
func NewIndex(d *model.Deployment) *Index {
	b := &builder{Index: &Index{Site: d.Site.ID, Phases: policy.Phases(d), hosts: len(d.Hosts), services: len(d.Site.Services)}}
	b.byEnd, b.byList, b.byText = make(map[any]uint32), make(map[string]uint32), make(map[string]uint32)
	for _, h := range d.Hosts {
		b.node(h, strings.Join(append([]string{h.ID}, h.Names...), "\t"), kindOf(h), h.Addresses)
	}
	for _, l := range d.Site.Services {
		b.node(l.What, l.What, 0, l.All())
	}
	for _, p := range d.Permits {
		b.permit(p, false)
	}
	for _, p := range d.Local {
		b.permit(p, true)
	}
	return b.Index
}

func kindOf(h *model.Deployed) byte {
	if h.Count == 1 {
		return single
	}
	return 0
}

// A builder makes an index.
type builder struct {
	*Index
	byEnd  map[any]uint32    // nodes, by what the end is
	byList map[string]uint32 // lists, by their numbers
	byText map[string]uint32
	viewed []bool // nodes whose views are known
}

// node adds a node with its own addresses.
func (b *builder) node(of any, text string, kind byte, addresses []string) uint32 {
	n := uint32(len(b.nodes))
	b.byEnd[of] = n
	b.nodes, b.kinds, b.viewed = append(b.nodes, text), append(b.kinds, kind), append(b.viewed, false)
	for _, p := range networksOf(addresses) {
		b.networks = append(b.networks, network{n, false, p})
	}
	return n
}

// end returns the node of an end.
func (b *builder) end(e *model.End) uint32 {
	var of any = e
	kind := byte(0)
	switch {
	case e.Host != nil:
		of = e.Host
	case e.Location != nil:
		of = e.Location.What
	case e.Any:
		kind = anybody
	}
	n, known := b.byEnd[of]
	if !known {
		n = b.node(of, e.ID(), kind, e.Addresses())
	}
	if !b.viewed[n] {
		b.viewed[n] = true
		for _, v := range e.Views() {
			for _, p := range networksOf(v.Addresses()) {
				b.networks = append(b.networks, network{n, true, p})
			}
		}
	}
	return n
}

func (b *builder) permit(p *model.Permit, local bool) {
	x := permit{local: local, what: b.summarize(p)}
	for _, leg := range gen.Legs(p) {
		x.legs = append(x.legs, [2]uint32{b.list(leg.From), b.list(leg.To)})
	}
	b.permits = append(b.permits, x)
}

// list returns the number of a list of ends; permits share most of them.
func (b *builder) list(ends []*model.End) uint32 {
	list := make([]uint32, len(ends))
	for i, e := range ends {
		list[i] = b.end(e)
	}
	key := string(appendList(nil, list))
	n, known := b.byList[key]
	if !known {
		n = uint32(len(b.lists))
		b.byList[key] = n
		b.lists = append(b.lists, list)
	}
	return n
}

// Find finds a place by the id, name or address of a host, the id of a service or
// component elsewhere, or as any other address; nil for an empty name.
func (x *Index) Find(name string) (*Place, error) {
	if name == "" {
		return nil, nil
	}
	for n, text := range x.nodes[:x.hosts+x.services] {
		if id, names, _ := strings.Cut(text, "\t"); id == name || names != "" && slices.Contains(strings.Split(names, "\t"), name) {
			return x.place(n), nil
		}
	}
	if p, ok := model.ParseNetwork(name); ok {
		for _, own := range x.networks {
			if own.at == p && !own.seen && int(own.node) < x.hosts && x.kinds[own.node]&single != 0 {
				return x.place(int(own.node)), nil
			}
		}
		return &Place{ID: name, node: -1, networks: []netip.Prefix{p}}, nil
	}
	var known []string
	for n := range x.hosts + x.services {
		known = append(known, x.id(uint32(n)))
	}
	hint := "give the id of a host or of a service elsewhere, or an address"
	if near := diag.Nearest(name, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	return nil, fmt.Errorf("site %s has no host %s; %s", x.Site, name, hint)
}

func (x *Index) id(node uint32) string {
	id, _, _ := strings.Cut(x.nodes[node], "\t")
	return id
}

func (x *Index) place(node int) *Place {
	p := &Place{ID: x.id(uint32(node)), node: node}
	for _, own := range x.networks {
		if int(own.node) == node && !own.seen {
			p.networks = append(p.networks, own.at)
		}
	}
	return p
}

func networksOf(texts []string) []netip.Prefix {
	var all []netip.Prefix
	for _, s := range texts {
		if p, ok := model.ParseNetwork(s); ok {
			all = append(all, p)
		}
	}
	return all
}

// Ask lists the permits by which the ends of a query reach each other. It returns an error if
// the index was not encoded by this program.
func (x *Index) Ask(q Query) ([]Answer, error) {
	from, to := x.matching(q.From), x.matching(q.To)
	var all []Answer
	for _, p := range x.permits {
		var what *described
		for _, leg := range p.legs {
			a, b := from.of(leg[0]), to.of(leg[1])
			if len(a.nodes) == 0 || len(b.nodes) == 0 || len(a.nodes) == 1 && len(b.nodes) == 1 && (a.nodes[0] == b.nodes[0] && x.kinds[a.nodes[0]]&single != 0) != p.local {
				continue
			}
			if what == nil {
				var err error
				if what, err = x.describe(p.what); err != nil {
					return nil, err
				}
			}
			if what.concerns(q) {
				all = append(all, Answer{what.Permit, a.ids, b.ids, what.lacks, p.local})
			}
		}
	}
	return all, nil
}

// A match is the nodes of lists that are one side of a query.
type match struct {
	*Index
	in    []bool // by node; nil if all are
	lists map[uint32]*matched
}

// A matched has the nodes of a list that match.
type matched struct {
	nodes []uint32
	ids   []string // each once
}

// matching returns the nodes that are a place, are every host, or have one of its addresses.
func (x *Index) matching(p *Place) *match {
	m := &match{Index: x, lists: make(map[uint32]*matched)}
	if p == nil {
		return m
	}
	m.in = make([]bool, len(x.nodes))
	for n, kind := range x.kinds {
		m.in[n] = n == p.node || kind&anybody != 0
	}
	for _, own := range x.networks {
		m.in[own.node] = m.in[own.node] || slices.ContainsFunc(p.networks, own.at.Overlaps)
	}
	return m
}

// of returns the nodes of a list that match.
func (m *match) of(list uint32) *matched {
	known := m.lists[list]
	if known != nil {
		return known
	}
	known = &matched{}
	m.lists[list] = known
	var ids gen.Distinct
	for _, n := range m.Index.lists[list] {
		if m.in == nil || m.in[n] {
			known.nodes = append(known.nodes, n)
			ids.Add(m.id(n))
		}
	}
	known.ids = ids.All
	return known
}
