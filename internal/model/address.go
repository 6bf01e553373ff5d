package model

import "net/netip"

// CanonicalAddress is an address or a network in the one way in which outputs
// write it, whichever way it was written: an IPv4 address that was written into
// an IPv6 one is itself, and a network of one address is the address. What is
// neither stays as it is.
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

// ParseNetwork reads a network, or an address as a network of one.
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
