// Package capirca writes what firewalls between the zones of a site must permit as the
// definitions and policies of Capirca, which Aerleon reads too, for any platform that they
// know:
//
//	sites/campus/def/NETWORK.net
//	sites/campus/def/SERVICES.svc
//	sites/campus/pol/north_to_centre.pol
//
// Each policy includes a file in which the user names platforms. Names of tokens have letters,
// digits, hyphens and underscores (Capirca's lib/naming.py); strings end at the next quote.
package capirca

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

// Capabilities are what policies can express; a platform may express less.
var Capabilities = policy.Capabilities{
	Title:       "Capirca",
	Ranges:      "yes",
	Dynamic:     "their range if it is known, else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "those that it has names for; messages of ICMP without codes; else PS4503",
	SCTP:        "yes",
	SourcePorts: "yes",
	Multicast:   "yes, where it is routed",
	Broadcast:   "no: routers do not pass it on (PS4503)",
	Direction:   "between zones, from the side that opens",
	Program:     "no",
	LastDay:     "yes, until 2035: Capirca leaves out what has expired when it runs",
	Limits:      "those of the platform, which Capirca checks",
}

// protocols are those that Capirca has names for, besides those with ports and ICMP.
var protocols = map[string]bool{"igmp": true, "ipip": true, "egp": true, "igp": true, "ipv6": true, "rsvp": true, "gre": true, "esp": true, "ah": true, "ospf": true, "pim": true, "vrrp": true, "l2tp": true}

// messages are what Capirca calls the messages of ICMP and ICMPv6, by type.
var messages = map[string]map[int]string{
	"icmp":   {0: "echo-reply", 3: "unreachable", 5: "redirect", 8: "echo-request", 9: "router-advertisement", 10: "router-solicitation", 11: "time-exceeded", 12: "parameter-problem", 13: "timestamp-request", 14: "timestamp-reply"},
	"icmpv6": {1: "destination-unreachable", 2: "packet-too-big", 3: "time-exceeded", 4: "parameter-problem", 128: "echo-request", 129: "echo-reply", 133: "router-solicit", 134: "router-advertisement", 135: "neighbor-solicit", 136: "neighbor-advertisement"},
}

// device is what policies can express.
var device = between.Device{
	Target: "capirca", Takes: func(s between.Service) bool {
		if named := messages[s.Transport]; named != nil {
			return s.ICMP == nil || s.ICMP.Code == nil && named[s.ICMP.Type] != ""
		}
		return model.HasPorts(s.Transport) || protocols[s.Transport]
	},
	Title: "Capirca and Aerleon", Verified: "Read by Capirca 2.0.6. Its output was not verified on the platforms.", Sign: "#",
	Usage: []string{
		"Write the platforms of a policy into the file that it includes, for example",
		"platforms/north_to_centre.inc with the line",
		"  target:: juniper north_to_centre inet",
		"and run, in the folder of the site,",
		"  aclgen --base_directory . --definitions_directory def --output_directory FOLDER",
		"Addresses are the machines' own. For a platform that decides before destinations",
		"are translated, replace them by those to which sources connect.",
	},
}

// maxComment keeps comments within what platforms accept.
const maxComment = 200

// GenerateSite returns the definitions of a site and a policy for each pair of its zones.
// Findings tell why there are none, and what no rule can express.
func GenerateSite(d *model.Deployment, o policy.Settings) ([]gen.File, diag.List) {
	p, found := device.Prepare(d, o)
	if p == nil {
		return nil, found
	}
	head := device.Head(p)
	w := &writer{}
	var files []gen.File
	dir := "sites/" + d.Site.ID + "/"
	for _, from := range p.Site.Zones {
		for _, to := range p.Site.Zones {
			if terms := w.terms(p, from.ID, to.ID); terms != "" {
				name := between.Plain(from.ID) + "_to_" + between.Plain(to.ID)
				text := fmt.Sprintf("%s\nheader {\n  comment:: \"portspec: from zone %s to zone %s\"\n#include 'platforms/%s.inc'\n}\n\n%sterm default-deny {\n  action:: deny\n  logging:: true\n}\n", head, between.Plain(from.ID), between.Plain(to.ID), name, terms)
				files = append(files, gen.File{Path: dir + "pol/" + name + ".pol", Data: []byte(text)})
			}
		}
	}
	return append([]gen.File{
		{Path: dir + "def/NETWORK.net", Data: []byte(head + "\n" + strings.Join(w.networks.All, ""))},
		{Path: dir + "def/SERVICES.svc", Data: []byte(head + "\n" + strings.Join(w.services.All, ""))},
	}, files...), found
}

// A writer has the definitions that terms refer to.
type writer struct{ networks, services gen.Distinct }

// terms returns the terms of a pair of zones:
//
//	term portspec-r-0c1f9ad2b3e4-tcp {
//	  comment:: "igel-ums/console"
//	  source-address:: PORTSPEC_N_071E88FE3043
//	  destination-address:: PORTSPEC_N_8EA9010637BB
//	  protocol:: tcp
//	  destination-port:: PORTSPEC_TCP_8443
//	  logging:: true
//	  action:: accept
//	}
func (w *writer) terms(p *between.Policy, from, to string) string {
	var b strings.Builder
	for _, r := range p.Rules {
		if r.From != from || r.To != to {
			continue
		}
		source, destination := w.token(r.Sources), w.token(r.Destinations)
		for _, part := range w.parts(r.Services) {
			fmt.Fprintf(&b, "term %s-%s {\n  comment:: \"%s\"\n  source-address:: %s\n  destination-address:: %s\n%s%s  logging:: true\n  action:: accept\n}\n\n",
				r.Name(), part.name, r.About(maxComment), source, destination, part.text(), expiration(r))
		}
	}
	return b.String()
}

// expiration returns the first day on which Capirca leaves a term out, which is the day
// after the last (juniper.py and others: term.expiration <= current_date).
func expiration(r *between.Rule) string {
	day, _, ok := r.LastDay()
	if !ok {
		return ""
	}
	return "  expiration:: " + day.AddDate(0, 0, 1).Format("2006-01-02") + "\n"
}

// A part is services that one term can have: of one transport, with the same source ports.
type part struct {
	name, transport string
	source          string // token; "" for all
	ports, types    []string
}

func (w *writer) parts(list []between.Service) []*part {
	var all []*part
	by := make(map[string]*part)
	for _, s := range list {
		key := between.Service{Transport: s.Transport, SourcePorts: s.SourcePorts}
		x := by[key.String()]
		if x == nil {
			x = &part{name: strings.ReplaceAll(key.String(), " ", "-"), transport: s.Transport}
			if s.SourcePorts != (model.PortRange{}) {
				x.source = w.service(s.Transport, s.SourcePorts)
			}
			by[key.String()] = x
			all = append(all, x)
		}
		if s.Ports != (model.PortRange{}) {
			x.ports = append(x.ports, w.service(s.Transport, s.Ports))
		}
		if s.ICMP != nil {
			x.types = append(x.types, messages[s.Transport][s.ICMP.Type])
		}
	}
	for _, x := range all { // no type means all messages
		for _, s := range list {
			if s.Transport == x.transport && s.ICMP == nil {
				x.types = nil
			}
		}
	}
	return all
}

func (x *part) text() string {
	text := "  protocol:: " + x.transport + "\n"
	for _, line := range []struct {
		field  string
		values []string
	}{{"source-port", strings.Fields(x.source)}, {"destination-port", x.ports}, {"icmp-type", x.types}} {
		if len(line.values) > 0 {
			text += "  " + line.field + ":: " + strings.Join(line.values, " ") + "\n"
		}
	}
	return text
}

// service defines a port or a range, and returns its token.
func (w *writer) service(transport string, r model.PortRange) string {
	token := "PORTSPEC_" + strings.ToUpper(transport) + "_" + r.String()
	w.services.Add(fmt.Sprintf("%s = %s/%s\n", token, r, transport))
	return token
}

// token defines a group of networks, and returns its token.
func (w *writer) token(list []netip.Prefix) string {
	members := make([]string, len(list))
	for i, p := range list {
		members[i] = p.String()
	}
	token := strings.ToUpper(strings.ReplaceAll(between.Name("n", members...), "-", "_"))
	w.networks.Add(token + " = " + strings.Join(members, "\n"+strings.Repeat(" ", len(token)+3)) + "\n")
	return token
}
