// Package panos writes what a Palo Alto Networks firewall between the zones of a site must
// permit, as set commands to paste in configuration mode:
//
//	sites/campus/between.panos
//
// Names of address groups may have 63 characters, those of schedules 31 (Web Interface Help,
// "Objects > Address Groups" and "Objects > Schedules"). The other limits are taken from devices
// and not confirmed by a document: 63 characters for names of other objects and of rules, 31 for
// names of zones, 1,024 for descriptions, and 2,500 members for groups. Rules name the address of a
// destination before it is translated, and its zone after that (PAN-OS Networking Administrator's
// Guide, "NAT Policy Overview").
package panos

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/between"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Capabilities are what PAN-OS can express.
var Capabilities = policy.Capabilities{
	Title:       "PAN-OS",
	Ranges:      "yes",
	Dynamic:     "their range if it is known, else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "all of ICMP, echo, ESP, AH and GRE, as applications; else PS4503",
	SCTP:        "no (PS4503)",
	SourcePorts: "yes",
	Multicast:   "no (PS4503)",
	Broadcast:   "no: routers do not pass it on (PS4503)",
	Direction:   "between zones, from the side that opens",
	Program:     "no",
	LastDay:     "yes, until 2035; a later one is in the description only",
	Limits:      "zone names up to 31 characters (PS4512), 2,500 addresses in a rule (PS4504); descriptions are cut after 1,024",
}

// device is what PAN-OS accepts.
var device = between.Device{
	Target: "panos", MostZone: 31, MostMembers: 2500, NoMulticast: true,
	Takes: func(s between.Service) bool {
		return s.Transport == "tcp" || s.Transport == "udp" || len(applications(s)) > 0
	},
	Title: "PAN-OS", Verified: between.Unverified, Sign: "#",
	Usage: []string{
		"Paste the lines without # in configuration mode, look at the candidate, and commit.",
		"Zones are named after the site's zones.",
		"The names of objects and rules depend on their content, and rules have the tag portspec:",
		"pasting the file again changes nothing. After a later file, delete the rules with that tag",
		"that it does not contain. New rules come last; move them before those that deny.",
		"Destinations are the addresses to which sources connect, before they are translated.",
	},
}

// maxDescription is the greatest length of a rule's description.
const maxDescription = 1024

// applications returns PAN-OS's names for packets without ports.
func applications(s between.Service) []string {
	all := map[string][]string{"icmp": {"icmp", "ping"}, "icmpv6": {"ipv6-icmp", "ping6"}, "esp": {"ipsec-esp"}, "ah": {"ipsec-ah"}, "gre": {"gre"}}[s.Transport]
	if s.ICMP == nil {
		return all
	}
	echo := map[string]int{"icmp": 8, "icmpv6": 128}[s.Transport] // RFC 792 and RFC 4443
	if len(all) < 2 || s.ICMP.Type != echo || s.ICMP.Code != nil && *s.ICMP.Code != 0 {
		return nil
	}
	return all[1:]
}

// GenerateSite returns the commands for a site. Findings tell why there are none, and what
// no rule can express.
func GenerateSite(d *model.Deployment, o policy.Settings) ([]gen.File, diag.List) {
	return device.GenerateSite(d, o, func(p *between.Policy) string {
		w := &writer{}
		for _, r := range p.Rules {
			w.rule(r)
		}
		return "\nset tag portspec\n" + strings.Join(w.objects.All, "") + "\n" + w.rules.String()
	})
}

// A writer collects the commands in the order in which they are pasted.
type writer struct {
	objects gen.Distinct
	rules   strings.Builder
}

// rule writes one rule for the services of r and one for its applications, if it has any.
func (w *writer) rule(r *between.Rule) {
	var services, apps gen.Distinct
	for _, s := range r.Services {
		if names := applications(s); len(names) > 0 {
			apps.Add(names...)
			continue
		}
		services.Add(w.service(s))
	}
	source, destination, until := w.networks(r.Sources), w.networks(r.Dialed), w.until(r)
	write := func(name, what string) {
		fmt.Fprintf(&w.rules, "set rulebase security rules %s from %s to %s source %s destination %s %s%s action allow log-end yes tag portspec description \"%s\"\n",
			name, between.Plain(r.From), between.Plain(r.To), source, destination, what, until, r.About(maxDescription))
	}
	if len(services.All) > 0 {
		write(r.Name(), "application any service "+w.group("service-group", "members", "s", services.All))
	}
	if len(apps.All) > 0 {
		write(between.Name("a", r.Name()), "application [ "+strings.Join(apps.All, " ")+" ] service application-default")
	}
}

// until writes the schedule of a rule that expires, and returns the reference to the schedule:
//
//	set schedule portspec-until-2027-01-31 schedule-type non-recurring 2001/01/01@00:00-2027/01/31@23:59
func (w *writer) until(r *between.Rule) string {
	day, name, ok := r.LastDay()
	if !ok {
		return ""
	}
	w.objects.Add(fmt.Sprintf("set schedule %s schedule-type non-recurring 2001/01/01@00:00-%s@23:59\n", name, day.Format("2006/01/02")))
	return " schedule " + name
}

// networks writes an address group with its members, and returns its name.
func (w *writer) networks(list []netip.Prefix) string {
	var members []string
	for _, p := range list {
		name := between.AddressName(p)
		w.objects.Add(fmt.Sprintf("set address %s ip-netmask %s\n", name, p))
		members = append(members, name)
	}
	return w.group("address-group", "static", "n", members)
}

// service writes a service, and returns its name.
func (w *writer) service(s between.Service) string {
	name := between.ServiceName(s)
	text := fmt.Sprintf("set service %s protocol %s port %s", name, s.Transport, s.Ports)
	if s.SourcePorts != (model.PortRange{}) {
		text += " source-port " + s.SourcePorts.String()
	}
	w.objects.Add(text + "\n")
	return name
}

// group writes a group, one command for each member: lines of a terminal are limited.
func (w *writer) group(kind, field, short string, members []string) string {
	name := between.Name(short, members...)
	for _, m := range members {
		w.objects.Add(fmt.Sprintf("set %s %s %s %s\n", kind, name, field, m))
	}
	return name
}
