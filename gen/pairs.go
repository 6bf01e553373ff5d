package gen

import (
	"net/netip"
	"strings"
)

// AddressPairs returns the pairs of addresses for which rules make sense: pairs of one family,
// unless the two sides have no family in common.
func AddressPairs(from, to []string) [][2]string {
	var all, same [][2]string
	for _, a := range from {
		for _, b := range to {
			all = append(all, [2]string{a, b})
			if x, y := familyOf(a), familyOf(b); x == 0 || y == 0 || x == y {
				same = append(same, [2]string{a, b})
			}
		}
	}
	if len(same) > 0 {
		return same
	}
	return all
}

// familyOf returns 4 or 6 for addresses and networks, and 0 for names.
func familyOf(place string) int {
	host, _, _ := strings.Cut(place, "/")
	address, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		return 0
	case address.Unmap().Is4():
		return 4
	}
	return 6
}
