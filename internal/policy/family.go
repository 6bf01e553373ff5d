package policy

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// Family returns ipv4 or ipv6 if the packets of a permit are of one of them only, else "".
func Family(p *model.Permit) string {
	switch p.Transport {
	case "icmp":
		return "ipv4"
	case "icmpv6":
		return "ipv6"
	}
	return p.Connection.Flow.Family
}

// required returns the family of which each end of a permit needs an address: that of the flow
// or, if it has none, own, the only family of the ends on the other side; "" for any.
//
// A flow that a vendor lists for IPv6 only requires no IPv6 address if no end has one. The
// transports icmp and icmpv6 require no address either: hosts without one of that family do
// without.
func required(p *model.Permit, own string) string {
	family := p.Connection.Flow.Family
	if family == "ipv6" && !slices.ContainsFunc(slices.Concat(p.From, p.To, p.Via), func(e *model.End) bool {
		known, _ := Locate([]*model.End{e}, family)
		return !e.Any && len(known) > 0
	}) {
		return own
	}
	return cmp.Or(family, own)
}

// FamilyOf returns ipv4 or ipv6 if all known addresses of ends are of one of them, else "".
func FamilyOf(ends []*model.End) string {
	known, _ := Locate(ends, "")
	return onlyFamily(known)
}

// onlyFamily returns ipv4 or ipv6 if all networks of a list are of one of them, else "".
func onlyFamily(list []netip.Prefix) string {
	four := slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Addr().Is4() })
	six := slices.ContainsFunc(list, func(p netip.Prefix) bool { return !p.Addr().Is4() })
	switch {
	case four == six:
		return ""
	case four:
		return "ipv4"
	}
	return "ipv6"
}
