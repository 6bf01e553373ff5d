package audit

import (
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A want is what a site says about some packets of a host: that they must pass, or that
// they may.
type want struct {
	evidence.Match
	out  bool
	name string // of the flow or the management
	// needed means that they must pass. Otherwise they may pass: they are optional, for a
	// phase, or part of every network's traffic.
	needed bool
	// uncertain means that it is not known which of them the flow needs; lack tells why.
	uncertain bool
	lack      string
	senseless bool // no such packet ever arrives
	// groups are the addresses to which packets are sent instead of those of the host.
	groups []netip.Addr

	cells, passed   int // of cells that it covers
	stopped, doubts []cell
	why             []string // reasons for the doubts
	stoppedBy       []string
}

// wantsOf lists what a site wants of a host. Outgoing traffic is listed even if the site
// does not want firewalls to stop the rest.
func wantsOf(d *model.Deployment, h *model.Deployed, o Options) []*want {
	site := *d.Site
	if site.Firewall != nil {
		firewall := *site.Firewall
		firewall.Outbound = "listed"
		site.Firewall = &firewall
	}
	all := policy.Options{Optional: true}
	for _, p := range slices.Concat(h.Inbound, h.Outbound) {
		all.Phases = append(all.Phases, p.Connection.Phase)
	}
	var wants []*want
	for _, x := range []struct {
		options policy.Options
		needed  bool
	}{{o.Options, true}, {all, false}} {
		p := policy.Of(&site, h, x.options)
		for _, of := range []struct {
			out   bool
			rules []*policy.Rule
		}{{false, p.ManageIn}, {false, p.In}, {true, p.ManageOut}, {true, p.Out}} {
			for _, r := range of.rules {
				wants = append(wants, wantOf(r, of.out, x.needed))
			}
		}
		for _, l := range p.Lacking {
			// Between families nothing can pass, so no firewall rule is missing.
			if !o.Partial && l.What != policy.OtherFamily {
				wants = append(wants, uncertain(l, x.needed))
			}
		}
	}
	return append(wants, infrastructure()...)
}

// wantOf returns the want of a rule.
func wantOf(r *policy.Rule, out, needed bool) *want {
	w := &want{out: out, name: r.Name(), needed: needed}
	n := model.ProtocolNumber(r.Transport)
	w.Protocols = []model.PortRange{{From: n, To: n}}
	peers := []policy.AddressRange{}
	for _, p := range r.Peers {
		first, last := policy.Edges(p)
		peers = append(peers, policy.AddressRange{From: first, To: last})
	}
	if out {
		w.To = peers
	} else {
		w.From = peers
	}
	if model.HasPorts(r.Transport) {
		w.Ports, w.SourcePorts = r.Ports, r.SourcePorts
	}
	for _, m := range r.ICMP {
		first, last := m.Type<<8, m.Type<<8|255
		if m.Code != nil {
			first, last = m.Type<<8|*m.Code, m.Type<<8|*m.Code
		}
		w.Messages = append(w.Messages, model.PortRange{From: first, To: last})
	}
	if r.Permit != nil && !out && !r.Answer {
		for _, g := range r.Permit.Groups {
			if a, err := netip.ParseAddr(g); err == nil {
				w.groups = append(w.groups, a)
			} else if g == "broadcast" {
				w.groups = append(w.groups, netip.AddrFrom4([4]byte{255, 255, 255, 255}))
			}
		}
	}
	return w
}

// uncertain returns the want of a permit that no rule can express: some of all ports, or of
// all addresses.
func uncertain(l *policy.Lack, needed bool) *want {
	p := l.Permit
	n := model.ProtocolNumber(p.Transport)
	w := &want{out: l.Out, name: p.Connection.Product.ID + "/" + p.Connection.Flow.ID, needed: needed, uncertain: true, lack: l.Text()}
	w.Protocols = []model.PortRange{{From: n, To: n}}
	if model.HasPorts(p.Transport) && l.What != policy.Port && l.What != policy.Choice {
		w.Ports = p.Ports
	}
	if l.What == policy.Choice {
		w.Ports = p.Connection.Listener.Ports
	}
	var peers []policy.AddressRange
	if l.What == policy.Port || l.What == policy.Choice {
		known, unknown := policy.Locate(l.Peers, policy.Family(p))
		for _, k := range known {
			first, last := policy.Edges(k)
			peers = append(peers, policy.AddressRange{From: first, To: last})
		}
		if len(unknown) > 0 {
			peers = nil
		}
	}
	switch policy.Family(p) {
	case "ipv4":
		w.Family = 4
	case "ipv6":
		w.Family = 6
	}
	if l.Out {
		w.To = peers
	} else {
		w.From = peers
	}
	return w
}

// infrastructure returns what may always pass, because networks need it: errors of ICMP and
// answers to pings, discovery of neighbours and routers, membership in groups (RFC 4890,
// section 4.4.1), and answers of DHCP.
func infrastructure() []*want {
	types := func(kinds ...int) []model.PortRange {
		var all []model.PortRange
		for _, k := range kinds {
			all = append(all, model.PortRange{From: k << 8, To: k<<8 | 255})
		}
		return all
	}
	var all []*want
	for _, out := range []bool{false, true} {
		for _, m := range []evidence.Match{
			{Family: 4, Protocols: one(1), Messages: types(0, 3, 11, 12)},
			{Family: 4, Protocols: one(2)}, // IGMP
			{Family: 6, Protocols: one(58), Messages: types(1, 2, 3, 4, 129, 130, 131, 132, 133, 134, 135, 136, 141, 142, 143, 148, 149, 151, 152, 153)},
			{Family: 4, Protocols: one(17), SourcePorts: one(67), Ports: one(68)},
			{Family: 6, Protocols: one(17), SourcePorts: one(547), Ports: one(546)},
		} {
			all = append(all, &want{Match: m, out: out})
		}
	}
	return all
}

func one(n int) []model.PortRange { return []model.PortRange{{From: n, To: n}} }
