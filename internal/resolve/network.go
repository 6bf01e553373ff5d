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
	path []string // where the site specifies it
}

// checkNetwork reports errors in the addresses, names and zones of hosts.
func checkNetwork(site *model.Site, found *findings) {
	var all []stretch
	names := make(map[string]*model.Host)
	for _, h := range site.Hosts {
		for i, s := range h.Addresses {
			if p, ok := model.ParseNetwork(s); ok {
				all = append(all, stretch{p, h, []string{"hosts", h.ID, "addresses", fmt.Sprint(i)}})
			}
		}
		for i, n := range h.Names {
			if first, taken := names[n]; taken {
				twice(found, n, first, h, []string{"hosts", h.ID, "names", fmt.Sprint(i)}, diag.Position{})
			}
			names[n] = h
		}
	}
	// Two networks either contain one another or are disjoint, so those that may contain one
	// are the last that started before it.
	slices.SortStableFunc(all, func(a, b stretch) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	var open []stretch
	for _, s := range all {
		for len(open) > 0 && !open[len(open)-1].Contains(s.Addr()) {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			overlap(found, open[len(open)-1], s)
		}
		open = append(open, s)
	}
	checkZones(site, found)
	checkTranslations(site, found)
	checkGroups(site, found)
}

func overlap(found *findings, outer, inner stretch) {
	switch {
	case outer.Prefix == inner.Prefix && inner.IsSingleIP():
		twice(found, inner.Addr().String(), outer.host, inner.host, inner.path, found.at(outer.path...))
	case outer.host == inner.host:
		found.report(diag.Finding{
			Code: diag.NetworksOverlap, Severity: diag.Warning, Position: found.at(inner.path...), Path: ofSite(inner.path),
			Message: fmt.Sprintf("%s of host %s is inside its %s", text(inner.Prefix), inner.host.ID, text(outer.Prefix)),
			Related: []diag.Related{related(found.at(outer.path...), "the larger network is here")},
			Hint:    "remove one of them",
		})
	case !inner.IsSingleIP():
		found.report(diag.Finding{
			Code: diag.NetworksOverlap, Severity: diag.Warning, Position: found.at(inner.path...), Path: ofSite(inner.path),
			Message: fmt.Sprintf("network %s of %s overlaps %s of %s: permits for one apply to machines of the other as well", text(inner.Prefix), inner.host.ID, text(outer.Prefix), outer.host.ID),
			Related: []diag.Related{related(found.at(outer.path...), "the other network is here")},
			Hint:    "give each a network of its own, or make them one group",
		})
	}
}

func text(p netip.Prefix) string { return model.CanonicalAddress(p.String()) }

func twice(found *findings, what string, first, second *model.Host, path []string, other diag.Position) {
	f := finding(diag.AddressTwice, found.at(path...), "%s is %s and %s", what, first.ID, second.ID)
	if first == second {
		f.Message = fmt.Sprintf("%s is listed twice for %s", what, first.ID)
	}
	f.Path, f.Hint = ofSite(path), "give each host its own"
	if other.IsValid() {
		f.Related = append(f.Related, related(other, "it is first used here"))
	}
	found.report(f)
}

// checkGroups reports groups that have more machines than addresses.
func checkGroups(site *model.Site, found *findings) {
	for _, h := range site.Hosts {
		room := 0
		for _, a := range h.Addresses {
			if p, ok := model.ParseNetwork(a); ok {
				room += 1 << min(p.Addr().BitLen()-p.Bits(), 24) // more than there are machines
			}
		}
		if len(h.Addresses) == 0 || h.Count <= room {
			continue
		}
		path := []string{"hosts", h.ID, "count"}
		found.report(diag.Finding{
			Code: diag.Crowded, Severity: diag.Warning, Position: found.at(path...), Path: ofSite(path),
			Message: fmt.Sprintf("host %s has %d machines but only %d addresses", h.ID, h.Count, room),
			Related: []diag.Related{related(found.at("hosts", h.ID, "addresses"), "its addresses are here")},
			Hint:    "add the addresses of the others, or the network that they are in",
		})
	}
}
