// Package fortios writes what a FortiGate between the zones of a site must permit, as commands
// to paste into its console:
//
//	sites/campus/between.fortios
//
// Names of addresses may have 79 characters, of interfaces 35 (FortiOS Administration Guide
// 7.4, "Text strings"), of schedules 31 (CLI Reference, "firewall schedule onetime"). That
// services and groups have the length of addresses, policies and zones that of interfaces, and
// comments 1,023, is not confirmed by a document. With central NAT, policies have the
// addresses that machines have (FortiOS Administration Guide, "Central DNAT").
package fortios

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

// Capabilities are what FortiOS can express.
var Capabilities = policy.Capabilities{
	Title:       "FortiOS",
	Ranges:      "yes",
	Dynamic:     "their range if it is known, else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "yes",
	SCTP:        "yes",
	SourcePorts: "yes",
	Multicast:   "no (PS4503)",
	Broadcast:   "no: routers do not pass it on (PS4503)",
	Direction:   "between zones, from the side that opens",
	Program:     "no",
	LastDay:     "yes, until 2035; a later one is a comment only",
	Limits:      "zone names up to 35 characters (PS4512), 5,000 rules of 600 addresses (PS4504); comments are cut after 1,023",
}

// device is what FortiOS accepts. The limits of the smallest devices, 5,000 policies and 600
// members in a group, are from Fortinet's table of maximum values, which changes with the
// version.
var device = between.Device{
	Target: "fortios", MostZone: 35, MostRules: 5000, MostMembers: 600, NoMulticast: true,
	Title: "FortiOS 7.x with central NAT", Verified: between.Unverified, Sign: "#",
	Usage: []string{
		"Paste it into the console of the right VDOM. Zones or interfaces are named after the",
		"site's zones.",
		"The names of objects and policies depend on their content. FortiOS refuses a second",
		"policy with the same name, so pasting the file again adds nothing. After a later file, delete",
		"the policies whose names begin with portspec- and that it does not contain.",
		"New policies come last; move them before those that deny.",
		"Destinations are the real addresses of machines. Without central NAT, put virtual IPs",
		"in place of those that are translated.",
	},
}

// maxComments is the greatest length of a policy's comments.
const maxComments = 1023

// GenerateSite returns the commands for a site. Findings tell why there are none, and what
// no rule can express.
func GenerateSite(d *model.Deployment, o policy.Settings) ([]gen.File, diag.List) {
	return device.GenerateSite(d, o, func(p *between.Policy) string {
		w := &writer{}
		for _, r := range p.Rules {
			w.rule(r)
		}
		return w.text()
	})
}

// A writer has the tables of a configuration in the order in which they are pasted.
type writer struct {
	addresses, addresses6, groups, groups6, services, serviceGroups, schedules, policies gen.Distinct
}

// text returns the tables, each in its block:
//
//	config firewall address
//	    edit "portspec-10.1.0.0-16"
//	        set subnet 10.1.0.0 255.255.0.0
//	    next
//	end
func (w *writer) text() string {
	var b strings.Builder
	for _, t := range []struct {
		name    string
		entries *gen.Distinct
	}{
		{"address", &w.addresses},
		{"address6", &w.addresses6},
		{"addrgrp", &w.groups},
		{"addrgrp6", &w.groups6},
		{"service custom", &w.services},
		{"service group", &w.serviceGroups},
		{"schedule onetime", &w.schedules},
		{"policy", &w.policies},
	} {
		if len(t.entries.All) > 0 {
			fmt.Fprintf(&b, "\nconfig firewall %s\n%send\n", t.name, strings.Join(t.entries.All, ""))
		}
	}
	return b.String()
}

// entry returns an entry of a table. Its values are quoted if they are names.
func entry(name string, settings ...string) string {
	return fmt.Sprintf("    edit %s\n        set %s\n    next\n", name, strings.Join(settings, "\n        set "))
}

func quoted(names ...string) string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = `"` + between.Plain(n) + `"`
	}
	return strings.Join(all, " ")
}

func (w *writer) rule(r *between.Rule) {
	settings := []string{"name " + quoted(r.Name()), "srcintf " + quoted(r.From), "dstintf " + quoted(r.To)}
	for _, side := range []struct {
		field    string
		networks []netip.Prefix
	}{{"srcaddr", r.Sources}, {"dstaddr", r.Destinations}} {
		var members, members6 []string
		for _, p := range side.networks {
			name := between.AddressName(p)
			if p.Addr().Is6() {
				w.addresses6.Add(entry(quoted(name), "ip6 "+p.String()))
				members6 = append(members6, name)
				continue
			}
			w.addresses.Add(entry(quoted(name), "subnet "+p.Addr().String()+" "+net.IP(net.CIDRMask(p.Bits(), 32)).String()))
			members = append(members, name)
		}
		if len(members) > 0 {
			settings = append(settings, side.field+" "+quoted(group(&w.groups, "n", members)))
		}
		if len(members6) > 0 {
			settings = append(settings, side.field+"6 "+quoted(group(&w.groups6, "n6", members6)))
		}
	}
	var services []string
	for _, s := range r.Services {
		name := between.ServiceName(s)
		w.services.Add(entry(quoted(name), serviceSettings(s)...))
		services = append(services, name)
	}
	settings = append(settings, "action accept", "schedule "+quoted(w.schedule(r)), "service "+quoted(group(&w.serviceGroups, "s", services)), "logtraffic all", "comments "+quoted(r.About(maxComments)))
	w.policies.Add(entry("0", settings...))
}

// schedule adds the time in which a policy is in force, and returns its name. Some versions
// accept only quarters of an hour, so it ends with the first minute of the next day.
func (w *writer) schedule(r *between.Rule) string {
	day, name, ok := r.LastDay()
	if !ok {
		return "always"
	}
	w.schedules.Add(entry(quoted(name), "start 00:00 2001/01/01", "end 00:00 "+day.AddDate(0, 0, 1).Format("2006/01/02")))
	return name
}

// group adds a group, and returns its name.
func group(to *gen.Distinct, short string, members []string) string {
	name := between.Name(short, members...)
	to.Add(entry(quoted(name), "member "+quoted(members...)))
	return name
}

// serviceSettings returns the settings of a service. FortiOS writes destination ports
// before source ports.
func serviceSettings(s between.Service) []string {
	switch {
	case model.HasPorts(s.Transport):
		ports := s.Ports.String()
		if s.SourcePorts != (model.PortRange{}) {
			ports += ":" + s.SourcePorts.String()
		}
		return []string{"protocol TCP/UDP/SCTP", s.Transport + "-portrange " + ports}
	case s.Transport == "icmp" || s.Transport == "icmpv6":
		all := []string{"protocol " + map[string]string{"icmp": "ICMP", "icmpv6": "ICMP6"}[s.Transport]}
		if s.ICMP != nil {
			all = append(all, fmt.Sprintf("icmptype %d", s.ICMP.Type))
			if s.ICMP.Code != nil {
				all = append(all, fmt.Sprintf("icmpcode %d", *s.ICMP.Code))
			}
		}
		return all
	}
	return []string{"protocol IP", fmt.Sprintf("protocol-number %d", model.ProtocolNumber(s.Transport))}
}
