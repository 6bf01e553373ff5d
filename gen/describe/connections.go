package describe

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// kinds describes kinds of components.
var kinds = map[model.Kind]string{
	model.Software:    "software on a host",
	model.Device:      "device",
	model.External:    "external system",
	model.Zone:        "zone of the network",
	model.Any:         "any host",
	model.UnknownKind: gen.NotDocumented,
}

// Kind describes the kind of a component that is not a shared service.
func (w *Words[T]) Kind(c *model.Component) T {
	return Join(": ", T(kinds[c.Kind]), w.Text(c.Unknown[model.AspectIdentity]))
}

// Rank orders components: first the product's own, which its administrators manage, and shared
// services last.
func Rank(c *model.Component) int {
	if c.Service != "" {
		return len(kindOrder)
	}
	return slices.Index(kindOrder, c.Kind)
}

var kindOrder = []model.Kind{model.Software, model.Device, model.External, model.Zone, model.Any, model.UnknownKind}

// shownPlaces is the maximum number of addresses and names of a component in a table.
const shownPlaces = 3

// Party describes an end of a connection for firewall administrators: the words for the
// component, and its addresses if the product defines them. Zones, any host and unnamed hosts of
// the vendor are marked as such. With home, on pages about the component, addresses are left
// out.
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

// NamesOf lists components: "UMS Console, UMS Web App".
func (w *Words[T]) NamesOf(ids []string) T {
	return List(", ", ids, func(id string) T { return w.ComponentLink(w.product.Component(id)) })
}

// FromNotes adds to the source of a line the source ports that the vendor names.
func (w *Words[T]) FromNotes(l *Line) T {
	if l.Back {
		return ""
	}
	return w.SourcePorts(l.Flow)
}

// ToNotes adds to the destination of a line how packets get there: "broadcast", "through Proxy".
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

// PortNotes adds to the port of a line the rules that change it, the address family, and who
// else starts: "30002 by rule ha-same-host".
func (w *Words[T]) PortNotes(l *Line) T {
	moved := T("")
	if !l.Back {
		moved = w.Moved(l.Connection.To, l.Listener, l.Connection.When)
	}
	return Join(", ", moved, w.Family(l.Flow), w.waysWords(l))
}

// waysWords describes who starts on a line: "both ways if cluster on".
func (w *Words[T]) waysWords(l *Line) T {
	if l.Ways != BothWays || l.Back {
		return T(l.Ways)
	}
	return Join(" if ", T(l.Ways), w.Condition(l.Flow.BothWaysWhen, ""))
}

// Purpose returns the purpose of a line.
func (w *Words[T]) Purpose(l *Line) T {
	if l.Ways == Answer {
		return "Answer to: " + w.Text(l.Flow.Purpose)
	}
	return w.Text(l.Flow.Purpose)
}

// Bind describes who can reach a listener.
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

// Open describes when a listener exists, and what opens it; "always" if there is no condition.
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
