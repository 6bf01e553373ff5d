package model

import (
	"slices"

	"github.com/portspec/portspec/internal/diag"
)

// A Deployment is a resolved site: the sockets that each host opens, and who may talk to
// whom. Every port and every permit has its reasons.
type Deployment struct {
	Site *Site
	// Products are those that the site uses, sorted by id, and releases of one from the newest
	// to the oldest.
	Products []*Product
	// Hosts has one entry for each host of the site, in the site's order.
	Hosts []*Deployed
	// Permits lists what may cross the network, sorted by product, flow,
	// listener and transport.
	Permits []*Permit
	// Local lists the flows that stay on one host and do not cross the network, in the same
	// order.
	Local []*Permit
}

// Host returns the deployed host with that id, or nil.
func (d *Deployment) Host(id string) *Deployed {
	return find(d.Hosts, func(h *Deployed) bool { return h.ID == id })
}

// Product returns the release of a product that a host runs or, if h is nil, that counts for
// everything that no host runs; nil if the site does not use the product.
func (d *Deployment) Product(id string, h *Host) *Product {
	version := d.Site.Release(id, h)
	return find(d.Products, func(p *Product) bool { return p.ID == id && (version == "" || p.Version == version) })
}

// Beside returns the version of a product that a host runs if other hosts of the site run
// another one; otherwise "".
func (d *Deployment) Beside(id string, h *Host) string {
	used := &Catalog{Products: d.Products}
	if p := d.Product(id, h); p != nil && len(used.Releases(id)) > 1 {
		return p.Version
	}
	return ""
}

// A Deployed is a host and what it opens.
type Deployed struct {
	*Host
	// NetZone is the zone of the host: the one that it names, or the one whose networks
	// contain its addresses; "" for none.
	NetZone string
	// Sockets are in the order of the components that run there and of their listeners.
	// Identical hosts may share the list.
	Sockets []*Socket
	// Inbound and Outbound are the permits to and from the host, in the order of the
	// deployment.
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
	// Dynamic means that one of Ports is chosen at run time.
	Dynamic bool
	Bind    string // any or loopback
	Phase   string // installation, upgrade or another phase; "": normal operation
	Why     []Reason
}

// A Reason is a reason for a port, or for permitting a flow.
type Reason struct {
	Kind string        `json:"kind"` // default, feature, rule or site
	At   diag.Position `json:"at"`
	Text string        `json:"text"`
	Cite []string      `json:"cite,omitempty"`
}

// Reasons returns the texts of all reasons for a socket, and the rows that they cite, each once.
func (s *Socket) Reasons() (texts, cite []string) {
	for _, r := range s.Why {
		texts = append(texts, r.Text)
		for _, id := range r.Cite {
			if !slices.Contains(cite, id) {
				cite = append(cite, id)
			}
		}
	}
	return texts, cite
}

// Kinds of reasons, in the order in which they are given.
const (
	ByDefault = "default"
	ByFeature = "feature"
	ByRule    = "rule"
	BySite    = "site"
)

// A Permit is a flow on one listener over one transport, from all ends that may start it
// to all ends that listen on the same ports.
type Permit struct {
	Connection *Connection
	// Back is "" for the flow itself, "both-ways" for the opposite direction at the same
	// ports, and "reply" for a reply to another port.
	Back      string
	Transport string
	// From may start it, and To listens. A firewall lets each of From reach each of To
	// except itself.
	From, To []*End
	// Ports are those of To; empty for protocols without ports.
	Ports []PortRange
	// Dynamic means that one of Ports is chosen at run time; without known ports, there
	// can be no firewall rule.
	Dynamic bool
	// SourcePorts are the ports of From, if the vendor names them.
	SourcePorts []PortRange
	// Groups are the multicast groups, or "broadcast", to which packets are sent instead of
	// To's addresses.
	Groups []string
	// Via lists the gateways from From to To: From connects to the first, and To sees
	// connections from the last.
	Via []*End
	Why []Reason
}

// Undecided reports whether the port is one of several and the site has not chosen which.
func (p *Permit) Undecided() bool {
	l := p.Connection.Listener
	return p.Back != "reply" && l.OneOf && (len(p.Ports) == 0 || slices.Equal(p.Ports, l.Ports[:1])) &&
		!slices.ContainsFunc(p.Why, func(r Reason) bool { return r.Kind == BySite })
}

// WayBack returns the permit for the opposite direction, to the given ends and ports, with
// kind as its Back. The gateways are in reverse order. Source ports are kept only if they
// are the ports that the other side sends to.
func (p *Permit) WayBack(kind string, to []*End, ports []PortRange) *Permit {
	back := *p
	back.Back, back.From, back.To, back.Ports = kind, p.To, to, ports
	back.Via = slices.Clone(p.Via)
	slices.Reverse(back.Via)
	back.SourcePorts = nil
	return &back
}

// Sources lists the ends from which a host receives packets of the permit: those that may
// start it, or the last gateway; never the host itself. Their addresses are those by which
// the host knows them.
func (p *Permit) Sources(h *Deployed) []*End {
	if len(p.Via) > 0 {
		return seenBy(h, p.hop(len(p.Via)-1), true)
	}
	return seenBy(h, others(p.From, h), true)
}

// Destinations lists the ends to which a host sends packets of the permit: those that
// listen, or the first gateway; never the host itself. Their addresses are those by which
// the host knows them.
func (p *Permit) Destinations(h *Deployed) []*End {
	if len(p.Via) > 0 {
		return seenBy(h, p.hop(0), false)
	}
	return seenBy(h, others(p.To, h), false)
}

// hop lists the ends of the i-th gateway in Via.
func (p *Permit) hop(i int) []*End {
	var all []*End
	for _, end := range p.Via {
		if end.Place == p.Via[i].Place {
			all = append(all, end)
		}
	}
	return all
}

// others returns ends without h if h is a single machine; the machines of a group talk to each
// other.
func others(ends []*End, h *Deployed) []*End {
	if h.Count > 1 || !slices.ContainsFunc(ends, func(e *End) bool { return e.Host == h }) {
		return ends
	}
	return slices.DeleteFunc(slices.Clone(ends), func(e *End) bool { return e.Host == h })
}

// An End is an end of a permit. Exactly one of the fields from Host to Any is set.
type End struct {
	Place    Place     // the component there
	Product  *Product  // the release that it is of
	Host     *Deployed // a host of the site
	Location *Location // of a service or component elsewhere
	// Fixed is the location given by the product itself.
	Fixed *Endpoints
	Zone  string // id of the product's component for a zone
	Any   bool   // every host

	// NetZone is the zone of the end in the site: the one that the site names for it, or
	// the one with a network that contains its address; "" for none.
	NetZone string
	// views are the end as hosts of other zones know it, if its addresses are translated. A view
	// has the translated addresses, and a reference to the end.
	views      []view
	translated []string
	own        *End
}

// ID returns the name of the end: a host, a service or component elsewhere, a zone, or
// "any".
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

// Endpoints returns the location of an end that is not a host of the site; nil if it is not
// known.
func (e *End) Endpoints() *Endpoints {
	if e.Location != nil {
		return &e.Location.Endpoints
	}
	return e.Fixed
}

// Addresses lists addresses and networks; if there are none, names; and without those, service
// tags.
func (e *End) Addresses() []string {
	at := e.Endpoints()
	switch {
	case e.own != nil:
		return e.translated
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

// SameHost reports whether two ends are the same single machine, so that traffic between
// them does not cross the network.
func SameHost(a, b *End) bool {
	return a.Host != nil && a.Host == b.Host && a.Host.Count == 1
}
