// Package kubernetes writes a network policy for each host of a site that is pods of a
// Kubernetes cluster:
//
//	sites/ha/web1.yml
//
// A policy permits what flows and management need, and its pods are isolated by it. Peers
// that are pods too are selected by their labels, others are addresses.
package kubernetes

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Capabilities are what network policies can express, as the documentation of Kubernetes
// has them ("Network Policies").
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

// maxPolicy is how large an object may be, in bytes: what etcd takes for a request unless
// it is told otherwise (etcd documentation, "System limits": 1.5 MiB), less a half for what
// the server adds.
const maxPolicy = 1 << 20

// For reports whether a host of a site that says how firewalls are set is pods.
func For(site *model.Site, h *model.Host) bool { return site.Firewall.PodsOf(h.ID) != nil }

// GenerateSite returns the policies of a site's pods. Findings are why there are none,
// policies that are too large, and the permits that a policy cannot express: errors, or
// with Partial warnings.
func GenerateSite(d *model.Deployment, s policy.Settings) ([]gen.File, diag.List) {
	hosts, found := policy.Hosts(d, func(h *model.Deployed) bool { return For(d.Site, h.Host) })
	if found.HasErrors() {
		return nil, found
	}
	if len(hosts) == 0 {
		return nil, diag.List{policy.NoHosts(d.Site, "kubernetes", `kubernetes: pods: HOST: {namespace: "…", labels: {app: "…"}}`)}
	}
	s.Named = func(e *model.End) bool { return podsOf(d.Site, e) != nil }
	remainder := policy.NewRemainder(d.Site, "kubernetes", s.Partial)
	var files []gen.File
	for _, h := range hosts {
		p := policy.Of(d.Site, h, s.Options)
		text := write(d.Site, newObject(d.Site, p), p)
		remainder.Add(p)
		if len(text) > maxPolicy {
			found = append(found, policy.TooMany(d.Site, h, "kubernetes", fmt.Sprintf("its policy has %d KiB; clusters take about %d", len(text)>>10, maxPolicy>>10)))
		}
		files = append(files, gen.File{Path: "sites/" + d.Site.ID + "/" + h.ID + ".yml", Data: text})
	}
	return files, append(found, remainder.Findings()...)
}

// podsOf is what selects the pods of an end, or nil.
func podsOf(site *model.Site, e *model.End) *model.Pods {
	if e.Host == nil {
		return nil
	}
	return site.Firewall.PodsOf(e.Host.ID)
}

// write makes the file of a policy.
func write(site *model.Site, o *object, p *policy.Policy) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n# Network policy of %s in site %s.\n", gen.Header, gen.CommentLine(p.Host.ID), gen.CommentLine(site.ID))
	if len(p.Lacking) > 0 {
		b.WriteString("#\n# Not permitted, because no rule can express it:\n")
		for _, l := range p.LackTexts() {
			fmt.Fprintf(&b, "# - %s\n", gen.CommentLine(l))
		}
	}
	b.WriteString("---\n")
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(o.node()); err != nil {
		panic(err) // it is made of texts and numbers
	}
	return b.Bytes()
}
