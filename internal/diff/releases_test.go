package diff_test

import (
	"reflect"
	"testing"

	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
)

// TestReleases compares catalogues with several releases of a product: Apply makes the new
// catalogue from the old one.
func TestReleases(t *testing.T) {
	release := func(version, after, purpose string) *model.Product {
		return &model.Product{
			ID: "tool", Name: "Tool", Vendor: "Example", Version: version, After: after, Description: "A tool.",
			Sources: []*model.Source{}, Features: []*model.Feature{}, Rules: []*model.Rule{}, Errata: []*model.Erratum{},
			Components: []*model.Component{{ID: "agent", Name: "Agent", Listeners: []*model.Listener{}}},
			Flows:      []*model.Flow{{ID: "report", From: []string{"agent"}, To: []model.Target{}, Purpose: purpose, Cite: []string{}}},
		}
	}
	catalog := func(products ...*model.Product) *model.Catalog {
		return &model.Catalog{Products: products, Services: []*model.Service{}}
	}
	one, two, other := release("1", "", "Reports"), release("2", "1", "Reports"), release("2", "1", "Measurements")
	for name, test := range map[string]struct {
		old, new *model.Catalog
		products []string // with changes
	}{
		"a second release":   {catalog(one), catalog(two, one), []string{"tool@2 added"}},
		"a removed release":  {catalog(two, one), catalog(two), []string{"tool@1 removed"}},
		"a changed release":  {catalog(two, one), catalog(other, one), []string{"tool@2 changed"}},
		"the same":           {catalog(two, one), catalog(two, one), nil},
		"in another order":   {catalog(two, one), catalog(one, two), nil},
		"a replaced release": {catalog(one), catalog(two), []string{"tool changed"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := diff.Compare(test.old, test.new)
			var products []string
			for _, p := range c.Products {
				products = append(products, p.ID+" "+string(p.Kind))
			}
			if !reflect.DeepEqual(products, test.products) {
				t.Errorf("got %q, want %q", products, test.products)
			}
			made, err := c.Apply(test.old)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(made, test.new) {
				t.Errorf("Apply returned %+v", made)
			}
			if err := diff.Check(test.new); err != nil {
				t.Error(err)
			}
		})
	}
}
