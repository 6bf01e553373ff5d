package diag

import (
	"strconv"
	"strings"
)

const (
	UnknownHost   Code = "PS2240"
	ExpiredPermit Code = "PS2241"
	SamePods      Code = "PS2242"
	NoFirewall    Code = "PS4501"
	LockedOut     Code = "PS4502"
	NotInRules    Code = "PS4503"
	TooManyRules  Code = "PS4504"
	NoSuchHosts   Code = "PS4505"
)

// firewallCodes are about what a site says about the firewalls of its hosts, and the targets
// that write rules for them.
var firewallCodes = []Explanation{
	{
		Code: UnknownHost, Severity: Error,
		Title:   "Every host that the firewall section names is a host of the site.",
		Why:     "A host with a misspelt id would lock its administrators out, or get no rules.",
		Fix:     "Correct the id, or add the host.",
		Files:   firewallExample("{from: [10.9.0.0/24], ports: [22], hosts: [sever1]}", ""),
		Command: "resolve --site acme.yaml",
	},
	{
		Code: ExpiredPermit, Severity: Warning,
		Title:   "No permit is past its last day.",
		Why:     "A port that was needed until a certain day would otherwise stay open for ever.",
		Fix:     "Ask its owner. Set a later day, or remove what needs the flow.",
		Files:   firewallExample("{from: [10.9.0.0/24], ports: [22]}", "  permits: {tool/report: {owner: Ops, until: \"2020-01-31\"}}\n"),
		Command: "resolve --site acme.yaml",
	},
	{
		Code: SamePods, Severity: Error,
		Title: "No pod belongs to two hosts.",
		Why:   "Network policies add up: a pod that two of them select may do whatever either permits.",
		Fix:   "Select the pods of each host by different labels.",
		Files: firewallExample("{from: [10.9.0.0/24], ports: [22]}", `  kubernetes:
    pods:
      server1: {namespace: tool, labels: {app: tool}}
      agent1: {namespace: tool, labels: {app: tool, tier: agent}}
`),
		Command: "resolve --site acme.yaml",
	},
	{
		Code: NoFirewall, Severity: Error,
		Title: "A site specifies how its hosts are administered if rules are written for them.",
		Why:   "A ruleset drops everything that it does not permit. Without management access, it would lock the administrators out.",
		Fix:   "Add firewall: with management and outbound to the site.",
		Files: `-- acme.yaml --
site: acme
hosts:
  server1: {os: linux, addresses: [10.1.0.5], runs: [tool/server]}
`,
		Command: "generate nftables --site acme.yaml",
	},
	{
		Code: LockedOut, Severity: Error,
		Title:   "Every host that gets rules can be administered.",
		Why:     "Otherwise its rules would lock its administrators out as soon as they are loaded.",
		Fix:     "Add an entry with from under firewall: management: that applies to the host and has addresses of its family, IPv4 or IPv6.",
		Files:   firewallExample("{from: [10.9.0.0/24], ports: [3389], os: [windows]}", ""),
		Command: "generate nftables --site acme.yaml",
	},
	{
		Code: NotInRules, Severity: Error,
		Title: "The rules of a host express everything that the site permits.",
		Why:   "A ruleset that silently leaves something out breaks the product, so nothing is written until somebody decides what to do.",
		Fix:   "Add the address of the other end or the port in use to the site. With --allow-partial the finding is a warning, and each file lists what it lacks.",
		Files: `-- acme.yaml --
site: acme
services:
  tool/directory: {names: [ad.example.com]}
hosts:
  server1: {os: linux, addresses: [10.1.0.5], runs: [tool/server]}
firewall: {outbound: listed, management: {admins: {from: [10.9.0.0/24], ports: [22]}}}
`,
		Command: "generate nftables --site acme.yaml",
	},
	{
		Code: TooManyRules, Severity: Error,
		Title: "Rules stay within the limits of their firewall.",
		Why:   "A firewall refuses rules beyond its limits when they are applied, sometimes after it has accepted some of them, and the host is left with half of its rules.",
		Fix:   "Merge addresses into networks, split the host, or filter on the host itself.",
		Files: `-- acme.yaml --
site: acme
services:
  tool/directory: {addresses: [10.1.0.9]}
hosts:
  server1: {os: linux, addresses: [10.1.0.5], runs: [tool/server]}
firewall:
  outbound: free
  management: {admins: {from: [10.9.0.0/24], ports: [` + manyPorts() + `]}}
  aws: {hosts: [server1]}
`,
		Command: "generate aws --site acme.yaml",
	},
	{
		Code: NoSuchHosts, Severity: Warning,
		Title:   "A site has hosts for the targets that are named.",
		Why:     "Nothing is written for the target, although somebody asked for it.",
		Fix:     "Say in the site which hosts are pods or instances, or do not name the target for this site.",
		Files:   firewallExample("{from: [10.9.0.0/24], ports: [22]}", ""),
		Command: "generate kubernetes --site acme.yaml",
	},
}

// manyPorts lists more ports than the security groups of an instance can have rules.
func manyPorts() string {
	ports := make([]string, 301)
	for i := range ports {
		ports[i] = strconv.Itoa(2000 + 2*i)
	}
	return strings.Join(ports, ", ")
}

// firewallExample is a site with the given management and more settings of its firewalls.
func firewallExample(management, more string) string {
	return `-- acme.yaml --
site: acme
services:
  tool/directory: {addresses: [10.1.0.9]}
hosts:
  server1: {os: linux, addresses: [10.1.0.5], runs: [tool/server]}
  agent1: {os: linux, addresses: [10.1.0.6], runs: [tool/agent]}
firewall:
  outbound: free
  management: {admins: ` + management + `}
` + more
}
