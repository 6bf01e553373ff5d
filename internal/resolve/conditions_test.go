package resolve_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// TestConditions resolves sites with all choices of the features of random products. A flow is
// permitted if and only if the combined condition of its connection and talker holds.
func TestConditions(t *testing.T) {
	choices := allChoices()
	permitted, bySeveral, never := 0, 0, 0
	for seed := range uint64(60) {
		p := conditioned(maker{rand.New(rand.NewPCG(seed, 3007))})
		ever := make(map[*model.Connection]bool)
		connections := p.Connections()
		for _, choice := range choices {
			want := make(map[string]bool)
			for _, c := range connections {
				for _, from := range c.From {
					when := p.And(c.When, from.When)
					if !meets(choice, when) {
						continue
					}
					want[fmt.Sprintf("%s: %s > %s.%s", c.Flow.ID, from.ID, c.To.ID, c.Listener.ID)] = true
					if len(when["many"]) > 1 {
						bySeveral++
					}
				}
			}
			got := permittedWith(t, p, choice, connections, ever)
			if !maps.Equal(got, want) {
				t.Fatalf("seed %d, %v: permitted, but not by conditions: %s; by conditions alone: %s", seed, choice, without(got, want), without(want, got))
			}
			permitted += len(got)
		}
		for _, c := range connections {
			if len(c.From) > 1 {
				continue // the condition of a connection with several talkers is only necessary
			}
			if f := c.When.Never(); (f != "") == ever[c] {
				t.Errorf("seed %d: flow %s to %s is permitted by some choice: %v; its condition can never hold because of %q: %v", seed, c.Flow.ID, c.Listener.ID, ever[c], f, c.When)
			}
			if !ever[c] {
				never++
			}
		}
	}
	if permitted < 1000 || bySeveral < 100 || never < 30 {
		t.Errorf("%d permits, %d by several values of one feature, %d flows that nothing permits", permitted, bySeveral, never)
	}
}

// allChoices returns all values that the features of a conditioned product can have.
func allChoices() []map[string][]string {
	var all []map[string][]string
	for many := 1; many < 8; many++ {
		for _, one := range []string{"a", "b", "c"} {
			for _, ha := range []string{"on", "off"} {
				c := map[string][]string{"one": {one}, "ha": {ha}}
				for i, v := range []string{"a", "b", "c"} {
					if many>>i&1 == 1 {
						c["many"] = append(c["many"], v)
					}
				}
				all = append(all, c)
			}
		}
	}
	return all
}

// meets reports whether one value of each list of a condition is chosen.
func meets(choice map[string][]string, w model.When) bool {
	for f, lists := range w {
		for _, values := range lists {
			met := false
			for _, v := range values {
				met = met || slices.Contains(choice[f], v)
			}
			if !met {
				return false
			}
		}
	}
	return true
}

// conditioned makes a product in which most things have conditions.
func conditioned(m maker) *model.Product {
	abc := []model.Choice{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	p := &model.Product{ID: "p", Version: "1", Features: []*model.Feature{
		{ID: "one", Choices: abc}, {ID: "many", Choices: abc, Several: true}, {ID: "ha", Default: "off"},
	}}
	when := func() model.Conditions {
		w := model.When{}
		for _, f := range p.Features {
			if m.chance(40) {
				w[f.ID] = [][]string{some(m, f.Values(), 2)}
			}
		}
		return model.Conditions{When: w}
	}
	for i := range 3 {
		port := 100 + i
		p.Components = append(p.Components, &model.Component{
			ID: fmt.Sprint("c", i), Kind: model.Software, Conditions: when(),
			Listeners: []*model.Listener{{
				ID: "l", Transports: []string{"tcp"}, Bind: "any", Conditions: when(),
				PortStatement: model.PortStatement{Ports: []model.PortRange{{From: port, To: port}}},
			}},
		})
	}
	for i := range 4 {
		ends := m.Perm(3)
		from := []string{fmt.Sprint("c", ends[0])}
		if m.chance(30) {
			from = append(from, fmt.Sprint("c", ends[1]))
		}
		p.Flows = append(p.Flows, &model.Flow{
			ID: fmt.Sprint("f", i), From: from, Scope: "network", Delivery: "unicast", Conditions: when(),
			To: []model.Target{{Component: fmt.Sprint("c", ends[2]), Listeners: []string{"l"}}},
		})
	}
	return p
}

// permittedWith resolves a site in which each component that exists with a choice runs on its
// own host, and adds the connections that it permits.
func permittedWith(t *testing.T, p *model.Product, choice map[string][]string, all []*model.Connection, ever map[*model.Connection]bool) map[string]bool {
	site := &model.Site{ID: "s", Products: []*model.Use{{Product: p.ID, Features: choice}}}
	for i, c := range p.Components {
		if meets(choice, c.When) {
			site.Hosts = append(site.Hosts, &model.Host{ID: c.ID, Count: 1, Addresses: []string{fmt.Sprint("10.0.0.", i+1)}, Runs: []model.Place{model.PlaceOf(p.ID, c.ID)}})
		}
	}
	if len(site.Hosts) == 0 {
		return nil
	}
	d, found := resolve.Site(&model.Catalog{Products: []*model.Product{p}}, site)
	if found.HasErrors() {
		t.Fatal(found)
	}
	got := make(map[string]bool)
	for _, permit := range d.Permits {
		for _, from := range permit.From {
			got[fmt.Sprintf("%s: %s > %s.%s", permit.Connection.Flow.ID, from.Place.Component(), permit.Connection.To.ID, permit.Connection.Listener.ID)] = true
		}
		for _, c := range all {
			if c.Flow == permit.Connection.Flow && c.To == permit.Connection.To {
				ever[c] = true
			}
		}
	}
	return got
}
