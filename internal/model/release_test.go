package model_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

func TestChain(t *testing.T) {
	for _, c := range []struct {
		all   string // versions, each with < and its predecessor
		order string
		wrong string
	}{
		{"1", "1", ""},
		{"1<0", "1", ""},
		{"2<1 1", "2 1", ""},
		{"1 2<1 3<2", "3 2 1", ""},
		{"10<9 9<8 11<10", "11 10 9", ""},
		{"1 2", "1 2", "2 unordered beside 1"},
		{"1 2<0", "1 2", "2 unordered beside 1"},
		{"1 2<1 3<1", "2 1 3", "3 after the same as 2"},
		{"1<2 2<1", "1 2", "1 circular by 2, 2 circular by 1"},
		{"1<1", "1", "1 circular by 1"},
		{"0 1<2 2<1", "0 1 2", "1 circular by 2, 2 circular by 1"},
		{"1<3 2<1 3<2 4<1", "1 2 3 4", "1 circular by 3, 2 circular by 1, 3 circular by 2, 4 after the same as 2"},
	} {
		var all []model.Successor
		for _, r := range strings.Fields(c.all) {
			version, after, _ := strings.Cut(r, "<")
			all = append(all, model.Successor{Version: version, After: after})
		}
		order, wrong := model.Chain(all)
		var versions, faults []string
		for _, i := range order {
			versions = append(versions, all[i].Version)
		}
		for _, w := range wrong {
			reason := map[model.Misplacement]string{model.Unordered: "unordered beside", model.SameAfter: "after the same as", model.Circular: "circular by"}[w.Why]
			faults = append(faults, fmt.Sprintf("%s %s %s", all[w.Release].Version, reason, all[w.Other].Version))
		}
		if got := strings.Join(versions, " "); got != c.order {
			t.Errorf("%s: order %s, want %s", c.all, got, c.order)
		}
		if got := strings.Join(faults, ", "); got != c.wrong {
			t.Errorf("%s: faults %q, want %q", c.all, got, c.wrong)
		}
	}
}

// TestCompareVersion compares versions of a product: those in the catalogue by their declared
// order, others as texts.
func TestCompareVersion(t *testing.T) {
	for _, c := range []struct {
		all           string // releases, each with < and its predecessor
		version, with string
		want          int
	}{
		{"12.04", "12.04", "12.10", -1},
		{"12.04", "12.04", "12.4", 0},
		{"12.04", "12.04", "9", 1},
		{"6.1.1", "6.1.1", "6.1", 1},
		{"2.0<10.0 10.0", "2.0", "10.0", 1},
		{"2.0<10.0 10.0", "10.0", "2.0", -1},
		{"Kestrel<Osprey Osprey<Raven Raven", "Kestrel", "Raven", 1},
		{"Kestrel<Osprey Osprey<Raven Raven", "Osprey", "Kestrel", -1},
		{"Kestrel<Osprey", "Kestrel", "Osprey", 1}, // not in the catalogue
		{"Kestrel<Osprey", "Kestrel", "Raven", -1}, // nothing is known about it
		{"2.0<10.0 10.0", "2.0", "9.5", -1},        // likewise
		{"2.0<10.0 10.0", "2.0", "2.0", 0},
	} {
		catalog := &model.Catalog{}
		for _, r := range strings.Fields(c.all) {
			version, after, _ := strings.Cut(r, "<")
			catalog.Products = append(catalog.Products, &model.Product{ID: "p", Version: version, After: after})
		}
		catalog.Order()
		if got := catalog.Release("p", c.version).CompareVersion(c.with); got != c.want {
			t.Errorf("%s: %s with %s is %d, want %d", c.all, c.version, c.with, got, c.want)
		}
	}
}

// TestOlder checks that the names of outputs of older releases are unique, and valid in file
// systems, Go and Ansible.
func TestOlder(t *testing.T) {
	product := func(id, version, after string) *model.Product {
		return &model.Product{ID: id, Version: version, After: after}
	}
	for _, c := range []struct {
		versions []string // oldest first
		want     []string
	}{
		{[]string{"12.01", "12.04"}, []string{"12.01", ""}},
		{[]string{"2020 R2", "2022"}, []string{"2020.r2", ""}},
		{[]string{"1.0", "1_0", "1-0", "2"}, []string{"1.0", "1.0.2", "1.0.3", ""}},
		{[]string{"con", "../..", "é", "2"}, []string{"release.con", "release", "release.2", ""}},
		{[]string{"6.5/SP 1", "v7", "8"}, []string{"6.5.sp.1", "release.v7", ""}},
		{[]string{strings.Repeat("1", 1000), strings.Repeat("1", 999), "8"}, []string{strings.Repeat("1", 60), strings.Repeat("1", 60) + ".2", ""}},
	} {
		catalog := &model.Catalog{}
		after := ""
		for _, v := range c.versions {
			catalog.Products = append(catalog.Products, product("beacon", v, after))
			after = v
		}
		all := append([]*model.Product{}, catalog.Products...)
		catalog.Order()
		for i, p := range all {
			if p.Older != c.want[i] {
				t.Errorf("%q: %q has the name %q, want %q", c.versions, p.Version, p.Older, c.want[i])
			}
			if newest := len(all) - 1 - i; catalog.Products[newest] != p {
				t.Errorf("%q: %q is not at %d", c.versions, p.Version, newest)
			}
		}
	}
	other := &model.Catalog{Products: []*model.Product{product("beacon", "1", ""), product("beacon", "2", "1"), product("beacon-1", "7", "")}}
	other.Order()
	if got := other.Products[1].Older; got != "1.2" {
		t.Errorf("with a product beacon-1, release 1 of beacon has the name %q", got)
	}
}
