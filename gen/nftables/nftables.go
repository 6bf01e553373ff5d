// Package nftables writes the ruleset of each Linux host of a site, for nftables:
//
//	sites/ha/web1.nft        what nft -f loads: a table of its own
//	sites/ha/web1.flows.yml  the flows behind each element of its sets
//	firewall.sh              apply with a way back, confirm, rollback, leftovers
//	portspec-firewall.service
//
// A ruleset lets in what flows and management need and drops the rest. Elements
// of sets are disjoint, so that a packet is looked up once however many permits
// there are.
package nftables

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

//go:embed firewall.sh
var script []byte

//go:embed portspec-firewall.service
var unit []byte

// Capabilities are what nftables can express.
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
	Limits:      "comments of 128 bytes are cut; the flows are in a file beside the ruleset",
}

// A Ruleset is what a host loads.
type Ruleset struct {
	Host  *model.Deployed
	Text  []byte
	flows []byte // what is behind its elements
}

// For reports whether a host has a ruleset.
func For(_ *model.Site, h *model.Host) bool { return h.OS == "linux" }

// GenerateSite returns the rulesets of a site's Linux hosts. Findings are why
// there are none, and the permits that nftables cannot be told of: errors, or with
// Partial warnings.
func GenerateSite(d *model.Deployment, o policy.Settings) ([]gen.File, diag.List) {
	rulesets, found := Rulesets(d, d.Hosts, o)
	if len(rulesets) == 0 {
		return nil, found
	}
	files := []gen.File{{Path: "firewall.sh", Data: withHeader(script)}, {Path: "portspec-firewall.service", Data: withHeader(unit)}}
	for _, r := range rulesets {
		base := "sites/" + d.Site.ID + "/" + r.Host.ID
		files = append(files, gen.File{Path: base + ".nft", Data: r.Text}, gen.File{Path: base + ".flows.yml", Data: r.flows})
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return files, found
}

// Rulesets are those of some hosts of a site, of which only Linux has any.
func Rulesets(d *model.Deployment, hosts []*model.Deployed, o policy.Settings) ([]*Ruleset, diag.List) {
	hosts = slices.DeleteFunc(slices.Clone(hosts), func(h *model.Deployed) bool { return !For(d.Site, h.Host) })
	found := policy.Ready(d, hosts)
	if found.HasErrors() {
		return nil, found
	}
	remainder := policy.NewRemainder(d.Site, "nftables", o.Partial)
	all := make([]*Ruleset, len(hosts))
	for i, h := range hosts {
		p := policy.Of(d.Site, h, o.Options)
		remainder.Add(p)
		r := newRuleset(d.Site, p, o)
		all[i] = &Ruleset{h, r.text(), r.flows()}
	}
	return all, append(found, remainder.Findings()...)
}

func withHeader(data []byte) []byte {
	return append([]byte("# "+gen.Header+"\n"), data...)
}

// A ruleset is what one host loads.
type ruleset struct {
	site   *model.Site
	policy *policy.Policy
	policy.Settings
	sets []*set
	// Rules for messages of icmp and icmpv6, by family.
	icmp map[string][]string
	// Whether the host takes part in multicast.
	multicast bool
}

// A set is a named set of the table: disjoint elements of one type.
type set struct {
	name, kind string
	elements   []element
}

// An element is what stands in the set, and the rules behind it.
type element struct {
	text  string
	rules []*policy.Rule
}

// Types of the sets, by family. Names and types stay as they are: a ruleset
// replaces the elements of the one before in place.
var families = []struct{ digit, address, match string }{{"4", "ipv4_addr", "ip"}, {"6", "ipv6_addr", "ip6"}}

func newRuleset(site *model.Site, p *policy.Policy, o policy.Settings) *ruleset {
	r := &ruleset{site: site, policy: p, Settings: o, icmp: map[string][]string{}}
	r.collect("in", p.ManageIn, p.In)
	if site.Firewall.Free() {
		r.collect("out", nil, nil)
	} else {
		r.collect("out", p.ManageOut, p.Out)
	}
	for _, x := range slices.Concat(p.In, p.Out) {
		r.multicast = r.multicast || len(x.Permit.Groups) > 0 && x.Permit.Groups[0] != "broadcast"
	}
	return r
}

// collect makes the sets of one direction.
func (r *ruleset) collect(direction string, management, rules []*policy.Rule) {
	for _, f := range families {
		is4 := f.digit == "4"
		named := func(name, kind string) *set {
			return &set{name: direction + name + f.digit, kind: f.address + " . inet_proto" + kind}
		}
		managed, ports := named("_management", " . inet_service"), named("", " . inet_service")
		sources, protocols := named("_source", " . inet_service . inet_service"), named("_protocol", "")
		for _, of := range []struct {
			rules []*policy.Rule
			ports *set
		}{{management, managed}, {rules, ports}} {
			by := byTransport(of.rules)
			for _, transport := range slices.Sorted(maps.Keys(by)) {
				if transport == "icmp" || transport == "icmpv6" {
					continue
				}
				for _, c := range policy.Disjoint(by[transport]) {
					if c.Addresses.From.Is4() != is4 {
						continue
					}
					text, to := c.Addresses.String()+" . "+protocol(transport), of.ports
					switch {
					case !model.HasPorts(transport):
						to = protocols
					case c.SourcePorts == model.PortRange{}:
						text += " . " + c.Ports.String()
					default:
						text, to = text+" . "+c.SourcePorts.String()+" . "+c.Ports.String(), sources
					}
					to.elements = append(to.elements, element{text, c.Rules})
				}
			}
		}
		r.sets = append(r.sets, managed, ports, sources, protocols)
		r.messages(direction, f.match, is4, rules)
	}
}

func byTransport(rules []*policy.Rule) map[string][]*policy.Rule {
	by := make(map[string][]*policy.Rule)
	for _, x := range rules {
		by[x.Transport] = append(by[x.Transport], x)
	}
	return by
}

// messages are the rules for flows over icmp.
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
		tail := fmt.Sprintf(" counter accept comment %q", comment([]*policy.Rule{x}))
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

// flows is the side file: what each element is for.
func (r *ruleset) flows() []byte {
	type flow struct {
		Flow     string `yaml:"flow,omitempty"`
		Listener string `yaml:"listener,omitempty"`
		Purpose  string `yaml:"purpose,omitempty"`
		Owner    string `yaml:"owner,omitempty"`
		Ticket   string `yaml:"ticket,omitempty"`
		Until    string `yaml:"until,omitempty"`
	}
	type entry struct {
		Element    string `yaml:"element"`
		Management string `yaml:"management,omitempty"`
		Flows      []flow `yaml:"flows,omitempty"`
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n# The flows behind each element of the sets in %s.nft.\n", gen.Header, gen.CommentLine(r.policy.Host.ID))
	for _, s := range r.sets {
		var all []entry
		for _, e := range s.elements {
			x := entry{Element: e.text}
			for _, rule := range e.rules {
				if rule.Management != nil {
					x.Management = strings.TrimPrefix(x.Management+", "+rule.Management.ID, ", ")
					continue
				}
				c := rule.Permit.Connection
				f := flow{Flow: rule.Name(), Listener: c.To.ID + "." + c.Listener.ID, Purpose: c.Flow.Purpose}
				if record := r.site.Firewall.Record(f.Flow); record != nil {
					f.Owner, f.Ticket, f.Until = record.Owner, record.Ticket, record.Until
				}
				x.Flows = append(x.Flows, f)
			}
			all = append(all, x)
		}
		if len(all) == 0 {
			continue
		}
		text, err := yaml.Marshal(map[string][]entry{s.name: all})
		if err != nil {
			panic(err) // it is made of texts
		}
		b.Write(text)
	}
	return b.Bytes()
}
