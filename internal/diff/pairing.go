package diff

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A pairing describes the ends of a permit that is otherwise the same on both sides. There are
// far more pairs of hosts than permits, and most pairs are the same on both sides, so no rules
// are made for them.
type pairing struct {
	// hosts are the hosts at its From and To ends on both sides, and other the ends that are
	// on one side only.
	hosts [2]map[string]bool
	other [2]map[*model.End]bool
}

// pairings finds permits that are the same on both sides except for their ends. now returns the
// new names of old ids, and ids has the new ids of products.
func pairings(old, new *model.Deployment, ids renames, now func(product, path, id string) string) map[*model.Permit]*pairing {
	all := make(map[*model.Permit]*pairing)
	if old == nil || new == nil {
		return all
	}
	before := make(map[string][]*model.Permit)
	for _, p := range old.Permits {
		key := permitKey(p, ids.of(p.Connection.Product.ID), now)
		before[key] = append(before[key], p)
	}
	asIs := func(_, _, id string) string { return id }
	for _, p := range new.Permits {
		key := permitKey(p, p.Connection.Product.ID, asIs)
		if list := before[key]; len(list) > 0 {
			before[key] = list[1:]
			one := pair(list[0], p)
			all[list[0]], all[p] = one, one
		}
	}
	return all
}

// permitKey returns a key of everything that determines the rules of a permit except for its
// ends, which it includes only if there are gateways. newProduct is the new id of its product.
func permitKey(p *model.Permit, newProduct string, now func(product, path, id string) string) string {
	c := p.Connection
	product := c.Product.ID
	via := make([]string, len(p.Via))
	for i, e := range p.Via {
		via[i] = endKey(e)
	}
	sum := sha256.Sum256(encode([]any{
		newProduct, now(product, "components/", c.To.ID), now(product, "components/"+c.To.ID+"/listeners/", c.Listener.ID),
		now(product, "flows/", c.Flow.ID), p.Transport, p.Back, p.Ports, p.Dynamic, messages(p.Transport, c.Listener), p.SourcePorts,
		p.Groups, c.Flow.Family, c.Flow.Optional, c.Phase, via,
	}))
	return string(sum[:])
}

func endKey(e *model.End) string {
	several := e.Host != nil && e.Host.Count > 1 // then it is also its own peer
	return strings.Join(slices.Concat([]string{e.ID(), string(e.Place), strconv.FormatBool(several)}, e.Addresses(), e.Sights()), "\x00")
}

func pair(old, new *model.Permit) *pairing {
	one := &pairing{}
	for i, ends := range [][2][]*model.End{{old.From, new.From}, {old.To, new.To}} {
		was, hosts := make(map[string][]*model.End), make(map[string]bool)
		one.hosts[i], one.other[i] = make(map[string]bool), make(map[*model.End]bool)
		for _, e := range ends[0] {
			key := endKey(e)
			was[key] = append(was[key], e)
			if e.Host != nil {
				hosts[hostKey(e.Host)] = true
			}
		}
		for _, e := range ends[1] {
			if key := endKey(e); len(was[key]) > 0 {
				was[key] = was[key][1:]
			} else {
				one.other[i][e] = true
			}
			if e.Host != nil && hosts[hostKey(e.Host)] {
				one.hosts[i][e.Host.ID] = true
			}
		}
		for _, list := range was {
			for _, e := range list {
				one.other[i][e] = true
			}
		}
	}
	return one
}

// hostKey identifies a host; its zone decides how it knows others.
func hostKey(h *model.Deployed) string {
	return h.ID + "\x00" + strconv.FormatBool(h.Count > 1) + "\x00" + h.NetZone
}

// Sides of a permit.
const (
	atFrom = 0
	atTo   = 1
)

// peers returns the peers for which the rules of a host at a side of the permit may differ.
func (one *pairing) peers(h *model.Deployed, side int, all []*model.End) []*model.End {
	if one == nil || !one.hosts[side][h.ID] {
		return all
	}
	other := one.other[1-side]
	if len(other) == 0 {
		return nil
	}
	var list []*model.End
	for _, e := range all {
		if other[e.Own()] {
			list = append(list, e)
		}
	}
	return list
}
