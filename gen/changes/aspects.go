package changes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
)

// A wording describes one aspect of traffic, or of a rule.
type wording[T any] struct {
	aspect string // as [diff.Action] has it
	name   string
	none   string // what it is where nothing is said
	of     func(T) string
}

var trafficWordings = []wording[*diff.Traffic]{
	{"icmp", "messages", "all", func(t *diff.Traffic) string { return icmpText(t.ICMP) }},
	{"source", "source port", "any", func(t *diff.Traffic) string { return fromPortsText(t.SourcePorts) }},
	{"family", "addresses of", "ipv4 and ipv6", func(t *diff.Traffic) string { return t.Family }},
	{"delivery", "sent as", "unicast", func(t *diff.Traffic) string { return t.Delivery }},
	{"groups", "groups", "none", func(t *diff.Traffic) string { return strings.Join(t.Groups, ", ") }},
	{"via", "through", "nothing", func(t *diff.Traffic) string { return strings.Join(t.Via, ", ") }},
	{"address", "from", "anywhere", func(t *diff.Traffic) string { return strings.Join(t.FromAt, ", ") }},
	{"address", "to", "anywhere", func(t *diff.Traffic) string { return strings.Join(t.ToAt, ", ") }},
	{"optional", "", "needed", func(t *diff.Traffic) string { return one(t.Optional, "optional") }},
	{"ends", "ends", "", func(t *diff.Traffic) string { return strings.Join(t.Ends, " and ") }},
	{"when", "when", "always", func(t *diff.Traffic) string { return whenText(t.When) }},
	{"phase", "during", "operation", func(t *diff.Traffic) string { return gen.PhaseName(t.Phase) }},
	{"systems", "on", "every system", func(t *diff.Traffic) string { return strings.Join(t.On, "; ") }},
	{"off_until", "off until", "not off", func(t *diff.Traffic) string { return t.OffUntil }},
	{"suffices", "one is enough", "no", func(t *diff.Traffic) string { return one(t.Suffices == "one", "yes") }},
	{"suffices", "one of the ports", "no", func(t *diff.Traffic) string { return one(t.OneOf, "yes") }},
	{"unknown", "", "documented", func(t *diff.Traffic) string {
		var all []string
		for _, a := range t.Unknown {
			all = append(all, gen.UnknownText(a))
		}
		return strings.Join(all, " and ")
	}},
	{"instead_of", "instead of", "nothing", func(t *diff.Traffic) string { return strings.Join(t.InsteadOf, ", ") }},
	{"tls_inspection", "TLS inspection", "not stated", func(t *diff.Traffic) string { return t.TLSInspection }},
	{"app", "protocol", "not stated", func(t *diff.Traffic) string { return t.App }},
}

var ruleWordings = []wording[*diff.Rule]{
	{"icmp", "messages", "all", func(r *diff.Rule) string { return icmpText(r.ICMP) }},
	{"bind", "bound to", "any", func(r *diff.Rule) string { return r.Bind }},
	{"addresses", "at", "nowhere", func(r *diff.Rule) string {
		if len(r.Addresses) == 0 {
			return ""
		}
		return gen.Few(r.Addresses, 0)
	}},
	{"groups", "groups", "none", func(r *diff.Rule) string { return strings.Join(r.Groups, ", ") }},
	{"source", "source port", "any", func(r *diff.Rule) string { return model.FormatPorts(r.SourcePorts) }},
	{"family", "addresses of", "ipv4 and ipv6", func(r *diff.Rule) string { return r.Family }},
	{"optional", "", "needed", func(r *diff.Rule) string { return one(r.Optional, "optional") }},
	{"phase", "during", "operation", func(r *diff.Rule) string { return gen.PhaseName(r.Phase) }},
}

// differing describes the aspects that differ, before and after. Ports are shown with the
// traffic itself.
func differing[T any](wordings []wording[T], aspects []string, before, after T) []string {
	var parts []string
	for _, w := range wordings {
		if !slices.Contains(aspects, w.aspect) {
			continue
		}
		was, is := orElse(w.of(before), w.none), orElse(w.of(after), w.none)
		if was != is {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s → %s", w.name, was, is)))
		}
	}
	return parts
}

// actionDiffers describes what differs in an action, except for ports.
func actionDiffers(a *diff.Action) string {
	if a.Before == nil || a.After == nil {
		return ""
	}
	text := strings.Join(differing(trafficWordings, a.Aspects, a.Before, a.After), "; ")
	if a.Effect == "wider" || a.Effect == "narrower" {
		text += " (" + a.Effect + ")"
	}
	return text
}

// alsoText names the other flows with the same ports between the same ends.
func alsoText(a *diff.Action) string {
	if len(a.Also) == 0 {
		return ""
	}
	flows := names(a.Also, func(f string) []string { return []string{f} })
	if a.Class == diff.MustOpen {
		return "open already for " + flows
	}
	return "still open for " + flows
}

// differs describes an action, except for its ports.
func differs(a *diff.Action) string {
	return strings.TrimPrefix(strings.TrimSuffix(actionDiffers(a)+"; "+alsoText(a), "; "), "; ")
}

func orElse(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

func one(is bool, word string) string {
	if is {
		return word
	}
	return ""
}

func icmpText(list []model.ICMP) string {
	var parts []string
	for _, m := range list {
		text := "type " + strconv.Itoa(m.Type)
		if m.Code != nil {
			text += " code " + strconv.Itoa(*m.Code)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func fromPortsText(s *model.SourcePorts) string {
	switch {
	case s == nil:
		return ""
	case s.Same:
		return "the same"
	}
	return model.FormatPorts(s.Ports)
}
