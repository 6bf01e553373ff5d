package markdown

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// An ask is what a party of a site needs from a firewall toward another: a transport with
// ports, and all of its uses.
type ask struct {
	from, to *gen.Party
	asked
	uses []*use
}

// asked is what a firewall rule depends on. Uses with equal values are one ask.
type asked struct {
	transport string
	ports     []model.PortRange
	dynamic   bool // one of the ports is taken at run time
	source    []model.PortRange
	groups    []string // multicast groups or "broadcast", in place of the addresses
	family    string
	messages  []model.ICMP
}

// A use is a reason for an ask.
type use struct {
	permit    *model.Permit
	through   string // the gateways on the way, or ""
	condition string // when it is needed; "" for always
}

func (a asked) key() string {
	return fmt.Sprintf("%s %v %v %v %q %s %s", a.transport, a.ports, a.dynamic, a.source, a.groups, a.family, plain.Messages(a.messages))
}

// inWords reports whether a rule with addresses and ports cannot express the ask.
func (a asked) inWords() bool {
	return len(a.groups) > 0 || len(a.ports) == 0 && model.HasPorts(a.transport)
}

// asks lists what has to be asked for, in the order of the parties. The same
// toward the same party is there once.
func asks(t *gen.Traffic) []*ask {
	var all []*ask
	for _, w := range t.Ways {
		byKey := make(map[string]*ask)
		for _, p := range w.Permits {
			what := askedBy(p)
			a := byKey[what.key()]
			if a == nil {
				a = &ask{from: w.From, to: w.To, asked: what}
				byKey[what.key()] = a
				all = append(all, a)
			}
			a.uses = append(a.uses, newUse(p))
		}
	}
	return all
}

// askedBy is what a permit asks of a firewall.
func askedBy(p *model.Permit) asked {
	return asked{
		transport: p.Transport, ports: p.Ports, dynamic: p.Dynamic, source: p.SourcePorts,
		groups: p.Groups, family: p.Connection.Flow.Family, messages: messagesOf(p.Transport, p.Connection.Listener),
	}
}

// messagesOf are the kinds of messages of a listener, for the transports that have them.
func messagesOf(transport string, l *model.Listener) []model.ICMP {
	if transport == "icmp" || transport == "icmpv6" {
		return l.ICMP
	}
	return nil
}

func newUse(p *model.Permit) *use {
	return &use{p, describe.PermitThrough(p), describe.PermitCondition(p)}
}

func (u *use) optional() bool { return u.permit.Connection.Flow.Optional }

// flow names it: "igel-ums/console".
func (u *use) flow() string {
	return u.permit.Connection.Product.ID + "/" + u.permit.Connection.Flow.ID
}

// key tells uses apart that are the same flow in other permits.
func (u *use) key() string {
	return fmt.Sprintf("%q", []string{u.flow(), u.permit.Back, u.through, u.condition})
}

// purpose is what the flow is for, and which part of it this is.
func (u *use) purpose() string { return describe.PermitPurpose(u.permit) }

// isOptional reports whether all uses are optional.
func isOptional(uses []*use) bool {
	return !slices.ContainsFunc(uses, func(u *use) bool { return !u.optional() })
}

// purposes lists what something is for, without repeats; in a list of uses of
// which not all are optional, those that are say so.
func purposes(uses []*use) []string {
	var all []string
	for _, u := range uses {
		words := u.purpose()
		if u.optional() && !isOptional(uses) {
			words += " (optional)"
		}
		if !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	return all
}

// conditions lists when something is needed; nothing if one of the uses needs it
// always.
func conditions(uses []*use) []string {
	var all []string
	for _, u := range uses {
		if u.condition == "" && (!u.optional() || isOptional(uses)) {
			return nil
		}
		if u.condition != "" && !slices.Contains(all, u.condition) {
			all = append(all, u.condition)
		}
	}
	return all
}

func flowIDs(uses []*use) []string {
	var all []string
	for _, u := range uses {
		all = append(all, u.flow())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// A request is one line of a firewall request: asks that differ in their
// parties or ports only.
type request struct {
	from, to []*gen.Party
	asked
	uses []*use
}

// requests combines asks with the same uses: each pair of parties, transport and port is in
// exactly one request.
func requests(t *gen.Traffic) []*request {
	rank := make(map[*gen.Party]int)
	for i, p := range t.Parties {
		rank[p] = i
	}
	byRank := func(a, b *gen.Party) int { return cmp.Compare(rank[a], rank[b]) }
	var keys []string
	same := make(map[string][]*ask)
	for _, a := range asks(t) {
		var uses []string
		for _, u := range a.uses {
			uses = append(uses, u.key())
		}
		// All parties of one side are in one zone, which has a column of its own.
		key := fmt.Sprintf("%q %s %s", []string{zoneOf(a.from), zoneOf(a.to)}, a.key(), strings.Join(uses, " "))
		if same[key] == nil {
			keys = append(keys, key)
		}
		same[key] = append(same[key], a)
	}
	var all []*request
	alike := make(map[string]*request)
	for _, key := range keys {
		for _, r := range cover(same[key], byRank) {
			but := r.butPorts()
			if first := alike[but]; first != nil && but != "" {
				first.ports = append(first.ports, r.ports...)
				first.uses = append(first.uses, r.uses...)
				continue
			}
			r.ports, r.uses = slices.Clone(r.ports), slices.Clone(r.uses) // the permit's own, which nobody changes
			all, alike[but] = append(all, r), r
		}
	}
	for _, r := range all {
		slices.SortFunc(r.ports, func(a, b model.PortRange) int { return cmp.Or(a.From-b.From, a.To-b.To) })
		r.ports = slices.Compact(r.ports)
	}
	slices.SortStableFunc(all, func(a, b *request) int {
		return cmp.Or(slices.CompareFunc(a.to, b.to, byRank), slices.CompareFunc(a.from, b.from, byRank),
			cmp.Compare(a.transport, b.transport), slices.CompareFunc(a.ports, b.ports, func(x, y model.PortRange) int { return x.From - y.From }))
	})
	return all
}

// butPorts identifies requests that differ only in their fixed ports; "" for one that is
// never combined with others.
func (r *request) butPorts() string {
	if r.inWords() || r.dynamic || !model.HasPorts(r.transport) {
		return ""
	}
	without := r.asked
	without.ports = nil
	return fmt.Sprintf("%q %q %q %q %q %q %t", without.key(), partyKeys(r.from), partyKeys(r.to), flowIDs(r.uses), purposes(r.uses), conditions(r.uses), isOptional(r.uses))
}

func partyKeys(parties []*gen.Party) []string {
	keys := make([]string, len(parties))
	for i, p := range parties {
		keys[i] = p.Key
	}
	return keys
}

// cover takes asks for the same together, those first that are asked for by the
// same parties. A single machine does not talk to itself, so that it may stand
// on both sides: three servers that talk to each other are one request.
func cover(list []*ask, byRank func(a, b *gen.Party) int) []*request {
	sources := make(map[*gen.Party][]*gen.Party)
	var to []*gen.Party
	for _, a := range list {
		if sources[a.to] == nil {
			to = append(to, a.to)
		}
		sources[a.to] = append(sources[a.to], a.from)
	}
	slices.SortFunc(to, byRank)
	candidates := func(p *gen.Party) [][]*gen.Party {
		own := slices.SortedFunc(slices.Values(sources[p]), byRank)
		if !p.IsOne() {
			return [][]*gen.Party{own}
		}
		return [][]*gen.Party{own, slices.SortedFunc(slices.Values(append(slices.Clone(own), p)), byRank)}
	}
	key := func(parties []*gen.Party) string { return fmt.Sprintf("%q", partyKeys(parties)) }
	wanted := make(map[string]int)
	for _, p := range to {
		for _, c := range candidates(p) {
			wanted[key(c)]++
		}
	}
	var all []*request
	byKey := make(map[string]*request)
	for _, p := range to {
		best := slices.MaxFunc(candidates(p), func(a, b []*gen.Party) int { return cmp.Compare(wanted[key(a)], wanted[key(b)]) })
		r := byKey[key(best)]
		if r == nil {
			r = &request{from: best, asked: list[0].asked, uses: list[0].uses}
			byKey[key(best)] = r
			all = append(all, r)
		}
		r.to = append(r.to, p)
	}
	return all
}
