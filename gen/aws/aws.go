// Package aws writes a CloudFormation template with the security groups of each host of a
// site that is an instance in Amazon's cloud:
//
//	sites/ha/web1.yml
//
// Each rule is a resource of its own, whose name follows from its contents. So an update of
// the stack adds new rules before it removes old ones, and leaves the others alone.
package aws

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Capabilities are what security groups can express (Amazon VPC User Guide, "Security
// groups", and Amazon VPC quotas).
var Capabilities = policy.Capabilities{
	Title:       "AWS",
	Ranges:      "yes",
	Dynamic:     "their range if it is known, else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "yes",
	SCTP:        "no (PS4503)",
	SourcePorts: "no (PS4503)",
	Multicast:   "no (PS4503)",
	Broadcast:   "no (PS4503)",
	Direction:   "yes",
	Program:     "no: groups apply to network interfaces",
	Limits:      "5 groups of 60 inbound and 60 outbound rules for each family, 500 resources and 1 MB for a template (PS4504); descriptions are cut after 255 characters",
}

// The default limits of an account (Amazon VPC quotas), and those of a template
// (CloudFormation quotas).
const (
	maxRules     = 60 // of a group, for each direction and family
	maxGroups    = 5  // of a network interface
	maxResources = 500
	maxTemplate  = 1 << 20 // bytes, from a bucket
)

// For reports whether a host is an instance. The site must have settings of firewalls.
func For(site *model.Site, h *model.Host) bool { return slices.Contains(site.Firewall.AWS, h.ID) }

// GenerateSite returns the templates of a site's instances. Findings tell why there are
// none, which rules exceed a limit, and which permits security groups cannot express:
// errors, or warnings with Partial.
func GenerateSite(d *model.Deployment, s policy.Settings) ([]gen.File, diag.List) {
	hosts, missing := policy.Hosts(d, func(h *model.Deployed) bool { return For(d.Site, h.Host) })
	if missing.HasErrors() {
		return nil, missing
	}
	if len(hosts) == 0 {
		return nil, diag.List{policy.NoHosts(d.Site, "aws", "aws: hosts: [HOST]")}
	}
	var groups [][]*group
	policies, found := policy.ForHosts(d, hosts, "aws", s, func(p *policy.Policy) { groups = append(groups, newGroups(d.Site, p)) })
	var files []gen.File
	for i, p := range policies {
		head := append([]string{fmt.Sprintf("Security groups of %s in site %s.", p.Host.ID, d.Site.ID)}, policy.LackLines(p.Lacking)...)
		text := gen.YAML(head, newTemplate(d.Site, p.Host, groups[i]))
		if limit := exceeded(groups[i], text); limit != "" {
			found = append(found, policy.TooMany(d.Site, p.Host, "aws", limit))
		}
		files = append(files, gen.File{Path: "sites/" + d.Site.ID + "/" + p.Host.ID + ".yml", Data: text})
	}
	return files, found
}

// exceeded returns the limit that groups or their template exceed; "" if none.
func exceeded(groups []*group, text []byte) string {
	resources := len(groups)
	for _, g := range groups {
		resources += len(g.rules)
	}
	switch {
	case len(groups) > maxGroups:
		return fmt.Sprintf("its rules need %d security groups of %d rules; an interface has at most %d", len(groups), maxRules, maxGroups)
	case resources > maxResources:
		return fmt.Sprintf("its template has %d resources; CloudFormation allows %d", resources, maxResources)
	case len(text) > maxTemplate:
		return fmt.Sprintf("its template has %d KiB; CloudFormation allows %d", len(text)>>10, maxTemplate>>10)
	}
	return ""
}
