package golang

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

func TestPackageNames(t *testing.T) {
	for _, c := range []struct{ ids, want string }{
		{"igel-ums profileunity", "igelums profileunity"},
		{"a-b ab", "a_b ab"},
		{"a-b a-b-c ab-c", "ab a_b_c ab_c"},
		{"go type main internal vendor testdata documentation cmd", "goports typeports mainports internalports vendorports testdataports documentationports cmdports"},
		{"go goports", "go_ports goports_ports"},
		{"1e-shopping 7", "ports1eshopping ports7"},
		{"a-test a-te-st atest", "a_testports a_te_st atest"},
	} {
		var products []*model.Product
		for _, id := range strings.Fields(c.ids) {
			products = append(products, &model.Product{ID: id})
		}
		for range 2 {
			names := packageNames(products)
			var got []string
			for _, id := range strings.Fields(c.ids) {
				i := slices.IndexFunc(products, func(p *model.Product) bool { return p.ID == id })
				got = append(got, names[i])
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("%s: %s, want %s", c.ids, got, c.want)
			}
			if distinct := slices.Compact(slices.Sorted(slices.Values(names))); len(distinct) != len(products) {
				t.Errorf("%s: packages with the same name: %v", c.ids, names)
			}
			slices.Reverse(products)
		}
	}
}

// colliding has several things that would get the same name.
func colliding() *model.Product {
	port := func(id string, n int) *model.Listener {
		return &model.Listener{
			ID: id, Purpose: "Something", Transports: []string{"tcp"}, Bind: "any",
			PortStatement: model.PortStatement{Ports: []model.PortRange{{From: n, To: n}}},
		}
	}
	return &model.Product{
		ID: "colliding", Name: "Colliding", Version: "1", Vendor: "V",
		Components: []*model.Component{
			{ID: "a", Name: "A", Listeners: []*model.Listener{port("b-c", 1), port("x", 2)}},
			{ID: "a-b", Name: "A-B", Listeners: []*model.Listener{port("c", 3), port("b-x", 4)}},
			{ID: "i-d", Name: "I-D", Listeners: []*model.Listener{port("x", 5)}},
			{ID: "id", Name: "ID", Listeners: []*model.Listener{port("x", 6)}},
			{ID: "product", Name: "Product"}, // ProductID is taken
			{ID: "3rd-party", Name: "Third", Listeners: []*model.Listener{port("web", 7)}},
			{ID: "copy-each", Name: "c"},
		},
		Features: []*model.Feature{
			{ID: "port", Name: "Port", Choices: []model.Choice{{ID: "range", Name: "R"}}, Default: "range"}, // PortRange is a type
			{ID: "listener", Name: "L", Choices: []model.Choice{{ID: "id", Name: "R"}}},                     // and ListenerID
		},
	}
}

func TestCollisions(t *testing.T) {
	c := &model.Catalog{Products: []*model.Product{colliding()}}
	files, findings := Generate(c)
	got := constantsOf(t, files, "colliding")
	for name, want := range map[string]any{
		"A_BCPort": int64(1), "AXPort": int64(2), "AB_CPort": int64(3), "ABXPort": int64(4),
		"I_D__X__Port": int64(5), "ID__X__Port": int64(6), "X3rdPartyWebPort": int64(7),
		"Product_ID": "product", "FeaturePort": "port", "FeaturePortRange": "range", "FeatureListenerID": "id",
		"ProductID": "colliding", "CopyEachID": "copy-each",
	} {
		if got[name] != want {
			t.Errorf("%s = %v, want %v", name, got[name], want)
		}
	}
	var messages []string
	for _, f := range findings {
		if f.Code != "PS4101" || f.Severity != diag.Info || f.Hint == "" {
			t.Errorf("unexpected %+v", f)
		}
		messages = append(messages, f.Message)
	}
	const want = "the Go name ABCPort in colliding is needed twice or already in use, so listener b-c of a (Port) is A_BCPort, listener c of a-b (Port) is AB_CPort"
	if !slices.Contains(messages, want) || len(messages) != 6 {
		t.Errorf("findings:\n%s", strings.Join(messages, "\n"))
	}

	slices.Reverse(c.Products[0].Components)
	files, _ = Generate(c)
	if again := constantsOf(t, files, "colliding"); !maps.Equal(got, again) {
		t.Errorf("in another order of components: %v, want %v", again, got)
	}
}

func TestNoNameLeft(t *testing.T) {
	p := &model.Product{ID: "p", Components: []*model.Component{{ID: "1", Name: "One"}, {ID: "x1", Name: "Two"}}}
	_, findings := Generate(&model.Catalog{Products: []*model.Product{p}})
	if len(findings) != 1 || findings[0].Severity != diag.Warning ||
		findings[0].Message != "the Go name X1ID in p is needed twice or already in use, so component 1 (ID) has none, component x1 (ID) has none" {
		t.Errorf("findings: %+v", findings)
	}
}
