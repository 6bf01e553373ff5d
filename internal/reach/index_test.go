package reach_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/reach"
)

// TestIndex asks indexes of example and random sites, read back from their encoded form, about
// pairs of hosts, services and addresses, and compares the answers with the deployment.
func TestIndex(t *testing.T) {
	deployments := policytest.Examples(t)
	for seed := range uint64(40) {
		deployments = append(deployments, policytest.Random(t, seed, "linux"), policytest.Zoned(t, seed, "linux"))
	}
	asked, answered := 0, 0
	for _, d := range deployments {
		x, err := reach.Decode(reach.NewIndex(d).Encode())
		if err != nil {
			t.Fatal(err)
		}
		if got, want := x.Phases, policy.Phases(d); !slices.Equal(got, want) {
			t.Errorf("site %s: phases %q, want %q", d.Site.ID, got, want)
		}
		places := placesOf(d)
		for _, from := range places {
			for _, to := range places {
				q := reach.Query{Transport: []string{"", "tcp", "udp"}[asked%3], Port: []int{0, 0, 443, 8443, 5000}[asked%5]}
				asked++
				q.From, q.To = find(t, x, from), find(t, x, to)
				got, err := x.Ask(q)
				if err != nil {
					t.Fatal(err)
				}
				want := ask(d, q, placeOf(d, from), placeOf(d, to))
				answered += len(want)
				if len(got) != len(want) {
					t.Errorf("site %s, %s: %d answers, want %d", d.Site.ID, q, len(got), len(want))
					continue
				}
				for i, a := range got {
					if a.Lacks != want[i].Lacks || a.Local != want[i].Local || !slices.Equal(a.From, want[i].From) || !slices.Equal(a.To, want[i].To) ||
						describe(a.Permit) != describe(want[i].Permit) {
						t.Errorf("site %s, %s: %+v, want %+v", d.Site.ID, q, a, want[i])
					}
				}
			}
		}
	}
	t.Logf("%d questions, %d permits", asked, answered)
	if answered < asked/10 {
		t.Error("there are few answers")
	}
}

func find(t *testing.T, x *reach.Index, name string) *reach.Place {
	t.Helper()
	p, err := x.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// placesOf returns names of some hosts and of all services, addresses of these and of others,
// and "" for anybody.
func placesOf(d *model.Deployment) []string {
	all := []string{"", "10.0.0.77", "192.0.2.1", "2001:db8::1"}
	for i, h := range d.Hosts {
		if i%(1+len(d.Hosts)/8) == 0 {
			all = append(append(append(all, h.ID), h.Addresses...), h.Names...)
		}
	}
	for _, l := range d.Site.Services {
		all = append(append(all, l.What), l.Addresses...)
	}
	return all
}

// A place is what a name means in a deployment.
type place struct {
	host     *model.Deployed
	service  string
	networks []netip.Prefix
}

func placeOf(d *model.Deployment, name string) *place {
	networks := func(texts []string) (all []netip.Prefix) {
		for _, s := range texts {
			if p, ok := model.ParseNetwork(s); ok {
				all = append(all, p)
			}
		}
		return all
	}
	if name == "" {
		return nil
	}
	for _, h := range d.Hosts {
		if h.ID == name || slices.Contains(h.Names, name) {
			return &place{host: h, networks: networks(h.Addresses)}
		}
	}
	for _, l := range d.Site.Services {
		if l.What == name {
			return &place{service: name, networks: networks(l.All())}
		}
	}
	at := networks([]string{name})
	for _, h := range d.Hosts {
		if h.Count == 1 && slices.Contains(networks(h.Addresses), at[0]) {
			return &place{host: h, networks: networks(h.Addresses)}
		}
	}
	return &place{networks: at}
}

// has reports whether an end is the place, or has one of its addresses, by whatever others know
// it.
func (p *place) has(e *model.End) bool {
	if p == nil || e.Any || e.Host != nil && e.Host == p.host || e.Location != nil && e.Location.What == p.service {
		return true
	}
	at, _ := policy.Locate(append(e.Views(), e), "")
	return slices.ContainsFunc(at, func(n netip.Prefix) bool { return slices.ContainsFunc(p.networks, n.Overlaps) })
}

// ask answers a query from the permits of a deployment.
func ask(d *model.Deployment, q reach.Query, from, to *place) (all []reach.Answer) {
	for i, p := range slices.Concat(d.Permits, d.Local) {
		local := i >= len(d.Permits)
		lacks := policy.Lacks(p)
		hasPort := slices.ContainsFunc(p.Ports, func(r model.PortRange) bool { return r.From <= q.Port && q.Port <= r.To })
		if q.Transport != "" && p.Transport != q.Transport || q.Port != 0 && (!model.HasPorts(p.Transport) || lacks == "" && !hasPort) {
			continue
		}
		for _, leg := range gen.Legs(p) {
			those := func(ends []*model.End, of *place) (some []*model.End, ids []string) {
				for _, e := range ends {
					if of.has(e) {
						some, ids = append(some, e), append(ids, e.ID())
					}
				}
				var once gen.Distinct
				for _, id := range ids {
					once.Add(id)
				}
				return some, once.All
			}
			froms, fromIDs := those(leg.From, from)
			tos, toIDs := those(leg.To, to)
			if len(froms) > 0 && len(tos) > 0 && (len(froms) > 1 || len(tos) > 1 || model.SameHost(froms[0], tos[0]) == local) {
				all = append(all, reach.Answer{Permit: p, From: fromIDs, To: toIDs, Lacks: lacks, Local: local})
			}
		}
	}
	return all
}

// describe returns what is printed of a permit.
func describe(p *model.Permit) string {
	c := p.Connection
	return fmt.Sprintf("%s %s %s %s %t %q %s %s %s %s %v %v %t %q %+v", c.Product.ID, c.Flow.ID, c.To.ID, c.Listener.ID, c.Flow.Optional,
		c.Flow.Purpose, c.Flow.Family, c.Phase, p.Back, p.Transport, p.Ports, p.SourcePorts, p.Dynamic, p.Groups, p.Why)
}

// FuzzDecode decodes arbitrary data, and queries the result if it is an index.
func FuzzDecode(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(reach.NewIndex(policytest.Random(f, seed, "linux")).Encode())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := reach.Decode(data)
		if err != nil {
			return
		}
		for _, name := range []string{"host0", "10.0.0.1"} {
			if p, err := x.Find(name); err == nil {
				_, _ = x.Ask(reach.Query{From: p})
				_, _ = x.Ask(reach.Query{To: p, Port: 80})
			}
		}
	})
}

// TestDecodeCut checks that no part of an index can be decoded, and no index with another byte
// at its end.
func TestDecodeCut(t *testing.T) {
	data := reach.NewIndex(policytest.Random(t, 1, "linux")).Encode()
	for n := range data {
		if _, err := reach.Decode(data[:n]); err == nil {
			t.Fatalf("%d of %d bytes are an index", n, len(data))
		}
	}
	if _, err := reach.Decode(append(data, 0)); err == nil {
		t.Fatal("an index with another byte is an index")
	}
}
