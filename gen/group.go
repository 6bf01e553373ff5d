package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A Group is hosts of a site that are shown as one.
type Group struct {
	Hosts []*model.Deployed // at least one, in the site's order
	Zone  string            // where all of them are; "" for none
}

// Machines is how many machines the hosts are.
func (g *Group) Machines() int {
	n := 0
	for _, h := range g.Hosts {
		n += h.Count
	}
	return n
}

// Names is "ums1", "ums1, ums2" or, of more than three, "desk001 … desk150".
func (g *Group) Names() string {
	if n := len(g.Hosts); n > 3 {
		return g.Hosts[0].ID + " … " + g.Hosts[n-1].ID
	}
	var ids []string
	for _, h := range g.Hosts {
		ids = append(ids, h.ID)
	}
	return strings.Join(ids, ", ")
}

// A Run is a component that hosts run, of one release.
type Run struct {
	model.Place
	Host *model.Deployed // the first that does
}

// Runs lists what runs on any of the hosts.
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

// Alike groups hosts that nothing tells apart but their names and addresses:
// the same zone, system and components, and a part in the same permits.
func Alike(d *model.Deployment) []*Group {
	part := make(map[*model.Deployed][]string)
	for i, p := range slices.Concat(d.Permits, d.Local) {
		for side, ends := range [][]*model.End{p.From, p.To, p.Via} {
			for _, e := range ends {
				if e.Host != nil {
					part[e.Host] = append(part[e.Host], fmt.Sprint(i, ".", side))
				}
			}
		}
	}
	return groupBy(d, func(h *model.Deployed) string {
		return fmt.Sprintf("%q", []string{
			h.NetZone, h.OS, h.OSVersion, fmt.Sprint(h.Count > 1), strings.Join(runs(h), " "), strings.Join(part[h], " "),
		})
	})
}

// How Sum took hosts together.
const (
	ByHost    = "host"    // those that are alike
	ByProduct = "product" // those of a zone that run the same products
	ByZone    = "zone"
)

// Sum is the traffic of a deployment with hosts taken together until there are no
// more than so many groups and ways, or one group a zone; 0 ways is any number.
// It says how hosts were taken together.
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
	return NewTraffic(d, groupBy(d, func(h *model.Deployed) string { return h.NetZone })), ByZone
}

// groupBy groups hosts by a key, in the order of their first.
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
