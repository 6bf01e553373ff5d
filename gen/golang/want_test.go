package golang

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/portspec/portspec/gen/golang/tables"
	"github.com/portspec/portspec/internal/model"
)

// compareTables compares the tables of a compiled package with the model, row by row. The
// expected rows are computed independently of the generator.
func compareTables(t *testing.T, p *model.Product, d *dump) {
	t.Helper()
	used := map[string]bool{}
	for _, c := range p.Connections() {
		used[c.To.ID+" "+c.Listener.ID] = true
		if c.Listener.Dynamic != nil {
			used[c.To.ID+" "+c.Listener.Dynamic.Mapper] = true
		}
	}
	var listeners []tables.Listener
	for _, c := range p.Components {
		for _, l := range c.Listeners {
			if c.Service == "" || used[c.ID+" "+l.ID] {
				listeners = append(listeners, wantListener(c, l))
			}
		}
	}
	compareRows(t, p.ID+" listeners", d.Listeners, listeners)
	compareRows(t, p.ID+" components", d.Components, convert(p.Components, wantComponent))
	compareRows(t, p.ID+" flows", d.Flows, convert(p.Connections(), wantFlow))
	compareRows(t, p.ID+" features", d.Features, convert(p.Features, wantFeature))
	compareRows(t, p.ID+" rules", d.Rules, convert(p.Rules, wantRule))
	compareRows(t, p.ID+" errata", d.Errata, convert(p.Errata, wantErratum))

	defaults := map[string][]string{}
	for _, f := range p.Features {
		defaults[f.ID] = []string{cmp.Or(f.Default, f.Values()[0])}
	}
	compareRows(t, p.ID+" flows of a standard installation", d.Standard, standardFlows(p, defaults))
}

// standardFlows returns the connections that exist with the defaults.
func standardFlows(p *model.Product, chosen map[string][]string) []tables.Flow {
	holds := func(w model.When) bool {
		for f, values := range w.Lists() {
			if len(chosen[f]) == 0 || !slices.Contains(values, chosen[f][0]) {
				return false
			}
		}
		return true
	}
	var list []tables.Flow
	for _, c := range p.Connections() {
		f := wantFlow(c)
		f.From = slices.DeleteFunc(f.From, func(id string) bool { return !holds(p.Component(id).When) })
		if holds(c.When) && len(f.From) > 0 {
			list = append(list, f)
		}
	}
	return list
}

func compareRows[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("%s: row %d is\n%+v\nwant\n%+v", what, i, got[i], want[i])
		}
	}
}

func convert[A, B any](list []A, f func(A) B) []B {
	var all []B
	for _, x := range list {
		all = append(all, f(x))
	}
	return all
}

// copied returns a copy of a list, nil if it is empty.
func copied(list []string) []string { return append([]string(nil), list...) }

func wantPorts(list []model.PortRange) []tables.PortRange {
	return convert(list, func(r model.PortRange) tables.PortRange { return tables.PortRange{First: r.From, Last: r.To} })
}

func wantWhen(w model.When) tables.When {
	var all tables.When
	for f, values := range w.Lists() {
		all = append(all, tables.FeatureIs{Feature: f, Values: copied(values)})
	}
	return all
}

func wantVersions(v *model.Versions) tables.Versions {
	if v == nil {
		return tables.Versions{}
	}
	return tables.Versions{From: v.From, Before: v.Before}
}

func wantConditions(c model.Conditions) tables.Conditions {
	return tables.Conditions{When: wantWhen(c.When), OS: copied(c.OS), OSVersions: wantOSVersions(c.OSVersions), Versions: wantVersions(c.Versions), Phase: c.Phase}
}

func wantOSVersions(byOS map[string]*model.Versions) []tables.OSVersions {
	return convert(slices.Sorted(maps.Keys(byOS)), func(os string) tables.OSVersions {
		return tables.OSVersions{OS: os, Versions: tables.Versions{From: byOS[os].From, Before: byOS[os].Before}}
	})
}

func wantProcesses(byOS map[string][]string) []tables.Process {
	var all []tables.Process
	for _, os := range slices.Sorted(maps.Keys(byOS)) {
		for _, name := range byOS[os] {
			all = append(all, tables.Process{OS: os, Name: name})
		}
	}
	return all
}

func wantDynamic(d *model.Dynamic) *tables.Dynamic {
	if d == nil {
		return nil
	}
	return &tables.Dynamic{Mapper: d.Mapper, Upward: d.Upward, PerSession: d.Drawn == "session", Ranges: convert(d.Ranges, func(r model.DynamicRange) tables.DynamicRange {
		return tables.DynamicRange{
			PortRange: tables.PortRange{First: r.From, Last: r.To}, Above: r.Above, OS: copied(r.OS), Versions: wantVersions(r.Versions), Cite: copied(r.Cite),
		}
	})}
}

func wantConfigurable(c *model.Configurable) *tables.Configurable {
	if c == nil {
		return nil
	}
	return &tables.Configurable{Allowed: c.Allowed, AtInstallation: c.At == "installation", How: c.How}
}

func wantUnknown(u model.Unknown) []tables.Unknown {
	var all []tables.Unknown
	for _, a := range slices.Sorted(maps.Keys(u)) {
		all = append(all, tables.Unknown{Aspect: string(a), Why: u[a]})
	}
	return all
}

func wantComponent(c *model.Component) tables.Component {
	x := tables.Component{
		ID: c.ID, Name: c.Name, Description: c.Description, Version: c.Version, Kind: string(c.Kind), Service: c.Service, Unknown: wantUnknown(c.Unknown),
		Processes: wantProcesses(c.Processes), Conditions: wantConditions(c.Conditions), Cite: copied(c.Cite),
	}
	if c.At != nil {
		x.Names, x.Addresses, x.Networks = copied(c.At.Names), copied(c.At.Addresses), copied(c.At.Networks)
	}
	return x
}

func wantListener(c *model.Component, l *model.Listener) tables.Listener {
	x := tables.Listener{
		Component: c.ID, ID: l.ID, Purpose: l.Purpose,
		Transports: convert(l.Transports, func(t string) tables.Transport { return tables.Transport(t) }),
		Ports:      wantPorts(l.Ports), OneOf: l.OneOf, Fallback: wantPorts(l.Fallback),
		AnyOther: l.AnyOther, Often: wantPorts(l.Often), Per: l.Per,
		Dynamic: wantDynamic(l.Dynamic), Count: l.Count, Unknown: wantUnknown(l.Unknown),
		App: l.App, Loopback: l.Bind == "loopback", OffUntil: l.OffUntil, SystemSocket: l.SystemSocket,
		Configurable: wantConfigurable(l.Configurable), Processes: wantProcesses(l.Processes),
		Conditions: wantConditions(l.Conditions), Cite: copied(l.Cite),
	}
	if l.Offset != nil {
		x.Offset = &tables.Offset{Setting: l.Offset.Setting, Named: l.Offset.Named, Of: l.Offset.Of, Base: l.Offset.Base, Times: l.Offset.Times, Plus: l.Offset.Plus}
		if l.Offset.PlusTo != nil {
			x.Offset.PlusTo = *l.Offset.PlusTo
		}
	}
	for _, m := range l.ICMP {
		code := -1
		if m.Code != nil {
			code = *m.Code
		}
		x.ICMP = append(x.ICMP, tables.ICMPMessage{Type: m.Type, Code: code})
	}
	return x
}

func wantFlow(c *model.Connection) tables.Flow {
	f, l := c.Flow, c.Listener
	x := tables.Flow{
		ID: f.ID, From: copied(f.From), To: c.To.ID, Listener: l.ID, Transport: tables.Transport(c.Transport),
		AnyOther: l.AnyOther, Often: wantPorts(l.Often), Per: l.Per, NoRule: f.NoRule,
		Ports: wantPorts(c.Ports()), OneOf: l.OneOf, Fallback: wantPorts(l.Fallback), Dynamic: l.Dynamic != nil,
		App: l.App, Loopback: l.Bind == "loopback", Scope: tables.Scope(f.Scope), Family: f.Family,
		Groups: copied(f.Groups), Via: copied(f.Via), InsteadOf: copied(f.InsteadOf), OneSuffices: f.Suffices == "one",
		Optional: f.Optional, BothWays: f.BothWays, Persistent: f.Persistent,
		Configurable: wantConfigurable(c.Configurable()), Unknown: wantUnknown(c.Unknowns()),
		Conditions: tables.Conditions{
			When: wantWhen(c.When), OS: copied(f.OS), OSVersions: wantOSVersions(f.OSVersions), Versions: wantVersions(f.Versions), Phase: c.Phase,
		},
		Purpose: f.Purpose, Note: f.Note, Cite: copied(f.Cite),
	}
	if f.Delivery != "unicast" {
		x.Delivery = f.Delivery
	}
	if f.Source != nil {
		x.SourcePorts, x.SourceSame = wantPorts(f.Source.Ports), f.Source.Same
	}
	if f.Reply != nil {
		x.Reply = &tables.Reply{
			Transport: tables.Transport(f.Reply.Transport), Ports: wantPorts(f.Reply.Ports), Dynamic: wantDynamic(f.Reply.Dynamic),
		}
	}
	return x
}

func wantFeature(f *model.Feature) tables.Feature {
	return tables.Feature{
		ID: f.ID, Name: f.Name, Description: f.Description, Several: f.Several, Default: f.Default,
		Choices: convert(f.Choices, func(c model.Choice) tables.Choice {
			return tables.Choice{ID: c.ID, Name: c.Name, Description: c.Description, Cite: copied(c.Cite)}
		}),
		Needs: wantWhen(f.Needs), Cite: copied(f.Cite),
	}
}

func wantRule(r *model.Rule) tables.Rule {
	x := tables.Rule{
		ID: r.ID, Together: copied(r.Together), When: wantWhen(r.When), Reason: r.Reason, Forbid: r.Forbid,
		Provided: copied(r.Provided), Cite: copied(r.Cite),
	}
	for _, c := range slices.Sorted(maps.Keys(r.Move)) {
		for _, l := range slices.Sorted(maps.Keys(r.Move[c])) {
			x.Move = append(x.Move, tables.Move{Component: c, Listener: l, Port: r.Move[c][l]})
		}
	}
	for _, c := range slices.Sorted(maps.Keys(r.Close)) {
		for _, l := range r.Close[c] {
			x.Close = append(x.Close, tables.ListenerID{Component: c, Listener: l})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Share)) {
		s := tables.SharedSocket{Name: name}
		for _, c := range slices.Sorted(maps.Keys(r.Share[name])) {
			s.Listeners = append(s.Listeners, tables.ListenerID{Component: c, Listener: r.Share[name][c]})
		}
		x.Share = append(x.Share, s)
	}
	return x
}

func wantErratum(e *model.Erratum) tables.Erratum {
	x := tables.Erratum{
		ID: e.ID, Kind: e.Kind, Says: e.Says, Encoded: e.Encoded, Why: e.Why,
		Flows: copied(e.Flows), Rules: copied(e.Rules), Cite: copied(e.Cite),
	}
	for _, c := range slices.Sorted(maps.Keys(e.Listeners)) {
		for _, l := range e.Listeners[c] {
			x.Listeners = append(x.Listeners, tables.ListenerID{Component: c, Listener: l})
		}
	}
	return x
}
