package resolve

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// checkZones reports addresses outside the networks of their zones, and networks that belong to two
// zones.
func checkZones(site *model.Site, found *findings) {
	first := make(map[netip.Prefix][]string)
	for _, z := range site.Zones {
		for i, n := range z.Networks {
			p, ok := model.ParseNetwork(n)
			path := []string{"zones", z.ID, "networks", fmt.Sprint(i)}
			if !ok {
				continue
			}
			if at, taken := first[p]; taken {
				f := finding(diag.TwoZones, found.at(path...), "%s is a network of zone %s and of zone %s", p, at[1], z.ID)
				if at[1] == z.ID {
					f.Message = fmt.Sprintf("zone %s lists %s twice", z.ID, p)
				}
				f.Path, f.Hint = ofSite(path), "list it in one of them"
				f.Related = append(f.Related, related(found.at(at...), "it is first used here"))
				found.report(f)
				continue
			}
			first[p] = path
		}
	}
	for _, h := range site.Hosts {
		for i, a := range h.Addresses {
			inZone(site, found, "host "+h.ID, h.Zone, a, []string{"hosts", h.ID, "addresses", fmt.Sprint(i)})
		}
	}
	for _, l := range site.Services {
		for i, a := range l.Addresses {
			inZone(site, found, l.What, l.Zone, a, []string{"services", l.What, "addresses", fmt.Sprint(i)})
		}
		for i, n := range l.Networks {
			inZone(site, found, l.What, l.Zone, n, []string{"services", l.What, "networks", fmt.Sprint(i)})
		}
	}
}

// inZone reports an address that is outside of its zone, or that no host there can have.
func inZone(site *model.Site, found *findings, who, zone, address string, path []string) {
	p, ok := model.ParseNetwork(address)
	if !ok {
		return
	}
	if z := zoneByID(site, zone); z != nil && len(z.Networks) > 0 && !holds(z, p) {
		found.report(diag.Finding{
			Code: diag.OutsideZone, Severity: diag.Warning, Position: found.at(path...), Path: ofSite(path),
			Message: fmt.Sprintf("%s of %s is in no network of zone %s", address, who, z.ID),
			Related: []diag.Related{related(found.at("zones", z.ID, "networks"), "its networks are here")},
			Hint:    "add the network to the zone, or put " + who + " into another one",
		})
	}
	for _, z := range site.Zones {
		for i, n := range z.Networks {
			around, ok := model.ParseNetwork(n)
			what := edge(around, p)
			if !ok || what == "" {
				continue
			}
			found.report(diag.Finding{
				Code: diag.NetworkEdge, Severity: diag.Warning, Position: found.at(path...), Path: ofSite(path),
				Message: fmt.Sprintf("%s of %s is the %s address of %s, which no host there can have", address, who, what, around),
				Related: []diag.Related{related(found.at("zones", z.ID, "networks", fmt.Sprint(i)), "the network is here")},
				Hint:    "give the address of the host, or, of a group, its network",
			})
			return
		}
	}
}

// edge describes the first or the last address of an IPv4 network; "" for other addresses.
// Networks of two addresses have neither.
func edge(around, p netip.Prefix) string {
	if !around.IsValid() || !around.Addr().Is4() || around.Bits() > 30 || !p.IsSingleIP() || !around.Contains(p.Addr()) {
		return ""
	}
	switch {
	case p.Addr() == around.Addr():
		return "network"
	case !around.Contains(p.Addr().Next()):
		return "broadcast"
	}
	return ""
}

func zoneByID(site *model.Site, id string) *model.NetworkZone {
	i := slices.IndexFunc(site.Zones, func(z *model.NetworkZone) bool { return z.ID == id })
	if i < 0 {
		return nil
	}
	return site.Zones[i]
}

// zoneOf returns the zone of something: the one that the site names, or the one whose
// networks contain its first address.
func zoneOf(site *model.Site, named string, addresses []string) string {
	if named != "" || len(addresses) == 0 {
		return named
	}
	return site.ZoneOf(addresses[0])
}

// located returns a copy of the site in which places that are not hosts have the zones of their
// addresses.
func located(caller *model.Site) *model.Site {
	site := *caller
	site.Services = make([]*model.Location, len(caller.Services))
	for i, l := range caller.Services {
		place := *l
		place.Zone = zoneOf(caller, l.Zone, slices.Concat(l.Addresses, l.Networks))
		site.Services[i] = &place
	}
	return &site
}

func holds(z *model.NetworkZone, p netip.Prefix) bool {
	return slices.ContainsFunc(z.Networks, func(n string) bool {
		around, ok := model.ParseNetwork(n)
		return ok && model.Holds(around, p)
	})
}
