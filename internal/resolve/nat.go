package resolve

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A translated is one of the addresses of a translation, or the address as which it is
// seen.
type translated struct {
	netip.Prefix
	of   *model.Translation
	path []string // where the site specifies it
}

// checkTranslations reports impossible translations, and those that contradict each other or the
// addresses of hosts.
func checkTranslations(site *model.Site, found *findings) {
	if len(site.NAT) == 0 {
		return
	}
	own, seen := allTranslated(site, found)
	for _, z := range site.Zones {
		here := func(all []translated, hides ...bool) []translated {
			return slices.DeleteFunc(slices.Clone(all), func(t translated) bool {
				return !slices.Contains(t.of.Zones, z.ID) || !slices.Contains(hides, t.of.Hides)
			})
		}
		for _, hides := range []bool{false, true} {
			contradicting(found, here(own, hides), nil, "is translated twice for zone "+z.ID)
		}
		statics := here(seen, false)
		contradicting(found, statics, here(seen, true), "stands for two addresses in zone "+z.ID)
		occupied(site, found, z, here(seen, false, true))
	}
	for _, h := range site.Hosts {
		if zoneOf(site, h.Zone, h.Addresses) == "" {
			path := []string{"hosts", h.ID}
			f := finding(diag.NoSight, found.at(path...), "host %s is in no zone, so it is not known which translated addresses it sees", h.ID)
			f.Severity, f.Path, f.Hint = diag.Warning, ofSite(path), "give it a zone, or add its network to one"
			found.report(f)
		}
	}
}

// allTranslated lists all addresses of translations, and those as which they are seen. It
// reports those that do not fit each other.
func allTranslated(site *model.Site, found *findings) (own, seen []translated) {
	for _, t := range site.NAT {
		list := func(field string, texts []string) []translated {
			var all []translated
			for i, text := range texts {
				if p, ok := model.ParseNetwork(text); ok {
					all = append(all, translated{p, t, []string{"nat", t.ID, field, fmt.Sprint(i)}})
				}
			}
			return all
		}
		from, to := list("addresses", t.Addresses), list("seen_as", t.SeenAs)
		own, seen = append(own, from...), append(seen, to...)
		for i, a := range from {
			family := func(b translated) bool { return a.Addr().BitLen() == b.Addr().BitLen() }
			var what string
			switch {
			case t.Hides && !slices.ContainsFunc(to, family):
				what = fmt.Sprintf("no address of the family of %s hides it", text(a.Prefix))
			case t.Hides || i >= len(to):
				continue
			case !family(to[i]):
				what = fmt.Sprintf("%s is seen as %s, which is of the other family", text(a.Prefix), text(to[i].Prefix))
			case a.Bits() != to[i].Bits():
				what = fmt.Sprintf("%s is seen as %s, which is not of the same size", text(a.Prefix), text(to[i].Prefix))
			default:
				continue
			}
			found.wrong(diag.UnfitTranslation, a.path, "give each address one of the same family and each network one of the same size, or, where they share addresses, write hides: true", "%s", what)
		}
	}
	return own, seen
}

// contradicting reports members of a list that overlap each other, or one of the others.
func contradicting(found *findings, list, others []translated, what string) {
	for i, a := range list {
		for _, b := range append(slices.Clone(list[:i]), others...) {
			if !a.Overlaps(b.Prefix) {
				continue
			}
			common := a.Prefix
			if b.Bits() > a.Bits() {
				common = b.Prefix
			}
			f := finding(diag.TwoTranslations, found.at(a.path...), "%s %s", text(common), what)
			f.Path, f.Hint = ofSite(a.path), "give each address one translation in each zone"
			f.Related = append(f.Related, related(found.at(b.path...), "it is also translated here"))
			found.report(f)
			break
		}
	}
}

// occupied reports addresses that stand for others in a zone, although machines that are known
// there have them.
func occupied(site *model.Site, found *findings, z *model.NetworkZone, seen []translated) {
	look := func(who, of string, addresses []string, path ...string) {
		for _, a := range site.Untranslated(addresses, of, z.ID) {
			p, ok := model.ParseNetwork(a)
			if !ok {
				continue
			}
			for _, t := range seen {
				if t.Overlaps(p) {
					f := finding(diag.TwoTranslations, found.at(t.path...), "%s stands for %s in zone %s, and %s has it", text(t.Prefix), t.of.ID, z.ID, who)
					f.Path, f.Hint = ofSite(t.path), "translate to addresses that nothing else has"
					f.Related = append(f.Related, related(found.at(path...), "%s is here", who))
					found.report(f)
					return
				}
			}
		}
	}
	for _, h := range site.Hosts {
		look("host "+h.ID, zoneOf(site, h.Zone, h.Addresses), h.Addresses, "hosts", h.ID)
	}
	for _, l := range site.Services {
		look(l.What, l.Zone, slices.Concat(l.Addresses, l.Networks), "services", l.What)
	}
}

// hidden reports connections to addresses that are hidden from those who open them.
func hidden(d *model.Deployment, found *findings) {
	if len(d.Site.NAT) == 0 {
		return
	}
	reported := make(map[string]bool)
	for _, p := range d.Permits {
		opening := p.From
		if len(p.Via) > 0 {
			opening = p.Via
		}
		zones := make(map[string]bool)
		for _, e := range opening {
			zones[e.NetZone] = true
		}
		for _, e := range p.To {
			for _, z := range sortedKeys(zones) {
				if key := e.ID() + " " + z; !reported[key] && z != "" && !slices.Equal(e.SeenFrom(z, true).Addresses(), e.SeenFrom(z, false).Addresses()) {
					reported[key] = true
					reportHidden(found, e, z, fmt.Sprintf("flow %s of %s opens connections to it", p.Connection.Flow.ID, p.Connection.Product.ID))
				}
			}
		}
	}
}

// unmanaged reports hosts that are hidden from all zones from where they are administered.
func unmanaged(d *model.Deployment, found *findings) {
	site := d.Site
	if len(site.NAT) == 0 || site.Firewall == nil {
		return
	}
	for _, h := range d.Hosts {
		var zone, id string
		reached := false
		for _, m := range site.Firewall.Management {
			if !m.On(h.Host) {
				continue
			}
			for _, a := range m.From {
				z := site.ZoneOf(a)
				if hidden := !slices.Equal(site.Seen(h.Addresses, h.NetZone, z, true), site.Seen(h.Addresses, h.NetZone, z, false)); !hidden {
					reached = true
				} else if zone == "" {
					zone, id = z, m.ID
				}
			}
		}
		if zone != "" && !reached {
			reportHidden(found, &model.End{Host: h}, zone, "management "+id+" administers it")
		}
	}
}

// reportHidden reports that an end is hidden from a zone from which something connects to it.
func reportHidden(found *findings, e *model.End, zone, what string) {
	path := []string{"nat"}
	switch {
	case e.Host != nil:
		path = []string{"hosts", e.Host.ID}
	case e.Location != nil:
		path = []string{"services", e.Location.What}
	}
	f := finding(diag.Hidden, found.at(path...), "%s is hidden from zone %s, from where %s", e.ID(), zone, what)
	f.Severity, f.Path, f.Hint = diag.Warning, ofSite(path), "add a translation without hides: for it, or suppress this where its own address can be reached"
	found.report(f)
}
