package diag

import "strings"

const (
	UnfitTranslation Code = "PS2250"
	TwoTranslations  Code = "PS2251"
	Hidden           Code = "PS2252"
	NoSight          Code = "PS2253"
)

// natCodes are about addresses that are translated between the zones of a site.
var natCodes = []Explanation{
	{
		Code: UnfitTranslation, Severity: Error,
		Title:   "Addresses are translated to the same number of addresses of the same family.",
		Why:     "If a network is seen as a smaller one, or as addresses of the other family, it is not clear by which address each machine is known.",
		Fix:     "Translate each network to one of the same size. If many machines share an address, add hides: true.",
		Files:   natExample("{addresses: [10.1.0.0/24], seen_as: [192.0.2.0/25], zones: [branch]}"),
		Command: "resolve --site acme.yaml",
	},
	{
		Code: TwoTranslations, Severity: Error,
		Title:   "In each zone, an address has one translation, and no translation is the address of something else.",
		Why:     "Rules would permit the wrong machine, or only one of two.",
		Fix:     "Remove one of the two, or translate to an address that nothing else has.",
		Files:   natExample("{addresses: [10.1.0.5], seen_as: [10.7.0.6], zones: [branch]}"),
		Command: "resolve --site acme.yaml",
	},
	{
		Code: Hidden, Severity: Warning,
		Title:   "Nobody opens connections to machines that are hidden from them.",
		Why:     "Machines that share an address cannot be reached by it.",
		Fix:     "Translate the machine to an address of its own as well. If others can reach its real address, suppress the warning.",
		Files:   natExample("{addresses: [10.1.0.0/24], seen_as: [192.0.2.7], zones: [branch], hides: true}"),
		Command: "resolve --site acme.yaml",
	},
	{
		Code: NoSight, Severity: Warning,
		Title:   "If a site translates addresses, every host is in a zone.",
		Why:     "The zone decides by which addresses the host knows others. Without a zone, its rules contain the real addresses.",
		Fix:     "Give the host a zone, or add its network to one.",
		Files:   strings.Replace(natExample("{addresses: [10.1.0.5], seen_as: [192.0.2.5], zones: [branch]}"), "networks: [10.7.0.0/24]", "networks: [10.8.0.0/24]", 1),
		Command: "resolve --site acme.yaml",
	},
}

// natExample has an agent in one zone, a server in another, and a translation.
func natExample(translation string) string {
	return `-- acme.yaml --
site: acme
services:
  tool/directory: {addresses: [10.1.0.9]}
zones:
  centre: {networks: [10.1.0.0/24]}
  branch: {networks: [10.7.0.0/24]}
nat:
  servers: ` + translation + `
hosts:
  server1: {os: linux, addresses: [10.1.0.5], runs: [tool/server]}
  agent1: {os: linux, addresses: [10.7.0.6], runs: [tool/agent]}
`
}
