package diag

const (
	UncitedRow           Code = "PS3001"
	LostNumber           Code = "PS3002"
	IdleListener         Code = "PS3003"
	IdleFeature          Code = "PS3004"
	IdleComponent        Code = "PS3005"
	ListenersOverlap     Code = "PS3006"
	ImpossibleFlow       Code = "PS3007"
	LookAlikes           Code = "PS3008"
	UnknownRange         Code = "PS3009"
	OldSource            Code = "PS3010"
	UnmatchedSuppression Code = "PS3011"
	ExpiredSuppression   Code = "PS3012"
	NotInGo              Code = "PS4101"
	NotInAnsible         Code = "PS4301"
	NotInSiteRules       Code = "PS4302"
	NotInDiagram         Code = "PS4401"
)

var checkCodes = []Explanation{
	{
		Code: UncitedRow, Severity: Warning,
		Title: "Every row of a source is cited by what encodes it.",
		Why:   "A row that nothing cites is a connection that the vendor documents and the outputs lack.",
		Fix:   "Encode the row as a flow and cite it there, or say in an erratum why it is not encoded.",
		Wrong: `rows: {"1": "TCP 7443", "2": "389", "3": "UDP 514"}`,
		Right: `rows: {"1": "TCP 7443", "2": "389"}`,
	},
	{
		Code: LostNumber, Severity: Warning,
		Title: "Every number printed in a row's port cell is a port of what cites the row.",
		Why:   "A cell that lists four ports is easily encoded with three.",
		Fix:   "Cite the row in the flow, listener or rule that has the port. Leave numbers that are not ports out of the cell.",
		Wrong: `rows: {"1": "TCP 7443, 7445", "2": "389"}`,
		Right: `rows: {"1": "TCP 7443", "2": "389"}`,
	},
	{
		Code: IdleListener, Severity: Warning,
		Title: "Every listener of a product's own component has a talker.",
		Why:   "A port that is open with nobody to talk to it is either a flow that was forgotten or a listener that does not exist.",
		Fix:   "Add the flow, with the component kind unknown where the vendor does not say who talks, or remove the listener.",
		Wrong: `agent: {name: "Agent", listeners: control: {purpose: "Remote control", transports: ["tcp"], port: 7446}}`,
		Right: `agent: {name: "Agent"}`,
	},
	{
		Code: IdleFeature, Severity: Warning,
		Title: "Every feature conditions something.",
		Why:   "Whoever turns a feature that conditions nothing expects a change that does not come.",
		Fix:   "Name it in a when, or remove it.",
		Wrong: `features: fast: {name: "Fast", description: "Quicker."}, features: idle: {name: "Idle", description: "Nothing."}`,
		Right: `features: fast: {name: "Fast", description: "Quicker."}`,
	},
	{
		Code: IdleComponent, Severity: Warning,
		Title: "Every component talks or listens.",
		Why:   "A component in no flow is usually one whose flows were given to another.",
		Fix:   "Add its flows, or remove it.",
		Wrong: `agent: {name: "Agent"}, helper: {name: "Helper"}`,
		Right: `agent: {name: "Agent"}`,
	},
	{
		Code: ListenersOverlap, Severity: Error,
		Title: "Listeners of one component that hold together do not overlap.",
		Why:   "Two sockets of one program on one port cannot both be opened.",
		Fix:   "Give one of them other ports, make them one listener, or condition them so that they never hold together.",
		Wrong: `api: {purpose: "Measurements", transports: ["tcp"], port: 7443}, more: {purpose: "More", transports: ["tcp"], ranges: [{from: 7440, to: 7450}]}`,
		Right: `api: {purpose: "Measurements", transports: ["tcp"], port: 7443}`,
	},
	{
		Code: ImpossibleFlow, Severity: Error,
		Title: "Every flow can hold for some choice of features.",
		Why:   "A flow whose condition excludes its listener's is in no output, whatever a site chooses.",
		Fix:   "Let the flow's when and those of its listener and component agree.",
		Wrong: `to: server: ["bulk"], scope: "same-host", when: fast: ["off"]`,
		Right: `to: server: ["bulk"], scope: "same-host", when: fast: ["on"]`,
	},
	{
		Code: LookAlikes, Severity: Warning,
		Title: "Ids differ in more than hyphens.",
		Why:   "ha-server and haserver become one name in Go, in YAML, or to a reader.",
		Fix:   "Rename one of them.",
		Wrong: `directory: {name: "Directory", service: services.services["active-directory"]}, "direc-tory": {name: "Other", kind: "external"}`,
		Right: `directory: {name: "Directory", service: services.services["active-directory"]}`,
	},
	{
		Code: UnknownRange, Severity: Info,
		Title: "A dynamic port has a range.",
		Why:   "Without one no firewall rule can be written for it.",
		Fix:   "Give the range under dynamic, for each operating system if they differ, if anybody documents one.",
		Wrong: `api: {purpose: "Measurements", transports: ["tcp"], dynamic: {}}`,
		Right: `api: {purpose: "Measurements", transports: ["tcp"], port: 7443}`,
	},
	{
		Code: OldSource, Severity: Warning,
		Title:   "A source is no older than --source-age allows.",
		Why:     "Vendors change their pages; a spec that rests on an old one may be wrong by now.",
		Fix:     "Read the vendor's current page, fix what changed, and set the source's date. Only checked where --source-age is given.",
		Command: "vet --source-age 5y",
		Files: `-- dated.cue --
package tool

product: sources: page: date: "2012-05-01"
`,
	},
	{
		Code: UnmatchedSuppression, Severity: Warning,
		Title: "A suppression has a finding to suppress.",
		Why:   "One that is left over hides the next finding at its place, which nobody has looked at.",
		Fix:   "Remove it, or correct its code or its at. portspec vet --no-suppress --format json lists what is found, with the data paths.",
		Wrong: `at: "components.plotter"`,
		Right: `at: "components.printer"`,
	},
	{
		Code: ExpiredSuppression, Severity: Warning,
		Title: "A suppression holds until its last day.",
		Why:   "Somebody promised to look again by then; what it suppressed is found again.",
		Fix:   "Fix what is found and remove the suppression, or look again and give it another day.",
		Wrong: `until: "2019-12-31"`,
		Right: `until: "2999-12-31"`,
	},
}

var targetCodes = []Explanation{
	{
		Code: NotInGo, Severity: Info,
		Title:   "Go can express it.",
		Why:     "A listener without a number has no constant; it is in the tables only.",
		Fix:     "Nothing, unless somebody documents the number. An error means that the output would not be Go: rename what the finding names.",
		Command: "generate go",
		Files: `-- calls.cue --
package tool

product: components: server: listeners: calls: {purpose: "Remote calls", transports: ["tcp"], dynamic: {}}
`,
	},
	{
		Code: NotInAnsible, Severity: Warning,
		Title:   "Ansible's firewall modules can express it.",
		Why:     "A flow gets no rule if nobody knows its port, if the site has to choose the port, if it is broadcast, or if the firewall does not have its protocol.",
		Fix:     "Give a dynamic port a range, set the port that the site uses, or write that rule by hand.",
		Command: "generate ansible",
		Files: `-- calls.cue --
package tool

product: components: server: listeners: calls: {purpose: "Remote calls", transports: ["tcp"], dynamic: {}}
product: flows: calls: {from: ["agent"], to: server: ["calls"], purpose: "Remote calls", cite: ["tool/ports/1"]}
`,
	},
	{
		Code: NotInSiteRules, Severity: Warning,
		Title:   "What a site permits can be a firewall rule of Ansible.",
		Why:     "A flow is in no list of rules, only under portspec_unruled, if nobody knows its port or the other end's address, if the site has to choose the port, or if it is broadcast.",
		Fix:     "Set in the site the address of the other end, or the port that is used there; or write that rule by hand.",
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
		Title:   "A diagram can show it.",
		Why:     "What a diagram leaves out, its reader does not know of.",
		Fix:     "Look at the page or the tables for what the finding names.",
		Command: "generate mermaid",
		Files: `-- archive.cue --
package tool

product: components: archive: {
	name: "Archive"
	kind: "external"
	at: names: ["a.example.com", "b.example.com", "c.example.com", "d.example.com"]
}
`,
	},
}
