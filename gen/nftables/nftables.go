// Package nftables writes the ruleset of each Linux host of a site, for nftables:
//
//	sites/ha/web1.nft        the ruleset for nft -f: a table of its own
//	sites/ha/web1.flows.yml  the flows behind each element of its sets
//	firewall.sh              apply (rolled back unless confirmed), confirm, rollback, leftovers
//
// A ruleset lets in what flows and management need and drops the rest. Elements
// of sets are disjoint, so that a packet is looked up once however many permits
// there are.
package nftables

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/hostrules"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/policy"
)

// Capabilities describe what nftables can express.
var Capabilities = policy.Capabilities{
	Title:       "nftables",
	Ranges:      "yes",
	Dynamic:     "their range if it is known, else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "yes",
	SCTP:        "yes",
	SourcePorts: "yes",
	Multicast:   "yes",
	Broadcast:   "inbound and answers; outbound only if it is free (PS4503)",
	Direction:   "yes",
	Program:     "no: rules apply to the host",
	Limits:      "comments are cut after 128 bytes; the flows are in a file beside the ruleset",
}

// A Ruleset is the files of a host.
type Ruleset struct {
	Host  *model.Deployed
	Text  []byte
	flows []byte // the flows behind its elements
	// Lacking lists the permits that no rule expresses.
	Lacking []*policy.Lack
}

// GenerateSite returns the rulesets of a site's Linux hosts. Findings tell why
// there are none, and which permits nftables cannot express: errors, or warnings
// with Partial.
func GenerateSite(d *model.Deployment, o policy.Settings) ([]gen.File, diag.List) {
	rulesets, found := Rulesets(d, d.Hosts, o)
	if len(rulesets) == 0 {
		return nil, found
	}
	files := []gen.File{hostrules.Script()}
	for _, r := range rulesets {
		base := "sites/" + d.Site.ID + "/" + r.Host.ID
		files = append(files, gen.File{Path: base + ".nft", Data: r.Text}, gen.File{Path: base + ".flows.yml", Data: r.flows})
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return files, found
}

// Rulesets returns the rulesets of hosts of a site; only Linux hosts have one.
func Rulesets(d *model.Deployment, hosts []*model.Deployed, o policy.Settings) ([]*Ruleset, diag.List) {
	policies, found := hostrules.Policies(d, hosts, "nftables", o, nil)
	var distinct []*policy.Policy // without duplicates
	at, bodyOf := make(map[string]int), make([]int, len(policies))
	for i, p := range policies {
		key := p.Key()
		n, known := at[key]
		if !known {
			n = len(distinct)
			at[key], distinct = n, append(distinct, p)
		}
		bodyOf[i] = n
	}
	bodies := make([]body, len(distinct))
	type writer struct {
		*hostrules.Lists
		text bytes.Buffer // its memory is reused
	}
	newWriter := func() *writer { return &writer{Lists: hostrules.NewLists(d.Site)} }
	parallel.With(len(distinct), newWriter, func(w *writer, i int) {
		r := newRuleset(d.Site, distinct[i], o)
		w.text.Reset()
		r.write(&w.text)
		bodies[i] = body{bytes.Clone(w.text.Bytes()), w.Sections(r.sections())}
	})
	all := make([]*Ruleset, len(policies))
	parallel.Do(len(policies), func(i int) {
		p, b := policies[i], bodies[bodyOf[i]]
		all[i] = &Ruleset{
			p.Host,
			slices.Concat(head(d.Site, p, o), b.text),
			slices.Concat(hostrules.ListHead("The flows behind each element of the sets in "+p.Host.ID+".nft."), b.flows),
			p.Lacking,
		}
	})
	return all, found
}

// A body is the part of files, below their heads, that hosts with the same rules share. It
// is written once.
type body struct{ text, flows []byte }

// A ruleset is the table of hosts with the same rules.
type ruleset struct {
	site *model.Site
	policy.Settings
	sets []set
	// icmp has the rules for flows over icmp and icmpv6, by direction and family: "in ip6".
	icmp map[string][]string
	// multicast means that the hosts take part in multicast.
	multicast bool
}

// A set is a named set of the table: disjoint elements of one type.
type set struct {
	*shape
	elements []hostrules.Entry
}

// sections returns the sets for the side file.
func (r *ruleset) sections() []hostrules.Section {
	var all []hostrules.Section
	for _, s := range r.sets {
		all = append(all, hostrules.Section{Name: s.name, Entries: s.elements})
	}
	return all
}

func newRuleset(site *model.Site, p *policy.Policy, o policy.Settings) *ruleset {
	r := &ruleset{site: site, Settings: o, icmp: map[string][]string{}}
	r.collect("in", p.ManageIn, p.In)
	if site.Firewall.Free() {
		r.collect("out", nil, nil)
	} else {
		r.collect("out", p.ManageOut, p.Out)
	}
	r.multicast = hostrules.Multicast(p)
	return r
}

// collect creates the sets of one direction.
func (r *ruleset) collect(direction string, management, rules []*policy.Rule) {
	var sets [len(families)][]set
	for i, f := range families {
		of := shapes[direction+f.digit]
		sets[i] = make([]set, len(of))
		for k := range of {
			sets[i][k].shape = of[k]
		}
	}
	for _, of := range []struct {
		rules []*policy.Rule
		ports int
	}{{management, managed}, {rules, ranges}} {
		by := byTransport(of.rules)
		for _, transport := range slices.Sorted(maps.Keys(by)) {
			if transport == "icmp" || transport == "icmpv6" {
				continue
			}
			for _, c := range policy.Disjoint(by[transport]) {
				family, to := 0, of.ports
				if c.Addresses.From.Is6() {
					family = 1
				}
				switch {
				case !model.HasPorts(transport):
					to = protocols
				case c.SourcePorts != model.PortRange{}:
					to = sources
				case to == ranges && c.Addresses.From == c.Addresses.To && c.Ports.From == c.Ports.To:
					to = exact
				}
				s := &sets[family][to]
				s.elements = append(s.elements, hostrules.Entry{Text: element(transport, c), Rules: c.Rules})
			}
		}
	}
	for i, f := range families {
		r.sets = append(r.sets, sets[i]...)
		r.messages(direction, f.match, f.digit == "4", rules)
	}
}

// element returns a cell as an element of the set that it belongs to.
func element(transport string, c policy.Cell) string {
	text := make([]byte, 0, 64) // enough for most
	text = append(append(c.Addresses.AppendTo(text), " . "...), protocol(transport)...)
	if c.SourcePorts != (model.PortRange{}) {
		text = c.SourcePorts.AppendTo(append(text, " . "...))
	}
	if model.HasPorts(transport) {
		text = c.Ports.AppendTo(append(text, " . "...))
	}
	return string(text)
}

func byTransport(rules []*policy.Rule) map[string][]*policy.Rule {
	by := make(map[string][]*policy.Rule)
	for _, x := range rules {
		by[x.Transport] = append(by[x.Transport], x)
	}
	return by
}

// messages returns the rules for flows over icmp.
func (r *ruleset) messages(direction, match string, is4 bool, rules []*policy.Rule) {
	transport, side := "icmpv6", "saddr"
	if is4 {
		transport = "icmp"
	}
	if direction == "out" {
		side = "daddr"
	}
	for _, x := range rules {
		if x.Transport != transport {
			continue
		}
		var at []string
		for _, c := range policy.Disjoint([]*policy.Rule{x}) {
			if c.Addresses.From.Is4() == is4 {
				at = append(at, c.Addresses.String())
			}
		}
		if len(at) == 0 {
			continue
		}
		rule := fmt.Sprintf("%s %s { %s }", match, side, strings.Join(at, ", "))
		tail := fmt.Sprintf(" counter accept comment %q", hostrules.Comment([]*policy.Rule{x}, maxComment))
		chain := direction + " " + match
		if len(x.ICMP) == 0 {
			r.icmp[chain] = append(r.icmp[chain], rule+" meta l4proto "+protocol(transport)+tail)
		}
		for _, m := range x.ICMP {
			one := fmt.Sprintf("%s %s type %d", rule, transport, m.Type)
			if m.Code != nil {
				one += fmt.Sprintf(" %s code %d", transport, *m.Code)
			}
			r.icmp[chain] = append(r.icmp[chain], one+tail)
		}
	}
}
