package resolve_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

var loadCatalog = sync.OnceValues(func() (*load.Result, error) { return load.Embedded(context.Background()) })

// catalog returns the products that come with portspec, which tests must not change.
func catalog(t testing.TB) *model.Catalog {
	t.Helper()
	result, err := loadCatalog()
	if err != nil || result.Findings.HasErrors() {
		t.Fatal(err, result.Findings)
	}
	return result.Catalog
}

// example returns a site of specs/sites.
func example(t testing.TB, id string) *site {
	t.Helper()
	return fromJSON(t, specs(t).sites[id])
}

func fromJSON(t testing.TB, data []byte) *site {
	t.Helper()
	s := new(site)
	if err := json.Unmarshal(data, s); err != nil {
		t.Fatal(err)
	}
	return s
}

// clone returns a copy that can be changed.
func (s *site) clone(t testing.TB) *site { return fromJSON(t, []byte(toJSON(t, s))) }

// model returns the site as the loader would. Everything has its own line, because equal
// findings on a line are merged.
func (s *site) model() *model.Site {
	m := &model.Site{ID: s.Site}
	positions := make(map[model.Path]diag.Position)
	for _, id := range slices.Concat(keys(s.Products), keys(s.Services), keys(s.Hosts)) {
		for _, kind := range []string{"products", "services", "hosts"} {
			positions[model.PathOf(kind, id)] = diag.Position{File: "site.cue", Line: len(positions) + 1, Column: 1}
		}
	}
	m.Positions = model.NewPositions(maps.All(positions))
	for _, id := range keys(s.Products) {
		u := s.Products[id]
		use := &model.Use{Product: id, Release: u.Release, Features: make(map[string][]string), Ports: make(map[string]map[string]model.PortRange), Without: u.Without}
		for f, v := range u.Features {
			switch v := v.(type) {
			case bool:
				use.Features[f] = []string{map[bool]string{true: "on", false: "off"}[v]}
			case string:
				use.Features[f] = []string{v}
			case []string:
				use.Features[f] = v
			}
		}
		for c, ports := range u.Ports {
			use.Ports[c] = ranges(ports)
		}
		m.Products = append(m.Products, use)
	}
	for _, id := range keys(s.Services) {
		at := s.Services[id]
		m.Services = append(m.Services, &model.Location{What: id, Zone: at.Zone, Endpoints: model.Endpoints{Names: at.Names, Addresses: at.Addresses}})
	}
	for _, id := range keys(s.Zones) {
		m.Zones = append(m.Zones, &model.NetworkZone{ID: id, Networks: s.Zones[id].Networks})
	}
	for _, id := range keys(s.Hosts) {
		h := s.Hosts[id]
		host := &model.Host{
			ID: id, OS: h.OS, Addresses: h.Addresses, Names: h.Names, Count: max(h.Count, 1), Zone: h.Zone, Releases: h.Releases,
			Ports: make(map[model.Place]map[string]model.PortRange),
		}
		for _, at := range h.Runs {
			host.Runs = append(host.Runs, model.Place(at))
		}
		for at, ports := range h.Ports {
			host.Ports[model.Place(at)] = ranges(ports)
		}
		m.Hosts = append(m.Hosts, host)
	}
	return m
}

func ranges(ports map[string]span) map[string]model.PortRange {
	all := make(map[string]model.PortRange)
	for l, s := range ports {
		all[l] = model.PortRange(s)
	}
	return all
}

// refusals returns portspec's errors in the notation of the judge.
func refusals(c *model.Catalog, s *site) map[string]bool {
	_, found := resolve.Site(c, s.model())
	return errorsOf(found)
}

func errorsOf(found diag.List) map[string]bool {
	all := make(map[string]bool)
	for _, f := range found {
		if f.Severity == diag.Error {
			all[string(f.Code)+" "+where(f)] = true
		}
	}
	return all
}

// A mutant is a site with one fact changed.
type mutant struct {
	kind, what string
	make       func() *site
}

// mutants lists all changes of one fact of a site.
func mutants(t testing.TB, s *site, products map[string]*product) []mutant {
	var all []mutant
	add := func(kind, what string, change func(*site)) {
		all = append(all, mutant{kind, what, func() *site {
			other := s.clone(t)
			if other.Products == nil {
				other.Products = make(map[string]use)
			}
			change(other)
			return other
		}})
	}
	var places []string
	for _, p := range keys(products) {
		for _, c := range keys(products[p].Components) {
			places = append(places, p+"/"+c)
		}
		for _, f := range keys(products[p].Features) {
			for _, v := range products[p].Features[f].values() {
				add("feature", fmt.Sprintf("%s %s: %s", p, f, v), func(s *site) {
					u := s.Products[p]
					u.Features = maps.Clone(u.Features)
					if u.Features == nil {
						u.Features = make(map[string]any)
					}
					u.Features[f] = v
					if len(products[p].Features[f].Choices) == 0 {
						u.Features[f] = v == "on"
					}
					s.Products[p] = u
				})
			}
		}
	}
	for _, id := range keys(s.Services) {
		add("service", "without "+id, func(s *site) { delete(s.Services, id) })
	}
	for _, id := range keys(s.Zones) {
		add("zone", "without "+id, func(s *site) { delete(s.Zones, id) })
	}
	alike := make(map[string]bool)
	for _, id := range keys(s.Hosts) {
		edit := func(kind, what string, change func(*host)) {
			add(kind, id+" "+what, func(s *site) {
				h := s.Hosts[id]
				change(&h)
				s.Hosts[id] = h
			})
		}
		placeMutants(s, id, edit)
		// Of hosts that are alike, only one gets other components.
		if h := s.Hosts[id]; !alike[fmt.Sprint(h.OS, h.Runs, h.Ports)] {
			alike[fmt.Sprint(h.OS, h.Runs, h.Ports)] = true
			runMutants(h, products, places, edit)
		}
	}
	return all
}

// runMutants changes the components of a host, and their ports.
func runMutants(h host, products map[string]*product, places []string, edit func(kind, what string, change func(*host))) {
	var numbers []int
	for _, at := range h.Runs {
		for _, l := range componentAt(products, at).Listeners {
			for _, o := range l.open() {
				numbers = append(numbers, o.From)
			}
		}
	}
	slices.Sort(numbers)
	numbers = append(slices.Compact(numbers), 65000)
	for i, at := range h.Runs {
		edit("runs removed", at, func(h *host) { h.Runs = slices.Delete(h.Runs, i, i+1) })
		for _, other := range places {
			if !slices.Contains(h.Runs, other) {
				edit("runs replaced", at+" by "+other, func(h *host) { h.Runs[i] = other })
			}
		}
		for _, l := range keys(componentAt(products, at).Listeners) {
			for _, n := range numbers {
				edit("port", fmt.Sprintf("%s.%s: %d", at, l, n), func(h *host) {
					h.Ports = map[string]map[string]span{at: {l: {n, n}}}
				})
			}
		}
	}
	for _, other := range places {
		if !slices.Contains(h.Runs, other) {
			edit("runs added", other, func(h *host) { h.Runs = append(h.Runs, other) })
		}
	}
}

// placeMutants changes the system, the addresses, the zone and the number of a host.
func placeMutants(s *site, id string, edit func(kind, what string, change func(*host))) {
	for _, os := range []string{"", "windows", "linux", "macos", "igel-os"} {
		edit("os", "has "+os, func(h *host) { h.OS = os })
	}
	for _, other := range keys(s.Hosts) {
		if o := s.Hosts[other]; other != id {
			edit("address", "of "+other, func(h *host) { h.Addresses = o.Addresses })
		}
	}
	for _, z := range append(keys(s.Zones), "nowhere") {
		edit("zone", "in "+z, func(h *host) { h.Zone = z })
	}
	for _, n := range []int{1, 2, 100} {
		edit("count", fmt.Sprint(n), func(h *host) { h.Count = n })
	}
}
