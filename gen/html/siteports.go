package html

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
)

// uses returns the sockets of a site for the index of ports. Hosts that are alike count once.
func (s *site) uses() []*portUse {
	var all []*portUse
	p := newPage(string(portsPage), "")
	in := "site " + p.link(address(s.folder+overviewName), text(s.name()))
	for _, g := range s.alike {
		on := " on " + p.link(address(s.folder+hostName(g)), text(g.Names()))
		at := make(map[string]*portUse)
		for _, x := range g.Hosts[0].Sockets {
			who := s.runs(p, x.Place, g.Hosts[0].Host)
			use := portUse{in: in, purpose: x.Listener.Purpose, when: plain.During(x.Phase)}
			for _, one := range use.spread(x.Ports, !x.Dynamic) {
				one.ports = gen.PortsText(x.Ports, x.Dynamic)
				key := fmt.Sprint(one.from, one.to, one.ports)
				if known := at[key]; known != nil {
					known.over = append(known.over, x.Transport)
					known.who = appendNew(known.who, who)
					continue
				}
				one.over, one.who, one.on = []string{x.Transport}, []hyper{who}, on
				at[key] = &one
				all = append(all, &one)
			}
		}
	}
	for _, u := range all {
		u.over = slices.Compact(slices.Sorted(slices.Values(u.over)))
		u.port, u.listens = plain.PortAt(u.over, u.ports), describe.Join(", ", u.who...)+u.on
	}
	return all
}
