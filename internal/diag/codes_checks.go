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
	WrongHost            Code = "PS3013"
	RangeElsewhere       Code = "PS3014"
)

// checkCodes are about what CUE cannot express, see internal/check.
var checkCodes = []Explanation{
	{
		Code: UncitedRow, Severity: Warning,
		Title: "Every row of a source is cited.",
		Why:   "A row that nothing cites is a connection that the vendor documents but the outputs lack.",
		Fix:   "Encode the row as a flow and cite it there, or explain in an erratum why it is not encoded.",
		Wrong: `rows: {"1": "TCP 7443", "2": "389", "3": "UDP 514"}`,
		Right: `rows: {"1": "TCP 7443", "2": "389"}`,
	},
	{
		Code: LostNumber, Severity: Warning,
		Title: "Every port number in a row appears in a flow, listener or rule that cites the row.",
		Why:   "It is easy to copy only three of the four ports that a cell lists.",
		Fix:   "Cite the row in the flow, listener or rule that has the port. Remove numbers that are not ports from the cell.",
		Wrong: `rows: {"1": "TCP 7443, 7445", "2": "389"}`,
		Right: `rows: {"1": "TCP 7443", "2": "389"}`,
	},
	{
		Code: IdleListener, Severity: Warning,
		Title: "Every listener of a product's own component is used by a flow.",
		Why:   "If nothing talks to an open port, either a flow was forgotten or the listener does not exist.",
		Fix:   "Add the flow, from a component of kind unknown if the vendor does not say who connects, or remove the listener.",
		Wrong: `agent: {name: "Agent", listeners: control: {purpose: "Remote control", transports: ["tcp"], port: 7446}}`,
		Right: `agent: {name: "Agent"}`,
	},
	{
		Code: IdleFeature, Severity: Warning,
		Title: "Every feature is used in a condition.",
		Why:   "People who switch a feature expect an effect; this one has none.",
		Fix:   "Use it in a when, or remove it.",
		Wrong: `features: fast: {name: "Fast", description: "Quicker."}, features: idle: {name: "Idle", description: "Nothing."}`,
		Right: `features: fast: {name: "Fast", description: "Quicker."}`,
	},
	{
		Code: IdleComponent, Severity: Warning,
		Title: "Every component is used in a flow.",
		Why:   "If a component is in no flow, its flows were usually assigned to another component.",
		Fix:   "Add its flows, or remove it.",
		Wrong: `agent: {name: "Agent"}, helper: {name: "Helper"}`,
		Right: `agent: {name: "Agent"}`,
	},
	{
		Code: ListenersOverlap, Severity: Error,
		Title: "Listeners of a component that are active at the same time do not overlap.",
		Why:   "A program cannot open two sockets on the same port.",
		Fix:   "Give one of them other ports, make them one listener, or add conditions so that they are never active at the same time.",
		Wrong: `api: {purpose: "Measurements", transports: ["tcp"], port: 7443}, more: {purpose: "More", transports: ["tcp"], ports: [7443, 7444]}`,
		Right: `api: {purpose: "Measurements", transports: ["tcp"], port: 7443}`,
	},
	{
		Code: ImpossibleFlow, Severity: Error,
		Title: "Every flow is active for some choice of features.",
		Why:   "A flow whose condition contradicts that of its listener is in no output, whatever a site chooses.",
		Fix:   "Make the when of the flow agree with those of its listener and component.",
		Wrong: `to: server: ["bulk"], scope: "same-host", when: fast: ["off"]`,
		Right: `to: server: ["bulk"], scope: "same-host", when: fast: ["on"]`,
	},
	{
		Code: LookAlikes, Severity: Warning,
		Title: "Ids differ by more than hyphens.",
		Why:   "ha-server and haserver become the same name in Go or YAML, and look alike to readers.",
		Fix:   "Rename one of them.",
		Wrong: `directory: {name: "Directory", service: services.services["active-directory"]}, "direc-tory": {name: "Other", kind: "external"}`,
		Right: `directory: {name: "Directory", service: services.services["active-directory"]}`,
	},
	{
		Code: UnknownRange, Severity: Info,
		Title: "A dynamic port has a range.",
		Why:   "Without a range, no firewall rule can be written for it.",
		Fix:   "If a range is documented, give it under dynamic, for each operating system if they differ.",
		Wrong: `api: {purpose: "Measurements", transports: ["tcp"], dynamic: {}}`,
		Right: `api: {purpose: "Measurements", transports: ["tcp"], port: 7443}`,
	},
	{
		Code: RangeElsewhere, Severity: Warning,
		Title: "A port that is listed by itself is not part of a range over another transport.",
		Why:   "A range may include a port that is also listed by itself. If their transports differ, one of the two is most likely wrong, and its rule permits what nobody needs.",
		Fix:   "Correct the transports. If both are as the vendor documents them, leave the port out of the range, or suppress the finding.",
		Files: `-- bulk.cue --
package tool

product: components: server: listeners: {
	pool: {purpose: "Bulk data", transports: ["udp"], ranges: [{from: 7440, to: 7450}]}
}
product: flows: pool: {from: ["agent"], to: server: ["pool"], purpose: "Bulk data", cite: ["tool/ports/1"]}
`,
	},
	{
		Code: OldSource, Severity: Warning,
		Title:   "No source is older than --source-age allows.",
		Why:     "Vendors change their pages; a spec that is based on an old one may be wrong by now.",
		Fix:     "Read the vendor's current page, fix what has changed, and set the source's date. This is checked only if --source-age is given.",
		Command: "vet --source-age 5y",
		Files: `-- dated.cue --
package tool

product: sources: page: date: "2012-05-01"
`,
	},
	{
		Code: WrongHost, Severity: Warning,
		Title: "Operating systems are given for the right end of a flow.",
		Why:   "talker_os of a flow is the operating system of its talkers, and os of a listener is that of its host. If they are swapped, the flow is never active.",
		Fix:   "Give the systems for the other end, or correct those of the component.",
		Files: `-- systems.cue --
package tool

product: components: server: {
	os: ["linux"]
	listeners: api: os: ["windows"]
}
`,
	},
	{
		Code: UnmatchedSuppression, Severity: Warning,
		Title: "Every suppression matches a finding.",
		Why:   "A suppression that matches nothing would hide the next finding at that place, unreviewed.",
		Fix:   "Remove it, or correct its code or its at. portspec vet --no-suppress --format json lists all findings with their data paths.",
		Wrong: `at: "components.plotter"`,
		Right: `at: "components.printer"`,
	},
	{
		Code: ExpiredSuppression, Severity: Warning,
		Title: "No suppression has expired.",
		Why:   "It was to be reviewed by the date under until; the findings that it suppressed are reported again.",
		Fix:   "Fix the findings and remove the suppression, or review it and set a new date.",
		Wrong: `until: "2019-12-31"`,
		Right: `until: "2999-12-31"`,
	},
}
