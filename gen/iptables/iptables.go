// Package iptables writes the rules of each Linux host of a site for iptables-restore and
// ip6tables-restore:
//
//	sites/ha/web1.rules.v4   two chains, PORTSPEC-IN and PORTSPEC-OUT, for IPv4
//	sites/ha/web1.rules.v6   the same for IPv6
//	sites/ha/web1.flows.yml  the flows behind each rule
//	firewall.sh              apply (rolled back unless confirmed), confirm, rollback
//
// The chains of others stay as they are. iptables goes through rules one by one, so the
// cost of a packet grows with the number of permits.
package iptables

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/hostrules"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Capabilities are what iptables can express.
var Capabilities = policy.Capabilities{
	Title:       "iptables",
	Ranges:      "yes, up to 15 ports in a rule, a range counted as two",
	Dynamic:     "their range if it is known, else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "yes",
	SCTP:        "yes",
	SourcePorts: "yes",
	Multicast:   "yes",
	Broadcast:   "inbound and answers; outbound only if it is free (PS4503)",
	Direction:   "yes",
	Program:     "no: rules apply to the host",
	Limits:      "comments are cut after 255 bytes; a packet is compared with one rule after the other",
}

// A Ruleset is what a host loads.
type Ruleset struct {
	Host   *model.Deployed
	V4, V6 []byte // what iptables-restore and ip6tables-restore read, with --noflush
	flows  []byte
	// Lacking lists the permits that no rule expresses.
	Lacking []*policy.Lack
}

// GenerateSite returns the rules of a site's Linux hosts. Findings tell why there are none,
// and which permits iptables cannot express: errors, or warnings with Partial.
func GenerateSite(d *model.Deployment, s policy.Settings) ([]gen.File, diag.List) {
	rulesets, found := Rulesets(d, d.Hosts, s)
	if len(rulesets) == 0 {
		return nil, found
	}
	files := []gen.File{hostrules.Script()}
	for _, r := range rulesets {
		base := "sites/" + d.Site.ID + "/" + r.Host.ID
		files = append(files, gen.File{Path: base + ".rules.v4", Data: r.V4}, gen.File{Path: base + ".rules.v6", Data: r.V6}, gen.File{Path: base + ".flows.yml", Data: r.flows})
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return files, found
}

// Rulesets returns the rulesets of hosts of a site; only Linux hosts have one.
func Rulesets(d *model.Deployment, hosts []*model.Deployed, s policy.Settings) ([]*Ruleset, diag.List) {
	policies, found := hostrules.Policies(d, hosts, "iptables", s, nil)
	lists := hostrules.NewLists(d.Site)
	var all []*Ruleset
	for _, p := range policies {
		v4, v6 := newTable(d.Site, p, s, true), newTable(d.Site, p, s, false)
		flows := lists.Of("The flows behind each rule of "+p.Host.ID+".rules.v4 and .v6.", slices.Concat(v4.sections(), v6.sections()))
		all = append(all, &Ruleset{p.Host, v4.text(), v6.text(), flows, p.Lacking})
	}
	return all, found
}
