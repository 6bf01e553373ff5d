// Package kubernetes writes a network policy for each host of a site that is pods of a
// Kubernetes cluster:
//
//	sites/ha/web1.yml
//
// A policy permits what flows and management need, and isolates its pods from everything else.
// It selects peers that are pods too by their labels, and others by their addresses.
package kubernetes

import (
	"fmt"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Capabilities are what network policies can express, according to the documentation of
// Kubernetes ("Network Policies").
var Capabilities = policy.Capabilities{
	Title:       "Kubernetes",
	Ranges:      "yes",
	Dynamic:     "their range if it is known, else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "no (PS4503)",
	SCTP:        "yes",
	SourcePorts: "no (PS4503)",
	Multicast:   "no (PS4503)",
	Broadcast:   "no (PS4503)",
	Direction:   "yes",
	Program:     "no: a policy applies to its pods",
	Limits:      "1.5 MB for a policy (PS4504)",
}

// maxPolicy is the greatest size of an object, in bytes: etcd's default limit for a request
// (etcd documentation, "System limits": 1.5 MiB), less half a MiB for what the server adds.
const maxPolicy = 1 << 20

// For reports whether a host is pods. The site must have settings of firewalls.
func For(site *model.Site, h *model.Host) bool { return site.Firewall.PodsOf(h.ID) != nil }

// GenerateSite returns the policies of a site's pods. Findings tell why there are none,
// which policies are too large, and which permits a policy cannot express: errors, or
// warnings with Partial.
func GenerateSite(d *model.Deployment, s policy.Settings) ([]gen.File, diag.List) {
	hosts, missing := policy.Hosts(d, func(h *model.Deployed) bool { return For(d.Site, h.Host) })
	if missing.HasErrors() {
		return nil, missing
	}
	if len(hosts) == 0 {
		return nil, diag.List{policy.NoHosts(d.Site, "kubernetes", `kubernetes: pods: HOST: {namespace: "…", labels: {app: "…"}}`)}
	}
	s.Named = func(e *model.End) bool { return podsOf(d.Site, e) != nil }
	var objects []*object
	policies, found := policy.ForHosts(d, hosts, "kubernetes", s, func(p *policy.Policy) { objects = append(objects, newObject(d.Site, p)) })
	var files []gen.File
	for i, p := range policies {
		head := append([]string{fmt.Sprintf("Network policy of %s in site %s.", p.Host.ID, d.Site.ID)}, policy.LackLines(p.Lacking)...)
		text := gen.YAML(head, objects[i].node())
		if len(text) > maxPolicy {
			found = append(found, policy.TooMany(d.Site, p.Host, "kubernetes", fmt.Sprintf("its policy has %d KiB; clusters allow about %d", len(text)>>10, maxPolicy>>10)))
		}
		files = append(files, gen.File{Path: "sites/" + d.Site.ID + "/" + p.Host.ID + ".yml", Data: text})
	}
	return files, found
}

// podsOf returns what selects the pods of an end, or nil.
func podsOf(site *model.Site, e *model.End) *model.Pods {
	if e.Host == nil {
		return nil
	}
	return site.Firewall.PodsOf(e.Host.ID)
}
