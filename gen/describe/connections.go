package describe

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// kinds tells what a component is.
var kinds = map[model.Kind]string{
	model.Software:    "software on a host",
	model.Device:      "device",
	model.External:    "external system",
	model.Zone:        "zone of the network",
	model.Any:         "any host",
	model.UnknownKind: gen.NotDocumented,
}

// Kind tells what a component is that is not a shared service.
func (w *Words[T]) Kind(c *model.Component) T {
	return Join(": ", T(kinds[c.Kind]), w.Text(c.Unknown[model.AspectIdentity]))
}

// Rank is the place of a component among others: the product's own first, since those are
// what its administrators look after, and shared services last.
func Rank(c *model.Component) int {
	if c.Service != "" {
		return len(kindOrder)
	}
	return slices.Index(kindOrder, c.Kind)
}

var kindOrder = []model.Kind{model.Software, model.Device, model.External, model.Zone, model.Any, model.UnknownKind}

// shownPlaces is how many addresses and names of a component a table shows.
const shownPlaces = 3

// Party is an end of a connection as a firewall administrator looks for it: the words for
// the component, and its addresses where the product fixes them. Zones, any host and
// hosts that the vendor does not name are told apart. At home, on what is about the
// component, its addresses are known.
//
//	IGEL licensing server (susi.igel.com)
func (w *Words[T]) Party(c *model.Component, words T, home bool) T {
	var more []T
	if !home {
		for i, place := range c.At.All() {
			if i == shownPlaces {
				more = append(more, "…")
				break
			}
			more = append(more, w.Text(place))
		}
	}
	switch c.Kind {
	case model.Zone:
		more = append(more, "zone")
	case model.Any:
		more = append(more, "any host")
	case model.UnknownKind:
		more = append(more, "host not documented")
	}
	if len(more) > 0 {
		words += " (" + Join(", ", more...) + ")"
	}
	return words
}

// NamesOf links components: "UMS Console, UMS Web App".
func (w *Words[T]) NamesOf(ids []string) T {
	var links []T
	for _, id := range ids {
		links = append(links, w.ComponentLink(w.product.Component(id)))
	}
	return Join(", ", links...)
}

// FromNotes is what a table adds to who starts: the ports that it sends from, where the
// vendor names them.
func (w *Words[T]) FromNotes(l *Line) T {
	if l.Back {
		return ""
	}
	return w.SourcePorts(l.Flow)
}

// ToNotes is what a table adds to who listens: how packets get there, as in "broadcast" or
// "through Proxy".
func (w *Words[T]) ToNotes(l *Line) T {
	node := T("")
	if l.Flow.Scope == "nodes" && len(l.To) == 1 && slices.Contains(l.From, l.To[0]) {
		node = "another node"
	}
	if l.Back {
		return Join(", ", node, w.Through(l.Flow))
	}
	return Join(", ", node, w.Delivery(l.Flow), w.Through(l.Flow))
}

// PortNotes is what a table adds to the port: what rules make of it, the address family, and
// who else starts: "30002 by rule ha-same-host".
func (w *Words[T]) PortNotes(l *Line) T {
	moved := T("")
	if !l.Back {
		moved = w.Moved(l.Connection.To, l.Listener, l.Connection.When)
	}
	return Join(", ", moved, w.Family(l.Flow), w.waysWords(l))
}

// waysWords tells who starts on a line: "both ways if cluster on".
func (w *Words[T]) waysWords(l *Line) T {
	if l.Ways != BothWays || l.Back {
		return T(l.Ways)
	}
	return Join(" if ", T(l.Ways), w.Condition(l.Flow.BothWaysWhen, ""))
}

// Purpose is what a line is for.
func (w *Words[T]) Purpose(l *Line) T {
	if l.Ways == Answer {
		return "Answer to: " + w.Text(l.Flow.Purpose)
	}
	return w.Text(l.Flow.Purpose)
}

// Bind tells who can reach a listener.
func (w *Words[T]) Bind(l *model.Listener) T {
	words := w.Text(l.Bind)
	switch l.Bind {
	case "loopback":
		words = "loopback: own host only"
	case model.LoopbackByDefault:
		words = "loopback until it is changed: own host only"
	}
	var same T
	if l.SameOnPeers {
		same = "one number on all peers"
	}
	return Join("; ", words, w.Text(l.Network), same)
}

// Open tells when a listener exists, and what opens it; "always" without a condition.
func (w *Words[T]) Open(l *model.Listener) T {
	exists := w.Existence(l.Conditions)
	if l.OffUntil != "" {
		exists = Join("; ", exists, "off until: "+w.Text(l.OffUntil))
	}
	if exists == "" {
		exists = "always"
	}
	if l.OpenedByInstaller {
		exists = Join("; ", exists, "opened on the host by the installer")
	}
	if l.SystemSocket != "" {
		exists = Join("; ", exists, "one socket for all who use "+w.Text(l.SystemSocket)+" of a host's operating system")
	}
	return exists
}
