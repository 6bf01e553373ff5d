package mermaid

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// deployments are the example sites, sites of 200 alike and of 200 different hosts, and one with
// hostile texts. Tests share them and must not change them.
func deployments(t *testing.T) map[string]*model.Deployment {
	t.Helper()
	all, err := resolved()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var resolved = sync.OnceValues(func() (map[string]*model.Deployment, error) {
	all := make(map[string]*model.Deployment)
	var faults diag.List
	add := func(r *load.Result, name string, s *model.Site) {
		d, found := resolve.Site(r.Available, s)
		if found.HasErrors() {
			faults = append(faults, found...)
		}
		all[name] = d
	}
	r, err := load.Workspace(context.Background(), "../..")
	if err != nil {
		return nil, err
	}
	for _, s := range r.Sites {
		add(r, s.ID, s)
	}
	if len(all) < 3 {
		return nil, fmt.Errorf("%d example sites", len(all))
	}
	add(r, "alike", large(func(i int) []model.Place {
		return []model.Place{[]model.Place{"profileunity/server", "profileunity/home-share", "profileunity/desktop"}[min(i/10, 2)]}
	}))
	// Each host runs different components.
	places := []model.Place{
		"profileunity/desktop", "profileunity/server", "profileunity/home-share", "profileunity/vhd-share",
		"igel-ums/ums-console", "igel-ums/ums-web-app", "shopping/client", "shopping/browser",
	}
	add(r, "various", large(func(i int) []model.Place {
		var runs []model.Place
		for bit, at := range places {
			if (i+1)>>bit&1 == 1 {
				runs = append(runs, at)
			}
		}
		return runs
	}))
	// A separate catalogue, because its texts are changed.
	evil, err := load.Workspace(context.Background(), "../..")
	if err != nil {
		return nil, err
	}
	n := 0
	next := func() string { n++; return hostileTexts[n%len(hostileTexts)] }
	for _, p := range evil.Available.Products {
		p.Name = next()
		for _, c := range p.Components {
			c.Name = next()
			if c.At != nil {
				c.At.Names = []string{next()}
			}
		}
	}
	s := evil.Sites[0]
	s.Name = next()
	for _, z := range s.Zones {
		z.Name, z.Networks = next(), append(z.Networks, next())
	}
	for _, h := range s.Hosts {
		h.Name, h.Addresses = next(), append([]string{next()}, h.Addresses...)
	}
	add(evil, "hostile", s)
	if len(faults) > 0 {
		return nil, fmt.Errorf("%v", faults)
	}
	return all, nil
})

// large returns a site with 200 hosts in three zones.
func large(runs func(int) []model.Place) *model.Site {
	s := &model.Site{ID: "large", Zones: []*model.NetworkZone{{ID: "a"}, {ID: "b"}, {ID: "c", Networks: []string{"10.9.0.0/16"}}}}
	for i := range 200 {
		s.Hosts = append(s.Hosts, &model.Host{
			ID: fmt.Sprintf("host%d", i), OS: "windows", Count: 1, Zone: string(rune('a' + i%3)),
			Addresses: []string{fmt.Sprintf("10.0.%d.%d", i/100, i%100+1)}, Runs: runs(i),
		})
	}
	return s
}
