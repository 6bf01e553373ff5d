package resolve

import (
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// checkPeers reports hosts on which a listener has another number than on the first one,
// although all must use the same.
func checkPeers(found *findings, hosts []*model.Deployed) {
	type socket struct {
		place    model.Place
		listener string
	}
	first := make(map[socket]*model.Deployed)
	ports := make(map[socket][]model.PortRange)
	for _, h := range hosts {
		for _, s := range h.Sockets {
			at := socket{s.Place, s.Listener.ID}
			switch {
			case !s.Listener.SameOnPeers || s.Dynamic || len(s.Ports) == 0 || first[at] == h:
			case first[at] == nil:
				first[at], ports[at] = h, s.Ports
			case !slices.Equal(ports[at], s.Ports):
				if slices.ContainsFunc(h.Sockets[:slices.Index(h.Sockets, s)], func(x *model.Socket) bool { return x.Place == s.Place && x.Listener == s.Listener }) {
					continue // over another transport, and already reported
				}
				path := portOnHost(h.Host, s)
				f := finding(diag.UnequalPeers, found.at(path...), "%s is %s on host %s and %s on host %s: all peers have to use one number",
					name(s.Place, s.Listener), model.FormatPorts(s.Ports), h.ID, model.FormatPorts(ports[at]), first[at].ID)
				f.Path = ofSite(path)
				f.Hint = "give it one number for all hosts: products: " + s.Place.Product() + ": ports: " + s.Place.Component() + ": " + s.Listener.ID
				f.Related = append(f.Related, related(found.at(portOnHost(first[at].Host, s)...), "the other host is here"))
				found.report(f)
			}
		}
	}
}

// portOnHost returns where the site sets the port of a socket on a host, or else where the
// host runs its component.
func portOnHost(h *model.Host, s *model.Socket) []string {
	if _, own := h.Ports[s.Place][s.Listener.ID]; own {
		return []string{"hosts", h.ID, "ports", string(s.Place), s.Listener.ID}
	}
	return run(h, s.Place)
}
