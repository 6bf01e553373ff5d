package matrix

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// unnumbered sorts after all numbers.
const unnumbered = math.MaxInt32

// numbered returns the ports of a list, one for each range.
func numbered(transport string, list []model.PortRange, note string, sometimes bool) []Port {
	var all []Port
	for _, r := range list {
		all = append(all, Port{where{int32(r.From), int32(r.To), transport, r.String()}, note, sometimes})
	}
	return all
}

// whole returns a port statement that cannot be split.
func whole(transport string, known []model.PortRange, text, note string, sometimes bool) []Port {
	first := int32(unnumbered)
	for _, r := range known {
		first = min(first, int32(r.From))
	}
	return []Port{{where{first, 0, transport, text}, note, sometimes}}
}

// dynamicText returns "dynamic 1025-5000 or 49152-65535", sorted and without repeats.
func dynamicText(known []model.PortRange) string {
	return strings.TrimSpace("dynamic " + alternatives(known))
}

// alternatives returns "1025-5000 or 49152-65535", sorted and without repeats.
func alternatives(list []model.PortRange) string {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b model.PortRange) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	var parts []string
	for _, r := range slices.Compact(sorted) {
		parts = append(parts, r.String())
	}
	return strings.Join(parts, " or ")
}

// ofListener returns the ports of a connection.
func ofListener(c *model.Connection, note string, sometimes bool) []Port {
	l := c.Listener
	text := ""
	switch {
	case c.Transport == model.UnknownTransport && l.Unknown.Has(model.AspectPort):
		text = gen.NotDocumented
	case c.Transport == model.UnknownTransport:
		text = gen.PortText(l)
	case !model.HasPorts(c.Transport):
	case l.AnyOther || l.Per != "":
		text = gen.PortText(l)
	case l.Dynamic != nil && (l.Dynamic.Upward || slices.ContainsFunc(l.Dynamic.Ranges, func(r model.DynamicRange) bool { return r.Above })):
		text = gen.PortText(l)
	case l.Dynamic != nil:
		text = dynamicText(c.Ports())
	case l.Count > 0:
		text = fmt.Sprintf("%d unknown ports", l.Count)
	case l.Unknown.Has(model.AspectPort):
		text = gen.UnknownText(model.AspectPort)
	case l.OneOf:
		text = alternatives(l.Ports)
	case len(l.Fallback) > 0:
		text = alternatives(l.Ports) + " else " + alternatives(l.Fallback)
	default:
		return numbered(c.Transport, l.Ports, note, sometimes)
	}
	// A text of a spec may contain line breaks, but lines of diagrams break only where
	// [Line.Append] permits it.
	return whole(c.Transport, c.Ports(), strings.Join(strings.Fields(text), " "), note, sometimes)
}

// Changed returns ports that were added to or removed from a listener or, if reply is true, those
// at which its answers arrive.
func Changed(transport string, list []model.PortRange, dynamic, oneOf, reply bool) []Port {
	note := ""
	if reply {
		note = Answer
	}
	switch {
	case !model.HasPorts(transport):
		return whole(transport, nil, "", note, true)
	case dynamic:
		return whole(transport, list, dynamicText(list), note, true)
	case len(list) == 0:
		return whole(transport, nil, gen.UnknownText(model.AspectPort), note, true)
	case oneOf:
		return whole(transport, list, alternatives(list), note, true)
	}
	return numbered(transport, list, note, true)
}
