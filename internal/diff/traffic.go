package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// Traffic is a flow on one listener over one transport, from some components to one, as seen
// by a firewall.
type Traffic struct {
	Flow      string   `json:"flow"`
	From      []string `json:"from"`
	To        string   `json:"to"`
	Listener  string   `json:"listener"`
	Transport string   `json:"transport"`
	// Back is "" for the flow itself, "both-ways" if To may start as well, and "reply" for a
	// reply to another port of From.
	Back string `json:"back,omitempty"`
	// Ports are merged and include fallbacks. They are empty if unknown, and for protocols
	// without ports.
	Ports       []model.PortRange  `json:"ports"`
	Dynamic     bool               `json:"dynamic,omitempty"` // one of Ports is chosen at run time
	OneOf       bool               `json:"one_of,omitempty"`
	ICMP        []model.ICMP       `json:"icmp,omitempty"`
	SourcePorts *model.SourcePorts `json:"source_ports,omitempty"`
	Family      string             `json:"family,omitempty"`
	Delivery    string             `json:"delivery"`
	Groups      []string           `json:"groups,omitempty"`
	Via         []string           `json:"via,omitempty"`
	FromAt      []string           `json:"from_at,omitempty"` // addresses fixed by the product
	ToAt        []string           `json:"to_at,omitempty"`
	Ends        []string           `json:"ends,omitempty"` // kinds of From and To, if one is not software
	Optional    bool               `json:"optional,omitempty"`
	When        model.When         `json:"when,omitempty"`
	Phase       string             `json:"phase,omitempty"`
	On          []string           `json:"on,omitempty"` // operating systems and releases
	OffUntil    string             `json:"off_until,omitempty"`
	Suffices    string             `json:"suffices,omitempty"`
	// Unknown lists what a site has to choose before anything is permitted.
	Unknown    []model.Aspect `json:"unknown,omitempty"`
	InsteadOf  []string       `json:"instead_of,omitempty"`
	Persistent bool           `json:"persistent,omitempty"`
	// TLSInspection is "allowed" or "forbidden"; "" where the vendor does not say.
	TLSInspection string `json:"tls_inspection,omitempty"`
	App           string `json:"app,omitempty"`
	Purpose       string `json:"purpose"`
}

// key identifies the traffic of one sender in its product.
func (t *Traffic) key() string {
	return strings.Join([]string{t.Flow, t.From[0], t.To, t.Listener, t.Transport, t.Back}, "\x00")
}

// trafficOf returns the traffic of a product that crosses the network, each with one sender.
func trafficOf(p *model.Product) []*Traffic {
	var list []*Traffic
	for _, f := range p.Flows {
		if f.Scope == "same-host" || f.NoRule != "" {
			continue
		}
		for _, talker := range f.From {
			for _, target := range f.To {
				from, to := p.Component(talker), p.Component(target.Component)
				if from == nil || to == nil {
					continue
				}
				for _, id := range target.Listeners {
					if l := to.Listener(id); l != nil && l.Bind != "loopback" {
						list = append(list, trafficOn(p, f, from, to, l)...)
					}
				}
			}
		}
	}
	return list
}

// trafficOn returns the traffic from a component to a listener.
func trafficOn(p *model.Product, f *model.Flow, from, to *model.Component, l *model.Listener) []*Traffic {
	var list []*Traffic
	for _, transport := range l.Over() {
		if len(f.Transports) > 0 && !slices.Contains(f.Transports, transport) {
			continue
		}
		ports, dynamic := portsOf(&l.PortStatement)
		t := &Traffic{
			Flow: f.ID, From: []string{from.ID}, To: to.ID, Listener: l.ID, Transport: transport,
			Ports: merge(ports), Dynamic: dynamic, OneOf: l.OneOf, ICMP: l.ICMP, SourcePorts: f.Source,
			Family: f.Family, Delivery: f.Delivery, Groups: f.Groups, Via: f.Via, FromAt: from.At.All(), ToAt: to.At.All(),
			Ends: []string{string(from.Kind), string(to.Kind)}, Optional: f.Optional,
			When:  p.And(f.When, l.When, to.When, from.When),
			Phase: cmp.Or(f.Phase, l.Phase, to.Phase, from.Phase),
			On: slices.Concat(systems("flow", f.Conditions), systems("listener", l.Conditions),
				systems("target", to.Conditions), systems("talker", from.Conditions)),
			OffUntil: l.OffUntil, Suffices: f.Suffices, Unknown: (&model.Connection{Flow: f, Listener: l}).Undecided(), InsteadOf: f.InsteadOf, Persistent: f.Persistent, TLSInspection: f.TLSInspection, App: l.App, Purpose: f.Purpose,
		}
		list = append(list, t)
		if f.BothWays && from != to { // among nodes of one component, both directions are the same
			back := *t
			back.Back, back.When = "both-ways", p.And(t.When, f.BothWaysWhen)
			list = append(list, &back)
		}
	}
	if r := f.Reply; r != nil && len(list) > 0 {
		back := *list[0]
		to, chosen := f.ReplyPorts()
		ports, dynamic := portsOf(&model.PortStatement{Ports: to, Dynamic: chosen})
		back.Back, back.Transport, back.Ports, back.Dynamic = "reply", r.Transport, merge(ports), dynamic
		back.OneOf, back.ICMP, back.SourcePorts = false, nil, nil
		if from := r.From.Known(); len(from) > 0 {
			back.SourcePorts = &model.SourcePorts{Ports: from}
		}
		list = append(list, &back)
	}
	return list
}

// systems lists the operating systems and releases in conditions; of names what has the
// conditions.
func systems(of string, c model.Conditions) []string {
	var list []string
	if len(c.OS) > 0 {
		list = append(list, of+": "+strings.Join(slices.Sorted(slices.Values(c.OS)), ", "))
	}
	for _, os := range unionKeys(c.OSVersions, nil) {
		list = append(list, of+": "+os+" "+c.OSVersions[os].String())
	}
	if c.Versions != nil {
		list = append(list, of+": "+c.Versions.String())
	}
	return list
}
