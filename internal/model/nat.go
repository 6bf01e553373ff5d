package model

import (
	"net/netip"
	"slices"
	"strconv"
)

// A Translation tells by which addresses machines in some zones know machines of other zones,
// because a device between the zones translates addresses (NAT).
type Translation struct {
	ID string `json:"id"`
	// Addresses are those that machines have, and SeenAs what they are translated to. Both are
	// addresses and networks. Without Hides, both have the same number of addresses: the n-th
	// machine of a network is seen as the n-th of its counterpart.
	Addresses []string `json:"addresses"`
	SeenAs    []string `json:"seen_as"`
	Zones     []string `json:"zones"` // in which Addresses are seen as SeenAs
	// Hides means that all Addresses share SeenAs: only connections that they open
	// themselves are translated, and nobody in the zones can open one to them by SeenAs.
	Hides bool `json:"hides,omitempty"`
}

// ZoneOf returns the zone with the smallest network that contains an address or a network; ""
// for none, and for names.
func (s *Site) ZoneOf(address string) string {
	p, ok := ParseNetwork(address)
	if !ok {
		return ""
	}
	best, bits := "", -1
	for _, z := range s.Zones {
		for _, n := range z.Networks {
			if around, ok := ParseNetwork(n); ok && around.Bits() > bits && Holds(around, p) {
				best, bits = z.ID, around.Bits()
			}
		}
	}
	return best
}

// Holds reports whether all addresses of p are in a network.
func Holds(around, p netip.Prefix) bool {
	return around.Bits() <= p.Bits() && around.Contains(p.Addr())
}

// Seen returns the addresses by which machines in a zone know addresses of another zone, as the
// side that opens connections or as the one that answers. Names are the same everywhere.
func (s *Site) Seen(addresses []string, of, zone string, opens bool) []string {
	translated, same := s.split(addresses, of, zone, opens)
	if len(translated) == 0 {
		return addresses
	}
	all := append(translated, same...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Untranslated returns the addresses and parts of networks that machines in a zone know
// unchanged.
func (s *Site) Untranslated(addresses []string, of, zone string) []string {
	_, same := s.split(addresses, of, zone, false)
	return same
}

// split divides addresses by whether machines in a zone know them by other addresses.
func (s *Site) split(addresses []string, of, zone string, opens bool) (translated, same []string) {
	if zone == "" || of == zone {
		return nil, addresses
	}
	var here []*Translation
	for _, t := range s.NAT {
		if slices.Contains(t.Zones, zone) && (opens || !t.Hides) {
			here = append(here, t)
		}
	}
	if len(here) == 0 {
		return nil, addresses
	}
	// An address with a counterpart of its own comes before one with a shared one.
	slices.SortStableFunc(here, func(a, b *Translation) int { return rankOf(a) - rankOf(b) })
	for _, text := range addresses {
		p, ok := ParseNetwork(text)
		if !ok {
			same = append(same, text)
			continue
		}
		rest := []netip.Prefix{p}
		for _, t := range here {
			var seen []string
			seen, rest = t.translate(rest)
			translated = append(translated, seen...)
		}
		for _, r := range rest {
			same = append(same, CanonicalAddress(r.String()))
		}
	}
	return translated, same
}

func rankOf(t *Translation) int {
	if t.Hides {
		return 1
	}
	return 0
}

// translate returns the addresses as which networks of one family are seen, and those parts
// of them that are not translated.
func (t *Translation) translate(networks []netip.Prefix) (seen []string, rest []netip.Prefix) {
	rest = networks
	for i, text := range t.Addresses {
		own, ok := ParseNetwork(text)
		if !ok {
			continue
		}
		var left []netip.Prefix
		for _, p := range rest {
			common := p
			switch {
			case !own.Overlaps(p):
				left = append(left, p)
				continue
			case !Holds(own, p):
				common = own
				left = append(left, without(p, own)...)
			}
			seen = append(seen, t.seenAs(i, own, common)...)
		}
		rest = left
	}
	return seen, rest
}

// seenAs returns the addresses as which a part of the i-th address is seen.
func (t *Translation) seenAs(i int, own, part netip.Prefix) []string {
	var all []string
	for k, text := range t.SeenAs {
		to, ok := ParseNetwork(text)
		switch {
		case !ok || to.Addr().BitLen() != own.Addr().BitLen():
		case t.Hides:
			all = append(all, CanonicalAddress(text))
		case k == i && to.Bits() == own.Bits():
			all = append(all, CanonicalAddress(counterpart(part, to).String()))
		}
	}
	return all
}

// counterpart returns p with the leading bits of to, which is not smaller than p.
func counterpart(p, to netip.Prefix) netip.Prefix {
	bytes, around := p.Addr().AsSlice(), to.Addr().AsSlice()
	for i := range to.Bits() {
		mask := byte(1) << (7 - i%8)
		bytes[i/8] = bytes[i/8]&^mask | around[i/8]&mask
	}
	a, _ := netip.AddrFromSlice(bytes)
	return netip.PrefixFrom(a, p.Bits())
}

// without returns the parts of a network that are outside of an inner one.
func without(p, inner netip.Prefix) []netip.Prefix {
	var all []netip.Prefix
	for bits := p.Bits() + 1; bits <= inner.Bits(); bits++ {
		bytes := inner.Addr().AsSlice()
		bytes[(bits-1)/8] ^= 1 << (7 - (bits-1)%8)
		a, _ := netip.AddrFromSlice(bytes)
		all = append(all, netip.PrefixFrom(a, bits).Masked())
	}
	return all
}

// Managers returns who administers a host, and the systems for administration to which it
// connects, by the addresses by which the host knows them.
func (s *Site) Managers(m *Management, h *Deployed) (from, to []string) {
	seen := func(addresses []string, opens bool) []string {
		if len(s.NAT) == 0 {
			return addresses
		}
		var all []string
		for _, a := range addresses {
			all = append(all, s.Seen([]string{a}, s.ZoneOf(a), h.NetZone, opens)...)
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	return seen(m.From, true), seen(m.To, false)
}

// A view is an end as hosts of a zone know it.
type view struct {
	zone  string
	opens bool // as the side that opens connections
	end   *End
}

// SeenFrom returns the end as hosts of a zone know it: with other addresses if its own are
// translated.
func (e *End) SeenFrom(zone string, opens bool) *End {
	for _, v := range e.views {
		if v.zone == zone && v.opens == opens {
			return v.end
		}
	}
	return e
}

// Views returns the end as hosts of other zones know it, where that differs.
func (e *End) Views() []*End {
	var all []*End
	for _, v := range e.views {
		all = append(all, v.end)
	}
	return all
}

// Own returns the end itself, given one of its views.
func (e *End) Own() *End {
	if e.own != nil {
		return e.own
	}
	return e
}

// Sights describes how hosts of other zones know the end.
func (e *End) Sights() []string {
	var all []string
	for _, v := range e.views {
		all = append(append(all, v.zone, strconv.FormatBool(v.opens)), v.end.translated...)
	}
	return all
}

// seenBy returns ends as a host knows them.
func seenBy(h *Deployed, ends []*End, opens bool) []*End {
	cloned := false
	for i, e := range ends {
		if len(e.views) == 0 {
			continue
		}
		if v := e.SeenFrom(h.NetZone, opens); v != e {
			if !cloned {
				ends, cloned = slices.Clone(ends), true
			}
			ends[i] = v
		}
	}
	return ends
}

// SetViews sets the views of an end from the translations of the site.
func (s *Site) SetViews(e *End) {
	own := e.Addresses()
	if len(s.NAT) == 0 || e.Any || len(own) == 0 {
		return
	}
	for _, z := range s.Zones {
		for _, opens := range []bool{false, true} {
			if seen := s.Seen(own, e.NetZone, z.ID, opens); !slices.Equal(seen, own) && !slices.Equal(seen, canonical(own)) {
				other := *e
				other.translated, other.views, other.own = seen, nil, e
				e.views = append(e.views, view{z.ID, opens, &other})
			}
		}
	}
}

func canonical(addresses []string) []string {
	all := make([]string, len(addresses))
	for i, a := range addresses {
		all[i] = CanonicalAddress(a)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
