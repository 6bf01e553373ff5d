package gen

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A Group is a set of hosts of a site that are shown as one.
type Group struct {
	Hosts []*model.Deployed // at least one, in the site's order
	Zone  string            // zone of all hosts; "" for none
}

// Machines returns the number of machines of all hosts.
func (g *Group) Machines() int {
	n := 0
	for _, h := range g.Hosts {
		n += h.Count
	}
	return n
}

// Names returns "ums1", "ums1, ums2" or, for more than MostNamed, "desk001 … desk150".
func (g *Group) Names() string {
	if n := len(g.Hosts); n > MostNamed {
		return g.Hosts[0].ID + " … " + g.Hosts[n-1].ID
	}
	var ids []string
	for _, h := range g.Hosts {
		ids = append(ids, h.ID)
	}
	return strings.Join(ids, ", ")
}

// A Run is a component of a certain release that hosts run.
type Run struct {
	model.Place
	Host *model.Deployed // the first host that runs it
}

// Runs lists what the hosts run.
func (g *Group) Runs() []Run {
	var all []Run
	type run struct {
		place   model.Place
		release string
	}
	seen := make(map[run]bool)
	for _, h := range g.Hosts {
		for _, at := range h.Runs {
			r := run{at, h.Releases[at.Product()]}
			if !seen[r] {
				seen[r] = true
				all = append(all, Run{at, h})
			}
		}
	}
	return all
}

// MostNamed is the maximum number of alike hosts that are named and described individually; more
// are described together.
const MostNamed = 3

// Alike groups hosts that differ only in names and addresses: they have the same zone, system,
// components and sockets, and take part in the same permits.
func Alike(d *model.Deployment) []*Group {
	part := parts(slices.Concat(d.Permits, d.Local))
	sockets := make(map[*model.Socket]string) // by the first socket: alike hosts share the list
	return groupBy(d, func(h *model.Deployed) string {
		open := ""
		if len(h.Sockets) > 0 {
			if sockets[h.Sockets[0]] == "" {
				sockets[h.Sockets[0]] = socketsKey(h.Sockets)
			}
			open = sockets[h.Sockets[0]]
		}
		return fmt.Sprintf("%q", []string{
			h.NetZone, h.OS, h.OSVersion, fmt.Sprint(h.Count > 1), strings.Join(runs(h), " "), part[h], open,
		})
	})
}

// AlikeOutside groups hosts that differ, as seen from the network, only in names and addresses:
// they have the same zone, and take part in the same permits.
func AlikeOutside(d *model.Deployment) []*Group {
	part := parts(d.Permits)
	return groupBy(d, func(h *model.Deployed) string {
		return fmt.Sprintf("%q", []string{h.NetZone, fmt.Sprint(h.Count > 1), part[h]})
	})
}

// parts distinguishes hosts by the permits that they are an end of, and by which end.
func parts(permits []*model.Permit) map[*model.Deployed]string {
	part := make(map[*model.Deployed][]byte)
	for i, p := range permits {
		for side, ends := range [][]*model.End{p.From, p.To, p.Via} {
			for _, e := range ends {
				if e.Host != nil {
					part[e.Host] = fmt.Appendf(part[e.Host], "%d.%d ", i, side)
				}
			}
		}
	}
	all := make(map[*model.Deployed]string, len(part))
	for h, key := range part {
		sum := sha256.Sum256(key) // for many permits, the key is long
		all[h] = string(sum[:])
	}
	return all
}

func socketsKey(list []*model.Socket) string {
	hash := sha256.New()
	for _, s := range list {
		fmt.Fprintf(hash, "%q %q %q %v %t %q %q\n", s.Place, s.Listener.ID, s.Transport, s.Ports, s.Dynamic, s.Bind, s.Phase)
	}
	return string(hash.Sum(nil))
}

// The ways in which Sum groups hosts.
const (
	ByHost    = "host"    // alike hosts
	ByProduct = "product" // hosts in a zone that run the same products
	ByZone    = "zone"
)

// Sum returns the traffic of a deployment. It groups hosts until neither the groups nor the
// ways exceed their limits, or there is one group for each zone; 0 ways means any number. by
// tells how it grouped them.
func Sum(d *model.Deployment, groups, ways int) (t *Traffic, by string) {
	fits := func(g []*Group) bool {
		if len(g) > groups {
			return false
		}
		t = NewTraffic(d, g)
		return ways == 0 || len(t.Ways) <= ways
	}
	if fits(Alike(d)) {
		return t, ByHost
	}
	if fits(groupBy(d, func(h *model.Deployed) string {
		var products []string
		for _, at := range h.Runs {
			products = append(products, at.Product())
		}
		slices.Sort(products)
		return fmt.Sprintf("%q", append([]string{h.NetZone}, slices.Compact(products)...))
	})) {
		return t, ByProduct
	}
	return NewTraffic(d, Zones(d)), ByZone
}

// Zones groups hosts by zone.
func Zones(d *model.Deployment) []*Group {
	return groupBy(d, func(h *model.Deployed) string { return h.NetZone })
}

// groupBy groups hosts by a key, in the order of the first host of each group.
func groupBy(d *model.Deployment, key func(*model.Deployed) string) []*Group {
	var all []*Group
	byKey := make(map[string]*Group)
	for _, h := range d.Hosts {
		k := key(h)
		if byKey[k] == nil {
			byKey[k] = &Group{Zone: h.NetZone}
			all = append(all, byKey[k])
		}
		byKey[k].Hosts = append(byKey[k].Hosts, h)
	}
	return all
}

func runs(h *model.Deployed) []string {
	var all []string
	for _, at := range h.Runs {
		name := string(at)
		if v := h.Releases[at.Product()]; v != "" {
			name += "@" + v
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
