package resolve_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// TestPermitsOfReleases compares the permits between hosts, some of which run an older release,
// with brute force:
//
//	go test ./internal/resolve -run PermitsOfReleases -v -seed 7 -sites 5000
func TestPermitsOfReleases(t *testing.T) {
	const each = 8 // sites for each product
	products := make(map[string]*product)
	for i := range *sites / each {
		m := maker{rand.New(rand.NewPCG(*seed, 2<<32+uint64(i)))}
		p := m.talkative(fmt.Sprintf("p%d", i))
		products[p.ID], products[p.ID+"@2"] = p, m.next(t, p)
	}
	loaded, err := load.Workspace(t.Context(), workspace(t, products))
	if err != nil || loaded.Findings.HasErrors() {
		t.Fatal(err, loaded.Findings)
	}
	counts := make(map[string]int)
	for i := range *sites / each {
		m := maker{rand.New(rand.NewPCG(*seed, 3<<32+uint64(i)))}
		id := fmt.Sprintf("p%d", i)
		mine := map[string]*product{id: products[id], id + "@2": products[id+"@2"]}
		for range each {
			s := m.upgrading(id, mine)
			d, found := resolve.Site(loaded.Catalog, s.model())
			if found.HasErrors() {
				counts["refused"]++
				continue
			}
			want, missing := permits(s, id, mine, counts)
			if got := permitsOf(d); !maps.Equal(got, want) {
				t.Errorf("seed %d:\n%s\n%s\npermitted, but not by brute force: %s\nby brute force alone: %s",
					*seed, toJSON(t, s), toJSON(t, mine), without(got, want), without(want, got))
			}
			if got := unshared(found); !maps.Equal(got, missing) {
				t.Errorf("seed %d:\n%s\n%s\nreported, but not by brute force: %s\nby brute force alone: %s",
					*seed, toJSON(t, s), toJSON(t, mine), without(got, missing), without(missing, got))
			}
			counts["accepted"]++
		}
	}
	for _, what := range keys(counts) {
		t.Logf("%5d %s", counts[what], what)
	}
	for _, what := range []string{"accepted", "permits between releases", "permits within releases", "permits of services", "flows of one release"} {
		if counts[what] < *sites/4 {
			t.Errorf("only %d %s", counts[what], what)
		}
	}
}

func without(all, others map[string]bool) []string {
	return slices.DeleteFunc(keys(all), func(x string) bool { return others[x] })
}

// talkative makes a product with many flows, whose components can share a host.
func (m maker) talkative(id string) *product {
	p := m.product(id)
	p.Rules, p.Flows = nil, make(map[string]*flow)
	cite := []string{id + "/all/1"}
	var listening []string
	for _, name := range keys(p.Components) {
		c := p.Components[name]
		c.OS = nil
		for _, l := range keys(c.Listeners) {
			if is := c.Listeners[l]; c.Service == nil {
				c.Listeners[l] = &listener{
					Purpose: is.Purpose, Transports: some(m, []string{"tcp", "udp"}, 2), Port: m.freePort(), When: is.When, OS: is.OS, Configurable: &configurable{Allowed: true},
				}
			}
		}
		if len(c.Listeners) > 0 {
			listening = append(listening, name)
		}
	}
	if len(listening) == 0 {
		p.Components["c0"].Listeners = map[string]*listener{"l0": {Purpose: "something", Transports: []string{"tcp"}, Port: m.freePort()}}
		p.Components["c0"].Service = nil
		listening = []string{"c0"}
	}
	for i := range 3 + m.IntN(4) {
		to := pick(m, listening)
		f := &flow{
			From: some(m, keys(p.Components), 3), To: map[string][]string{to: some(m, keys(p.Components[to].Listeners), 2)},
			Purpose: "Something.", When: m.when(p, 15), Cite: cite,
		}
		if m.chance(15) {
			f.TalkerOS = some(m, systems, 2)
		}
		p.Flows[fmt.Sprintf("x%d", i)] = f
	}
	return p
}

func (m maker) freePort() int { return 2000 + m.IntN(60000) }

// next makes the next release of a product, which has much in common with it.
func (m maker) next(t *testing.T, p *product) *product {
	next := new(product)
	if err := json.Unmarshal([]byte(toJSON(t, p)), next); err != nil {
		t.Fatal(err)
	}
	next.Version, next.After = "2", "1"
	for _, name := range keys(next.Components) {
		c := next.Components[name]
		if c.Service != nil {
			continue
		}
		for _, l := range keys(c.Listeners) {
			switch m.IntN(8) {
			case 0:
				delete(c.Listeners, l)
			case 1:
				c.Listeners[l].Port = m.freePort()
			case 2:
				c.Listeners[l].Transports = some(m, []string{"tcp", "udp"}, 2)
			case 3:
				c.Listeners[l].When = m.when(p, 50)
			}
		}
	}
	for _, id := range keys(next.Flows) {
		f := next.Flows[id]
		switch m.IntN(8) {
		case 0:
			delete(next.Flows, id)
		case 1:
			f.From = some(m, keys(next.Components), 3)
		case 2:
			f.When = m.when(p, 50)
		case 3:
			f.TalkerOS = some(m, systems, 2)
		}
		for c, listeners := range f.To {
			if f.To[c] = slices.DeleteFunc(listeners, func(l string) bool { return next.Components[c].Listeners[l] == nil }); len(f.To[c]) == 0 {
				delete(next.Flows, id)
			}
		}
	}
	return next
}

// upgrading makes a site whose hosts run two releases.
func (m maker) upgrading(id string, releases map[string]*product) *site {
	u := m.use(releases[id])
	delete(u.Features, "nothing")
	u.Ports, u.Without, u.Release = nil, nil, pick(m, []string{"1", "2"})
	s := &site{Site: "s", Products: map[string]use{id: u}, Hosts: make(map[string]host)}
	for i := range 2 + m.IntN(4) {
		h := host{OS: pick(m, systems), Addresses: []string{fmt.Sprintf("10.0.0.%d", i+1)}}
		version := u.Release
		if m.chance(50) {
			version = pick(m, []string{"1", "2"})
			h.Releases = map[string]string{id: version}
		}
		for _, c := range some(m, keys(releases[id].Components), 3) {
			h.Runs = append(h.Runs, id+"/"+c)
		}
		p := releases[id]
		if version == "2" {
			p = releases[id+"@2"]
		}
		if c := strings.TrimPrefix(h.Runs[0], id+"/"); m.chance(30) && p.Components[c].Service == nil && len(p.Components[c].Listeners) > 0 {
			n := m.freePort()
			h.Ports = map[string]map[string]span{h.Runs[0]: {pick(m, keys(p.Components[c].Listeners)): {n, n}}}
		}
		s.Hosts[fmt.Sprintf("h%d", i)] = h
	}
	return s
}

// permitsOf lists the permits of a deployment one by one.
func permitsOf(d *model.Deployment) map[string]bool {
	all := make(map[string]bool)
	for _, p := range d.Permits {
		for _, from := range p.From {
			for _, to := range p.To {
				if model.SameHost(from, to) {
					continue
				}
				c := p.Connection
				for _, r := range p.Ports {
					all[fmt.Sprintf("%s: %s > %s %s.%s %s/%d-%d", c.Flow.ID, from.ID(), to.ID(), c.To.ID, c.Listener.ID, p.Transport, r.From, r.To)] = true
				}
			}
		}
	}
	return all
}

var oneRelease = regexp.MustCompile(`^flow (\S+) of \S+@(\S+) is not permitted .* release (\S+) does not have it$`)

// unshared lists the reported flows that only one release has, with the release that has each
// and the one that does not.
func unshared(found diag.List) map[string]bool {
	all := make(map[string]bool)
	for _, f := range found {
		if m := oneRelease.FindStringSubmatch(f.Message); m != nil {
			all[strings.Join(m[1:], " ")] = true
		}
	}
	return all
}

// permits judges each pair of hosts for each listener and flow of each release.
func permits(s *site, id string, products map[string]*product, counts map[string]int) (all, missing map[string]bool) {
	j := &judgement{site: s, products: products, values: make(map[*product]map[string][]string)}
	j.releases(id)
	all, missing = make(map[string]bool), make(map[string]bool)
	for talker, a := range s.Hosts {
		for server, b := range s.Hosts {
			for _, p := range j.inUse(id) {
				for _, w := range p.ways() {
					if talker == server || !slices.Contains(b.Runs, id+"/"+w.component) {
						continue
					}
					permitted, lacks, what := j.between(p, w, a, b)
					if lacks != "" {
						missing[lacks] = true
					}
					if !permitted {
						continue
					}
					for _, open := range j.claims(server, b, j.on(b, id), w.component, make(map[string]map[string]bool)) {
						if open.who == id+"/"+w.component+"."+w.listener && open.transport == w.transport {
							all[fmt.Sprintf("%s: %s > %s %s.%s %s/%d-%d", w.flow, talker, server, w.component, w.listener, w.transport, open.span.From, open.span.To)] = true
							counts[what]++
						}
					}
				}
			}
		}
	}
	counts["flows of one release"] += len(missing)
	return all, missing
}

// between reports whether a way of a release is permitted from one host to another. Between
// hosts with different releases, it is permitted if both releases have it, as in the listener's
// release. A shared service, which belongs to no release, takes part in the ways of the other
// end's release; between two shared services, the site's own release counts. A way that only
// one of two releases has is missing.
func (j *judgement) between(p *product, w way, a, b host) (permitted bool, missing, what string) {
	of, to := j.on(a, p.ID), j.on(b, p.ID)
	for _, c := range j.talkers(p, w, a) {
		plain, plainTo := c.Service != nil, p.Components[w.component].Service != nil
		switch {
		case plain && plainTo:
			permitted, what = permitted || p == j.main(p.ID), "permits of services"
		case plain:
			permitted, what = permitted || p == to, "permits of services"
		case plainTo:
			permitted, what = permitted || p == of, "permits of services"
		case of == to:
			permitted, what = permitted || p == to, "permits within releases"
		case p == to && len(j.talkers(of, w, a)) > 0:
			permitted, what = true, "permits between releases"
		case p == to:
			missing = w.flow + " " + to.Version + " " + of.Version
		case p == of && len(j.talkers(to, w, a)) == 0:
			missing = w.flow + " " + of.Version + " " + to.Version
		}
	}
	return permitted, missing, what
}

// A way is a flow to a listener over a transport, which two releases may both have.
type way struct{ flow, component, listener, transport string }

// ways lists the ways of a release.
func (p *product) ways() []way {
	var all []way
	for id, f := range p.Flows {
		for c, listeners := range f.To {
			for _, l := range listeners {
				for _, t := range p.Components[c].Listeners[l].Transports {
					all = append(all, way{id, c, l, t})
				}
			}
		}
	}
	return all
}

// has reports whether a release has a way with the chosen features.
func (j *judgement) has(p *product, w way) bool {
	f := p.Flows[w.flow]
	if f == nil || !j.met(p, f.When) || !slices.Contains(f.To[w.component], w.listener) {
		return false
	}
	c := p.Components[w.component]
	l := c.Listeners[w.listener]
	return j.met(p, c.When) && j.met(p, l.When) && slices.Contains(l.Transports, w.transport)
}

// talkers lists the components of a host that start a way in a release.
func (j *judgement) talkers(p *product, w way, h host) []*component {
	if !j.has(p, w) {
		return nil
	}
	f := p.Flows[w.flow]
	if len(f.TalkerOS) > 0 && !slices.Contains(f.TalkerOS, h.OS) {
		return nil
	}
	var all []*component
	for _, from := range f.From {
		if slices.Contains(h.Runs, p.ID+"/"+from) && j.met(p, p.Components[from].When) {
			all = append(all, p.Components[from])
		}
	}
	return all
}
