package model

import (
	"maps"
	"slices"
)

// Unknown is what the document does not say of a component, a listener or a flow:
// by aspect, what it shows in its place or why nobody knows.
type Unknown map[Aspect]string

// An Aspect is something that can be unknown.
type Aspect string

// A component has an identity; a listener a transport and a port; a flow a direction,
// and whether all of it is needed or one connection suffices. Of the last two it can
// be unknown whether the port can be changed.
const (
	AspectIdentity     Aspect = "identity"
	AspectTransport    Aspect = "transport"
	AspectPort         Aspect = "port"
	AspectDirection    Aspect = "direction"
	AspectSuffices     Aspect = "suffices"
	AspectConfigurable Aspect = "configurable"
)

// UnknownTransport stands for the transport of a connection to a listener of which
// nobody knows what carries the traffic.
const UnknownTransport = "unknown"

// Has reports whether an aspect is unknown.
func (u Unknown) Has(a Aspect) bool {
	_, unknown := u[a]
	return unknown
}

// Aspects lists what is unknown, sorted.
func (u Unknown) Aspects() []Aspect { return slices.Sorted(maps.Keys(u)) }

// Unknowns is what is unknown of the component. The identity is unknown of one of
// the kind unknown, with or without a reason.
func (c *Component) Unknowns() Unknown {
	if c.Kind != UnknownKind || c.Unknown.Has(AspectIdentity) {
		return c.Unknown
	}
	all := Unknown{AspectIdentity: ""}
	maps.Copy(all, c.Unknown)
	return all
}

// Unknowns is what is unknown of the flow or of its listener.
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

// Over lists the transports of the listener, or [UnknownTransport] alone where
// they are unknown.
func (l *Listener) Over() []string {
	if len(l.Transports) == 0 {
		return []string{UnknownTransport}
	}
	return l.Transports
}

// undecided are the aspects of a connection without which nothing can be permitted.
// A port that is unknown is one of several reasons why no number is known.
var undecided = []Aspect{AspectTransport, AspectDirection, AspectSuffices}

// Undecided lists what a site has to choose before the connection can be permitted.
func (c *Connection) Undecided() []Aspect {
	unknown := c.Unknowns()
	if len(unknown) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(undecided), func(a Aspect) bool { return !unknown.Has(a) })
}

// SiteChoice is where a site says what the connection leaves undecided, as its file
// has it.
func (c *Connection) SiteChoice(a Aspect) string {
	field := map[Aspect]string{
		AspectTransport: "transports: " + c.To.ID + ": " + c.Listener.ID + `: ["tcp"]`,
		AspectDirection: "directions: " + c.Flow.ID + ": as-written, reverse or both",
		AspectSuffices:  "suffices: " + c.Flow.ID + ": all or one",
	}[a]
	return "products: " + c.Product.ID + ": " + field
}
