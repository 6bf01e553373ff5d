package resolve_test

import (
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// oneListener resolves a site with two hosts, a client and a server with one listener, after a
// change by the test.
func oneListener(change func(*model.Product, *model.Listener, *model.Flow, *model.Site)) (*model.Deployment, diag.List) {
	l := &model.Listener{ID: "api", Transports: []string{"tcp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 700, To: 700}}}}
	f := &model.Flow{ID: "f", From: []string{"client"}, To: []model.Target{{Component: "server", Listeners: []string{"api"}}}, Scope: "network", Delivery: "unicast"}
	p := &model.Product{
		ID: "p", Version: "2.1", Flows: []*model.Flow{f},
		Components: []*model.Component{{ID: "client", Kind: model.Software}, {ID: "server", Kind: model.Software, Listeners: []*model.Listener{l}}},
	}
	s := &model.Site{ID: "s", Products: []*model.Use{{Product: "p"}}, Hosts: []*model.Host{
		{ID: "one", Count: 1, Addresses: []string{"10.0.0.1"}, Runs: []model.Place{"p/server"}},
		{ID: "two", Count: 1, Addresses: []string{"10.0.0.2"}, Runs: []model.Place{"p/server"}},
		{ID: "desk", Count: 1, Addresses: []string{"10.0.0.3"}, Runs: []model.Place{"p/client"}},
	}}
	change(p, l, f, s)
	return resolve.Site(&model.Catalog{Products: []*model.Product{p}}, s)
}

// reports compares findings with a code and a part of the message; "" stands for no finding.
func reports(t *testing.T, name string, found diag.List, want string) {
	t.Helper()
	var all []string
	for _, f := range found {
		all = append(all, string(f.Code)+": "+f.Message)
	}
	if got := strings.Join(all, "\n"); want == "" && got != "" || !strings.Contains(got, want) {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}

// TestSince changes a port that a site can change only since a certain release.
func TestSince(t *testing.T) {
	for since, want := range map[string]string{
		"":    "",
		"2.1": "",
		"1.9": "",
		"2.2": "PS2206: the site assigns 701 to p/server.api, which can be changed only since release 2.2 of p, and this is 2.1",
	} {
		_, found := oneListener(func(p *model.Product, l *model.Listener, _ *model.Flow, s *model.Site) {
			l.Configurable = &model.Configurable{Allowed: true, Since: since}
			s.Products[0].Ports = map[string]map[string]model.PortRange{"server": {"api": {From: 701, To: 701}}}
		})
		reports(t, since, found, want)
	}
}

// TestSinceRelease limits a listener to a span of releases whose declared order differs from the
// order of their names.
func TestSinceRelease(t *testing.T) {
	for name, c := range map[string]struct {
		span  model.Versions
		there bool
	}{
		"from an older one":   {model.Versions{From: "10.0"}, true},
		"before a newer one":  {model.Versions{Before: "1.0"}, true},
		"from a newer one":    {model.Versions{From: "1.0"}, false},
		"before an older one": {model.Versions{Before: "10.0"}, false},
		"before itself":       {model.Versions{Before: "2.1"}, false},
		"from none of them":   {model.Versions{From: "2.0"}, true},
	} {
		of := func(version, after string) *model.Product {
			return &model.Product{ID: "p", Version: version, After: after, Components: []*model.Component{{ID: "server", Kind: model.Software, Listeners: []*model.Listener{{
				ID: "api", Transports: []string{"tcp"}, Bind: "any", Conditions: model.Conditions{Versions: &c.span},
				PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 700, To: 700}}},
			}}}}}
		}
		catalog := &model.Catalog{Products: []*model.Product{of("2.1", "10.0"), of("10.0", ""), of("1.0", "2.1")}}
		catalog.Order()
		d, found := resolve.Site(catalog, &model.Site{
			ID: "s", Products: []*model.Use{{Product: "p", Release: "2.1"}},
			Hosts: []*model.Host{{ID: "one", Count: 1, Addresses: []string{"10.0.0.1"}, Runs: []model.Place{"p/server"}}},
		})
		if found.HasErrors() {
			t.Fatal(found)
		}
		if there := len(d.Hosts[0].Sockets) > 0; there != c.there {
			t.Errorf("%s: has a socket: %t", name, there)
		}
	}
}

// TestPeers gives different ports to nodes that must have the same port.
func TestPeers(t *testing.T) {
	at := func(n int) map[model.Place]map[string]model.PortRange {
		return map[model.Place]map[string]model.PortRange{"p/server": {"api": {From: n, To: n}}}
	}
	for _, c := range []struct {
		name     string
		same     bool
		one, two map[model.Place]map[string]model.PortRange
		want     string
	}{
		{"one number", true, nil, nil, ""},
		{"another one", true, at(701), at(701), ""},
		{"two numbers", true, at(701), at(702), "PS2233: p/server.api is 702 on host two and 701 on host one: all peers have to use one number"},
		{"one host another", true, nil, at(702), "PS2233: p/server.api is 702 on host two and 700 on host one"},
		{"nothing said", false, at(701), at(702), ""},
	} {
		_, found := oneListener(func(_ *model.Product, l *model.Listener, _ *model.Flow, s *model.Site) {
			l.SameOnPeers = c.same
			s.Hosts[0].Ports, s.Hosts[1].Ports = c.one, c.two
		})
		reports(t, c.name, found, c.want)
	}
}

// TestLoopbackByDefault binds a listener that is on loopback unless the site changes that.
func TestLoopbackByDefault(t *testing.T) {
	for _, c := range []struct {
		name, spec, site string
		permits          int
		want             string
	}{
		{"nothing said", model.LoopbackByDefault, "", 0, "PS2232: flow f of p is not permitted: p/server.api is bound to loopback by default"},
		{"bound to the network", model.LoopbackByDefault, "any", 1, ""},
		{"left on loopback", model.LoopbackByDefault, "loopback", 0, ""},
		{"not the site's to bind", "any", "loopback", 0, "PS2231: p/server.api is bound to any; a site cannot choose it"},
		{"any", "any", "", 1, ""},
	} {
		d, found := oneListener(func(_ *model.Product, l *model.Listener, _ *model.Flow, s *model.Site) {
			l.Bind = c.spec
			if c.site != "" {
				s.Products[0].Bind = map[string]map[string]string{"server": {"api": c.site}}
			}
		})
		reports(t, c.name, found, c.want)
		if len(d.Permits) != c.permits {
			t.Errorf("%s: %d permits, want %d", c.name, len(d.Permits), c.permits)
		}
	}
}
