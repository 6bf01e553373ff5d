package targets

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/resolve"
)

// permitSites returns the example sites, and random sites of the same products.
func permitSites(t *testing.T) []*model.Deployment {
	t.Helper()
	result, err := load.Workspace(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	var all []*model.Deployment
	for _, s := range result.Sites {
		all = append(all, policytest.Resolved(t, result.Available, s))
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 1000 {
		d := repaired(r, result.Available, randomSite(r, result.Available, fmt.Sprintf("random-%d", len(all))))
		if d != nil && len(d.Permits) > 5 {
			all = append(all, d)
		}
		if len(all) == 13 {
			return all
		}
	}
	t.Fatalf("only %d sites", len(all))
	return nil
}

// repaired resolves a site after removing what is wrong in it; nil if that fails.
func repaired(r *rand.Rand, c *model.Catalog, s *model.Site) *model.Deployment {
	errors := func() (*model.Deployment, int) {
		d, found := resolve.Site(c, s)
		n := 0
		for _, f := range found {
			if f.Severity == diag.Error {
				n++
			}
		}
		return d, n
	}
	d, n := errors()
	for range 40 {
		if n == 0 {
			return d
		}
		h := s.Hosts[r.IntN(len(s.Hosts))]
		if len(h.Runs) == 0 {
			continue
		}
		runs := h.Runs
		i := r.IntN(len(runs))
		h.Runs = slices.Delete(slices.Clone(runs), i, i+1)
		if other, fewer := errors(); fewer < n {
			d, n = other, fewer
		} else {
			h.Runs = runs
		}
	}
	return nil
}

// randomSite returns a site of a few hosts and networks that run random components.
func randomSite(r *rand.Rand, c *model.Catalog, id string) *model.Site {
	s := &model.Site{ID: id, Name: "Random " + id}
	var places []model.Place
	for _, p := range c.Products {
		use := &model.Use{Product: p.ID, Features: map[string][]string{}}
		for _, f := range p.Features {
			if values := f.Values(); f.Default == "" || r.IntN(2) == 0 {
				use.Features[f.ID] = []string{values[r.IntN(len(values))]}
			}
		}
		s.Products = append(s.Products, use)
		for _, component := range p.Components {
			if component.Kind != model.Any && component.Kind != model.Zone && component.Kind != model.UnknownKind {
				places = append(places, model.PlaceOf(p.ID, component.ID))
			}
		}
	}
	for i := range 3 + r.IntN(5) {
		h := &model.Host{ID: fmt.Sprintf("host%d", i), OS: []string{"windows", "linux"}[r.IntN(2)], Count: 1}
		switch r.IntN(5) {
		case 0:
			h.Count, h.Addresses = 20, []string{fmt.Sprintf("10.%d.0.0/16", i), fmt.Sprintf("fd00:%d::/64", i)}
		case 1:
			h.Names = []string{h.ID + ".example"}
		default:
			h.Addresses = []string{fmt.Sprintf("10.%d.1.%d", i, 1+r.IntN(200)), fmt.Sprintf("fd00:%d::%d", i, 1+r.IntN(200))}
		}
		for range 2 + r.IntN(4) {
			if at := places[r.IntN(len(places))]; !slices.Contains(h.Runs, at) {
				h.Runs = append(h.Runs, at)
			}
		}
		s.Hosts = append(s.Hosts, h)
	}
	if one := s.Hosts[r.IntN(len(s.Hosts))]; r.IntN(2) == 0 && one.Count == 1 { // several hosts that are alike
		for i := range 2 + r.IntN(4) {
			h := *one
			h.ID, h.Addresses, h.Runs = fmt.Sprintf("%s-%d", one.ID, i), []string{fmt.Sprintf("10.99.1.%d", 1+i)}, slices.Clone(one.Runs)
			s.Hosts = append(s.Hosts, &h)
		}
	}
	return s
}
