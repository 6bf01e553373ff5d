package reach

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A Query asks who may reach whom. An empty end matches everybody, an empty transport
// and port 0 match all.
type Query struct {
	From, To  *Place
	Transport string
	Port      int
}

// A Place is one end of a query: a host of the site, something elsewhere whose location
// it gives, or an address.
type Place struct {
	ID       string
	host     *model.Deployed
	networks []netip.Prefix
}

// Find finds a place by the id, name or address of a host, the id of a service or
// component elsewhere, or as any other address.
func Find(d *model.Deployment, name string) (*Place, error) {
	if name == "" {
		return nil, nil
	}
	var known []string
	for _, h := range d.Hosts {
		if h.ID == name || slices.Contains(h.Names, name) {
			return placeOf(h), nil
		}
		known = append(known, h.ID)
	}
	for _, l := range d.Site.Services {
		if l.What == name {
			return &Place{ID: name, networks: networksOf(l.All())}, nil
		}
		known = append(known, l.What)
	}
	if p, ok := model.ParseNetwork(name); ok {
		for _, h := range d.Hosts {
			if h.Count == 1 && slices.Contains(networksOf(h.Addresses), p) {
				return placeOf(h), nil
			}
		}
		return &Place{ID: name, networks: []netip.Prefix{p}}, nil
	}
	hint := "give the id of a host or of a service elsewhere, or an address"
	if near := diag.Nearest(name, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	return nil, fmt.Errorf("site %s has no host %s; %s", d.Site.ID, name, hint)
}

func placeOf(h *model.Deployed) *Place { return &Place{h.ID, h, networksOf(h.Addresses)} }

func networksOf(texts []string) []netip.Prefix {
	var all []netip.Prefix
	for _, s := range texts {
		if p, ok := model.ParseNetwork(s); ok {
			all = append(all, p)
		}
	}
	return all
}

// is reports whether an end of a permit is the place, or contains one of its addresses.
func (p *Place) is(e *model.End) bool {
	switch {
	case p == nil || e.Any:
		return true
	case p.host != nil && e.Host == p.host || e.Location != nil && e.Location.What == p.ID:
		return true
	}
	at, _ := policy.Locate(append(e.Views(), e), "")
	return slices.ContainsFunc(at, func(n netip.Prefix) bool {
		return slices.ContainsFunc(p.networks, n.Overlaps)
	})
}

// An Answer is one permit, between those of its ends that match the query.
type Answer struct {
	Permit   *model.Permit
	From, To []*model.End
	// Lacks is why it is not known whether the permit has the port; "" if it has.
	Lacks string
	// Local is true if it stays on one host, where no firewall sees it.
	Local bool
}

// Ask lists the permits by which the ends of a query reach each other.
func Ask(d *model.Deployment, q Query) []Answer {
	var all []Answer
	add := func(p *model.Permit, local bool) {
		lacks := policy.Lacks(p)
		if q.Transport != "" && p.Transport != q.Transport || q.Port != 0 && (!model.HasPorts(p.Transport) || lacks == "" && !contains(p.Ports, q.Port)) {
			return
		}
		for _, leg := range gen.Legs(p) {
			from, to := those(leg.From, q.From), those(leg.To, q.To)
			if len(from) == 0 || len(to) == 0 || len(from) == 1 && len(to) == 1 && model.SameHost(from[0], to[0]) != local {
				continue
			}
			all = append(all, Answer{p, from, to, lacks, local})
		}
	}
	for _, p := range d.Permits {
		add(p, false)
	}
	for _, p := range d.Local {
		add(p, true)
	}
	return all
}

// Told reports whether some answers permit anything, and whether for others that is not
// known.
func Told(all []Answer) (permitted, unknown bool) {
	for _, a := range all {
		permitted = permitted || a.Lacks == ""
		unknown = unknown || a.Lacks != ""
	}
	return permitted, unknown && !permitted
}

func those(ends []*model.End, p *Place) []*model.End {
	return slices.DeleteFunc(slices.Clone(ends), func(e *model.End) bool { return !p.is(e) })
}

// Text describes what an answer lacks.
func (a Answer) Text() string {
	return map[string]string{policy.Port: "port not known", policy.Choice: "one of several ports; the site has not chosen"}[a.Lacks]
}

// String returns the answer as "web1 to sql, tcp 1433".
func (q Query) String() string {
	var b strings.Builder
	name := func(p *Place) string {
		if p == nil {
			return "anybody"
		}
		return p.ID
	}
	fmt.Fprintf(&b, "%s to %s", name(q.From), name(q.To))
	switch {
	case q.Transport != "" && q.Port != 0:
		fmt.Fprintf(&b, ", %s %d", q.Transport, q.Port)
	case q.Transport != "":
		fmt.Fprintf(&b, ", %s", q.Transport)
	case q.Port != 0:
		fmt.Fprintf(&b, ", port %d", q.Port)
	}
	return b.String()
}
