package ansible

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// siteFindings collects what rules of a site cannot express: a finding for each permit
// without a rule, and one for each peer without an address, however many hosts and
// flows it concerns.
type siteFindings struct {
	site  *model.Site
	found diag.List
	peers map[string]*unaddressed // by name
	// broadcast holds the flows reported as such, once for all listeners.
	broadcast map[*model.Flow]bool
}

// unaddressed is a peer without an address for rules.
type unaddressed struct {
	end      *model.End
	flows    map[string]bool
	required bool   // one of the flows is
	needs    string // the family of addresses that it lacks; "" for both
}

func newSiteFindings(d *model.Deployment) *siteFindings {
	s := &siteFindings{site: d.Site, peers: make(map[string]*unaddressed), broadcast: make(map[*model.Flow]bool)}
	for _, p := range d.Permits {
		s.permit(p)
	}
	return s
}

// permit reports what rules cannot express about a permit, whatever its ends are.
func (s *siteFindings) permit(p *model.Permit) {
	c := p.Connection
	report := func(severity diag.Severity, hint, message string) {
		s.found = append(s.found, diag.Finding{
			Code: diag.NotInSiteRules, Severity: severity,
			Position: c.Product.Positions.At("flows", c.Flow.ID), Path: model.PathOf("product", "flows", c.Flow.ID),
			Message: fmt.Sprintf("ansible: site %s: %s", s.site.ID, message),
			Hint:    hint,
		})
	}
	lacks := func(what string) {
		l := policy.Lack{Permit: p, What: what}
		report(severity(c.Flow), l.Hint(), "no rule for "+l.Text())
	}
	about := func(severity diag.Severity, hint, format string, args ...any) {
		report(severity, hint, policy.Describe(p)+": "+fmt.Sprintf(format, args...))
	}
	if what := policy.Lacks(p); what != "" {
		lacks(what)
	}
	if len(p.Groups) > 0 && p.Groups[0] == "broadcast" && !s.broadcast[c.Flow] && !s.site.Firewall.Free() {
		s.broadcast[c.Flow] = true
		lacks(policy.Broadcast)
	}
	if len(p.Via) > 0 {
		about(diag.Info, "add a flow for each leg", "%s carries it; the rules of the gateway itself are not included", strings.Join(c.Flow.Via, ", "))
	}
	if p.Back == "" {
		beyondModules(c, about)
		beyondPackets(c.Flow, p.To[0].Endpoints(), about) // all of them are one component
	}
}

// note records the rules of one host for peers without an address.
func (s *siteFindings) note(rules *hostRules) {
	for _, r := range rules.unruled {
		if r.lacks != policy.Address && r.lacks != policy.OtherFamily {
			continue
		}
		f := r.permit.Connection.Flow
		for _, e := range r.peers {
			id := e.ID()
			if e.Host != nil {
				id = "host " + id // a service may have the same id
			}
			u := s.peers[id]
			if u == nil {
				u = &unaddressed{end: e, flows: make(map[string]bool), needs: r.needs}
				s.peers[id] = u
			}
			u.flows[r.permit.Connection.Product.ID+"/"+f.ID] = true
			u.required = u.required || !f.Optional
		}
	}
}

// list returns all findings.
func (s *siteFindings) list() diag.List {
	for _, id := range slices.Sorted(maps.Keys(s.peers)) {
		u := s.peers[id]
		id := u.end.ID()
		f := diag.Finding{Code: diag.NotInSiteRules, Severity: diag.Info, Position: s.site.Positions.At()}
		if u.required {
			f.Severity = diag.Warning
		}
		which := slices.Sorted(maps.Keys(u.flows))
		if n := len(which); n > 3 {
			which = append(which[:3], fmt.Sprintf("%d more", n-3))
		}
		known := "no address of " + id + " is known"
		switch at := u.end.Addresses(); {
		case u.needs != "":
			known = fmt.Sprintf("they need an %s address, and it has only %s", policy.FamilyNames[u.needs], strings.Join(at, ", "))
		case len(at) > 0 && u.end.Host == nil && len(u.end.Endpoints().HostNames()) == 0:
			known = fmt.Sprintf("firewalls need addresses, but only a service tag of %s is known, %s", id, strings.Join(at, ", "))
		case len(at) > 0:
			known = fmt.Sprintf("firewalls need addresses, but only a name of %s is known, %s", id, strings.Join(at, ", "))
		}
		f.Message = fmt.Sprintf("ansible: site %s: no rule with %s for %s: %s", s.site.ID, id, strings.Join(which, ", "), known)
		f.Hint = fmt.Sprintf("give its location: services: %q: addresses: […] or networks: […]", id)
		f.Path = model.PathOf("site", "services")
		if u.end.Host != nil {
			path := []string{"hosts", u.end.Host.ID}
			f.Position, f.Path, f.Hint = s.site.Positions.At(path...), model.PathOf("site").Below(path...), "add addresses: to the host"
		} else if u.end.Location != nil {
			path := []string{"services", u.end.Location.What}
			f.Position, f.Path, f.Hint = s.site.Positions.At(path...), model.PathOf("site").Below(path...), "add addresses: or networks: to it"
		}
		if at := u.end.Endpoints(); at != nil && len(at.ServiceTags) > 0 {
			f.Hint += "; the cloud's provider publishes the networks of a service tag"
		}
		s.found = append(s.found, f)
	}
	return s.found.Sort()
}
