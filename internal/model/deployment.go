package model

import (
	"slices"

	"github.com/portspec/portspec/internal/diag"
)

// A Deployment is a site resolved: the sockets that each host opens, and who
// may talk to whom. Every port and every permit carries its reasons.
type Deployment struct {
	Site *Site
	// Products that the site uses, sorted by id.
	Products []*Product
	// Hosts in the site's order, one for each of its hosts.
	Hosts []*Deployed
	// Permits lists what may cross the network, sorted by product, flow,
	// listener and transport.
	Permits []*Permit
	// Local lists the flows that stay inside one host and need no permit of the
	// network, in the same order.
	Local []*Permit
}

// Host returns the deployed host with that id, or nil.
func (d *Deployment) Host(id string) *Deployed {
	return find(d.Hosts, func(h *Deployed) bool { return h.ID == id })
}

// A Deployed is a host and what it opens.
type Deployed struct {
	*Host
	// NetZone is the zone that the host is in: its own word, or the zone whose
	// networks hold its addresses; "" for none.
	NetZone string
	// Sockets in the order of what runs there and of its listeners. Hosts that
	// are alike may share the list.
	Sockets []*Socket
	// Inbound and Outbound are the permits that the host is at the To and at the
	// From end of, in the order of the deployment's.
	Inbound, Outbound []*Permit
}

// A Socket is what a component opens on a host for one listener over one
// transport.
type Socket struct {
	Place     Place
	Listener  *Listener
	Transport string
	// Ports is empty for protocols without ports and for a dynamic port without
	// a range.
	Ports []PortRange
	// Dynamic says that one of Ports is taken at run time, not all of them.
	Dynamic bool
	Bind    string // any or loopback
	Phase   string // installation, upgrade or another phase; "": normal operation
	Why     []Reason
}

// A Reason is why a port is what it is, or why a flow is permitted.
type Reason struct {
	Kind string        `json:"kind"` // default, feature, rule or site
	At   diag.Position `json:"at"`
	Text string        `json:"text"`
	Cite []string      `json:"cite,omitempty"`
}

// Kinds of reasons, in the order in which they are given.
const (
	ByDefault = "default"
	ByFeature = "feature"
	ByRule    = "rule"
	BySite    = "site"
)

// A Permit is one flow on one listener over one transport, between all that may
// start it and all that answer at the same ports.
type Permit struct {
	Connection *Connection
	// Back is "" for the flow as it is, "both-ways" for the same ports of the
	// talker, where the other side may start, and "reply" for an answer to
	// another port of the talker.
	Back      string
	Transport string
	// From may start it; To is who is talked to. A firewall lets each of From
	// reach each of To but itself.
	From, To []*End
	// Ports are those of To; empty for protocols without ports.
	Ports []PortRange
	// Dynamic says that one of Ports is taken at run time; with none known, a
	// firewall cannot be told.
	Dynamic bool
	// SourcePorts are those of From, where the vendor names them.
	SourcePorts []PortRange
	// Groups are the multicast groups, or "broadcast", that packets are sent to
	// in place of To's addresses.
	Groups []string
	// Via lists the gateways that carry it, from From's side to To's: From dials
	// the first, To sees the last.
	Via []*End
	Why []Reason
}

// WayBack is what those that are talked to may send to some of the talkers, at
// ports of theirs: kind is what Back says of it. The gateways are passed the
// other way round. Of the ports that the other side sends from, nobody says
// anything but that they are those that it sends to.
func (p *Permit) WayBack(kind string, to []*End, ports []PortRange) *Permit {
	back := *p
	back.Back, back.From, back.To, back.Ports = kind, p.To, to, ports
	back.Via = slices.Clone(p.Via)
	slices.Reverse(back.Via)
	back.SourcePorts = nil
	return &back
}

// Sources lists the ends that a host sees packets of the permit come from: those
// that may start it, or the last gateway on the way; never the host itself.
func (p *Permit) Sources(h *Deployed) []*End {
	if len(p.Via) > 0 {
		return p.hop(len(p.Via) - 1)
	}
	return others(p.From, h)
}

// Destinations lists the ends that a host sends packets of the permit to: those
// that are talked to, or the first gateway on the way; never the host itself.
func (p *Permit) Destinations(h *Deployed) []*End {
	if len(p.Via) > 0 {
		return p.hop(0)
	}
	return others(p.To, h)
}

// hop lists the ends of the gateway that the i-th of Via is.
func (p *Permit) hop(i int) []*End {
	var all []*End
	for _, end := range p.Via {
		if end.Place == p.Via[i].Place {
			all = append(all, end)
		}
	}
	return all
}

// others is ends without a single machine; a group's machines talk to each
// other.
func others(ends []*End, h *Deployed) []*End {
	if h.Count > 1 || !slices.ContainsFunc(ends, func(e *End) bool { return e.Host == h }) {
		return ends
	}
	return slices.DeleteFunc(slices.Clone(ends), func(e *End) bool { return e.Host == h })
}

// An End is one end of a permit: of the fields from Host to Any exactly one is
// set.
type End struct {
	Place    Place     // the component there
	Host     *Deployed // a host of the site
	Location *Location // a service or component that is elsewhere
	// Fixed is where the product itself says that the component is.
	Fixed *Endpoints
	Zone  string // a zone that the product names: its component's id
	Any   bool   // every host there is

	// NetZone is the zone of the site that the end is in: by the site's word, or
	// as a network of the zone holds its address; "" for none.
	NetZone string
}

// ID names what is at the end: a host, a service or component elsewhere, a zone,
// or "any".
func (e *End) ID() string {
	switch {
	case e.Host != nil:
		return e.Host.ID
	case e.Location != nil:
		return e.Location.What
	case e.Zone != "":
		return e.Zone
	case e.Any:
		return "any"
	}
	return string(e.Place)
}

// Endpoints are where something is that is not a host of the site; nil where that
// is not known.
func (e *End) Endpoints() *Endpoints {
	if e.Location != nil {
		return &e.Location.Endpoints
	}
	return e.Fixed
}

// Addresses lists addresses, networks and, where there are none, names, or else
// service tags.
func (e *End) Addresses() []string {
	at := e.Endpoints()
	switch {
	case e.Host != nil:
		if len(e.Host.Addresses) > 0 {
			return e.Host.Addresses
		}
		return e.Host.Names
	case at == nil:
		return nil
	}
	if n := len(at.Addresses) + len(at.Networks); n > 0 {
		return append(append(make([]string, 0, n), at.Addresses...), at.Networks...)
	}
	if names := at.HostNames(); len(names) > 0 {
		return names
	}
	return at.ServiceTags
}

// SameHost reports whether two ends are the same single machine: a network
// never sees what goes from one to the other.
func SameHost(a, b *End) bool {
	return a.Host != nil && a.Host == b.Host && a.Host.Count == 1
}
