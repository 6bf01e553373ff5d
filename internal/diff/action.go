package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// An Action is the consequence of a change for the network.
type Action struct {
	Class   Class  `json:"class"` // must-open, moved, condition or may-close
	Product string `json:"product"`
	// Aspects are the aspects of the traffic that differ: ports, optional, when, …; empty if
	// the traffic was added or removed.
	Aspects []string `json:"aspects,omitempty"`
	// Open and Close are the ports that differ; empty if ports have not changed or are not
	// known.
	Open  []model.PortRange `json:"open,omitempty"`
	Close []model.PortRange `json:"close,omitempty"`
	// Effect is the effect of a changed condition: wider if it holds in more cases than before,
	// narrower if in fewer, other if neither is certain.
	Effect string `json:"effect,omitempty"`
	// Also lists other flows with the same ports between the same ends: for traffic to open,
	// those that existed before, so that the ports may already be open, and for traffic to
	// close, those that still exist.
	Also []string `json:"also,omitempty"`
	// Before and After are the traffic, with the names of the respective model; nil if there
	// is none.
	Before *Traffic `json:"before,omitempty"`
	After  *Traffic `json:"after,omitempty"`
	Breaks []User   `json:"breaks,omitempty"`
}

// Traffic returns the traffic after the change or, if there is none, before it.
func (a *Action) Traffic() *Traffic {
	if a.After != nil {
		return a.After
	}
	return a.Before
}

func compareActions(a, b *Action) int {
	x, y := a.Traffic(), b.Traffic()
	return cmp.Or(
		cmp.Compare(a.Product, b.Product),
		slices.Index(Classes, a.Class)-slices.Index(Classes, b.Class),
		cmp.Compare(x.To, y.To), cmp.Compare(x.Listener, y.Listener), cmp.Compare(x.Transport, y.Transport),
		cmp.Compare(x.Flow, y.Flow), cmp.Compare(x.Back, y.Back), slices.Compare(x.From, y.From),
		slices.Compare(a.Aspects, b.Aspects),
	)
}

// An aspect is a way in which traffic or a rule of a host can differ.
type aspect[T any] struct {
	name  string
	judge func(a, b T) Class // returns "" if there is no difference
}

// Aspects lists the possible aspects of actions and of site changes.
func Aspects() (traffic, rules []string) {
	for _, x := range aspects {
		traffic = append(traffic, x.name)
	}
	for _, x := range ruleAspects {
		rules = append(rules, x.name)
	}
	return traffic, rules
}

// Fields of [Traffic] without an aspect, such as the purpose, are for readers and do not
// concern firewalls.
var aspects = []aspect[*Traffic]{
	{"ports", func(a, b *Traffic) Class { return numbers(a.Ports, b.Ports, a.Dynamic == b.Dynamic) }},
	{"icmp", func(a, b *Traffic) Class { return restricted(a.ICMP, b.ICMP) }},
	{"source", func(a, b *Traffic) Class {
		if same(a.SourcePorts, b.SourcePorts) {
			return ""
		}
		return compared(b.SourcePorts == nil, a.SourcePorts == nil)
	}},
	{"family", func(a, b *Traffic) Class {
		return unless(a.Family == b.Family, compared(b.Family == "", a.Family == ""))
	}},
	{"delivery", func(a, b *Traffic) Class { return unless(a.Delivery == b.Delivery, Moved) }},
	{"groups", func(a, b *Traffic) Class { return narrowed(a.Groups, b.Groups) }},
	{"via", func(a, b *Traffic) Class { return unless(slices.Equal(a.Via, b.Via), Moved) }},
	{"address", func(a, b *Traffic) Class { return placed(a.FromAt, b.FromAt) }},
	{"address", func(a, b *Traffic) Class { return placed(a.ToAt, b.ToAt) }},
	{"optional", func(a, b *Traffic) Class {
		return unless(a.Optional == b.Optional, compared(!b.Optional, !a.Optional))
	}},
	{"ends", func(a, b *Traffic) Class {
		return unless(slices.Equal(onNetwork(a.Ends), onNetwork(b.Ends)), Condition)
	}},
	{"when", func(a, b *Traffic) Class { return unless(same(a.When, b.When), Condition) }},
	{"phase", func(a, b *Traffic) Class { return unless(a.Phase == b.Phase, Condition) }},
	{"systems", func(a, b *Traffic) Class { return unless(slices.Equal(a.On, b.On), Condition) }},
	{"off_until", func(a, b *Traffic) Class { return unless(a.OffUntil == b.OffUntil, Condition) }},
	{"suffices", func(a, b *Traffic) Class {
		return unless(a.Suffices == b.Suffices && a.OneOf == b.OneOf, Condition)
	}},
	{"unknown", func(a, b *Traffic) Class { return unless(slices.Equal(a.Unknown, b.Unknown), Condition) }},
	{"instead_of", func(a, b *Traffic) Class { return unless(slices.Equal(a.InsteadOf, b.InsteadOf), Condition) }},
	{"tls_inspection", func(a, b *Traffic) Class { return unless(a.TLSInspection == b.TLSInspection, Condition) }},
	{"app", func(a, b *Traffic) Class { return spoken(a.App, b.App) }},
}

// numbers compares ports; alike means that both are dynamic, or neither.
func numbers(a, b []model.PortRange, alike bool) Class {
	more, less := subtract(b, a), subtract(a, b)
	switch {
	case len(more)+len(less) == 0:
		return unless(alike, Condition)
	case len(a) == 0 || len(b) == 0:
		return Moved
	}
	return compared(len(more) > 0, len(less) > 0)
}

func unless(equal bool, c Class) Class {
	if equal {
		return ""
	}
	return c
}

// members compares lists in which each element adds traffic.
func members(a, b []string) Class {
	if c := lists(a, b); c != Wording {
		return c
	}
	return ""
}

// restricted compares lists that mean everything if they are empty.
func restricted(a, b []model.ICMP) Class {
	if same(a, b) {
		return ""
	}
	if len(a) == 0 || len(b) == 0 {
		return compared(len(b) == 0, len(a) == 0)
	}
	return members(elements(encode(a)), elements(encode(b)))
}

// actions compares the traffic of a product. mapped is old with the new names, in the same
// order.
func actions(old, mapped, new []*Traffic) []*Action {
	byKey := make(map[string][]*Traffic, len(new)) // lists may contain duplicates
	for _, t := range new {
		byKey[t.key()] = append(byKey[t.key()], t)
	}
	var list []*Action
	for i, t := range mapped {
		same := byKey[t.key()]
		if len(same) == 0 {
			list = append(list, &Action{Class: MayClose, Before: old[i], Close: old[i].Ports})
			continue
		}
		byKey[t.key()] = same[1:]
		list = append(list, differences(old[i], t, same[0])...)
	}
	for _, t := range new {
		if slices.Contains(byKey[t.key()], t) {
			list = append(list, &Action{Class: MustOpen, After: t, Open: t.Ports})
		}
	}
	before, after := byEnds(old), byEnds(new)
	for _, a := range list {
		switch a.Class {
		case MustOpen:
			a.Also = also(a.After, a.Before, a.Open, before)
		case MayClose:
			a.Also = also(a.Before, a.After, a.Close, after)
		}
	}
	return together(list)
}

// byEnds groups traffic by its ends.
func byEnds(list []*Traffic) map[string][]*Traffic {
	all := make(map[string][]*Traffic)
	for _, t := range list {
		all[t.ends()] = append(all[t.ends()], t)
	}
	return all
}

func (t *Traffic) ends() string {
	from, to := t.From[0], t.To
	if t.Back != "" {
		from, to = to, from
	}
	return strings.Join([]string{from, to, t.Transport}, "\x00")
}

// also returns the flows on the other side that use all of the ports (by default, those of
// the traffic) between the same ends. there is the traffic on the other side; without it,
// ends are found by their names on this side.
func also(here, there *Traffic, ports []model.PortRange, side map[string][]*Traffic) []string {
	if len(ports) == 0 {
		ports = here.Ports
	}
	ends := here.ends()
	if there != nil {
		ends = there.ends()
	}
	var flows []string
	for _, t := range side[ends] {
		if (there == nil || t.Flow != there.Flow) && len(ports) > 0 && len(subtract(ports, t.Ports)) == 0 && !slices.Contains(flows, t.Flow) {
			flows = append(flows, t.Flow)
		}
	}
	slices.Sort(flows)
	return flows
}

// differences returns an action for each class in which traffic differs.
func differences(old, mapped, new *Traffic) []*Action {
	found := make(map[Class]*Action)
	for _, x := range aspects {
		c := x.judge(mapped, new)
		if c == "" {
			continue
		}
		a := found[c]
		if a == nil {
			a = &Action{Class: c, Before: old, After: new}
			found[c] = a
		}
		if !slices.Contains(a.Aspects, x.name) {
			a.Aspects = append(a.Aspects, x.name)
		}
		if x.name == "ports" {
			a.Open, a.Close = subtract(new.Ports, old.Ports), subtract(old.Ports, new.Ports)
		}
		if c == Condition {
			a.Effect = effect(a.Aspects, mapped, new)
		}
	}
	var list []*Action
	for _, c := range Classes {
		if a := found[c]; a != nil {
			list = append(list, a)
		}
	}
	return list
}

// effect returns the effect of changed conditions. Only features can be compared.
func effect(changed []string, a, b *Traffic) string {
	if !slices.Equal(changed, []string{"when"}) {
		return "other"
	}
	switch wider, narrower := a.When.Implies(b.When), b.When.Implies(a.When); {
	case wider && !narrower:
		return "wider"
	case narrower && !wider:
		return "narrower"
	}
	return "other"
}

// together combines actions that differ only in the component that connects.
func together(list []*Action) []*Action {
	first := make(map[string]*Action)
	var all []*Action
	for _, a := range list {
		bare := *a
		bare.Before, bare.After = a.Before.without(), a.After.without()
		key := string(encode(bare))
		if one := first[key]; one != nil {
			one.Before, one.After = one.Before.and(a.Before), one.After.and(a.After)
			continue
		}
		copied := *a
		first[key] = &copied
		all = append(all, &copied)
	}
	return all
}

func (t *Traffic) without() *Traffic {
	if t == nil {
		return nil
	}
	bare := *t
	bare.From = nil
	return &bare
}

// and returns the traffic with the senders of both.
func (t *Traffic) and(u *Traffic) *Traffic {
	if t == nil {
		return nil
	}
	both := *t
	both.From = slices.Compact(slices.Sorted(slices.Values(slices.Concat(t.From, u.From))))
	return &both
}
