// Package firewalld writes the configuration of each Linux host of a site for firewalld, as
// files below /etc/firewalld:
//
//	sites/ha/web1/zones/portspec.xml         what comes in
//	sites/ha/web1/policies/portspec-out.xml  what goes out, where that is listed
//	sites/ha/web1/services/*.xml             the ports of each flow, by its name
//	sites/ha/web1/ipsets/*.xml               addresses that rules share
//	firewall.sh                              apply (rolled back unless confirmed), confirm, rollback
//
// A rule of firewalld has one element: ports, a protocol or a message. Source ports are
// matched together with addresses, by an ipset. Tested with firewalld 1.3.
package firewalld

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/hostrules"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Capabilities are what firewalld can express.
var Capabilities = policy.Capabilities{
	Title:       "firewalld",
	Ranges:      "yes",
	Dynamic:     "their range if it is known, else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "yes, and the ICMP messages that firewalld has a name for, else PS4503",
	SCTP:        "yes",
	SourcePorts: "yes, by ipsets",
	Multicast:   "yes",
	Broadcast:   "inbound and answers; outbound only if it is free (PS4503)",
	Direction:   "yes",
	Program:     "no: rules apply to the host",
	Limits:      "rules have no comments: services are named after flows, in names that are cut after 100 bytes",
}

// A Config is what a host has in /etc/firewalld.
type Config struct {
	Host  *model.Deployed
	Files []gen.File // with paths below /etc/firewalld
	// Lacking lists the permits that no rule expresses.
	Lacking []*policy.Lack
}

// GenerateSite returns the configurations of a site's Linux hosts. Findings tell why there
// are none, and which permits firewalld cannot express: errors, or warnings with Partial.
func GenerateSite(d *model.Deployment, s policy.Settings) ([]gen.File, diag.List) {
	configs, found := Configs(d, d.Hosts, s)
	if len(configs) == 0 {
		return nil, found
	}
	files := []gen.File{hostrules.Script()}
	for _, c := range configs {
		for _, f := range c.Files {
			files = append(files, gen.File{Path: "sites/" + d.Site.ID + "/" + c.Host.ID + "/" + f.Path, Data: f.Data})
		}
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return files, found
}

// Configs returns the configurations of hosts of a site; only Linux hosts have one.
func Configs(d *model.Deployment, hosts []*model.Deployed, s policy.Settings) ([]*Config, diag.List) {
	policies, found := hostrules.Policies(d, hosts, "firewalld", s, leaveUnnamed)
	var all []*Config
	for _, p := range policies {
		c := newConfig(d.Site, p, s)
		all = append(all, &Config{p.Host, c.made(), p.Lacking})
	}
	return all, found
}

// Unnamed reports whether firewalld has no name for one of the messages.
func Unnamed(transport string, icmp []model.ICMP) bool {
	return slices.ContainsFunc(icmp, func(m model.ICMP) bool { return messageName(transport, m) == "" })
}

// leaveUnnamed moves rules for messages that firewalld has no name for to the policy's
// Lacking.
func leaveUnnamed(p *policy.Policy) {
	named := func(rules []*policy.Rule, out bool) []*policy.Rule {
		return slices.DeleteFunc(rules, func(r *policy.Rule) bool {
			if !Unnamed(r.Transport, r.ICMP) {
				return false
			}
			p.Lacking = append(p.Lacking, &policy.Lack{Permit: r.Permit, Out: out, What: policy.Message})
			return true
		})
	}
	p.In, p.Out = named(p.In, false), named(p.Out, true)
}
