package resolve_test

import (
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/bench/products"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// TestCrowds limits the number of pairs: every pair across products that cannot share a host is
// then in a crowd, and those within a product are still listed.
func TestCrowds(t *testing.T) {
	c, err := products.Generated(3)
	if err != nil {
		t.Fatal(err)
	}
	all, none := resolve.Pairs(c, 0)
	pairs, crowds := resolve.Pairs(c, 1)
	if len(none) > 0 || len(crowds) == 0 {
		t.Fatalf("%d crowds without a limit, %d with one", len(none), len(crowds))
	}
	across := 0
	for _, pair := range all {
		if pair.A.Product() == pair.B.Product() {
			if !slices.ContainsFunc(pairs, func(p *model.Pair) bool { return p.A == pair.A && p.B == pair.B }) {
				t.Errorf("%s and %s of one product are not listed", pair.A, pair.B)
			}
			continue
		}
		across++
		if !slices.ContainsFunc(crowds, func(c *model.Crowd) bool {
			return slices.Contains(c.Places, pair.A) && slices.Contains(c.Places, pair.B)
		}) {
			t.Errorf("%s and %s are in no crowd", pair.A, pair.B)
		}
	}
	if across == 0 {
		t.Error("no pair across products was tried")
	}
}
