package model

import "net/netip"

// CanonicalAddress returns an address or a network in the notation that outputs use: an
// IPv4-mapped IPv6 address becomes the IPv4 address, and a network of one address becomes
// that address. Other texts are returned unchanged.
func CanonicalAddress(s string) string {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap().String()
	}
	p, ok := ParseNetwork(s)
	switch {
	case !ok:
		return s
	case p.IsSingleIP():
		return p.Addr().String()
	}
	return p.String()
}

// ParseNetwork parses a network, or an address as a network of one.
func ParseNetwork(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}
