// Package sitetables has types.go, copy.go and lookup.go of every package that
// portspec generates for a site: they are compiled and tested here, and copied
// under the other package's name.
package sitetables

// A HostID names a host of the site; the constants are all of them.
type HostID string

// A ListenerID names a listener of a component of a product, such as
// "igel-ums/ums-server.web"; the constants are all that the site's hosts open or
// talk to.
type ListenerID string

// A Transport carries the traffic: one of the constants, or another IP protocol
// by its name, such as "esp", or its number, such as "ip/253".
type Transport string

// The first two are also network names for package net: net.Dial accepts
// string(TCP).
const (
	TCP    Transport = "tcp"
	UDP    Transport = "udp"
	SCTP   Transport = "sctp"
	ICMP   Transport = "icmp"
	ICMPv6 Transport = "icmpv6"
)

// A PortRange is a span of ports, both ends included; First is Last for a
// single port.
type PortRange struct {
	First, Last int
}

// Contains reports whether the port is in the range.
func (r PortRange) Contains(port int) bool { return r.First <= port && port <= r.Last }

// A Host is one machine, or a group of machines that are alike.
type Host struct {
	ID        HostID
	Name      string
	OS        string // "" if it is not known
	OSVersion string // "" for a current release
	Zone      string // the part of the network; "" for none
	Count     int    // how many machines there are, from 1
	// Addresses are those of a machine; for a group, also its networks, such as
	// "10.20.0.0/16".
	Addresses []string
	Names     []string
	Runs      []string // components: product/component
}

// A Listener is a socket that a host opens over one transport.
type Listener struct {
	Host      HostID
	ID        ListenerID
	Transport Transport
	// Ports are empty for a dynamic port without a range and for transports
	// without ports.
	Ports    []PortRange
	Dynamic  bool     // one of the ports is chosen at run time, not all of them
	Loopback bool     // reachable from its own host only
	Phase    string   // only in that phase, as "installation"; "" is normal operation
	Why      []string // where the ports come from: the spec's default, a rule, the site
	Cite     []string // rows of the vendor's tables: product/table/row
}

// A Permit is what may cross the network: one flow on one listener over one
// transport. Each of From may reach each of To, except itself.
type Permit struct {
	Product  string
	Flow     string
	From, To []PeerID
	Listener ListenerID // the one that the flow talks to
	// Back is "" for the flow itself, "both-ways" if the listener's side starts,
	// to the same ports of the talker, and "reply" for an answer to another port
	// of the talker.
	Back        string
	Transport   Transport
	Ports       []PortRange // those of To
	Dynamic     bool        // one of the ports is chosen at run time
	SourcePorts []PortRange // those of From; any if empty
	Groups      []string    // multicast groups, or "broadcast", to which packets are sent instead of To
	// Via are the gateways that the traffic passes, in the order from From to To;
	// each is the peers that may be it.
	Via         [][]PeerID
	Family      string   // "ipv4" or "ipv6"; "" for both
	Optional    bool     // the product works without it, whatever its features
	OneSuffices bool     // one of the flow's permits is enough
	InsteadOf   []string // flows that are tried first
	Phase       string   // only in that phase, as "installation"; "" is normal operation
	Purpose     string
	Cite        []string // rows of the vendor's tables: product/table/row
}

// A PeerID names one end of a permit: a host by its [HostID], something
// elsewhere, which [Elsewhere] lists, or [Any].
type PeerID string

// Any is the peer that stands for every host.
const Any PeerID = "*"

// A Peer is an end of permits that is not a host of the site: a shared service, a
// component, a zone.
type Peer struct {
	ID        PeerID
	Addresses []string // addresses and networks
	Names     []string // host names; a leading "*." stands for every name below
	// ServiceTags are names that a cloud's firewalls have for its networks, and
	// URLs are hosts with a path.
	ServiceTags []string
	URLs        []string
}
