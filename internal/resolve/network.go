package resolve

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A stretch is an address or a network of a host.
type stretch struct {
	netip.Prefix
	host *model.Host
	path []string // where the site says so
}

// network finds what is wrong with the addresses, names and zones of hosts.
func (r *resolver) network() {
	var all []stretch
	names := make(map[string]*model.Host)
	for _, h := range r.site.Hosts {
		for i, s := range h.Addresses {
			if p, ok := prefix(s); ok {
				all = append(all, stretch{p, h, []string{"hosts", h.ID, "addresses", fmt.Sprint(i)}})
			}
		}
		for i, n := range h.Names {
			if first, taken := names[n]; taken {
				r.twice(n, first, h, []string{"hosts", h.ID, "names", fmt.Sprint(i)}, diag.Position{})
			}
			names[n] = h
		}
	}
	// A network holds another or has nothing in common with it, so those that
	// may hold one are the last that started before it.
	slices.SortStableFunc(all, func(a, b stretch) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	var open []stretch
	for _, s := range all {
		for len(open) > 0 && !open[len(open)-1].Contains(s.Addr()) {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			r.overlap(open[len(open)-1], s)
		}
		open = append(open, s)
	}
	r.zones(all)
}

// prefix reads an address, as a network of one, or a network.
func prefix(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil
}

func (r *resolver) overlap(outer, inner stretch) {
	switch {
	case outer.Prefix == inner.Prefix && inner.IsSingleIP():
		r.twice(inner.Addr().String(), outer.host, inner.host, inner.path, r.at(outer.path...))
	case outer.host == inner.host:
		r.report(diag.Finding{
			Code: codeOverlap, Severity: diag.Warning, Position: r.at(inner.path...), Path: dotted(inner.path),
			Message: fmt.Sprintf("%s of host %s is inside its %s", text(inner), inner.host.ID, text(outer)),
			Related: []diag.Related{related(r.at(outer.path...), "the larger network is here")},
			Hint:    "leave one of them out",
		})
	case !inner.IsSingleIP():
		r.report(diag.Finding{
			Code: codeOverlap, Severity: diag.Warning, Position: r.at(inner.path...), Path: dotted(inner.path),
			Message: fmt.Sprintf("network %s of %s overlaps %s of %s: what one may do, machines of the other may do as well", text(inner), inner.host.ID, text(outer), outer.host.ID),
			Related: []diag.Related{related(r.at(outer.path...), "the other network is here")},
			Hint:    "give each a network of its own, or make them one group",
		})
	}
}

func text(s stretch) string {
	if s.IsSingleIP() {
		return s.Addr().String()
	}
	return s.String()
}

func (r *resolver) twice(what string, first, second *model.Host, path []string, other diag.Position) {
	f := finding(codeTwice, r.at(path...), "%s is %s and %s", what, first.ID, second.ID)
	if first == second {
		f.Message = fmt.Sprintf("%s stands twice at %s", what, first.ID)
	}
	f.Path, f.Hint = dotted(path), "give each host its own"
	if other.IsValid() {
		f.Related = append(f.Related, related(other, "it is here first"))
	}
	r.report(f)
}

// zones finds hosts that are outside the networks of the zone that they name.
func (r *resolver) zones(all []stretch) {
	for _, s := range all {
		z := r.zoneByID(s.host.Zone)
		if z == nil || len(z.Networks) == 0 || holds(z, s.Prefix) {
			continue
		}
		r.report(diag.Finding{
			Code: codeOutside, Severity: diag.Warning, Position: r.at(s.path...), Path: dotted(s.path),
			Message: fmt.Sprintf("%s of host %s is in no network of zone %s", text(s), s.host.ID, z.ID),
			Related: []diag.Related{related(r.at("zones", z.ID, "networks"), "its networks are here")},
			Hint:    "add the network to the zone, or put the host into another one",
		})
	}
}

func (r *resolver) zoneByID(id string) *model.NetworkZone {
	i := slices.IndexFunc(r.site.Zones, func(z *model.NetworkZone) bool { return z.ID == id })
	if i < 0 {
		return nil
	}
	return r.site.Zones[i]
}

// zoneOf is the zone that a host is in: its own word, or the one whose networks
// hold its first address.
func (r *resolver) zoneOf(h *model.Host) string {
	if h.Zone != "" || len(h.Addresses) == 0 {
		return h.Zone
	}
	p, ok := prefix(h.Addresses[0])
	if !ok {
		return ""
	}
	best, bits := "", -1
	for _, z := range r.site.Zones {
		for _, n := range z.Networks {
			if around, ok := prefix(n); ok && around.Bits() > bits && contains(around, p) {
				best, bits = z.ID, around.Bits()
			}
		}
	}
	return best
}

func holds(z *model.NetworkZone, p netip.Prefix) bool {
	return slices.ContainsFunc(z.Networks, func(n string) bool {
		around, ok := prefix(n)
		return ok && contains(around, p)
	})
}

func contains(around, p netip.Prefix) bool {
	return around.Bits() <= p.Bits() && around.Contains(p.Addr())
}
