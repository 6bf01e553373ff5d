package html

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
)

// A socketUse is the use of a port by sockets of hosts of a site.
type socketUse struct {
	portUse
	over []string
	text string  // the ports
	who  []hyper // what listens
}

// uses returns the sockets of a site for the index of ports. Hosts that are alike count once.
func (s *site) uses(t *gen.Texts) []portUse {
	var all []portUse
	p := newPage(string(portsPage), "")
	none, in := t.Add(""), t.Add("site "+string(p.link(address(s.folder+overviewName), text(s.name()))))
	for _, g := range s.alike {
		on := " on " + p.link(address(s.folder+hostName(g)), text(g.Names()))
		type key struct {
			from, to int32
			text     string
		}
		var own []*socketUse
		at := make(map[key]*socketUse)
		for _, x := range g.Hosts[0].Sockets {
			who := s.runs(p, x.Place, g.Hosts[0].Host)
			use := portUse{
				in: in, purpose: t.Add(string(text(x.Listener.Purpose))), when: t.Add(string(plain.During(x.Phase))), place: none, shared: none,
			}
			for _, one := range use.spread(x.Ports, !x.Dynamic) {
				u := &socketUse{portUse: one, text: gen.PortsText(x.Ports, x.Dynamic)}
				k := key{u.from, u.to, u.text}
				if at[k] == nil {
					at[k] = u
					own = append(own, u)
				}
				at[k].over, at[k].who = append(at[k].over, x.Transport), appendNew(at[k].who, who)
			}
		}
		for _, u := range own {
			over := slices.Compact(slices.Sorted(slices.Values(u.over)))
			u.portUse.over = t.Add(strings.Join(over, " "))
			u.port, u.listens = t.Add(string(plain.PortAt(over, u.text))), t.Add(string(describe.Join(", ", u.who...)+on))
			all = append(all, u.portUse)
		}
	}
	return all
}
