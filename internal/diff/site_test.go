package diff

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// TestSites resolves the example sites with random ports and names, and holds
// the delta against the rules of both sides: with it, the old ones become the
// new ones.
func TestSites(t *testing.T) {
	loaded, err := load.Workspace(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Sites) == 0 {
		t.Fatal("no sites in the workspace")
	}
	deltas := 0
	for i := range 30 {
		r := rand.New(rand.NewPCG(*seed+uint64(i), 11))
		site := loaded.Sites[i%len(loaded.Sites)]
		old, new := moved(loaded.Catalog, r), moved(loaded.Catalog, r)
		was, _ := resolve.Site(old, site)
		is, _ := resolve.Site(new, site)
		c := Compare(old, new)
		list := CompareDeployments(was, is, c)
		deltas += len(list)
		if self := CompareDeployments(was, was, Compare(old, old)); len(self) > 0 {
			t.Fatalf("a site differs from itself: %s", encode(self))
		}
		var mirrored []*SiteChange
		for _, x := range list {
			mirrored = append(mirrored, x.mirror())
		}
		sortSite(mirrored)
		if back := CompareDeployments(is, was, c.Mirror()); !bytes.Equal(encode(back), encode(mirrored)) {
			t.Fatalf("seed %d: not the mirror%s", *seed+uint64(i), around(encode(back), encode(mirrored)))
		}
		if got, want := applied(was, list), texted(is, nil); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %d rules with the delta, want %d", *seed+uint64(i), len(got), len(want))
		}
	}
	t.Logf("30 pairs of sites, %d deltas of rules", deltas)
	if deltas == 0 {
		t.Error("nothing differs")
	}
}

// moved is a catalogue in which some ports are others and some flows and
// listeners are called otherwise or gone.
func moved(c *model.Catalog, r *rand.Rand) *model.Catalog {
	made := &model.Catalog{Services: c.Services}
	for _, p := range c.Products {
		n := &names{}
		for _, f := range p.Flows {
			if r.IntN(10) == 0 {
				n.flows.add(f.ID, f.ID+"-renamed")
			}
		}
		for _, x := range p.Components {
			for _, l := range x.Listeners {
				if x.Service == "" && r.IntN(10) == 0 {
					within(&n.listeners, x.ID).add(l.ID, l.ID+"-renamed")
				}
			}
		}
		q := n.product(p)
		for _, x := range q.Components {
			for _, l := range x.Listeners {
				if len(l.Ports) > 0 && r.IntN(10) == 0 {
					l.Ports = []model.PortRange{{From: 2000 + r.IntN(60000), To: 64000}}
				}
			}
		}
		q.Flows = slices.DeleteFunc(q.Flows, func(f *model.Flow) bool {
			f.Optional = f.Optional != (r.IntN(10) == 0)
			return r.IntN(20) == 0 && !slices.ContainsFunc(q.Flows, func(g *model.Flow) bool { return slices.Contains(g.InsteadOf, f.ID) })
		})
		made.Products = append(made.Products, q)
	}
	return made
}

// applied is the rules of a deployment after a delta, as texts without ids, which
// the catalogue may call otherwise.
func applied(d *model.Deployment, list []*SiteChange) []string {
	gone := make(map[string]int)
	var came []string
	seen := make(map[string]bool)
	for _, x := range list {
		if x.Before != nil {
			// One rule may differ in two ways; it is taken out and put in once.
			key := x.Host + string(encode(x.Before))
			if x.After != nil && seen[key] {
				continue
			}
			seen[key] = true
			gone[x.Host+plain(x.Before)]++
		}
		if x.After != nil {
			came = append(came, x.Host+plain(x.After))
		}
	}
	return slices.Sorted(slices.Values(append(texted(d, gone), came...)))
}

// texted is the rules of a deployment but for some, sorted.
func texted(d *model.Deployment, without map[string]int) []string {
	var all []string
	for host, rules := range rulesOf(d) {
		for _, r := range rules {
			text := host + plain(r)
			if without[text] > 0 {
				without[text]--
				continue
			}
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return all
}

func plain(r *Rule) string {
	bare := *r
	bare.Flow, bare.Listener = "", ""
	bare.Ports = merge(r.Ports)
	return string(encode(bare))
}
