package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A SiteChange is the delta of one rule of one host of a site.
type SiteChange struct {
	Class   Class    `json:"class"` // must-open, moved, condition or may-close
	Host    string   `json:"host"`
	Aspects []string `json:"aspects,omitempty"` // aspects of the rule that differ
	Before  *Rule    `json:"before,omitempty"`  // nil if it was added
	After   *Rule    `json:"after,omitempty"`   // nil if it was removed
	Breaks  []User   `json:"breaks,omitempty"`  // users for whom it is breaking
}

// Rule returns the rule after the change or, if it was removed, before it.
func (c *SiteChange) Rule() *Rule {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// A Rule is a socket of a host, or a peer that may reach it or that it may reach.
type Rule struct {
	Direction   string            `json:"direction"` // listens, inbound or outbound
	Product     string            `json:"product"`
	Component   string            `json:"component"`
	Listener    string            `json:"listener"`
	Flow        string            `json:"flow,omitempty"`
	Transport   string            `json:"transport"`
	Back        string            `json:"back,omitempty"`
	Peer        string            `json:"peer,omitempty"`
	Addresses   []string          `json:"addresses,omitempty"` // of the peer
	Ports       []model.PortRange `json:"ports"`
	Dynamic     bool              `json:"dynamic,omitempty"`
	ICMP        []model.ICMP      `json:"icmp,omitempty"` // which messages; all of them if empty
	Bind        string            `json:"bind,omitempty"`
	SourcePorts []model.PortRange `json:"source_ports,omitempty"`
	Groups      []string          `json:"groups,omitempty"`
	Family      string            `json:"family,omitempty"`
	Optional    bool              `json:"optional,omitempty"`
	Phase       string            `json:"phase,omitempty"`
}

// CompareDeployments compares a site resolved with two catalogues, or two versions of a site,
// host by host. c has the changes of the catalogues, for renames. A nil deployment has no
// hosts.
func CompareDeployments(old, new *model.Deployment, c *Changes) []*SiteChange {
	newIDs := make(map[string]string) // new ids by product, list and old id
	for _, x := range c.Changes {
		if x.Kind == Renamed {
			newIDs[x.Product+" "+strings.Join(x.Old[2:], "/")] = x.New.id()
		}
	}
	ids := c.productIDs()
	now := func(product, path, id string) string { return cmp.Or(newIDs[ids.of(product)+" "+path+id], id) }
	paired := pairings(old, new, ids, now)
	was, is := rulesOf(old, paired), rulesOf(new, paired)
	var list []*SiteChange
	for _, host := range unionKeys(was, is) {
		after := make(map[string]*Rule)
		count := make(map[string]int)
		key := func(side string, r *Rule) string { // a permit can occur twice
			k := r.key()
			count[side+k]++
			return fmt.Sprint(k, "\x00", count[side+k])
		}
		var keys []string
		for _, r := range is[host] {
			k := key("new", r)
			after[k] = r
			keys = append(keys, k)
		}
		for _, r := range was[host] {
			renamed := *r
			renamed.Flow = now(r.Product, "flows/", r.Flow)
			renamed.Listener = now(r.Product, "components/"+r.Component+"/listeners/", r.Listener)
			renamed.Component = now(r.Product, "components/", r.Component)
			renamed.Product = ids.of(r.Product)
			k := key("old", &renamed)
			x := after[k]
			delete(after, k)
			list = append(list, ruleChanges(host, r, x)...)
		}
		for _, k := range keys {
			if r := after[k]; r != nil {
				list = append(list, &SiteChange{Class: MustOpen, Host: host, After: r})
			}
		}
	}
	for _, x := range list {
		x.Breaks = x.breaks()
	}
	sortSite(list)
	return list
}

func sortSite(list []*SiteChange) {
	slices.SortStableFunc(list, func(a, b *SiteChange) int {
		x, y := a.Rule(), b.Rule()
		return cmp.Or(
			cmp.Compare(a.Host, b.Host),
			slices.Index(Classes, a.Class)-slices.Index(Classes, b.Class),
			slices.Index(directions, x.Direction)-slices.Index(directions, y.Direction),
			slices.Compare(x.words(), y.words()),
		)
	})
}

// key identifies a rule of a host, ignoring aspects that may change.
func (r *Rule) key() string {
	return strings.Join([]string{r.Direction, r.Product, r.Component, r.Listener, r.Flow, r.Transport, r.Back, r.Peer}, "\x00")
}

var directions = []string{"listens", "inbound", "outbound"}

func (r *Rule) words() []string {
	return []string{r.Product, r.Component, r.Listener, r.Flow, r.Transport, r.Back, r.Peer, string(encode(r))}
}

// ruleAspects are the ways in which a rule can differ.
var ruleAspects = []aspect[*Rule]{
	{"ports", func(a, b *Rule) Class { return numbers(a.Ports, b.Ports, a.Dynamic == b.Dynamic) }},
	{"icmp", func(a, b *Rule) Class { return restricted(a.ICMP, b.ICMP) }},
	{"bind", func(a, b *Rule) Class { return unless(a.Bind == b.Bind, compared(b.Bind == "any", a.Bind == "any")) }},
	{"addresses", func(a, b *Rule) Class { return addressed(a.Addresses, b.Addresses) }},
	{"groups", func(a, b *Rule) Class { return narrowed(a.Groups, b.Groups) }},
	{"source", func(a, b *Rule) Class { return unless(same(a.SourcePorts, b.SourcePorts), Moved) }},
	{"family", func(a, b *Rule) Class { return unless(a.Family == b.Family, compared(b.Family == "", a.Family == "")) }},
	{"optional", func(a, b *Rule) Class { return unless(a.Optional == b.Optional, compared(!b.Optional, b.Optional)) }},
	{"phase", func(a, b *Rule) Class { return unless(a.Phase == b.Phase, Condition) }},
}

// ruleChanges compares a rule before and after a change; either may be nil.
func ruleChanges(host string, old, new *Rule) []*SiteChange {
	if new == nil {
		return []*SiteChange{{Class: MayClose, Host: host, Before: old}}
	}
	found := make(map[Class][]string)
	for _, x := range ruleAspects {
		if c := x.judge(old, new); c != "" {
			found[c] = append(found[c], x.name)
		}
	}
	var list []*SiteChange
	for _, c := range Classes {
		if found[c] != nil {
			list = append(list, &SiteChange{Class: c, Host: host, Aspects: found[c], Before: old, After: new})
		}
	}
	return list
}

// rulesOf returns the rules of each host, without those that are the same on the other side.
func rulesOf(d *model.Deployment, paired map[*model.Permit]*pairing) map[string][]*Rule {
	all := make(map[string][]*Rule)
	if d == nil {
		return all
	}
	for _, h := range d.Hosts {
		list := []*Rule{}
		for _, s := range h.Sockets {
			list = append(list, &Rule{
				Direction: "listens", Product: s.Place.Product(), Component: s.Place.Component(), Listener: s.Listener.ID,
				Transport: s.Transport, Ports: merge(s.Ports), Dynamic: s.Dynamic, ICMP: messages(s.Transport, s.Listener), Bind: s.Bind, Phase: s.Phase,
			})
		}
		for _, p := range h.Inbound {
			for _, end := range paired[p].peers(h, atTo, p.Sources(h)) {
				list = append(list, ruleOf("inbound", p, end))
			}
		}
		for _, p := range h.Outbound {
			for _, end := range paired[p].peers(h, atFrom, p.Destinations(h)) {
				list = append(list, ruleOf("outbound", p, end))
			}
		}
		all[h.ID] = list
	}
	return all
}

func ruleOf(direction string, p *model.Permit, peer *model.End) *Rule {
	c := p.Connection
	return &Rule{
		Direction: direction, Product: c.Product.ID, Component: c.To.ID, Listener: c.Listener.ID, Flow: c.Flow.ID, Transport: p.Transport,
		Back: p.Back, Peer: peer.ID(), Addresses: peer.Addresses(), Ports: merge(p.Ports), Dynamic: p.Dynamic, ICMP: messages(p.Transport, c.Listener), SourcePorts: p.SourcePorts,
		Groups: p.Groups, Family: c.Flow.Family, Optional: c.Flow.Optional, Phase: c.Phase,
	}
}

// messages returns the ICMP messages that a listener accepts over a transport.
func messages(transport string, l *model.Listener) []model.ICMP {
	if transport != "icmp" && transport != "icmpv6" {
		return nil
	}
	return l.ICMP
}

// Judge adds findings that are in only one of two lists, such as those of a site resolved
// with each model.
func (c *Changes) Judge(old, new diag.List) {
	c.Contradictions = append(c.Contradictions, onlyIn(new, old)...)
	c.Settled = append(c.Settled, onlyIn(old, new)...)
}
