package evidence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A Filter is what one program does with packets.
type Filter struct {
	Program string // nftables, iptables, ip6tables or Windows Firewall
	File    string // the evidence
	// V4 and V6 report whether the evidence covers IPv4 and IPv6.
	V4, V6 bool
	// Hooks are the hooks that packets pass, in order. Each of them must let a packet through.
	Hooks []*Hook
	// Rules are the rules of all chains.
	Rules  []*Rule
	chains map[string]*Chain
}

// A Hook is a chain that packets pass: those that come in, or those that go out.
type Hook struct {
	Name   string // "chain input of table inet portspec"
	Out    bool
	Family int // 4 or 6; 0 for both
	Chain  *Chain
	Policy Verdict // for packets that no rule decides about: Accept, Drop or Unclear
	Doubt  string  // why it is unclear
	// Before means that the hook does not decide which packets are permitted, but changes
	// addresses, for example. It can stop packets, but its rules permit nothing.
	Before bool
	// iptables means that nft printed a chain that belongs to iptables.
	iptables bool
}

// A Chain is a list of rules, which are tried in order.
type Chain struct {
	Name  string
	Rules []*Rule
}

// A Rule does something with packets that match.
type Rule struct {
	Match
	Verdict Verdict
	Target  string // the chain that Jump and Goto lead to
	// Text is the rule as people read it, and Where is its place: "chain input of table inet
	// portspec, rule 43".
	Text, Where string
	// Element means that the rule was made for one element of a set or a map that a rule looks
	// up.
	Element       bool
	chain, target *Chain
}

// A Verdict is what a rule does with a packet that matches.
type Verdict int

// Verdicts. Reject counts as Drop. Unclear means that it is not known what happens to the
// packet, as when it goes to a program or another address.
const (
	Continue Verdict = iota
	Accept
	Drop
	Jump
	Goto
	Return
	Unclear
)

// Covers reports whether the evidence covers a family.
func (f *Filter) Covers(family int) bool { return family == 4 && f.V4 || family == 6 && f.V6 }

// chain returns the chain with a name, and adds it if there is none.
func (f *Filter) chain(name string) *Chain {
	if f.chains == nil {
		f.chains = make(map[string]*Chain)
	}
	c := f.chains[name]
	if c == nil {
		c = &Chain{Name: name}
		f.chains[name] = c
	}
	return c
}

// maxDepth is the greatest depth at which chains may call each other: nftables and iptables
// allow 16.
const maxDepth = 32

// link finds the chains that rules lead to.
func (f *Filter) link(defined func(chain string) bool) error {
	f.Rules = nil
	for _, name := range sortedKeys(f.chains) {
		for _, r := range f.chains[name].Rules {
			if r.Verdict == Jump || r.Verdict == Goto {
				if !defined(r.Target) {
					return fmt.Errorf("%s leads to the chain %s, which is missing: the evidence is not complete", r.Where, r.Target)
				}
				r.target = f.chain(r.Target)
			}
			r.chain = f.chains[name]
			f.Rules = append(f.Rules, r)
		}
	}
	depth := make(map[*Chain]int) // 1 more than the chains below; -1 while they are visited
	var visit func(c *Chain) (int, error)
	visit = func(c *Chain) (int, error) {
		switch d := depth[c]; {
		case d < 0:
			return 0, fmt.Errorf("chain %s leads to itself, which no firewall accepts", c.Name)
		case d > 0:
			return d, nil
		}
		depth[c] = -1
		deepest := 0
		for _, r := range c.Rules {
			if r.target != nil {
				d, err := visit(r.target)
				if err != nil {
					return 0, err
				}
				deepest = max(deepest, d)
			}
		}
		depth[c] = deepest + 1
		if deepest >= maxDepth {
			return 0, fmt.Errorf("chain %s leads through more than %d chains, which no firewall accepts", c.Name, maxDepth)
		}
		return deepest + 1, nil
	}
	for _, name := range sortedKeys(f.chains) {
		if _, err := visit(f.chains[name]); err != nil {
			return err
		}
	}
	return nil
}

// A Decision is what happens to a packet.
type Decision struct {
	Verdict Verdict // Accept, Drop or Unclear
	// Accepts and Drops are the deciders that let the packet through and those that stop it or,
	// if the verdict is unclear, that may do so. Both are empty if nothing filters.
	Accepts, Drops []Decider
	// Hooks are the deciders of each hook alone.
	Hooks []HookDecision
	// Doubts tell why the verdict is unclear.
	Doubts []string
}

// A Decider decides about a packet: a rule or, if Rule is nil, the policy of a hook.
type Decider struct {
	Rule *Rule
	Hook *Hook
}

// A HookDecision is what one hook does with a packet.
type HookDecision struct {
	Hook           *Hook
	Accepts, Drops []Decider
}

// Some are selected rules of filters, by chain. All other rules are known not to match a
// packet.
type Some map[*Chain][]*Rule

// Only returns the Some that selects rules, which must be in the order of [Filter.Rules].
func Only(rules []*Rule) Some {
	some := make(Some)
	for _, r := range rules {
		some[r.chain] = append(some[r.chain], r)
	}
	return some
}

// of returns the selected rules of a chain.
func (s Some) of(c *Chain) []*Rule {
	if s == nil {
		return c.Rules
	}
	return s[c]
}

// Decide returns what happens to a packet that passes the filters. Only the rules in some can
// match it; nil means all rules.
func Decide(filters []*Filter, p *Packet, some Some) *Decision {
	family := 6
	if p.Peer.Is4() {
		family = 4
	}
	d := &Decision{}
	mayDrop := false
	for _, f := range filters {
		if !f.Covers(family) {
			continue
		}
		for _, h := range f.Hooks {
			if h.Out != p.Out || h.Family != 0 && h.Family != family {
				continue
			}
			w := walk{packet: p, hook: h, some: some}
			if w.follow(h.Chain) {
				w.add(h.Policy, Decider{Hook: h}, h.Doubt)
			}
			d.Hooks = append(d.Hooks, HookDecision{Hook: h, Accepts: w.accepts, Drops: w.drops})
			if len(w.accepts) == 0 { // whatever the other hooks do
				return &Decision{Verdict: Drop, Drops: w.drops, Hooks: d.Hooks}
			}
			if !h.Before {
				d.Accepts = append(d.Accepts, w.accepts...)
			}
			d.Drops = append(d.Drops, w.drops...)
			d.Doubts = append(d.Doubts, w.doubts...)
			mayDrop = mayDrop || len(w.drops) > 0
		}
	}
	d.Verdict = Unclear
	if !mayDrop {
		d.Verdict, d.Doubts = Accept, nil
	}
	// The policy of a chain is not the reason if a rule also lets the packet through.
	isRule := func(x Decider) bool { return x.Rule != nil }
	if slices.ContainsFunc(d.Accepts, isRule) {
		d.Accepts = slices.DeleteFunc(d.Accepts, func(x Decider) bool { return !isRule(x) })
	}
	return d
}

// walk follows a packet through chains. If it is not known whether a rule matches, both
// possibilities are followed.
type walk struct {
	packet         *Packet
	hook           *Hook
	some           Some
	accepts, drops []Decider
	doubts         []string
	steps          int
}

// maxSteps is the greatest number of rules that a packet may pass. If chains call others
// twice, which call others twice, the number of paths explodes.
const maxSteps = 1 << 21

func (w *walk) add(v Verdict, by Decider, doubt string) {
	if v != Drop {
		w.accepts = append(w.accepts, by)
	}
	if v != Accept {
		w.drops = append(w.drops, by)
	}
	if doubt != "" && !slices.Contains(w.doubts, doubt) {
		w.doubts = append(w.doubts, doubt)
	}
}

// follow sends the packet through a chain, and reports whether it may reach its end.
func (w *walk) follow(c *Chain) (through bool) {
	for _, r := range w.some.of(c) {
		if w.steps++; w.steps > maxSteps {
			w.add(Unclear, Decider{r, w.hook}, "the chains lead through too many rules")
			return false
		}
		matches, doubt := r.matches(w.packet)
		if matches == no {
			continue
		}
		ends := true // for packets that match
		switch r.Verdict {
		case Continue:
			continue
		case Jump:
			ends = !w.follow(r.target)
		case Goto:
			through = w.follow(r.target) || through
		case Return:
			through = true
		case Unclear:
			doubt = r.Doubt
			w.add(Unclear, Decider{r, w.hook}, r.Doubt)
		default:
			w.add(r.Verdict, Decider{r, w.hook}, "")
		}
		if matches == maybe && !slices.Contains(w.doubts, doubt) {
			w.doubts = append(w.doubts, doubt)
		}
		if matches == yes && ends {
			return through
		}
	}
	return true
}

// Matching lists the rules of a hook that would decide about a packet if no other rule did:
// those that match it, in chains that it may reach, up to a return.
func (h *Hook) Matching(p *Packet, some Some) []*Rule {
	var all []*Rule
	steps := 0
	var follow func(c *Chain)
	follow = func(c *Chain) {
		for _, r := range some.of(c) {
			if steps++; steps > maxSteps {
				return
			}
			a, _ := r.matches(p)
			switch {
			case a == no:
				continue
			case a == yes && r.Verdict == Return:
				return
			}
			switch r.Verdict {
			case Accept, Drop:
				all = append(all, r)
			case Jump, Goto:
				follow(r.target)
			}
		}
	}
	follow(h.Chain)
	return all
}

// Leads reports whether packets of a hook can reach a rule.
func (h *Hook) Leads(to *Rule) bool {
	seen := make(map[*Chain]bool)
	var leads func(c *Chain) bool
	leads = func(c *Chain) bool {
		if seen[c] {
			return false
		}
		seen[c] = true
		return slices.ContainsFunc(c.Rules, func(r *Rule) bool { return r == to || r.target != nil && leads(r.target) })
	}
	return leads(h.Chain)
}

func addressesText(list []policy.AddressRange) string {
	var all []string
	for _, r := range list[:min(len(list), 4)] {
		all = append(all, r.String())
	}
	if len(list) > 4 {
		all = append(all, fmt.Sprintf("and %d more", len(list)-4))
	}
	return strings.Join(all, " ")
}

func portsText(list []model.PortRange) string {
	if len(list) > 6 {
		return fmt.Sprintf("%s and %d more", model.FormatPorts(list[:6]), len(list)-6)
	}
	return model.FormatPorts(list)
}

// messagesText returns "type 8, type 3 code 1".
func messagesText(list []model.PortRange) string {
	var all []string
	for _, r := range list[:min(len(list), 4)] {
		switch {
		case r.From%256 == 0 && r.To%256 == 255 && r.From/256 == r.To/256:
			all = append(all, fmt.Sprintf("type %d", r.From/256))
		case r.From == r.To:
			all = append(all, fmt.Sprintf("type %d code %d", r.From/256, r.From%256))
		default:
			all = append(all, fmt.Sprintf("types %d-%d", r.From/256, r.To/256))
		}
	}
	if len(list) > 4 {
		all = append(all, fmt.Sprintf("and %d more", len(list)-4))
	}
	return strings.Join(all, ", ")
}
