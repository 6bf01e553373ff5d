package diag

const (
	LongPath       Code = "PS4001"
	NotInGo        Code = "PS4101"
	NotInAnsible   Code = "PS4301"
	NotInSiteRules Code = "PS4302"
	NotInDiagram   Code = "PS4401"
)

// targetCodes are about what a target cannot express.
var targetCodes = []Explanation{
	{
		Code: LongPath, Severity: Warning,
		Title:   "The path of every output is short enough for Windows.",
		Why:     "Most programs on Windows, git among them, cannot open a file whose whole path has more than 259 characters, so that nobody there can check the repository out.",
		Fix:     "Shorten the ids in the path, or write the outputs to a folder nearer to the top of the repository.",
		Command: "generate ansible --site acme.yaml",
		Files: `-- acme.yaml --
site: sites-of-the-branch-offices-that-collect-the-measurements-of-all-agents-in-the-country-for-reports
hosts:
  server-of-the-branch-office-in-the-north-that-passes-measurements-on-to-the-head-office-once-a-day: {os: linux, addresses: [10.1.0.5], runs: [tool/server]}
`,
	},
	{
		Code: NotInGo, Severity: Info,
		Title:   "Go can express a listener.",
		Why:     "A listener without a port number has no constant; it appears only in the tables.",
		Fix:     "Add the number if it is documented; otherwise there is nothing to do. An error means that the output would not compile: rename what the finding names.",
		Command: "generate go",
		Files: `-- calls.cue --
package tool

product: components: server: listeners: calls: {purpose: "Remote calls", transports: ["tcp"], dynamic: {}}
`,
	},
	{
		Code: NotInAnsible, Severity: Warning,
		Title:   "Ansible's firewall modules can express a flow.",
		Why:     "A flow gets no rule if its port is unknown, if the site has to choose the port, if it is broadcast, or if the firewall does not support its protocol.",
		Fix:     "Give a dynamic port a range, set the port that the site uses, or write the rule by hand.",
		Command: "generate ansible",
		Files: `-- calls.cue --
package tool

product: components: server: listeners: calls: {purpose: "Remote calls", transports: ["tcp"], dynamic: {}}
product: flows: calls: {from: ["agent"], to: server: ["calls"], purpose: "Remote calls", cite: ["tool/ports/1"]}
`,
	},
	{
		Code: NotInSiteRules, Severity: Warning,
		Title:   "Ansible's firewall rules can express what a site permits.",
		Why:     "A flow is listed under portspec_unruled instead of the rules if its port or the address of the other end is unknown, if the site has to choose the port, or if it is broadcast.",
		Fix:     "Add the address of the other end or the port in use to the site, or write the rule by hand.",
		Command: "generate ansible --site acme.yaml",
		Files: `-- acme.yaml --
site: acme
services:
  tool/directory: {names: [ad.example.com]}
hosts:
  server1: {os: linux, addresses: [10.1.0.5], runs: [tool/server]}
`,
	},
	{
		Code: NotInDiagram, Severity: Warning,
		Title:   "A diagram shows everything, and is small enough to read.",
		Why:     "Readers of the diagram do not see what it leaves out. A diagram that would be too large to read is not made.",
		Fix:     "See the product's page for what the finding names; its tables and matrix show everything. If conditions of a connection contradict each other, correct them.",
		Command: "generate mermaid",
		Files: `-- archive.cue --
package tool

product: components: archive: {
	name: "Archive of all reports that the agents of all sites have ever written, of all years since the first installation"
	kind: "external"
}
`,
	},
}
