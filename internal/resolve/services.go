package resolve

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// oneService reports components of a host that count as one shared service because they have a
// port in common. They may be meant as several instances, such as two databases. A rule that
// lets them share has its own finding.
func oneService(ps *products, found *findings, h *model.Host, sockets []*model.Socket, rules []inForce) {
	var reported []string
	for i, b := range sockets {
		id := ps.component(h, b.Place).Service
		service := ps.catalog.Service(id)
		if service == nil || len(service.Provided) == 0 || slices.Contains(reported, id) {
			continue
		}
		for _, a := range sockets[:i] {
			_, meet := meeting(a, b)
			if a.Place == b.Place || !meet || ps.component(h, a.Place).Service != id || a.Transport != b.Transport || ruled(rules, a, b) {
				continue
			}
			reported = append(reported, id)
			for n, proviso := range service.Provided {
				path := run(h, b.Place)
				f := finding(diag.Proviso, found.at(path...), "%s and %s on host %s count as one %s, provided that: %s", a.Place, b.Place, h.ID, service.Name, proviso)
				f.Severity, f.Path = diag.Warning, ofSite(path)
				f.Hint = fmt.Sprintf("suppress this if that is the case, or give one of them another port (hosts: %s: ports: %q: %s: …)", h.ID, b.Place, b.Listener.ID)
				f.Related = append(f.Related, related(found.at(run(h, a.Place)...), "%s runs there too", a.Place))
				f.Related = append(f.Related, related(service.Positions.At("provided", fmt.Sprint(n)), "the proviso is here"))
				found.report(f)
			}
			break
		}
	}
}

// ruled reports whether a rule makes two sockets one.
func ruled(rules []inForce, a, b *model.Socket) bool {
	has := func(rule inForce, share map[string]string, s *model.Socket) bool {
		return s.Place.Product() == rule.product.ID && share[s.Place.Component()] == s.Listener.ID
	}
	for _, rule := range rules {
		for _, share := range rule.Share {
			if has(rule, share, a) && has(rule, share, b) {
				return true
			}
		}
	}
	return false
}
