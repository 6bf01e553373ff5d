package rows

import (
	"github.com/portspec/portspec/internal/model"
)

// A Flow is one flow on one listener over one transport, as flows prints it
// in JSON.
type Flow struct {
	Product   string            `json:"product"`
	Version   string            `json:"version"`
	Flow      string            `json:"flow"`
	From      []string          `json:"from"`
	To        string            `json:"to"`
	Service   *string           `json:"service"` // the shared service that To is, or null
	Listener  string            `json:"listener"`
	Transport string            `json:"transport"` // "unknown" if it is not documented
	Ports     []model.PortRange `json:"ports"`     // empty for a dynamic port without a range and for protocols without ports
	// Fallback, OneOf, Count and Undocumented are what else is known of the port; empty ones
	// are left out.
	Fallback     []model.PortRange `json:"fallback,omitempty"`
	OneOf        bool              `json:"one_of,omitempty"`
	Often        []model.PortRange `json:"often,omitempty"`     // often used instead of the usual number
	AnyOther     bool              `json:"any_other,omitempty"` // any other number may be used instead
	Per          string            `json:"per,omitempty"`       // there is one port for each of these
	Upward       bool              `json:"upward,omitempty"`    // the first free port, from the start of the range
	NoRule       string            `json:"no_rule,omitempty"`   // why no firewall rule is needed
	Count        int               `json:"count,omitempty"`
	Undocumented string            `json:"undocumented,omitempty"` // what Unknown says of the port
	// Unknown is what the document does not say, by aspect: port, transport,
	// direction, suffices, configurable.
	Unknown    model.Unknown      `json:"unknown,omitempty"`
	Dynamic    bool               `json:"dynamic"`
	App        string             `json:"app"`
	Bind       string             `json:"bind"`
	BothWays   bool               `json:"both_ways"`
	Persistent bool               `json:"persistent"`
	Optional   bool               `json:"optional"`
	Scope      string             `json:"scope"`
	Delivery   string             `json:"delivery"`
	Groups     []string           `json:"groups,omitempty"`
	Family     string             `json:"family,omitempty"`
	Source     *model.SourcePorts `json:"source,omitempty"`
	Reply      *model.Reply       `json:"reply,omitempty"`
	Via        []string           `json:"via,omitempty"`
	// Configurable tells how the port is changed. It is true if the port can be changed but
	// nobody says how, false if the vendor says that it cannot, and null if the vendor says
	// nothing.
	Configurable any             `json:"configurable"`
	When         model.When      `json:"when"`
	OS           []string        `json:"os,omitempty"` // the talker's
	Versions     *model.Versions `json:"versions,omitempty"`
	Phase        string          `json:"phase,omitempty"`
	Purpose      string          `json:"purpose"`
	Note         string          `json:"note,omitempty"`
	Cite         []string        `json:"cite"`
	// The fields below are left out if they are empty.
	Suffices  string   `json:"suffices,omitempty"`   // "one" if one of the flow's rows is enough
	InsteadOf []string `json:"instead_of,omitempty"` // flows that are tried first
	// OSVersions are releases of the talker's operating system.
	OSVersions map[string]*model.Versions `json:"os_versions,omitempty"`
	Offset     *model.Offset              `json:"offset,omitempty"`      // how the port is calculated
	ToVersion  string                     `json:"to_version,omitempty"`  // the release of To, if it is not the product's
	OtherPorts []otherPortRow             `json:"other_ports,omitempty"` // where rules for shared hosts put the listener
	// OpenedByInstaller, Drawn and ConfigurableSince are about the listener's port: whether
	// the installer opens it on the host, "session" if each session has another one, and the
	// first release in which it can be changed.
	OpenedByInstaller bool   `json:"opened_by_installer,omitempty"`
	Drawn             string `json:"drawn,omitempty"`
	ConfigurableSince string `json:"configurable_since,omitempty"`
	// BothWaysWhen is when either side may start, if not always.
	BothWaysWhen model.When `json:"both_ways_when,omitempty"`
	// TLSInspection is "allowed" or "forbidden", if the vendor says so.
	TLSInspection string `json:"tls_inspection,omitempty"`
	// At is where To is, if the product fixes that: names, addresses, networks,
	// service tags and URLs.
	At *model.Endpoints `json:"at,omitempty"`
	// Network is what the listener is bound to, in words; with SameOnPeers all
	// hosts use one number. Passes are components on the way that nobody addresses.
	Network     string   `json:"network,omitempty"`
	SameOnPeers bool     `json:"same_on_peers,omitempty"`
	Passes      []string `json:"passes,omitempty"`
}

// NewFlow returns the row of a connection.
func NewFlow(c *model.Connection) Flow {
	row := Flow{
		Often: c.Listener.Often, AnyOther: c.Listener.AnyOther, Per: c.Listener.Per, NoRule: c.Flow.NoRule,
		Upward:  c.Listener.Dynamic != nil && c.Listener.Dynamic.Upward,
		Product: c.Product.ID, Version: c.Product.Version, Flow: c.Flow.ID,
		From: c.Flow.From, To: c.To.ID, Listener: c.Listener.ID,
		Transport: c.Transport, Ports: c.Ports(),
		Fallback: c.Listener.Fallback, OneOf: c.Listener.OneOf,
		Count: c.Listener.Count, Undocumented: c.Listener.Unknown[model.AspectPort], Unknown: c.Unknowns(),
		Dynamic: c.Listener.Dynamic != nil, App: c.Listener.App, Bind: c.Listener.Bind,
		BothWays: c.Flow.BothWays, Persistent: c.Flow.Persistent, Optional: c.Flow.Optional,
		Scope: c.Flow.Scope, Delivery: c.Flow.Delivery, Groups: c.Flow.Groups,
		Family: c.Flow.Family, Source: c.Flow.Source, Reply: c.Flow.Reply, Via: c.Flow.Via,
		When: c.When, OS: c.Flow.OS, Versions: c.Flow.Versions, Phase: c.Phase,
		Purpose: c.Flow.Purpose, Note: c.Flow.Note, Cite: c.Flow.Cite,
		Suffices: c.Flow.Suffices, InsteadOf: c.Flow.InsteadOf, Offset: c.Listener.Offset, ToVersion: c.To.Version, OSVersions: c.Flow.OSVersions,
		OpenedByInstaller: c.Listener.OpenedByInstaller, BothWaysWhen: c.Flow.BothWaysWhen, TLSInspection: c.Flow.TLSInspection, At: c.To.At, Network: c.Listener.Network, SameOnPeers: c.Listener.SameOnPeers, Passes: c.Flow.Passes,
	}
	if c.To.Service != "" {
		row.Service = &c.To.Service
	}
	if c.Listener.Dynamic != nil {
		row.Drawn = c.Listener.Dynamic.Drawn
	}
	if conf := c.Configurable(); conf != nil {
		row.ConfigurableSince = conf.Since
		row.Configurable = conf.Allowed
		if conf.Allowed && conf.How != "" {
			row.Configurable = conf.How
		}
	}
	for _, other := range c.OtherPorts() {
		if other.Rule != nil {
			row.OtherPorts = append(row.OtherPorts, otherPortRow{other.Ports, other.Rule.ID, other.Rule.Reason, other.Rule.When, other.Rule.Together})
		}
	}
	return row
}

// An otherPortRow is where a rule puts a listener on a host that components
// share.
type otherPortRow struct {
	Ports    []model.PortRange `json:"ports"`
	Rule     string            `json:"rule"`
	Reason   string            `json:"reason"`
	When     model.When        `json:"when,omitempty"`
	Together []string          `json:"together"`
}
