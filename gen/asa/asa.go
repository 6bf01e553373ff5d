// Package asa writes what a Cisco ASA between the zones of a site must permit, as commands to
// paste in configuration mode:
//
//	sites/campus/between.asa
//
// For each zone, an access list with all that may come from there: objects are groups whose
// names follow from what is in them. Syntax is that of Cisco's CLI Book 2, Firewall CLI
// Configuration Guide 9.x, chapters "Objects for Access Control" and "Access Control Lists".
package asa

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/between"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Capabilities are what an ASA can express.
var Capabilities = policy.Capabilities{
	Title:       "Cisco ASA",
	Ranges:      "yes",
	Dynamic:     "their range if it is known, else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "yes",
	SCTP:        "yes, from 9.5",
	SourcePorts: "yes",
	Multicast:   "yes, where it is routed",
	Broadcast:   "no: routers do not pass it on (PS4503)",
	Direction:   "between zones, from the side that opens",
	Program:     "no",
	LastDay:     "yes, until 2035; a later one is a remark only",
	Limits:      "interface names up to 48 characters (PS4512); remarks are cut after 100",
}

// device is what an ASA accepts. Names of objects may have 64 characters (CLI Book 2,
// "Guidelines for Objects"), of interfaces 48 (PIX Command Reference, "nameif").
var device = between.Device{
	Target: "asa", MostZone: 48,
	Title: "Cisco ASA 9.x", Verified: between.Unverified, Sign: "!",
	Usage: []string{
		"Paste it in configuration mode. Interfaces are named after the zones.",
		"Nothing changes until an access list is bound to an interface; the commands for that are",
		"at the end, as comments. From then on the interface drops what its list does not permit.",
		"The names of lists and groups depend on their content: binding the list of a later",
		"file replaces this one at once. Then remove lists that show running-config access-group",
		"does not name, and unused groups and time ranges.",
		"Addresses are the machines' own, because an ASA translates before it decides.",
	},
}

// maxRemark is the greatest length of a remark (CLI Configuration Guide, "Adding Remarks to
// Access Lists"); an ASA cuts the rest.
const maxRemark = 100

// GenerateSite returns the commands for a site. Findings tell why there are none, and what
// no rule can express.
func GenerateSite(d *model.Deployment, o policy.Settings) ([]gen.File, diag.List) {
	return device.GenerateSite(d, o, func(p *between.Policy) string {
		w := &writer{}
		for _, z := range p.Site.Zones {
			w.zone(p, z.ID)
		}
		return w.groups.String() + strings.Join(w.times.All, "") + w.lists.String() + "!\n" + w.bound.String()
	})
}

// A writer has the parts of a file in the order in which they are pasted.
type writer struct {
	groups, lists, bound strings.Builder
	times                gen.Distinct
	known                map[string]bool // groups that are written
}

// zone writes the access list of a zone.
func (w *writer) zone(p *between.Policy, zone string) {
	var rules []string
	for _, r := range p.Rules {
		if r.From != zone {
			continue
		}
		rules = append(rules,
			" remark "+r.About(maxRemark),
			fmt.Sprintf(" extended permit object-group %s object-group %s object-group %s log%s", w.services(r.Services), w.networks(r.Sources), w.networks(r.Destinations), w.until(r)))
	}
	if len(rules) == 0 {
		return
	}
	rules = append(rules, " extended deny ip any any log")
	// "access-list NAME": names are made of the rules, so that a list never changes while it is bound.
	name := between.Name("list", append([]string{zone}, rules...)...)
	w.lists.WriteString("!\n! From zone " + between.Plain(zone) + "\n")
	for _, r := range rules {
		w.lists.WriteString("access-list " + name + r + "\n")
	}
	fmt.Fprintf(&w.bound, "! access-group %s in interface %s\n", name, between.Plain(zone))
}

// until writes the time in which a rule is active, and returns what refers to it. The end is
// inclusive (CLI Configuration Guide, "Scheduling Extended Access List Activation"):
//
//	time-range portspec-until-2027-01-31
//	 absolute start 00:00 1 january 2001 end 23:59 31 january 2027
func (w *writer) until(r *between.Rule) string {
	day, name, ok := r.LastDay()
	if !ok {
		return ""
	}
	w.times.Add(fmt.Sprintf("!\ntime-range %s\n absolute start 00:00 1 january 2001 end 23:59 %s\n", name, strings.ToLower(day.Format("2 January 2006"))))
	return " time-range " + name
}

// networks writes a group of networks, and returns its name.
func (w *writer) networks(list []netip.Prefix) string {
	var members []string
	for _, p := range list {
		members = append(members, " network-object "+networkText(p))
	}
	return w.group("network", "n", members)
}

// networkText is "host 10.1.0.5", "10.1.0.0 255.255.0.0" or "2001:db8::/32".
func networkText(p netip.Prefix) string {
	switch {
	case p.IsSingleIP():
		return "host " + p.Addr().String()
	case p.Addr().Is6():
		return p.String()
	}
	return p.Addr().String() + " " + net.IP(net.CIDRMask(p.Bits(), 32)).String()
}

// services writes a group of services, and returns its name.
func (w *writer) services(list []between.Service) string {
	var members []string
	for _, s := range list {
		members = append(members, " service-object "+serviceText(s))
	}
	return w.group("service", "s", members)
}

// serviceText is "tcp destination eq 8443", "udp source range 1 9 destination eq 53", "icmp 8 0"
// or "50".
func serviceText(s between.Service) string {
	switch {
	case model.HasPorts(s.Transport):
		return s.Transport + portText("source", s.SourcePorts) + portText("destination", s.Ports)
	case s.Transport == "icmp" || s.Transport == "icmpv6":
		text := map[string]string{"icmp": "icmp", "icmpv6": "icmp6"}[s.Transport]
		if s.ICMP != nil {
			text += fmt.Sprintf(" %d", s.ICMP.Type)
			if s.ICMP.Code != nil {
				text += fmt.Sprintf(" %d", *s.ICMP.Code)
			}
		}
		return text
	}
	return fmt.Sprint(model.ProtocolNumber(s.Transport))
}

func portText(side string, r model.PortRange) string {
	switch {
	case r == model.PortRange{}:
		return ""
	case r.From == r.To:
		return fmt.Sprintf(" %s eq %d", side, r.From)
	}
	return fmt.Sprintf(" %s range %d %d", side, r.From, r.To)
}

// group writes a group unless it is written already.
func (w *writer) group(kind, short string, members []string) string {
	name := between.Name(short, members...)
	if !w.known[name] {
		if w.known == nil {
			w.known = make(map[string]bool)
		}
		w.known[name] = true
		fmt.Fprintf(&w.groups, "!\nobject-group %s %s\n%s\n", kind, name, strings.Join(members, "\n"))
	}
	return name
}
