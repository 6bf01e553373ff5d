package reach

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/netip"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Encode returns the index as text for the cache. Only the same program can decode it.
func (x *Index) Encode() []byte {
	w := appendText(nil, x.Site)
	w = appendText(w, strings.Join(x.Phases, "\n"))
	w = appendText(w, strings.Join(x.nodes, "\n"))
	w = binary.AppendUvarint(w, uint64(x.hosts))
	w = binary.AppendUvarint(w, uint64(x.services))
	w = appendText(w, string(x.kinds))
	w = binary.AppendUvarint(w, uint64(len(x.networks)))
	for _, n := range x.networks {
		seen := byte(0)
		if n.seen {
			seen = 1
		}
		address := n.at.Addr().AsSlice()
		w = binary.AppendUvarint(w, uint64(n.node))
		w = append(append(w, seen, byte(n.at.Bits()), byte(len(address))), address...)
	}
	w = binary.AppendUvarint(w, uint64(len(x.lists)))
	for _, list := range x.lists {
		w = appendList(w, list)
	}
	w = binary.AppendUvarint(w, uint64(len(x.texts)))
	for _, text := range x.texts {
		w = appendText(w, text)
	}
	w = binary.AppendUvarint(w, uint64(len(x.permits)))
	for _, p := range x.permits {
		local := uint64(0)
		if p.local {
			local = 1
		}
		w = binary.AppendUvarint(w, local)
		w = binary.AppendUvarint(w, uint64(len(p.legs)))
		for _, leg := range p.legs {
			w = binary.AppendUvarint(binary.AppendUvarint(w, uint64(leg[0])), uint64(leg[1]))
		}
		w = appendList(w, p.what)
	}
	return w
}

func appendText(to []byte, s string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(s))), s...)
}

// appendList appends the length of a list and the differences of its numbers, most of which are
// small.
func appendList(to []byte, list []uint32) []byte {
	to = binary.AppendUvarint(to, uint64(len(list)))
	last := int64(0)
	for _, n := range list {
		to = binary.AppendVarint(to, int64(n)-last)
		last = int64(n)
	}
	return to
}

// Decode is the inverse of Encode. It returns an error for any other text.
func Decode(data []byte) (*Index, error) {
	r := &reader{rest: data}
	x := &Index{Site: r.text(), Phases: lines(r.text()), nodes: lines(r.text())}
	x.hosts, x.services = r.number(len(x.nodes)+1), r.number(len(x.nodes)+1)
	x.kinds = []byte(r.text())
	if len(x.kinds) != len(x.nodes) || x.hosts+x.services > len(x.nodes) {
		return nil, errEncoded
	}
	x.networks = make([]network, r.length())
	for i := range x.networks {
		n := &x.networks[i]
		n.node, n.seen = uint32(r.number(len(x.nodes))), r.number(2) == 1
		bits := int(r.byte())
		address, ok := netip.AddrFromSlice(r.take(int(r.byte())))
		if n.at = netip.PrefixFrom(address, bits); !ok || !n.at.IsValid() {
			return nil, errEncoded
		}
	}
	x.lists = make([][]uint32, r.length())
	for i := range x.lists {
		x.lists[i] = r.list(len(x.nodes))
	}
	x.texts = make([]string, r.length())
	for i := range x.texts {
		x.texts[i] = r.text()
	}
	x.permits = make([]permit, r.length())
	for i := range x.permits {
		p := &x.permits[i]
		p.local = r.number(2) == 1
		p.legs = make([][2]uint32, r.length())
		for k := range p.legs {
			p.legs[k] = [2]uint32{uint32(r.number(len(x.lists))), uint32(r.number(len(x.lists)))}
		}
		p.what = r.list(len(x.texts))
	}
	if r.failed || len(r.rest) > 0 {
		return nil, errEncoded
	}
	return x, nil
}

var errEncoded = errors.New("not an encoded index")

// lines is the inverse of joining non-empty texts by line feeds.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// A reader reads what Encode wrote. After a failure it is empty, and returns zeros.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) fail() { r.rest, r.failed = nil, true }

// number reads a number that must be less than a bound.
func (r *reader) number(bound int) int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n >= uint64(bound) {
		r.fail()
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

// length reads the length of something whose items have at least a byte each.
func (r *reader) length() int { return r.number(len(r.rest) + 1) }

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail()
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) text() string { return string(r.take(r.length())) }

// list reads a list of numbers less than a bound.
func (r *reader) list(bound int) []uint32 {
	list := make([]uint32, r.length())
	last := int64(0)
	for i := range list {
		n, size := binary.Varint(r.rest)
		if last += n; size <= 0 || last < 0 || last >= int64(bound) {
			r.fail()
			return nil
		}
		r.rest = r.rest[size:]
		list[i] = uint32(last)
	}
	return list
}

// A summary is what is printed about a permit, without its ports and reasons.
type summary struct {
	Product, Flow, Component, Listener string
	Optional                           bool
	Purpose, Family, Phase, Back       string
	Transport                          string
	SourcePorts                        []model.PortRange
	Dynamic                            bool
	Groups                             []string
	Lacks                              string // as by [policy.Lacks]
}

// summarize returns a permit as a list of texts, which permits share: its summary, its ports,
// and each of its reasons.
func (b *builder) summarize(p *model.Permit) []uint32 {
	c := p.Connection
	parts := []any{summary{
		Product: c.Product.ID, Flow: c.Flow.ID, Component: c.To.ID, Listener: c.Listener.ID, Optional: c.Flow.Optional,
		Purpose: c.Flow.Purpose, Family: c.Flow.Family, Phase: c.Phase, Back: p.Back, Transport: p.Transport,
		SourcePorts: p.SourcePorts, Dynamic: p.Dynamic, Groups: p.Groups, Lacks: policy.Lacks(p),
	}, p.Ports}
	for _, why := range p.Why {
		parts = append(parts, why)
	}
	what := make([]uint32, len(parts))
	for i, part := range parts {
		data, err := json.Marshal(part)
		if err != nil {
			panic(err) // plain data can always be encoded
		}
		n, known := b.byText[string(data)]
		if !known {
			n = uint32(len(b.texts))
			b.byText[string(data)] = n
			b.texts = append(b.texts, string(data))
		}
		what[i] = n
	}
	return what
}

// A described is a permit without its ends, and what prevents rules for it.
type described struct {
	*model.Permit
	lacks string
}

// describe is the inverse of summarize.
func (x *Index) describe(what []uint32) (*described, error) {
	if len(what) < 2 {
		return nil, errEncoded
	}
	var s summary
	var ports []model.PortRange
	why := make([]model.Reason, len(what)-2)
	err := errors.Join(json.Unmarshal([]byte(x.texts[what[0]]), &s), json.Unmarshal([]byte(x.texts[what[1]]), &ports))
	for i, n := range what[2:] {
		err = errors.Join(err, json.Unmarshal([]byte(x.texts[n]), &why[i]))
	}
	return &described{&model.Permit{
		Connection: &model.Connection{
			Product: &model.Product{ID: s.Product}, To: &model.Component{ID: s.Component}, Listener: &model.Listener{ID: s.Listener}, Phase: s.Phase,
			Flow: &model.Flow{ID: s.Flow, Purpose: s.Purpose, Family: s.Family, Optional: s.Optional},
		},
		Back: s.Back, Transport: s.Transport, Ports: ports, Dynamic: s.Dynamic, SourcePorts: s.SourcePorts, Groups: s.Groups, Why: why,
	}, s.Lacks}, err
}

// concerns reports whether the permit is for the transport and the port of a query, as far as
// is known.
func (p *described) concerns(q Query) bool {
	return (q.Transport == "" || p.Transport == q.Transport) &&
		(q.Port == 0 || model.HasPorts(p.Transport) && (p.lacks != "" || contains(p.Ports, q.Port)))
}
