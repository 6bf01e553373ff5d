package markdown

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// requestTableCSV is the request for programs: a row for each source and destination.
// Hosts that are alike are one of them, whose addresses are in requestHostsCSV.
// Several values in a cell are separated by spaces, sentences by semicolons.
func requestTableCSV(s *siteView) gen.File {
	var b bytes.Buffer
	w := gen.NewCSV(&b,
		"source", "source_addresses", "source_zone", "destination", "destination_addresses", "destination_zone",
		"transport", "ports", "need", "condition", "purpose", "flows", "cite", "to_do",
	)
	for _, a := range asks(s.request) {
		need := "required"
		if isOptional(a.uses) {
			need = "optional"
		}
		var ports []string
		for _, r := range a.ports {
			ports = append(ports, r.String())
		}
		if len(a.messages) > 0 {
			ports = []string{string(plain.Messages(a.messages))}
		}
		if a.dynamic {
			ports = append(ports, "dynamic")
		}
		rest := []string{
			a.transport, strings.Join(ports, " "), need, strings.Join(append(conditions(a.uses), a.narrowed()...), "; "), strings.Join(purposes(a.uses), "; "),
			strings.Join(flowIDs(a.uses), " "), strings.Join(citations(a.uses), " "), strings.Join(a.todo(a.uses), " "),
		}
		for _, from := range endsOf(a.from) {
			for _, to := range endsOf(a.to) {
				if from.host != nil && from.host == to.host && from.host.Count == 1 {
					continue
				}
				w.Add(slices.Concat(from.cells, to.cells, rest)...)
			}
		}
	}
	_ = w.Close() // a buffer takes everything
	return gen.File{Path: s.path("firewall-request.csv"), Data: b.Bytes()}
}

// inHosts stands for the addresses of hosts that are alike: no program takes it for an
// address, or for any.
const inHosts = "group"

// A rowEnd is one side of a row: its name, addresses and zone.
type rowEnd struct {
	host  *model.Deployed // nil for several, and for what is elsewhere
	cells []string
}

func endsOf(p *gen.Party) []rowEnd {
	switch {
	case p.Group == nil:
		addresses := strings.Join(p.End.Addresses(), " ")
		if p.End.Any {
			addresses = "any"
		}
		return []rowEnd{{nil, []string{p.Name, addresses, p.End.NetZone}}}
	case len(p.Group.Hosts) > gen.MostNamed:
		return []rowEnd{{nil, []string{p.Name, inHosts, p.Group.Zone}}}
	}
	var all []rowEnd
	for _, h := range p.Group.Hosts {
		all = append(all, rowEnd{h, []string{h.ID, hostAddresses(h), h.NetZone}})
	}
	return all
}

func hostAddresses(h *model.Deployed) string {
	return strings.Join((&model.End{Host: h}).Addresses(), " ")
}

// requestHostsCSV says which hosts the names in the request are:
//
//	name,host,machines,addresses,zone
//	ums1,ums1,1,10.1.1.11,data-centre
//	desk001 … desk150,desk001,1,10.2.0.1,desktops
func requestHostsCSV(s *siteView) gen.File {
	var b bytes.Buffer
	w := gen.NewCSV(&b, "name", "host", "machines", "addresses", "zone")
	for _, p := range s.request.Parties {
		if p.Group == nil {
			continue
		}
		for _, h := range p.Group.Hosts {
			name := h.ID
			if len(p.Group.Hosts) > gen.MostNamed {
				name = p.Name
			}
			w.Add(name, h.ID, fmt.Sprint(h.Count), hostAddresses(h), h.NetZone)
		}
	}
	_ = w.Close() // a buffer takes everything
	return gen.File{Path: s.path("firewall-request-hosts.csv"), Data: b.Bytes()}
}
