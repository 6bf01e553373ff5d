// Package tables has types.go and copy.go of every package that portspec
// generates for a product: they are compiled and tested here, and copied under
// the other package's name.
package tables

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

	UnknownTransport Transport = "unknown" // the document does not say
)

// A PortRange is a span of ports, both ends included; First is Last for a
// single port. They are ints because a uint16 that counts up to 65535 wraps
// around and never stops.
type PortRange struct {
	First, Last int
}

// Contains reports whether the port is in the range.
func (r PortRange) Contains(port int) bool { return r.First <= port && port <= r.Last }

// On and Off are the values of a feature that is a switch.
const (
	On  = "on"
	Off = "off"
)

// A When is a condition: every feature in it has one of the given values. The
// zero value always holds.
type When []FeatureIs

// FeatureIs is the part of a condition that is about one feature.
type FeatureIs struct {
	Feature string   // id of the feature
	Values  []string // one of these; none where conditions exclude each other
}

// Conditions tell when something exists; all of them must hold. The zero value
// means always.
type Conditions struct {
	When       When
	OS         []string     // one of these operating systems; any if empty
	OSVersions []OSVersions // releases of operating systems; all of those that are not named
	Versions   Versions     // releases of the product
	Phase      string       // only in that phase, as "installation"; "" is normal operation
}

// Versions is a span of releases. An empty end is open.
type Versions struct {
	From   string // the first release
	Before string // the release after the last
}

// OSVersions is a span of releases of an operating system.
type OSVersions struct {
	OS string
	Versions
}

// A Component runs on a host, and talks or listens.
type Component struct {
	ID          string
	Name        string
	Description string
	Version     string    // its own release; "" if it is the product's
	Kind        string    // software, device, external, zone, any or unknown
	Unknown     []Unknown // who it is, if the document does not say
	Service     string    // the shared service that it is, such as "active-directory"; "" if none
	// Where it is, if that is the same everywhere. A name that begins with "*."
	// means all names below it.
	Names     []string
	Addresses []string
	Networks  []string
	// ServiceTags are names that a cloud's firewalls have for its networks, and
	// URLs are hosts with a path.
	ServiceTags []string
	URLs        []string
	Processes   []Process
	Conditions
	Cite []string // rows of the vendor's tables: product/table/row
}

// A Process is the name of a service, daemon or process on an operating system.
type Process struct {
	OS   string
	Name string
}

// A Listener is a socket that a component opens.
type Listener struct {
	Component  string
	ID         string
	Purpose    string
	Transports []Transport
	// Ports are the default ports. They are empty if the number is not known or
	// chosen at run time, and for transports without ports.
	Ports    []PortRange
	OneOf    bool          // only one of the ports is used
	AnyOther bool          // any other number may be used instead
	Often    []PortRange   // numbers that are often used instead
	Per      string        // there is one port, or as many as Ports has, for each of this: "instance"; a single port is then the first
	Fallback []PortRange   // tried when the ports do not answer
	Offset   *Offset       // the setting or listener that the port follows from; nil if none
	Dynamic  *Dynamic      // how the port is chosen at run time; nil if it is fixed
	Count    int           // how many ports there are, if only that is known; else 0
	Unknown  []Unknown     // what the document does not say: port, transport, configurable
	App      string        // application protocol
	ICMP     []ICMPMessage // the messages; empty for all
	Loopback bool          // reachable from its own host only
	OffUntil string        // how it is switched on; "" if it is on
	// LoopbackByDefault means that it is reachable from its own host only, until
	// somebody binds it to the network.
	LoopbackByDefault bool
	Network           string // what it is bound to, in words; "" if the vendor does not say
	SameOnPeers       bool   // all hosts of the component use one number
	// OpenedByInstaller means that the installer opens the port in the host's own
	// firewall.
	OpenedByInstaller bool
	// SystemSocket names the operating system's own socket behind it: on a host,
	// all listeners with that name are one socket. It is "" for none.
	SystemSocket string
	Configurable *Configurable // nil if the vendor does not say
	Processes    []Process     // empty if they are the component's
	Conditions                 // OS is the listener's host
	Cite         []string
}

// An Unknown is something that the document does not say, and that is not
// guessed.
type Unknown struct {
	// Aspect is identity, transport, port, direction (which side starts), suffices
	// (whether one connection of the flow is enough) or configurable.
	Aspect string
	Why    string // what the document shows instead, or why it is not known
}

// An Offset means that a port is a setting, or the port of another listener,
// plus a number.
type Offset struct {
	Setting string // "" if Of is set
	Named   bool   // Setting is the id of one of the product's settings
	Of      string // the other listener of the component; "" for a setting
	Base    int    // the setting's default, or the other's port
	Times   int    // factor of the base; 0 means 1
	Plus    int    // may be negative
	PlusTo  int    // what is added for the last port of a range; 0 for a single port
}

// Dynamic tells how a port is chosen at run time.
type Dynamic struct {
	Mapper string // the listener that tells talkers the number; "" if none
	Upward bool   // the first that is free is used, from the start of the range
	Ranges []DynamicRange
	// PerSession means that each session has another port.
	PerSession bool
}

// A DynamicRange is a range that ports are taken from.
type DynamicRange struct {
	PortRange
	Above    bool     // the vendor names no end: First and all above
	OS       []string // on these operating systems only; any if empty
	Versions Versions // of the operating system
	Cite     []string
}

// An ICMPMessage is a kind of ICMP message.
type ICMPMessage struct {
	Type int
	Code int // -1 for all
}

// Configurable tells whether a port can be changed.
type Configurable struct {
	Allowed        bool
	AtInstallation bool // not afterwards
	How            string
	Since          string // the first release in which it can be changed; "" for all
}

// A Scope tells how far a flow reaches.
type Scope string

// A flow crosses the network, never leaves its host, or runs among the nodes of
// one component.
const (
	ScopeNetwork  Scope = "network"
	ScopeSameHost Scope = "same-host"
	ScopeNodes    Scope = "nodes"
)

// A Flow tells who starts talking to which listener of whom over which
// transport. A flow of the spec to several listeners or over several transports
// is several of these, with the same ID.
type Flow struct {
	ID        string
	From      []string // components, each of which may start
	To        string   // component
	Listener  string   // listener of To
	Transport Transport
	// Ports are those of the listener, or the ranges from which a dynamic port is
	// chosen. They are empty if no number is known and for transports without
	// ports.
	Ports       []PortRange
	OneOf       bool        // only one of the ports is used
	AnyOther    bool        // any other number may be used instead
	Often       []PortRange // numbers that are often used instead
	Per         string      // there is one port, or as many as Ports has, for each of this; a single port is then the first
	OneSuffices bool        // one of the flows with this ID is enough
	Fallback    []PortRange // tried when the ports do not answer
	Dynamic     bool        // the port is chosen at run time
	App         string      // application protocol
	Loopback    bool        // the listener is bound to loopback
	SourcePorts []PortRange // where it is sent from; any if empty
	SourceSame  bool        // the source port is the destination port
	Reply       *Reply      // an answer to another port; nil if none
	Scope       Scope
	Family      string   // "ipv4" or "ipv6"; "" for both
	Delivery    string   // "broadcast" or "multicast"; "" for unicast
	Groups      []string // multicast groups
	Via         []string // the components that carry it: proxies, gateways
	Passes      []string // components on the way that are not addressed themselves
	NoRule      string   // why no firewall rule is needed; "" if one is
	// TLSInspection is "allowed" or "forbidden"; "" if the vendor does not say.
	TLSInspection string
	Optional      bool     // the product works without it, whatever its features
	InsteadOf     []string // flows that are tried first; used only if they do not work
	BothWays      bool     // either side may start
	// BothWaysWhen is when either side may start, if BothWays is true; empty means
	// always.
	BothWaysWhen When
	Persistent   bool // one long-lived connection, used both ways
	// Configurable is nil if the vendor does not say.
	Configurable *Configurable
	Unknown      []Unknown // of the flow and its listener
	// Conditions combine those of the flow, listener and target; OS is the
	// talker's. Talkers have conditions of their own, see [Components].
	Conditions
	Purpose string
	Note    string
	Cite    []string
}

// A Reply is an answer to another port of the talker.
type Reply struct {
	Transport Transport
	Ports     []PortRange
	Dynamic   *Dynamic
	ToSource  bool        // it goes to the source port of the request
	FromOther bool        // it comes from another port of the listener's host
	FromPorts []PortRange // which one, if that is known
}

// A Feature is a switch, whose values are [On] and [Off], or a choice.
type Feature struct {
	ID          string
	Name        string
	Description string
	Choices     []Choice // empty for a switch
	Several     bool     // several choices may be in use at once
	Default     string   // "" if every site must decide
	Needs       When     // values that other features must have
	Cite        []string
}

// A Choice is a value of a feature.
type Choice struct {
	ID          string
	Name        string
	Description string
	Cite        []string
}

// A Rule tells what changes if components share a host.
type Rule struct {
	ID       string
	Together []string // it holds on every host that runs all of these components
	When     When
	Reason   string
	Forbid   bool // they cannot share a host
	Move     []Move
	Close    []ListenerID // not opened there, because another component takes over
	Share    []SharedSocket
	Provided []string // what else must be true and cannot be seen from the ports
	Cite     []string
}

// A Move gives a listener another port.
type Move struct {
	Component, Listener string
	Port                int
}

// A SharedSocket is one socket that several listeners share.
type SharedSocket struct {
	Name      string
	Listeners []ListenerID
}

// A ListenerID names a listener.
type ListenerID struct {
	Component, Listener string
}

// An Erratum is a place where the vendor's document is wrong, silent or
// unclear, and what the tables contain instead.
type Erratum struct {
	ID      string
	Kind    string // wrong, shifted, silent, ambiguous or contradiction
	Says    string // what the document says
	Encoded string // what the tables contain instead
	Why     string
	// What the erratum is about.
	Flows     []string
	Rules     []string
	Listeners []ListenerID
	Cite      []string
}
