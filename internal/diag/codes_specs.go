package diag

const (
	Constraint       Code = "PS2001"
	Conflict         Code = "PS2002"
	UnknownField     Code = "PS2003"
	MissingField     Code = "PS2004"
	UndefinedName    Code = "PS2005"
	NotEvaluated     Code = "PS2006"
	UnknownComponent Code = "PS2101"
	UnknownListener  Code = "PS2102"
	UnknownFeature   Code = "PS2103"
	UnknownValue     Code = "PS2105"
	UnknownRow       Code = "PS2106"
	NotOffered       Code = "PS2107"
	UnknownFlow      Code = "PS2108"
	OutsideRule      Code = "PS2109"
	PortStatements   Code = "PS2110"
	Contradiction    Code = "PS2111"
	NotSchema        Code = "PS2112"
	StandsForItself  Code = "PS2113"
	SameTable        Code = "PS2114"
	OtherSystem      Code = "PS2115"
	NoBase           Code = "PS2116"
	Meaningless      Code = "PS2117"
	Unreachable      Code = "PS2118"
	UnusableAddress  Code = "PS2119"
)

// cueCodes are about the content of specs.
var cueCodes = []Explanation{
	{
		Code: Constraint, Severity: Error,
		Title: "The schema allows every value.",
		Why:   "A port of 70000 or a transport \"tpc\" would end up in a firewall rule that does not load or, worse, in one that does.",
		Fix:   "The hint lists what the field accepts.",
		Wrong: `port: 70000`,
		Right: `port: 7443`,
	},
	{
		Code: Conflict, Severity: Error,
		Title: "All values given for a field agree.",
		Why:   "A product that expects LDAP on port 390 contradicts every other product that talks to the same directory; one of the two rules would be wrong.",
		Fix:   "The finding shows both lines. Fix the one that is wrong; if both are right, they are about two different things, which need two listeners or two services.",
		Wrong: `listeners: ldap: port: 390`,
		Right: `listeners: ldap: port: 389`,
	},
	{
		Code: UnknownField, Severity: Error,
		Title: "The schema defines every field.",
		Why:   "A misspelt field would otherwise be ignored, and its value lost.",
		Fix:   "The hint names the field that was probably meant. The definitions in schema/ list and explain all fields.",
		Wrong: `purpos: "Agents report"`,
		Right: `purpose: "Agents report"`,
	},
	{
		Code: MissingField, Severity: Error,
		Title: "Required fields are present.",
		Why:   "Whoever has to open the port cannot review a flow without a purpose or a citation.",
		Fix:   "Add the field. The definitions in schema/ mark required fields with an exclamation mark.",
		Wrong: `report: {from: ["agent"], to: server: ["api"], cite: ["tool/ports/1"]}`,
		Right: `report: {from: ["agent"], to: server: ["api"], cite: ["tool/ports/1"], purpose: "Agents report"}`,
	},
	{
		Code: UndefinedName, Severity: Error,
		Title: "Every CUE name that is used is defined.",
		Why:   "A reference to an undefined name has no value.",
		Fix:   "Define the name, or correct it. Ids with hyphens need quotes: services.services[\"active-directory\"].",
		Wrong: `service: services.services["active-directry"]`,
		Right: `service: services.services["active-directory"]`,
	},
	{
		Code: NotEvaluated, Severity: Error,
		Title: "CUE can evaluate the spec.",
		Why:   "A spec that does not evaluate has no value, so nothing can be generated from it.",
		Fix:   "The message is CUE's own. Specs rarely need more of CUE than fields, lists and references.",
		Files: `-- quiet.cue --
package tool

_what: string
product: features: quiet: {name: "Quiet", description: "Less of " + _what}
`,
	},
	{
		Code: UnknownComponent, Severity: Error,
		Title: "Every component that is named is defined.",
		Why:   "A flow from or to a component that does not exist cannot become a rule.",
		Fix:   "Correct the name, or add the component under components.",
		Wrong: `from: ["agnet"]`,
		Right: `from: ["agent"]`,
	},
	{
		Code: UnknownListener, Severity: Error,
		Title: "Every listener that is named is defined by its component.",
		Why:   "A flow to a listener that does not exist has no port.",
		Fix:   "Correct the name, or add the listener to the component. The listeners of shared services are defined in specs/services.",
		Wrong: `to: server: ["apis"]`,
		Right: `to: server: ["api"]`,
	},
	{
		Code: UnknownFeature, Severity: Error,
		Title: "Every feature that a condition names is defined.",
		Why:   "A condition on a feature that nobody can choose never holds, so the flow would be missing without notice.",
		Fix:   "Correct the name, or add the feature under features.",
		Wrong: `when: fsat: ["on"]`,
		Right: `when: fast: ["on"]`,
	},
	{
		Code: UnknownValue, Severity: Error,
		Title: "Every value that a condition or a default names is a value of its feature.",
		Why:   "As with an undefined feature, the condition would never hold.",
		Fix:   "A switch has the values on and off; a choice has those listed under choices.",
		Wrong: `when: fast: ["yes"]`,
		Right: `when: fast: ["on"]`,
	},
	{
		Code: UnknownRow, Severity: Error,
		Title: "Every row that is cited is listed in a source of the product.",
		Why:   "A citation of a row that does not exist proves nothing.",
		Fix:   "Correct the citation, or list the row in its table under sources, with the port cell as printed.",
		Wrong: `cite: ["tool/ports/7"]`,
		Right: `cite: ["tool/ports/1"]`,
	},
	{
		Code: NotOffered, Severity: Error,
		Title: "The listeners of a flow offer its transports.",
		Why:   "A rule for a transport on which nobody listens opens a port needlessly.",
		Fix:   "Remove the transport from the flow, or add it to the listener if the vendor documents it.",
		Wrong: `transports: ["sctp"], purpose: "Look up users"`,
		Right: `transports: ["tcp"], purpose: "Look up users"`,
	},
	{
		Code: UnknownFlow, Severity: Error,
		Title: "Every flow or rule that is named is defined.",
		Why:   "Errata and fallbacks are shown with the flows that they name; under a wrong name, nobody would see them.",
		Fix:   "Correct the name.",
		Wrong: `flows: ["reprot"]`,
		Right: `flows: ["report"]`,
	},
	{
		Code: OutsideRule, Severity: Error,
		Title: "A rule moves, closes and shares only ports of its own components.",
		Why:   "A rule applies to hosts that run all components listed under together; any other component may or may not be on such a host.",
		Fix:   "Add the component to together, or remove it from move, close or share.",
		Wrong: `move: directory: ldap: 3890`,
		Right: `move: server: api: 7444`,
	},
	{
		Code: PortStatements, Severity: Error,
		Title: "A listener specifies its port, in exactly one way.",
		Why:   "Two statements may contradict each other; without any, whoever writes the rule has to guess.",
		Fix:   "Use one of port, ports with ranges, one_of, offset, dynamic, count or unknown: port. Protocols other than tcp, udp and sctp have no ports.",
		Wrong: `port: 7443, ports: [7444]`,
		Right: `ports: [7443, 7444]`,
	},
	{
		Code: Contradiction, Severity: Error,
		Title: "Products agree on the services that they share.",
		Why:   "Two products that expect one service on different ports cannot both be right, and a rule made for either breaks the other.",
		Fix:   "The finding shows both lines. Fix the one that is wrong, or define two services if there really are two.",
		Files: `-- other/other.cue --
package other

import (
	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs/services"
)

product: schema.#Product & {
	id: "other", name: "Other", vendor: "Example", version: "1", description: "Another tool."
	sources: {}
	components: directory: {name: "Directory", service: services.services["active-directory"]}
	components: directory: listeners: ldap: off_until: "Somebody asks for it"
}
-- third/third.cue --
package third

import (
	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs/services"
)

product: schema.#Product & {
	id: "third", name: "Third", vendor: "Example", version: "1", description: "A third tool."
	sources: {}
	components: directory: {name: "Directory", service: services.services["active-directory"]}
	components: directory: listeners: ldap: off_until: "It is installed"
}
`,
	},
	{
		Code: NotSchema, Severity: Error,
		Title: "A product uses the definition of the schema.",
		Why:   "A struct that does not use the schema is not checked at all.",
		Fix:   "Write product: schema.#Product & {…} and import github.com/portspec/portspec/schema.",
		Files: `-- plain/plain.cue --
package plain

product: {id: "plain", name: "Plain"}
`,
	},
	{
		Code: StandsForItself, Severity: Error,
		Title: "Nothing refers to itself.",
		Why:   "A flow that is its own fallback is never used, and a port that is an offset from itself has no number.",
		Fix:   "Name the flow that is tried first, or the listener to count from, or remove the field.",
		Wrong: `instead_of: ["login"], purpose: "Look up users"`,
		Right: `purpose: "Look up users"`,
	},
	{
		Code: SameTable, Severity: Error,
		Title: "Table ids are unique within a product, across all of its sources.",
		Why:   "A citation is product/table/row, without the source; with a duplicate table id, it would be ambiguous.",
		Fix:   "Give one of the tables another id, and change the citations of its rows.",
		Wrong: `rows: {"1": "TCP 7443", "2": "389"}}}, sources: more: {title: "More", tables: ports: {title: "Ports", rows: {"1": "TCP 7443"}}}`,
		Right: `rows: {"1": "TCP 7443", "2": "389"}}}`,
	},
	{
		Code: OtherSystem, Severity: Error,
		Title: "Operating system releases are given only for systems listed under os.",
		Why:   "If os excludes a system whose releases are given, one of the two fields is wrong.",
		Fix:   "Add the system to os, or remove its releases.",
		Wrong: `os: ["linux"], os_versions: windows: before: "10.0.17763", scope: "same-host", when: fast: ["on"]`,
		Right: `scope: "same-host", when: fast: ["on"]`,
	},
	{
		Code: NoBase, Severity: Error,
		Title: "An offset counts from a listener with a single port.",
		Why:   "With a list, a range or a dynamic port, it is not clear which number to count from.",
		Fix:   "Name a listener with a single port, or give setting and base instead of of.",
		Wrong: `api: {purpose: "Measurements", transports: ["tcp"], offset: {of: "bulk", plus: 1}}`,
		Right: `api: {purpose: "Measurements", transports: ["tcp"], port: 7443}`,
	},
	{
		Code: Meaningless, Severity: Error,
		Title: "Fields that are used together make sense together.",
		Why:   "TCP cannot be broadcast, ICMP has no source port, and a duplicate in a list is often a typing error.",
		Fix:   "Remove one of the two, or fix the one that is wrong.",
		Wrong: `report: {from: ["agent"], to: server: ["api"], delivery: "broadcast"`,
		Right: `report: {from: ["agent"], to: server: ["api"]`,
	},
	{
		Code: Unreachable, Severity: Error,
		Title: "A flow over the network talks to listeners that other hosts can reach.",
		Why:   "A listener that is bound to loopback accepts connections only from its own host: no firewall rule makes the flow work.",
		Fix:   "If the flow stays on one host, add scope: \"same-host\". If the listener is open to the network, remove bind: \"loopback\".",
		Wrong: `to: server: ["bulk"], when: fast: ["on"]`,
		Right: `to: server: ["bulk"], scope: "same-host", when: fast: ["on"]`,
	},
	{
		Code: UnusableAddress, Severity: Error,
		Title: "A host can have every address that is given, and networks are written with their first address.",
		Why:   "A firewall rule for 10.1.0.11/16 opens all of 10.1.0.0/16, and 0.0.0.0 and 127.0.0.1 are never the address of another host.",
		Fix:   "The finding suggests what was probably meant: the address, or the network that contains it.",
		Wrong: "active-directory: {addresses: [10.1.0.5], networks: [10.1.0.5/16]}",
		Right: "active-directory: {addresses: [10.1.0.5]}",
	},
}
