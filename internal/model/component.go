package model

import (
	"slices"
	"strconv"
	"strings"
)

// A Component is something that runs on a host and can talk or listen.
type Component struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Version     string `json:"version,omitempty"` // its own release if it differs from the product's
	Kind        Kind   `json:"kind"`
	// Unknown has what the document leaves open about it: its identity.
	Unknown Unknown `json:"unknown,omitempty"`
	// Service is the id of the shared service that the component is, or "".
	Service   string              `json:"service,omitempty"`
	At        *Endpoints          `json:"at,omitempty"`
	Processes map[string][]string `json:"processes,omitempty"` // processes by operating system
	Listeners []*Listener         `json:"listeners"`
	Conditions
	Cite []string `json:"cite,omitempty"`
}

// Listener returns the listener with that id, or nil.
func (c *Component) Listener(id string) *Listener {
	return find(c.Listeners, func(l *Listener) bool { return l.ID == id })
}

// Kind is the kind of a component.
type Kind string

// Zone is a named part of the network, Any stands for every host, and UnknownKind is a
// host that the vendor does not name.
const (
	Software    Kind = "software"
	Device      Kind = "device"
	External    Kind = "external"
	Zone        Kind = "zone"
	Any         Kind = "any"
	UnknownKind Kind = "unknown"
)

// Endpoints are fixed locations on the network.
type Endpoints struct {
	Names     []string `json:"names,omitempty"` // a leading "*." stands for every name below
	Addresses []string `json:"addresses,omitempty"`
	Networks  []string `json:"networks,omitempty"`
	// ServiceTags are names that a cloud's firewalls use for its networks.
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
	return slices.Concat(e.Names, e.Addresses, e.Networks, e.ServiceTags, e.URLs)
}

// Conditions determine when something exists; the zero value means always.
type Conditions struct {
	When When     `json:"when,omitempty"`
	OS   []string `json:"os,omitempty"` // for a flow, those of the component that connects; otherwise those of the host
	// OSVersions are releases of operating systems; for systems not listed, all releases.
	OSVersions map[string]*Versions `json:"os_versions,omitempty"`
	Versions   *Versions            `json:"versions,omitempty"`
	Phase      string               `json:"phase,omitempty"` // installation, upgrade or another phase; "": normal operation
}

// Versions is a range of releases: From is inclusive, Before exclusive.
type Versions struct {
	From   string `json:"from,omitempty"`
	Before string `json:"before,omitempty"`
}

// String returns "from release 2, before release 5".
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
	Transports []string `json:"transports"` // empty if unknown
	PortStatement
	App      string `json:"app,omitempty"`  // the application protocol
	ICMP     []ICMP `json:"icmp,omitempty"` // messages; empty means all
	Bind     string `json:"bind"`           // any, loopback or [LoopbackByDefault]
	OffUntil string `json:"off_until,omitempty"`
	// OpenedByInstaller means that the product's installer opens the port in the host's
	// firewall.
	OpenedByInstaller bool          `json:"opened_by_installer,omitempty"`
	Configurable      *Configurable `json:"configurable,omitempty"` // nil if the vendor does not say
	// Network is the network or interface that it is bound to, in words; "" if the
	// vendor does not say.
	Network string `json:"network,omitempty"`
	// SameOnPeers means that all hosts that run the component use one number.
	SameOnPeers bool `json:"same_on_peers,omitempty"`
	// SystemSocket names the socket of the operating system that serves it: on a host, all
	// listeners with the same name are one socket. "" means none.
	SystemSocket string              `json:"system_socket,omitempty"`
	Processes    map[string][]string `json:"processes,omitempty"`
	Conditions
	Cite []string `json:"cite,omitempty"`
}

// LoopbackByDefault is the Bind of a listener that is on loopback unless a site changes that.
const LoopbackByDefault = "loopback-by-default"

// A PortStatement is what a vendor says about a port.
type PortStatement struct {
	// Ports are fixed ports and ranges, or alternatives if OneOf is set. It is empty for a
	// dynamic port without a range and for protocols without ports.
	Ports    []PortRange `json:"ports"`
	OneOf    bool        `json:"one_of,omitempty"`
	Fallback []PortRange `json:"fallback,omitempty"` // tried when the first does not answer
	Often    []PortRange `json:"often,omitempty"`    // often used instead of the usual port
	// AnyOther reports whether any other port may be used instead.
	AnyOther bool `json:"any_other,omitempty"`
	// Per names the things of which each has a port of its own, or Count ports, as in "instance";
	// "" if the number of ports is fixed. If Ports is a single port, it is the first, and the last
	// is not known.
	Per     string   `json:"per,omitempty"`
	Offset  *Offset  `json:"offset,omitempty"`  // if the port is calculated
	Dynamic *Dynamic `json:"dynamic,omitempty"` // chosen at run time
	Count   int      `json:"count,omitempty"`   // if only the number of ports is known; otherwise 0
	// Unknown has what the document leaves open: port, transport, or whether the port can
	// be changed.
	Unknown Unknown `json:"unknown,omitempty"`
	// Undocumented repeats the port of Unknown for readers of older exports.
	Undocumented string `json:"undocumented,omitempty"`
}

// A PortRange is a range of ports, both ends included.
type PortRange struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// String returns "443" or "5000-5010".
func (r PortRange) String() string {
	var text [len("65535-65535")]byte // not allocated
	return string(r.AppendTo(text[:0]))
}

// AppendTo appends the text of the range, as of [PortRange.String].
func (r PortRange) AppendTo(to []byte) []byte {
	to = strconv.AppendInt(to, int64(r.From), 10)
	if r.From == r.To {
		return to
	}
	return strconv.AppendInt(append(to, '-'), int64(r.To), 10)
}

// Includes reports whether a range of several ports contains a single one.
func (r PortRange) Includes(one PortRange) bool {
	return r.From < r.To && one.From == one.To && r.From <= one.From && one.From <= r.To
}

// Extend adds a range that begins in the range or right after it, and reports whether it does.
func (r *PortRange) Extend(next PortRange) bool {
	if next.From < r.From || next.From > r.To+1 {
		return false
	}
	r.To = max(r.To, next.To)
	return true
}

// MergePorts sorts ranges, and merges those that overlap or are neighbours: 7001, 7000 become
// 7000-7001. The list stays as it is.
func MergePorts(list []PortRange) []PortRange {
	if isMerged(list) {
		return list
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b PortRange) int { return a.From - b.From })
	merged := list[:0]
	for _, r := range list {
		if n := len(merged); n == 0 || !merged[n-1].Extend(r) {
			merged = append(merged, r)
		}
	}
	return merged
}

// ShortPorts merges ranges for people: like [MergePorts], but two single ports stay apart, as in
// "3268, 3269", because readers know them by their numbers.
func ShortPorts(list []PortRange) []PortRange {
	merged := MergePorts(list)
	isPair := func(r PortRange) bool { return r.To == r.From+1 && !slices.Contains(list, r) }
	if !slices.ContainsFunc(merged, isPair) {
		return merged
	}
	var short []PortRange
	for _, r := range merged {
		if isPair(r) {
			short = append(short, PortRange{r.From, r.From}, PortRange{r.To, r.To})
		} else {
			short = append(short, r)
		}
	}
	return short
}

// isMerged reports whether ranges are sorted, and no two of them overlap or are neighbours.
func isMerged(list []PortRange) bool {
	for i := 1; i < len(list); i++ {
		if list[i].From <= list[i-1].To+1 {
			return false
		}
	}
	return true
}

// FormatPorts formats ranges as "443, 5000-5010".
func FormatPorts(list []PortRange) string {
	var few [64]byte // not allocated
	text := few[:0]
	for i, r := range list {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = r.AppendTo(text)
	}
	return string(text)
}

// An Offset is a port calculated from a setting or the port of another listener, plus a
// number.
type Offset struct {
	Setting string `json:"setting,omitempty"` // "" only if Of is set
	// Named means that Setting is the id of one of the product's settings.
	Named bool   `json:"named,omitempty"`
	Of    string `json:"of,omitempty"`    // the listener of the same component; "" for a setting
	Base  int    `json:"base"`            // the setting's default, or the port of Of
	Times int    `json:"times,omitempty"` // factor of the base; 0 means 1
	Plus  int    `json:"plus"`            // may be negative
	// PlusTo is what is added for the last port of a range; nil for a single port.
	PlusTo *int `json:"plus_to,omitempty"`
}

// Ports returns the ports that follow from a base. They may not be valid ports.
func (o *Offset) Ports(base int) PortRange {
	base *= max(o.Times, 1)
	r := PortRange{base + o.Plus, base + o.Plus}
	if o.PlusTo != nil {
		r.To = base + *o.PlusTo
	}
	return r
}

// Dynamic is a port chosen at run time.
type Dynamic struct {
	Mapper string         `json:"mapper,omitempty"` // the listener that tells clients the port
	Ranges []DynamicRange `json:"ranges,omitempty"` // ranges to choose from; empty if not known
	// Upward reports whether it is the first free port, from the start of the range.
	Upward bool `json:"upward,omitempty"`
	// Drawn is "session" if each session has its own port; "" if the program keeps the port
	// that it chooses at its start.
	Drawn string `json:"drawn,omitempty"`
}

// A DynamicRange is a range of dynamic ports, possibly only for some operating systems.
type DynamicRange struct {
	PortRange
	Above    bool      `json:"above,omitempty"` // the vendor names no end: From and all ports above
	OS       []string  `json:"os,omitempty"`
	Versions *Versions `json:"versions,omitempty"` // of the operating system
	Cite     []string  `json:"cite,omitempty"`
}

// String returns "5000-5010", or "1024 and above".
func (r DynamicRange) String() string {
	if r.Above {
		return strconv.Itoa(r.From) + " and above"
	}
	return r.PortRange.String()
}

// Known returns the ports for which there can be rules: all of them, but none if there is a
// port for each of something and only the first is known.
func (s *PortStatement) Known() []PortRange {
	if s.Per != "" && len(s.Ports) == 1 && s.Ports[0].From == s.Ports[0].To {
		return nil
	}
	return s.Ports
}

// ICMP is a kind of message; a nil Code means all codes.
type ICMP struct {
	Type int  `json:"type"`
	Code *int `json:"code,omitempty"`
}

// Configurable describes whether and how a port can be changed.
type Configurable struct {
	Allowed bool   `json:"allowed"`
	How     string `json:"how,omitempty"`
	At      string `json:"at"` // any-time or installation
	// Since is the first release of the product in which it can be changed; "" for
	// all.
	Since string `json:"since,omitempty"`
}
