package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// readNft reads what nft -j list ruleset prints: libnftables-json(5).
func readNft(f *File, data []byte) error {
	var doc struct {
		Nftables []map[string]json.RawMessage `json:"nftables"`
	}
	if err := unmarshal(data, &doc); err != nil {
		return err
	}
	if len(doc.Nftables) == 0 {
		return errors.New("the list nftables is empty, so it is not what nft -j list ruleset prints")
	}
	n := nftReading{
		filter: &Filter{Program: "nftables", File: f.Name, V4: true, V6: true},
		sets:   make(map[string]*nftSet),
		chains: make(map[string]bool),
	}
	for _, o := range doc.Nftables { // before the rules that use them
		if err := n.define(o); err != nil {
			return err
		}
	}
	for _, o := range doc.Nftables {
		if raw, ok := o["rule"]; ok {
			if err := n.rule(raw); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(n.hooks, func(a, b nftHook) int {
		if a.stage != b.stage {
			return a.stage - b.stage
		}
		return a.priority - b.priority
	})
	for _, h := range n.hooks {
		n.filter.Hooks = append(n.filter.Hooks, h.Hook)
	}
	f.Filter = n.filter
	return n.filter.link(func(name string) bool { return n.chains[name] })
}

type nftReading struct {
	filter *Filter
	sets   map[string]*nftSet
	chains map[string]bool
	hooks  []nftHook
}

// nftHook is a base chain, and the stage of its hook.
type nftHook struct {
	*Hook
	stage, priority int
}

// nftSet is a set or a map, with its elements as nft prints them.
type nftSet struct {
	elements []json.RawMessage
}

// nftStages is the order in which packets of each direction pass hooks.
var nftStages = map[string]int{"ingress": 1, "prerouting": 2, "input": 3, "output": 2, "postrouting": 3}

// nftFamilies maps the families of tables that see IP packets to the family of these packets; 0
// for both.
var nftFamilies = map[string]int{"ip": 4, "ip6": 6, "inet": 0, "netdev": 0}

// define adds sets, maps and chains.
func (n *nftReading) define(o map[string]json.RawMessage) error {
	for _, kind := range []string{"set", "map"} {
		raw, ok := o[kind]
		if !ok {
			continue
		}
		var s struct {
			Family, Table, Name string
			Elem                []json.RawMessage
		}
		if err := json.Unmarshal(raw, &s); err != nil {
			return fmt.Errorf("a %s is not as nft prints it: %w", kind, plain(err))
		}
		n.sets[nftName(s.Family, s.Table, s.Name)] = &nftSet{s.Elem}
	}
	raw, ok := o["chain"]
	if !ok {
		return nil
	}
	var c struct {
		Family, Table, Name, Type, Hook, Policy string
		Prio                                    json.RawMessage
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("a chain is not as nft prints it: %w", plain(err))
	}
	name := nftName(c.Family, c.Table, c.Name)
	n.chains[name] = true
	family, known := nftFamilies[c.Family]
	stage := nftStages[c.Hook]
	if !known || stage == 0 {
		return nil // for bridges, arp or forwarded packets, or not a base chain
	}
	h := nftHook{&Hook{
		Name: fmt.Sprintf("chain %s of table %s %s", c.Name, c.Family, c.Table), Out: c.Hook == "output" || c.Hook == "postrouting",
		Family: family, Chain: n.filter.chain(name), Policy: Accept,
		iptables: iptablesTables[c.Family+" "+c.Table] && strings.ToUpper(c.Name) == c.Name,
		Before:   c.Type != "filter" || c.Hook != "input" && c.Hook != "output",
	}, stage, 0}
	_ = json.Unmarshal(c.Prio, &h.priority) // newer versions of nft print a name: then the order of stages is enough
	switch c.Policy {
	case "drop":
		h.Policy = Drop
	case "", "accept":
	default:
		h.Policy, h.Doubt = Unclear, "the policy "+c.Policy+" is not supported"
	}
	n.hooks = append(n.hooks, h)
	return nil
}

// iptablesTables are the tables that iptables and ip6tables keep in nftables.
var iptablesTables = func() map[string]bool {
	all := make(map[string]bool)
	for _, family := range []string{"ip", "ip6"} {
		for _, table := range []string{"filter", "nat", "mangle", "raw", "security"} {
			all[family+" "+table] = true
		}
	}
	return all
}()

// nftName returns a name for a chain or a set that is unique among all tables.
func nftName(family, table, name string) string { return family + "\x00" + table + "\x00" + name }

// nftRule is a rule of a table.
type nftRule struct {
	Family, Table, Chain, Comment string
	Handle                        int
	Expr                          []map[string]json.RawMessage
}

// rule adds a rule to its chain. If it looks up a set, it becomes a rule for each element.
func (n *nftReading) rule(raw json.RawMessage) error {
	var r nftRule
	if err := json.Unmarshal(raw, &r); err != nil {
		return fmt.Errorf("a rule is not as nft prints it: %w", plain(err))
	}
	name := nftName(r.Family, r.Table, r.Chain)
	if !n.chains[name] {
		return fmt.Errorf("rule %d is in the chain %s, which is missing: the evidence is not complete", r.Handle, r.Chain)
	}
	b := nftBuilder{reading: n, rule: &r, all: []*Rule{{Where: fmt.Sprintf("table %s %s, chain %s, rule %d", r.Family, r.Table, r.Chain, r.Handle)}}}
	if family := nftFamilies[r.Family]; family != 0 {
		b.all[0].family(family)
	}
	for _, e := range r.Expr {
		for _, name := range sortedKeys(e) {
			if b.done {
				break
			}
			b.statement(name, e[name])
		}
	}
	c := n.filter.chain(name)
	for _, x := range b.all {
		if !x.Element {
			x.Text = x.Match.String()
		}
		if r.Comment != "" {
			x.Text += " (" + r.Comment + ")"
		}
		c.Rules = append(c.Rules, x)
	}
	return nil
}

// nftBuilder turns one rule of nft into rules of the model.
type nftBuilder struct {
	reading *nftReading
	rule    *nftRule
	all     []*Rule
	done    bool // further statements have no effect
}

func (b *nftBuilder) each(do func(*Rule)) {
	for _, r := range b.all {
		do(r)
	}
}

// Statements that decide nothing and match everything.
var nftIdle = []string{"counter", "log", "mangle", "notrack", "meter", "set", "map", "ct helper", "ct timeout", "ct expectation", "secmark", "last", "continue", "dup", "synproxy", "comment"}

// Statements that match only some packets.
var nftLimits = []string{"limit", "quota", "ct count"}

func (b *nftBuilder) statement(name string, raw json.RawMessage) {
	switch name {
	case "match":
		b.match(raw)
	case "vmap":
		b.verdictMap(raw)
	case "accept", "drop", "reject", "jump", "goto", "return":
		b.each(func(r *Rule) { b.verdict(r, name, raw) })
		b.done = true
	case "xt":
		b.extension(raw)
	case "dnat", "redirect", "tproxy", "queue", "fwd":
		b.each(func(r *Rule) {
			r.Verdict = Unclear
			r.doubt("the statement " + name + " passes the packet to something else")
		})
		b.done = true
	case "snat", "masquerade", "flow":
		b.done = true
	default:
		switch {
		case slices.Contains(nftLimits, name):
			b.each(func(r *Rule) { r.doubt("it depends on a limit") })
		case !slices.Contains(nftIdle, name):
			b.each(func(r *Rule) { r.doubt("the statement " + name + " is not supported") })
		}
	}
}

func (b *nftBuilder) verdict(r *Rule, name string, raw json.RawMessage) {
	switch name {
	case "accept":
		r.Verdict = Accept
	case "drop", "reject":
		r.Verdict = Drop
	case "return":
		r.Verdict = Return
	case "continue":
	case "jump", "goto":
		r.Verdict = Jump
		if name == "goto" {
			r.Verdict = Goto
		}
		var to struct{ Target string }
		if json.Unmarshal(raw, &to) != nil || to.Target == "" {
			r.Verdict = Unclear
			r.doubt("it leads to a chain that is not named")
			return
		}
		r.Target = nftName(b.rule.Family, b.rule.Table, to.Target)
	default:
		r.Verdict = Unclear
		r.doubt("the verdict " + name + " is not supported")
	}
}

// extension evaluates matches and targets of iptables, of which nft prints only the names.
func (b *nftBuilder) extension(raw json.RawMessage) {
	var x struct{ Type, Name string }
	_ = json.Unmarshal(raw, &x) // after an error, x is empty, and so not supported
	const hint = ", whose details nft does not print; add the output of iptables-save"
	switch {
	case x.Type == "match" && x.Name == "comment":
	case x.Type == "target" && slices.Contains(iptablesIdle, x.Name):
	case x.Type == "target" && x.Name == "REJECT":
		b.each(func(r *Rule) { r.Verdict = Drop })
		b.done = true
	case x.Type == "target":
		b.each(func(r *Rule) {
			r.Verdict = Unclear
			r.doubt("it has the target " + x.Name + " of iptables" + hint)
		})
		b.done = true
	default:
		b.each(func(r *Rule) { r.doubt("it has the match " + x.Name + " of iptables" + hint) })
	}
}

// maxElements is the greatest number of rules that one rule of nft may become, because
// lookups in several sets multiply.
const maxElements = 200_000

func (b *nftBuilder) match(raw json.RawMessage) {
	var m struct {
		Op          string
		Left, Right json.RawMessage
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		b.each(func(r *Rule) { r.doubt("a condition is not supported") })
		return
	}
	fields := nftFields(m.Left)
	values, named := b.values(m.Right)
	negated := m.Op == "!="
	switch {
	case len(fields) == 1 && (!named || negated):
		b.each(func(r *Rule) { fields[0].narrow(&r.Match, m.Op, nftRaw(values)) })
		return
	case negated:
		b.each(func(r *Rule) { r.doubt("it excludes a set of combinations") })
		return
	case len(values) > maxElements/max(len(b.all), 1):
		b.each(func(r *Rule) { r.doubt("its sets have too many elements") })
		return
	}
	b.multiply(values, named, func(r *Rule, v nftValue) { narrowAll(&r.Match, fields, m.Op, v) })
}

// multiply replaces each rule by one for each value.
func (b *nftBuilder) multiply(values []nftValue, named bool, with func(*Rule, nftValue)) {
	var all []*Rule
	for _, r := range b.all {
		for _, v := range values {
			one := *r
			with(&one, v)
			if named {
				text := v.text()
				if r.Element {
					text = r.Text + ", " + text
				}
				one.Element, one.Text = true, text
			}
			all = append(all, &one)
		}
	}
	b.all = all // none if the set is empty: nothing matches
}

// narrowAll applies one element to the fields that it is for.
func narrowAll(m *Match, fields []nftField, op string, v nftValue) {
	parts := v.parts()
	if len(parts) != len(fields) {
		m.doubt("an element does not fit what is looked up")
		return
	}
	for i, f := range fields {
		f.narrow(m, op, parts[i:i+1])
	}
}

func (b *nftBuilder) verdictMap(raw json.RawMessage) {
	var m struct{ Key, Data json.RawMessage }
	if err := json.Unmarshal(raw, &m); err != nil {
		b.each(func(r *Rule) { r.doubt("a map is not supported") })
		return
	}
	fields := nftFields(m.Key)
	values, named := b.values(m.Data)
	if len(values) > maxElements/max(len(b.all), 1) {
		b.each(func(r *Rule) {
			r.Verdict = Unclear
			r.doubt("its map has too many elements")
		})
		return
	}
	b.multiply(values, named, func(r *Rule, v nftValue) {
		narrowAll(&r.Match, fields, "==", v)
		for name, raw := range v.verdict {
			b.verdict(r, name, raw)
		}
	})
}
