package model

import (
	"slices"
	"strconv"
	"strings"
)

// A Component is what runs on a host and can talk or listen.
type Component struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Version     string `json:"version,omitempty"` // its own release, where that is not the product's
	Kind        Kind   `json:"kind"`
	// Unknown is what the document does not say of it: its identity.
	Unknown Unknown `json:"unknown,omitempty"`
	// Service is the id of the shared service that the component is, or "".
	Service   string              `json:"service,omitempty"`
	At        *Endpoints          `json:"at,omitempty"`
	Processes map[string][]string `json:"processes,omitempty"` // its process by operating system
	Listeners []*Listener         `json:"listeners"`
	Conditions
	Cite []string `json:"cite,omitempty"`
}

// Listener returns the listener with that id, or nil.
func (c *Component) Listener(id string) *Listener {
	return find(c.Listeners, func(l *Listener) bool { return l.ID == id })
}

// Kind says what a component is.
type Kind string

// Zone, Any and UnknownKind are three different things: a named part of the
// network, every host there is, and a host that the vendor does not name.
const (
	Software    Kind = "software"
	Device      Kind = "device"
	External    Kind = "external"
	Zone        Kind = "zone"
	Any         Kind = "any"
	UnknownKind Kind = "unknown"
)

// Endpoints are fixed places on the network.
type Endpoints struct {
	Names     []string `json:"names,omitempty"` // a leading "*." stands for every name below
	Addresses []string `json:"addresses,omitempty"`
	Networks  []string `json:"networks,omitempty"`
	// ServiceTags are names that a cloud's firewalls have for its networks.
	ServiceTags []string `json:"service_tags,omitempty"`
	// URLs are hosts with a path.
	URLs []string `json:"urls,omitempty"`
}

// HostNames lists names, and the hosts of URLs.
func (e *Endpoints) HostNames() []string {
	all := e.Names
	for _, u := range e.URLs {
		_, rest, _ := strings.Cut(u, "://")
		host, _, _ := strings.Cut(rest, "/")
		if !slices.Contains(all, host) {
			all = append(slices.Clip(all), host)
		}
	}
	return all
}

// All lists names, addresses, networks, service tags and URLs.
func (e *Endpoints) All() []string {
	if e == nil {
		return nil
	}
	all := append([]string(nil), e.Names...)
	return append(append(append(append(all, e.Addresses...), e.Networks...), e.ServiceTags...), e.URLs...)
}

// Conditions say when something exists; the zero value is always.
type Conditions struct {
	When When     `json:"when,omitempty"`
	OS   []string `json:"os,omitempty"` // the talker's for a flow, else the host's
	// OSVersions are releases of operating systems, by system; all of those that
	// are not named.
	OSVersions map[string]*Versions `json:"os_versions,omitempty"`
	Versions   *Versions            `json:"versions,omitempty"`
	Phase      string               `json:"phase,omitempty"` // installation, upgrade or another phase; "": normal operation
}

// When maps features to the values under which something holds: all features
// must have one of their values.
type When map[string][]string

// Versions is a span of releases: from inclusive, before exclusive.
type Versions struct {
	From   string `json:"from,omitempty"`
	Before string `json:"before,omitempty"`
}

// String is "from release 2, before release 5".
func (v Versions) String() string {
	var parts []string
	if v.From != "" {
		parts = append(parts, "from release "+v.From)
	}
	if v.Before != "" {
		parts = append(parts, "before release "+v.Before)
	}
	return strings.Join(parts, ", ")
}

// A Listener is a socket that a component opens.
type Listener struct {
	ID         string   `json:"id"`
	Purpose    string   `json:"purpose"`
	Transports []string `json:"transports"` // empty where they are unknown
	PortStatement
	App      string `json:"app,omitempty"`  // the application protocol
	ICMP     []ICMP `json:"icmp,omitempty"` // which messages; all of them if empty
	Bind     string `json:"bind"`           // any or loopback
	OffUntil string `json:"off_until,omitempty"`
	// OpenedByInstaller says that the product's installer opens the port in the
	// host's own firewall.
	OpenedByInstaller bool          `json:"opened_by_installer,omitempty"`
	Configurable      *Configurable `json:"configurable,omitempty"` // nil where the vendor does not say
	// SystemSocket is the operating system's own socket behind it: on a host, all
	// listeners with the same name here are one socket. "" for none.
	SystemSocket string              `json:"system_socket,omitempty"`
	Processes    map[string][]string `json:"processes,omitempty"`
	Conditions
	Cite []string `json:"cite,omitempty"`
}

// A PortStatement is what a vendor says about a port.
type PortStatement struct {
	// Ports are the fixed numbers: one, several, ranges, or the alternatives of
	// which OneOf says that only one is used. Empty for a dynamic port without a
	// range and for protocols without ports.
	Ports    []PortRange `json:"ports"`
	OneOf    bool        `json:"one_of,omitempty"`
	Fallback []PortRange `json:"fallback,omitempty"` // tried when the first does not answer
	Offset   *Offset     `json:"offset,omitempty"`   // where the number comes from a setting
	Dynamic  *Dynamic    `json:"dynamic,omitempty"`  // chosen at run time
	Count    int         `json:"count,omitempty"`    // only how many is known; 0 otherwise
	// Unknown is what the document does not say: port, transport, or whether the
	// port can be changed.
	Unknown Unknown `json:"unknown,omitempty"`
	// Undocumented is the port of Unknown for readers of JSON: exports had this
	// field first.
	Undocumented string `json:"undocumented,omitempty"`
}

// A PortRange is a span of ports, both ends included.
type PortRange struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// String is "443" or "5000-5010".
func (r PortRange) String() string {
	if r.From == r.To {
		return strconv.Itoa(r.From)
	}
	return strconv.Itoa(r.From) + "-" + strconv.Itoa(r.To)
}

// FormatPorts lists ranges as "443, 5000-5010".
func FormatPorts(list []PortRange) string {
	if len(list) == 1 {
		return list[0].String()
	}
	parts := make([]string, len(list))
	for i, r := range list {
		parts[i] = r.String()
	}
	return strings.Join(parts, ", ")
}

// An Offset is a port that is a setting, or the port of another listener, plus a
// number.
type Offset struct {
	Setting string `json:"setting,omitempty"` // "" only where Of is not
	Of      string `json:"of,omitempty"`      // the listener of the same component; "" for a setting
	Base    int    `json:"base"`              // the setting's default, or the port of Of
	Plus    int    `json:"plus"`              // may be negative
}

// Dynamic is a port chosen at run time.
type Dynamic struct {
	Mapper string         `json:"mapper,omitempty"` // the listener that tells talkers the number
	Ranges []DynamicRange `json:"ranges,omitempty"` // where it is taken from; empty if not known
	// Drawn is "session" where the number is another in each session; "" where the
	// program keeps it from its start on.
	Drawn string `json:"drawn,omitempty"`
}

// A DynamicRange is a range that may hold on some operating systems only.
type DynamicRange struct {
	PortRange
	OS       []string  `json:"os,omitempty"`
	Versions *Versions `json:"versions,omitempty"` // of the operating system
	Cite     []string  `json:"cite,omitempty"`
}

// ICMP is one kind of message; Code is nil for all codes.
type ICMP struct {
	Type int  `json:"type"`
	Code *int `json:"code,omitempty"`
}

// Configurable says whether and how a port can be changed.
type Configurable struct {
	Allowed bool   `json:"allowed"`
	How     string `json:"how,omitempty"`
	At      string `json:"at"` // any-time or installation
	// Since is the first release of the product in which it can be changed; "" for
	// all.
	Since string `json:"since,omitempty"`
}
