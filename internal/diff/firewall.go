package diff

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Writers returns the targets that write a rule for a host of a site. Rules that no target
// writes are left out.
type Writers func(*model.Site, *model.Host, *FirewallRule) []string

// A Practice determines which permits become rules of some targets, before and after a change.
type Practice struct {
	Targets  []string // empty for all
	Old, New policy.Options
}

// CompareFirewalls compares the packets that the firewalls of hosts let through in two versions
// of a site, whatever flows they are for. It returns the rules that are opened and closed, by
// task. A site that does not say how its firewalls are set has no rules, and a nil deployment
// has no hosts. Each target belongs to one practice.
func CompareFirewalls(old, new *model.Deployment, practices []Practice, by Writers) map[Task][]*FirewallRule {
	all := make(map[Task][]*FirewallRule)
	for _, p := range practices {
		for task, rules := range compareFirewalls(old, new, p, by.among(p.Targets)) {
			all[task] = append(all[task], rules...)
		}
	}
	for task := range all {
		all[task] = joined(all[task])
	}
	return all
}

func compareFirewalls(old, new *model.Deployment, p Practice, by Writers) map[Task][]*FirewallRule {
	all := make(map[Task][]*FirewallRule)
	was, is := policies(old, p.Old), policies(new, p.New)
	for _, id := range unionKeys(was, is) {
		a, b := was[id], is[id]
		in := sides{slices.Concat(a.ManageIn, a.In), slices.Concat(b.ManageIn, b.In)}
		out := sides{slices.Concat(a.ManageOut, a.Out), slices.Concat(b.ManageOut, b.Out)}
		for _, x := range []struct {
			rules       sides
			open, close Task
		}{{in, OpenInbound, CloseInbound}, {out, OpenOutbound, CloseOutbound}} {
			opened, closed := x.rules.compare(id)
			all[x.open] = append(all[x.open], by.write(new, opened)...)
			all[x.close] = append(all[x.close], by.write(old, closed)...)
		}
	}
	return all
}

// joined sorts rules, and merges those that differ only in their targets.
func joined(rules []*FirewallRule) []*FirewallRule {
	slices.SortFunc(rules, func(a, b *FirewallRule) int { return strings.Compare(a.key(), b.key()) })
	var all []*FirewallRule
	for _, r := range rules {
		if n := len(all); n > 0 && all[n-1].key() == r.key() {
			all[n-1].Targets = append(all[n-1].Targets, r.Targets...)
			slices.Sort(all[n-1].Targets)
			continue
		}
		all = append(all, r)
	}
	return all
}

// among returns by, restricted to some targets; all if some is empty.
func (by Writers) among(some []string) Writers {
	if len(some) == 0 {
		return by
	}
	return func(site *model.Site, h *model.Host, r *FirewallRule) []string {
		return slices.DeleteFunc(by(site, h, r), func(target string) bool { return !slices.Contains(some, target) })
	}
}

// write sets the targets of the rules of one side, and removes rules without targets.
func (by Writers) write(d *model.Deployment, rules []*FirewallRule) []*FirewallRule {
	return slices.DeleteFunc(rules, func(r *FirewallRule) bool {
		r.Targets = by(d.Site, d.Host(r.Host).Host, r)
		return len(r.Targets) == 0
	})
}

// policies returns the policies of all hosts, by id; none if the site does not say how
// firewalls are set.
func policies(d *model.Deployment, o policy.Options) map[string]policy.Policy {
	all := make(map[string]policy.Policy)
	if d == nil || d.Site.Firewall == nil {
		return all
	}
	for _, h := range d.Hosts {
		all[h.ID] = *policy.Of(d.Site, h, o)
	}
	return all
}

// sides are the rules of one direction of a host, before and after.
type sides struct{ old, new []*policy.Rule }

// compare divides the packets of both sides into cells, and returns those that only one side
// lets through.
func (p sides) compare(host string) (opened, closed []*FirewallRule) {
	type kind struct{ transport, messages string }
	groups := make(map[kind][]*policy.Rule)
	isNew := make(map[*policy.Rule]bool)
	group := func(r *policy.Rule) {
		k := kind{r.Transport, string(encode(r.ICMP))}
		groups[k] = append(groups[k], r)
	}
	for _, r := range p.old {
		group(r)
	}
	for _, r := range p.new {
		isNew[r] = true
		group(r)
	}
	for k, rules := range groups {
		var before, after []policy.Cell
		for _, c := range policy.Disjoint(rules) {
			switch n := count(c.Rules, isNew); n {
			case 0:
				before = append(before, c)
			case len(c.Rules):
				after = append(after, c)
			}
		}
		opened = append(opened, merged(host, k.transport, rules[0].ICMP, after)...)
		closed = append(closed, merged(host, k.transport, rules[0].ICMP, before)...)
	}
	return opened, closed
}

func count(rules []*policy.Rule, of map[*policy.Rule]bool) int {
	n := 0
	for _, r := range rules {
		if of[r] {
			n++
		}
	}
	return n
}

// merged makes rules of cells. It merges those for the same ports and flows, and then those for
// the same addresses and flows.
func merged(host, transport string, messages []model.ICMP, cells []policy.Cell) []*FirewallRule {
	var all []*FirewallRule
	join := func(r *FirewallRule, same func(*FirewallRule) bool, add func(*FirewallRule)) {
		if i := slices.IndexFunc(all, same); i >= 0 {
			add(all[i])
			return
		}
		all = append(all, r)
	}
	for _, c := range cells {
		r := &FirewallRule{Host: host, Transport: transport, Addresses: []string{c.Addresses.String()}, ICMP: messages, Flows: []string{}}
		if c.Ports != (model.PortRange{}) {
			r.Ports = []model.PortRange{c.Ports}
		}
		if c.SourcePorts != (model.PortRange{}) {
			r.SourcePorts = []model.PortRange{c.SourcePorts}
		}
		for _, rule := range c.Rules {
			if name := rule.Name(); !slices.Contains(r.Flows, name) {
				r.Flows = append(r.Flows, name)
			}
		}
		slices.Sort(r.Flows)
		join(r, func(x *FirewallRule) bool {
			return slices.Equal(x.Ports, r.Ports) && slices.Equal(x.SourcePorts, r.SourcePorts) && slices.Equal(x.Flows, r.Flows)
		}, func(x *FirewallRule) { x.Addresses = append(x.Addresses, r.Addresses...) })
	}
	byPorts := all
	all = nil
	for _, r := range byPorts {
		join(r, func(x *FirewallRule) bool {
			return slices.Equal(x.Addresses, r.Addresses) && slices.Equal(x.SourcePorts, r.SourcePorts) && slices.Equal(x.Flows, r.Flows)
		}, func(x *FirewallRule) { x.Ports = merge(append(slices.Clone(x.Ports), r.Ports...)) })
	}
	return all
}
