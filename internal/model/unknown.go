package model

import (
	"maps"
	"slices"
)

// Unknown lists what the document leaves open about a component, a listener or a flow: by
// aspect, what the document shows instead or why the aspect is not known.
type Unknown map[Aspect]string

// An Aspect is something that can be unknown.
type Aspect string

// Aspects of a component (identity), of a listener (transport and port) and of a flow
// (direction, and whether one connection suffices). For listeners and flows, it can also be
// unknown whether the port can be changed.
const (
	AspectIdentity     Aspect = "identity"
	AspectTransport    Aspect = "transport"
	AspectPort         Aspect = "port"
	AspectDirection    Aspect = "direction"
	AspectSuffices     Aspect = "suffices"
	AspectConfigurable Aspect = "configurable"
)

// UnknownTransport is the transport of a connection to a listener whose transport is not
// known.
const UnknownTransport = "unknown"

// Has reports whether an aspect is unknown.
func (u Unknown) Has(a Aspect) bool {
	_, unknown := u[a]
	return unknown
}

// Aspects lists what is unknown, sorted.
func (u Unknown) Aspects() []Aspect {
	if len(u) == 0 { // as of most
		return nil
	}
	return slices.Sorted(maps.Keys(u))
}

// Unknowns returns what is unknown about the component. The identity of a component of kind
// unknown is always included.
func (c *Component) Unknowns() Unknown {
	if c.Kind != UnknownKind || c.Unknown.Has(AspectIdentity) {
		return c.Unknown
	}
	all := Unknown{AspectIdentity: ""}
	maps.Copy(all, c.Unknown)
	return all
}

// Unknowns returns what is unknown about the flow or its listener.
func (c *Connection) Unknowns() Unknown {
	switch {
	case len(c.Flow.Unknown) == 0:
		return c.Listener.Unknown
	case len(c.Listener.Unknown) == 0:
		return c.Flow.Unknown
	}
	all := maps.Clone(c.Listener.Unknown)
	maps.Copy(all, c.Flow.Unknown)
	return all
}

// Over lists the transports of the listener, or only [UnknownTransport] if they are unknown.
func (l *Listener) Over() []string {
	if len(l.Transports) == 0 {
		return unknownTransports
	}
	return l.Transports
}

var unknownTransports = []string{UnknownTransport}

// undecided are the aspects of a connection that must be known before it can be permitted. The
// port is not among them, because it can be unknown for other reasons.
var undecided = []Aspect{AspectTransport, AspectDirection, AspectSuffices}

// Undecided lists what a site must choose before the connection can be permitted.
func (c *Connection) Undecided() []Aspect {
	unknown := c.Unknowns()
	if len(unknown) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(undecided), func(a Aspect) bool { return !unknown.Has(a) })
}

// SiteChoice returns what to write in a site's file to choose an aspect of the connection.
func (c *Connection) SiteChoice(a Aspect) string {
	field := map[Aspect]string{
		AspectTransport: "transports: " + c.To.ID + ": " + c.Listener.ID + `: ["tcp"]`,
		AspectDirection: "directions: " + c.Flow.ID + ": as-written, reverse or both",
		AspectSuffices:  "suffices: " + c.Flow.ID + ": all or one",
	}[a]
	return "products: " + c.Product.ID + ": " + field
}
