package betweentest

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/reach"
)

// If a site has more packets than exhaustive, about as many as sample of those that are not
// permitted are tried.
const exhaustive, sample = 200_000, 20_000

// ephemeral is a port that the system may choose, and that no flow names.
const ephemeral = 61000

// packets calls try for packets from every address of a zone, its neighbours and a stranger to
// those of another zone, at every port that flows and management name, and at the ports beside them.
func packets(d *model.Deployment, try func(Packet)) {
	pairs := pairsOf(d)
	for _, from := range d.Site.Zones {
		for _, to := range d.Site.Zones {
			if from == to {
				continue
			}
			for _, a := range addressesOf(d, from.ID) {
				for _, b := range append(addressesOf(d, to.ID), groups...) {
					if a.Is4() != b.Is4() || a.IsMulticast() {
						continue
					}
					one := Packet{FromZone: from.ID, ToZone: to.ID, Packet: reach.Packet{From: a, To: b}, Dialed: b}
					if seen := d.Site.Seen([]string{b.String()}, to.ID, from.ID, false); len(seen) == 1 {
						one.Dialed = netip.MustParseAddr(seen[0])
					}
					for _, transport := range []string{"tcp", "udp"} {
						one.Transport = transport
						for _, pair := range pairs {
							one.SourcePort, one.Port = pair[0], pair[1]
							try(one)
						}
					}
					one.Port, one.SourcePort = 0, 0
					for _, one.Transport = range []string{"esp", "gre", "icmp"} {
						if a.Is4() {
							try(one)
						}
					}
				}
			}
		}
	}
}

var groups = []netip.Addr{netip.MustParseAddr("239.1.2.3"), netip.MustParseAddr("239.1.2.4"), netip.MustParseAddr("ff05::1:3")}

// addressesOf returns addresses of a zone, the neighbours of each, and one that nothing has.
func addressesOf(d *model.Deployment, zone string) []netip.Addr {
	var all []netip.Addr
	add := func(text string) {
		p, ok := model.ParseNetwork(text)
		if !ok {
			return
		}
		first, last := policy.Edges(p)
		all = append(all, first, last, first.Prev(), last.Next())
	}
	hosts := 0
	for _, h := range d.Hosts {
		if h.NetZone == zone && hosts < 8 { // of a large site, some
			hosts++
			for _, a := range h.Addresses {
				add(a)
			}
		}
	}
	for _, l := range d.Site.Services {
		if l.Zone == zone {
			for _, a := range append(append([]string{}, l.Addresses...), l.Networks...) {
				add(a)
			}
		}
	}
	for _, m := range d.Site.Firewall.Management {
		for _, a := range append(append([]string{}, m.From...), m.To...) {
			if d.Site.ZoneOf(a) == zone {
				add(a)
			}
		}
	}
	// A neighbour in the networks of another zone is not in this one.
	all = slices.DeleteFunc(all, func(a netip.Addr) bool {
		z := ""
		if a.IsValid() {
			z = d.Site.ZoneOf(a.String())
		}
		return !a.IsValid() || z != zone
	})
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all)
}

// pairsOf lists pairs of a source port and a port: ports that flows and management name and those
// beside them, from a port that the system chooses, and from source ports that a flow names.
func pairsOf(d *model.Deployment) [][2]int {
	edges := func(list []model.PortRange) (all []int) {
		for _, r := range list {
			for _, n := range []int{r.From - 1, r.From, r.To, r.To + 1} {
				if n >= 1 && n <= 65535 {
					all = append(all, n)
				}
			}
		}
		return all
	}
	var pairs [][2]int
	add := func(sources, ports []int) {
		for _, from := range sources {
			for _, to := range ports {
				pairs = append(pairs, [2]int{from, to})
			}
		}
	}
	random := []int{ephemeral}
	for _, p := range d.Permits {
		ports := edges(p.Ports)
		add(random, ports)
		add(edges(p.SourcePorts), append(ports, ephemeral))
		if len(p.Groups) > 0 {
			add(ports, []int{1023, 1024, ephemeral})
		}
	}
	for _, m := range d.Site.Firewall.Management {
		for _, n := range m.Ports {
			add(random, edges([]model.PortRange{{From: n, To: n}}))
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	return slices.Compact(pairs)
}
