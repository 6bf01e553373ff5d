package request

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// An Entry is the part of a row that is for the same uses: asks that differ in their parties
// or ports only.
type Entry struct {
	From, To []*gen.Party
	What
	Uses []*Use
}

// IsOptional reports whether all uses of the entry are optional.
func (e *Entry) IsOptional() bool { return isOptional(e.Uses) }

// Purposes lists what the entry is for.
func (e *Entry) Purposes() []string { return purposes(e.Uses) }

// Conditions lists when the entry is needed, and its restrictions.
func (e *Entry) Conditions() []string { return append(conditions(e.Uses), e.Narrowed()...) }

// entries combines asks with the same uses: each pair of parties, transport and port is in
// exactly one entry.
func entries(t *gen.Traffic) []*Entry {
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
	var all []*Entry
	alike := make(map[string]*Entry)
	for _, key := range keys {
		for _, e := range cover(same[key], byRank) {
			rest := e.keyWithoutPorts()
			if first := alike[rest]; first != nil && rest != "" {
				first.Ports = append(first.Ports, e.Ports...)
				first.Uses = append(first.Uses, e.Uses...)
				continue
			}
			e.Ports, e.Uses = slices.Clone(e.Ports), slices.Clone(e.Uses) // those of the permit must not change
			all, alike[rest] = append(all, e), e
		}
	}
	for _, e := range all {
		e.Ports = model.ShortPorts(e.Ports)
	}
	slices.SortStableFunc(all, func(a, b *Entry) int {
		return cmp.Or(slices.CompareFunc(a.To, b.To, byRank), slices.CompareFunc(a.From, b.From, byRank),
			cmp.Compare(a.Transport, b.Transport), slices.CompareFunc(a.Ports, b.Ports, func(x, y model.PortRange) int { return x.From - y.From }))
	})
	return all
}

// keyWithoutPorts returns a key that is equal for entries that differ only in their fixed ports; ""
// for an entry that is never combined with others.
func (e *Entry) keyWithoutPorts() string {
	if e.InWords() || e.Dynamic || !model.HasPorts(e.Transport) {
		return ""
	}
	without := e.What
	without.Ports = nil
	return fmt.Sprintf("%q %q %q %q %q %q %t", without.key(), partyKeys(e.From), partyKeys(e.To), flows(e.Uses), purposes(e.Uses), conditions(e.Uses), isOptional(e.Uses))
}

func partyKeys(parties []*gen.Party) []string {
	keys := make([]string, len(parties))
	for i, p := range parties {
		keys[i] = p.Key
	}
	return keys
}

// cover combines asks that differ only in their parties: destinations with the same sources share
// an entry. A single machine does not talk to itself, so it may be on both sides: three servers
// that talk to each other are one entry.
func cover(list []*ask, byRank func(a, b *gen.Party) int) []*Entry {
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
	var all []*Entry
	byKey := make(map[string]*Entry)
	for _, p := range to {
		best := slices.MaxFunc(candidates(p), func(a, b []*gen.Party) int { return cmp.Compare(wanted[key(a)], wanted[key(b)]) })
		e := byKey[key(best)]
		if e == nil {
			e = &Entry{From: best, What: list[0].What, Uses: list[0].uses}
			byKey[key(best)] = e
			all = append(all, e)
		}
		e.To = append(e.To, p)
	}
	return all
}
