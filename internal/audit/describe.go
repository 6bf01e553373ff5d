package audit

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// describe describes the packets in some cells: "10.30.16.0/20 tcp 8443". Adjacent cells
// become one, also if between them there are only addresses from which nothing comes.
func describe(cells []cell, senseless []policy.AddressRange) string {
	var texts []string
	for _, c := range merge(cells, senseless) {
		texts = append(texts, c.String())
	}
	return strings.Join(clip(texts), "; ")
}

const shownCells = 4

func clip(texts []string) []string {
	if len(texts) > shownCells {
		return append(texts[:shownCells:shownCells], fmt.Sprintf("and %d more", len(texts)-shownCells))
	}
	return texts
}

// merge joins cells along their ports, and then along their addresses.
func merge(cells []cell, senseless []policy.AddressRange) []cell {
	cells = slices.Clone(cells)
	slices.SortFunc(cells, func(a, b cell) int {
		return cmp.Or(a.protocol-b.protocol, a.addresses.From.Compare(b.addresses.From), a.addresses.To.Compare(b.addresses.To), compareRanges(a.sourcePorts, b.sourcePorts), compareRanges(a.ports, b.ports))
	})
	cells = join(cells, func(a, b *cell) bool {
		same := a.protocol == b.protocol && a.addresses == b.addresses && a.sourcePorts == b.sourcePorts
		return same && a.ports.Extend(b.ports)
	})
	cells = join(cells, func(a, b *cell) bool {
		same := a.protocol == b.protocol && a.addresses == b.addresses && a.ports == b.ports
		return same && a.sourcePorts.Extend(b.sourcePorts)
	})
	slices.SortStableFunc(cells, func(a, b cell) int {
		return cmp.Or(a.protocol-b.protocol, compareRanges(a.ports, b.ports), compareRanges(a.sourcePorts, b.sourcePorts), a.addresses.From.Compare(b.addresses.From))
	})
	cells = join(cells, func(a, b *cell) bool {
		if a.protocol != b.protocol || a.sourcePorts != b.sourcePorts || a.ports != b.ports {
			return false
		}
		if a.addresses == b.addresses {
			return true
		}
		if behind(a.addresses.To, senseless) != b.addresses.From {
			return false
		}
		a.addresses.To = b.addresses.To
		return true
	})
	for i := range cells {
		c := &cells[i].addresses
		family := 6
		if c.From.Is4() {
			family = 4
		}
		all := evidence.Everywhere(family)
		if behind(c.To, senseless) == (netip.Addr{}) && c.From == all.From {
			*c = all
		}
	}
	slices.SortStableFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(b.share(), a.share()), usual(a.protocol)-usual(b.protocol))
	})
	return cells
}

// share returns which part of all packets of its family and protocol a cell has, from 0 to 1. The
// broadest cells come first.
func (c cell) share() float64 {
	share := count(c.addresses.From, c.addresses.To) / count(evidence.Everywhere(4).From, evidence.Everywhere(4).To)
	if !c.addresses.From.Is4() {
		share = count(c.addresses.From, c.addresses.To) / count(evidence.Everywhere(6).From, evidence.Everywhere(6).To)
	}
	for _, r := range []model.PortRange{c.sourcePorts, c.ports} {
		if r != (model.PortRange{}) {
			share *= float64(r.To-r.From+1) / most
		}
	}
	return share
}

// count returns about how many addresses a range has.
func count(from, to netip.Addr) float64 {
	n := 0.0
	a, b := from.AsSlice(), to.AsSlice()
	for i := range a {
		n = n*256 + float64(b[i]) - float64(a[i])
	}
	return n + 1
}

// usual orders protocols: the common ones come first.
func usual(protocol int) int {
	if i := slices.Index([]int{6, 17, 1, 58}, protocol); i >= 0 {
		return i - 4
	}
	return protocol
}

// behind returns the first address after another from which something comes; the zero value
// if there is none.
func behind(a netip.Addr, senseless []policy.AddressRange) netip.Addr {
	a = a.Next()
	for again := true; again; {
		again = false
		for _, r := range senseless {
			if a.IsValid() && r.From.Is4() == a.Is4() && r.From.Compare(a) <= 0 && a.Compare(r.To) <= 0 {
				a, again = r.To.Next(), true
			}
		}
	}
	return a
}

// join joins neighbours for which with succeeds in joining them.
func join(cells []cell, with func(a, b *cell) bool) []cell {
	var all []cell
	for _, c := range cells {
		if n := len(all); n == 0 || !with(&all[n-1], &c) {
			all = append(all, c)
		}
	}
	return all
}

func compareRanges(a, b model.PortRange) int { return cmp.Or(a.From-b.From, a.To-b.To) }

// String returns "10.30.16.0/20 tcp 8443".
func (c cell) String() string {
	text := model.TransportOf(c.protocol)
	switch {
	case evidence.IsICMP(c.protocol) && c.ports != model.PortRange{From: 0, To: most}:
		text += " " + messageText(c.ports)
	case evidence.HasPorts(c.protocol) && c.ports != model.PortRange{From: 1, To: most}:
		text += " " + c.ports.String()
	}
	if evidence.HasPorts(c.protocol) && c.sourcePorts != (model.PortRange{From: 1, To: most}) {
		text += " from port " + c.sourcePorts.String()
	}
	return anywhere(c.addresses) + " " + text
}

func anywhere(r policy.AddressRange) string {
	for family, text := range map[int]string{4: "any IPv4", 6: "any IPv6"} {
		if r == evidence.Everywhere(family) {
			return text
		}
	}
	return r.String()
}

func messageText(r model.PortRange) string {
	switch {
	case r.From == r.To:
		return fmt.Sprintf("type %d code %d", r.From>>8, r.From&255)
	case r.From>>8 == r.To>>8:
		return fmt.Sprintf("type %d", r.From>>8)
	}
	return "types " + model.PortRange{From: r.From >> 8, To: r.To >> 8}.String()
}
