package evidence

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// bothAddresses returns what two lists of addresses have in common; nil means all
// addresses.
func bothAddresses(a, b []policy.AddressRange) []policy.AddressRange {
	if a == nil {
		return b
	}
	common := []policy.AddressRange{}
	for _, x := range a {
		for _, y := range b {
			r := x
			if y.From.Compare(r.From) > 0 {
				r.From = y.From
			}
			if y.To.Compare(r.To) < 0 {
				r.To = y.To
			}
			if x.From.Is4() == y.From.Is4() && r.From.Compare(r.To) <= 0 {
				common = append(common, r)
			}
		}
	}
	return common
}

// exceptAddresses returns all addresses of a family that are not in a list.
func exceptAddresses(list []policy.AddressRange, family int) []policy.AddressRange {
	all := Everywhere(family)
	rest, next := []policy.AddressRange{}, all.From
	for _, r := range slices.SortedFunc(slices.Values(list), func(a, b policy.AddressRange) int { return a.From.Compare(b.From) }) {
		if r.From.Is4() != (family == 4) {
			continue
		}
		if next.IsValid() && next.Compare(r.From) < 0 {
			rest = append(rest, policy.AddressRange{From: next, To: r.From.Prev()})
		}
		if behind := r.To.Next(); next.IsValid() && (!behind.IsValid() || behind.Compare(next) > 0) {
			next = behind
		}
	}
	if next.IsValid() {
		rest = append(rest, policy.AddressRange{From: next, To: all.To})
	}
	return rest
}

// Everywhere returns all addresses of a family, 4 or 6.
func Everywhere(family int) policy.AddressRange {
	p := netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	if family == 4 {
		p = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	}
	first, last := policy.Edges(p)
	return policy.AddressRange{From: first, To: last}
}

func rangeOf(p netip.Prefix) policy.AddressRange {
	first, last := policy.Edges(p)
	return policy.AddressRange{From: first, To: last}
}

// parseAddresses parses an address, a network, which may have a mask in digits, or a range.
func parseAddresses(s string) (policy.AddressRange, bool) {
	if from, to, ok := strings.Cut(s, "-"); ok {
		a, errA := netip.ParseAddr(from)
		b, errB := netip.ParseAddr(to)
		a, b = a.Unmap(), b.Unmap()
		ok = errA == nil && errB == nil && a.Is4() == b.Is4() && a.Compare(b) <= 0 && a.Zone() == "" && b.Zone() == ""
		return policy.AddressRange{From: a, To: b}, ok
	}
	if base, mask, ok := strings.Cut(s, "/"); ok && strings.ContainsAny(mask, ".:") {
		m, err := netip.ParseAddr(mask)
		if err != nil {
			return policy.AddressRange{}, false
		}
		bits, contiguous := prefixLength(m.AsSlice())
		if !contiguous {
			return policy.AddressRange{}, false
		}
		s = base + "/" + strconv.Itoa(bits)
	}
	p, ok := model.ParseNetwork(s)
	if !ok || p.Addr().Zone() != "" {
		return policy.AddressRange{}, false
	}
	return rangeOf(p), true
}

// prefixLength returns the length of a mask, if its ones come first.
func prefixLength(mask []byte) (bits int, ok bool) {
	for i := range len(mask) * 8 {
		one := mask[i/8]>>(7-i%8)&1 == 1
		if one && bits != i {
			return 0, false
		}
		if one {
			bits++
		}
	}
	return bits, true
}
