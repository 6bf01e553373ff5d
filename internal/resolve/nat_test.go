package resolve_test

import (
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// TestTranslations checks that impossible translations are reported.
func TestTranslations(t *testing.T) {
	zones := func(s *model.Site) {
		s.Zones = []*model.NetworkZone{{ID: "servers", Networks: []string{"10.0.0.1/32", "10.0.0.2/32", "fd00::/64"}}, {ID: "desks", Networks: []string{"10.0.0.3/32"}}}
	}
	one := func(own, as string, hides bool) *model.Translation {
		return &model.Translation{ID: own, Addresses: []string{own}, SeenAs: []string{as}, Zones: []string{"desks"}, Hides: hides}
	}
	for name, c := range map[string]struct {
		nat  []*model.Translation
		want string
	}{
		"in order":              {[]*model.Translation{one("10.0.0.1", "192.0.2.1", false), one("10.0.0.0/31", "192.0.2.9", true)}, ""},
		"an unknown zone":       {[]*model.Translation{{ID: "x", Addresses: []string{"10.0.0.1"}, SeenAs: []string{"192.0.2.1"}, Zones: []string{"desk"}}}, "PS2216: no zone desk in the site"},
		"another family":        {[]*model.Translation{one("10.0.0.1", "2001:db8::1", false)}, "PS2250: 10.0.0.1 is seen as 2001:db8::1, which is of the other family"},
		"hidden by another":     {[]*model.Translation{one("fd00::1", "192.0.2.1", true)}, "PS2250: no address of the family of fd00::1 hides it"},
		"another size":          {[]*model.Translation{one("10.0.0.0/31", "192.0.2.1", false)}, "PS2250: 10.0.0.0/31 is seen as 192.0.2.1, which is not of the same size"},
		"two for one":           {[]*model.Translation{one("10.0.0.1", "192.0.2.1", false), one("10.0.0.0/31", "192.0.2.2/31", false)}, "PS2251: 10.0.0.1 is translated twice for zone desks"},
		"hidden twice":          {[]*model.Translation{one("10.0.0.1", "192.0.2.1", true), one("10.0.0.0/31", "192.0.2.2", true)}, "PS2251: 10.0.0.1 is translated twice for zone desks"},
		"one for two":           {[]*model.Translation{one("10.0.0.1", "192.0.2.1", false), one("10.0.0.2", "192.0.2.1", false)}, "PS2251: 192.0.2.1 stands for two addresses in zone desks"},
		"one for all":           {[]*model.Translation{one("10.0.0.1", "192.0.2.1", false), one("10.0.0.2", "192.0.2.1", true)}, "PS2251: 192.0.2.1 stands for two addresses in zone desks"},
		"the address of a host": {[]*model.Translation{one("10.0.0.1", "10.0.0.3", false)}, "PS2251: 10.0.0.3 stands for 10.0.0.1 in zone desks, and host desk has it"},
		"hidden":                {[]*model.Translation{one("10.0.0.1", "192.0.2.1", true)}, "PS2252: one is hidden from zone desks, from where flow f of p opens connections to it"},
	} {
		_, found := oneListener(func(_ *model.Product, _ *model.Listener, _ *model.Flow, s *model.Site) {
			zones(s)
			s.NAT = c.nat
		})
		reports(t, name, found, c.want)
	}
	_, found := oneListener(func(_ *model.Product, _ *model.Listener, _ *model.Flow, s *model.Site) {
		zones(s)
		s.NAT, s.Zones[1].Networks = []*model.Translation{one("10.0.0.1", "192.0.2.1", false)}, nil
	})
	reports(t, "no zone", found, "PS2253: host desk is in no zone")
}

// TestTranslated checks by which addresses the sides of a permit know each other.
func TestTranslated(t *testing.T) {
	d, found := oneListener(func(_ *model.Product, _ *model.Listener, _ *model.Flow, s *model.Site) {
		s.Zones = []*model.NetworkZone{{ID: "servers"}, {ID: "desks"}}
		s.Hosts[0].Zone, s.Hosts[1].Zone, s.Hosts[2].Zone = "servers", "servers", "desks"
		s.NAT = []*model.Translation{
			{ID: "servers", Addresses: []string{"10.0.0.1"}, SeenAs: []string{"192.0.2.1"}, Zones: []string{"desks"}},
			{ID: "desks", Addresses: []string{"10.0.0.0/28"}, SeenAs: []string{"192.0.2.9"}, Zones: []string{"servers"}, Hides: true},
		}
	})
	reports(t, "in order", found, "")
	desk, one := d.Host("desk"), d.Host("one")
	if to := desk.Outbound[0].Destinations(desk); len(to) != 2 || to[0].Addresses()[0] != "192.0.2.1" || to[1].Addresses()[0] != "10.0.0.2" {
		t.Errorf("the desk connects to %q and %q", to[0].Addresses(), to[1].Addresses())
	}
	if from := one.Inbound[0].Sources(one); len(from) != 1 || from[0].Addresses()[0] != "192.0.2.9" || from[0].ID() != "desk" {
		t.Errorf("the server sees %q", from[0].Addresses())
	}
	if own := one.Inbound[0].From[0].Addresses()[0]; own != "10.0.0.3" {
		t.Errorf("the desk is %s", own)
	}
}
