package resolve_test

import (
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// TestPairs compares the pairs with what the resolver reports for every two components on each
// operating system.
func TestPairs(t *testing.T) {
	c := catalog(t)
	pairs, _ := resolve.Pairs(c, 0)
	tried, never := 0, 0
	for i, p := range c.Products {
		for x, a := range p.Components {
			for j, q := range c.Products[i:] {
				for y, b := range q.Components {
					if j == 0 && y <= x {
						continue
					}
					at, other := model.PlaceOf(p.ID, a.ID), model.PlaceOf(q.ID, b.ID)
					n := slices.IndexFunc(pairs, func(p *model.Pair) bool { return p.A == at && p.B == other })
					site, exist := resolve.PairSite(c, at, other)
					if !exist {
						never++
						if n >= 0 {
							t.Errorf("%s and %s are a pair, but no features allow both", at, other)
						}
						continue
					}
					tried++
					if a.Kind == model.Device && b.Kind == model.Device {
						if n >= 0 {
							t.Errorf("%s and %s are a pair, but are different machines", at, other)
						}
						continue
					}
					for _, os := range resolve.PairSystems {
						site.Hosts[0].OS = os
						_, found := resolve.Site(c, site)
						listed := n >= 0 && slices.Contains(pairs[n].OS, os)
						if found.HasErrors() != listed {
							t.Errorf("%s and %s on %s: listed: %t, resolver: %v", at, other, os, listed, found.Sort())
						}
					}
				}
			}
		}
	}
	t.Logf("%d pairs tried: %d cannot exist together, %d cannot share a host", tried, never, len(pairs))
	if len(pairs) == 0 || len(pairs) == tried {
		t.Error("no pair, or no pair that can share a host, was tried")
	}
	for _, p := range pairs {
		if len(p.Reasons) == 0 || len(p.WaysOut) == 0 {
			t.Errorf("%s and %s: no reason or no way out", p.A, p.B)
		}
	}
}

// TestSharedServiceIsNoPair runs two products' views of one directory on one host.
func TestSharedServiceIsNoPair(t *testing.T) {
	c := catalog(t)
	pairs, _ := resolve.Pairs(c, 0)
	for _, p := range pairs {
		a, b := c.Product(p.A.Product()).Component(p.A.Component()), c.Product(p.B.Product()).Component(p.B.Component())
		if a.Service != "" && a.Service == b.Service {
			t.Errorf("%s and %s are a pair, but are both %s", p.A, p.B, a.Service)
		}
	}
	site, _ := resolve.PairSite(c, "profileunity/domain-controller", "shopping/active-directory")
	site.Hosts[0].OS = "windows"
	if _, found := resolve.Site(c, site); slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Severity == diag.Error }) {
		t.Errorf("one Active Directory for two products: %v", found)
	}
}
