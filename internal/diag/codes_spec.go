package diag

const (
	Syntax           Code = "PS1001"
	UnknownImport    Code = "PS1002"
	Unreadable       Code = "PS1003"
	SameID           Code = "PS1004"
	NotUTF8          Code = "PS1005"
	NotOnePackage    Code = "PS1006"
	ModuleFile       Code = "PS1007"
	UnknownVersion   Code = "PS1008"
	ReadsMore        Code = "PS1011"
	LinkNotFollowed  Code = "PS1012"
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

var fileCodes = []Explanation{
	{
		Code: Syntax, Severity: Error,
		Title: "A file is CUE.",
		Why:   "A file that does not parse says nothing, and what other files of its package say cannot be judged without it.",
		Fix:   "Look at the marked place: most often a quote, a brace or a colon is missing in front of it. portspec fmt shows where the file stops making sense.",
		Wrong: `name: "Tool`,
		Right: `name: "Tool"`,
	},
	{
		Code: UnknownImport, Severity: Error,
		Title: "An import leads somewhere.",
		Why:   "portspec fetches nothing: what a spec means must not depend on the network of the day.",
		Fix:   "Import github.com/portspec/portspec/schema and …/specs/services, which come with portspec, and packages of the workspace's own module. Copy what specs need of other modules into a folder of it.",
		Wrong: `import "github.com/portspec/portspec/schemata"`,
		Right: `import "github.com/portspec/portspec/schema"`,
	},
	{
		Code: Unreadable, Severity: Error,
		Title: "A file can be read.",
		Why:   "What an unreadable file says is missing from every output.",
		Fix:   "The message says what keeps it from being read: a link to nothing, a pipe, a permission.",
		Files: "-- gone.cue -> nowhere.cue --\n",
	},
	{
		Code: SameID, Severity: Error,
		Title: "Two products have different ids.",
		Why:   "Outputs, citations and sites name a product by its id; with two of one id they would mean either.",
		Fix:   "Give one of them another id. Two releases of one product are two products: beacon-2 and beacon-3.",
		Files: `-- again/again.cue --
package again

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "tool", name: "Tool", vendor: "Example", version: "2", description: "The next release."
	sources: {}
	components: {}
}
`,
	},
	{
		Code: NotUTF8, Severity: Error,
		Title: "A file is UTF-8.",
		Why:   "CUE is UTF-8; in another encoding the text of a spec would come out as other text.",
		Fix:   "Save the file as UTF-8.",
		Files: "-- latin1.cue --\n// Ger\xe4te\npackage tool\n",
	},
	{
		Code: NotOnePackage, Severity: Error,
		Title: "The files of a folder are one package.",
		Why:   "A folder is a package of CUE; files without a package clause, or with another one, are not part of it.",
		Fix:   "Give all files of the folder the same package clause, or move those of another package into a folder of its own.",
		Files: `-- wrong.cue --
package wrong
`,
	},
	{
		Code: ModuleFile, Severity: Error,
		Title: "cue.mod/module.cue is a CUE module file.",
		Why:   "It says which module the workspace is and which version of CUE it is written in; without it no import can be resolved.",
		Fix:   "portspec init shows what one looks like: a module path and a language version.",
		Files: `-- cue.mod/module.cue --
module: 3
`,
	},
	{
		Code: UnknownVersion, Severity: Error,
		Title: "The workspace asks for a version of the schema that portspec has.",
		Why:   "The schema comes out of the binary. Another version might judge otherwise.",
		Fix:   "Use a portspec of that version, or ask for the one that the message names.",
		Files: `-- cue.mod/module.cue --
module: "example.com/ports@v0"
language: version: "v0.17.0"
deps: "github.com/portspec/portspec@v0": v: "v0.99.0"
`,
	},
	{
		Code: ReadsMore, Severity: Error,
		Title: "A spec reads and runs nothing.",
		Why:   "Specs come from pull requests. CUE's @embed and @extern put other files and the results of other programs into a spec, and its packages tool/… are for commands that run programs. With them a stranger's spec could print what is on the machine that reads it, and what is found would depend on more than the specs.",
		Fix:   "Write the values into the spec, or generate a CUE file from the other file and commit that.",
		Files: `-- embedded.cue --
@extern(embed)

package tool

product: description: string @embed(file=notes.txt,type=text)
-- notes.txt --
A tool.
`,
	},
	{
		Code: LinkNotFollowed, Severity: Warning,
		Title: "A symbolic link leads to something in the workspace.",
		Why:   "portspec follows no link that leads out of the workspace, nowhere, or into a folder that is left out, and does not look at what is there. If specs were meant, they are missing.",
		Fix:   "Put the specs into the workspace, or give the specs a folder of their own without the link: portspec.yaml says which by specs:. A link whose name begins with a dot or an underscore is ignored.",
		Files: "-- more -> /srv/specs --\n",
	},
}

var cueCodes = []Explanation{
	{
		Code: Constraint, Severity: Error,
		Title: "A value is one that the schema allows.",
		Why:   "A port of 70000 or a transport \"tpc\" would end in a firewall rule that does not load, or worse, in one that does.",
		Fix:   "The hint says what the field can be.",
		Wrong: `port: 70000`,
		Right: `port: 7443`,
	},
	{
		Code: Conflict, Severity: Error,
		Title: "Everything that is said of one field agrees.",
		Why:   "A product that has LDAP on 390 contradicts every other product that talks to the same directory; one of the two rules would be wrong.",
		Fix:   "The finding names both lines. Fix the one that is wrong; if both are right, they speak of two different things, which need two listeners or two services.",
		Wrong: `listeners: ldap: port: 390`,
		Right: `listeners: ldap: port: 389`,
	},
	{
		Code: UnknownField, Severity: Error,
		Title: "A field is one that the schema has.",
		Why:   "A misspelt field would otherwise be ignored, and what it says lost.",
		Fix:   "The hint names the field that was probably meant. The definitions in schema/ list and explain them all.",
		Wrong: `purpos: "Agents report"`,
		Right: `purpose: "Agents report"`,
	},
	{
		Code: MissingField, Severity: Error,
		Title: "A required field is there.",
		Why:   "A flow without a purpose or a citation cannot be reviewed by whoever has to open the port.",
		Fix:   "Add the field. The definitions in schema/ mark required fields with an exclamation mark.",
		Wrong: `report: {from: ["agent"], to: server: ["api"], cite: ["tool/ports/1"]}`,
		Right: `report: {from: ["agent"], to: server: ["api"], cite: ["tool/ports/1"], purpose: "Agents report"}`,
	},
	{
		Code: UndefinedName, Severity: Error,
		Title: "A CUE name is defined.",
		Why:   "A spec that refers to a name that there is not has no value there.",
		Fix:   "Define it, or correct the name. Ids with hyphens need quotes: services.services[\"active-directory\"].",
		Wrong: `service: services.services["active-directry"]`,
		Right: `service: services.services["active-directory"]`,
	},
	{
		Code: NotEvaluated, Severity: Error,
		Title: "CUE can evaluate the spec.",
		Why:   "What does not evaluate has no value, and nothing can be generated from it.",
		Fix:   "The message is CUE's own. Specs rarely need more of CUE than fields, lists and references.",
		Files: `-- quiet.cue --
package tool

_what: string
product: features: quiet: {name: "Quiet", description: "Less of " + _what}
`,
	},
	{
		Code: UnknownComponent, Severity: Error,
		Title: "A component that is named is there.",
		Why:   "A flow from or to nobody cannot become a rule.",
		Fix:   "Correct the name, or add the component under components.",
		Wrong: `from: ["agnet"]`,
		Right: `from: ["agent"]`,
	},
	{
		Code: UnknownListener, Severity: Error,
		Title: "A listener that is named is one of its component.",
		Why:   "A flow to a listener that there is not has no port.",
		Fix:   "Correct the name, or add the listener to the component. What a shared service offers is in specs/services.",
		Wrong: `to: server: ["apis"]`,
		Right: `to: server: ["api"]`,
	},
	{
		Code: UnknownFeature, Severity: Error,
		Title: "A feature that a condition names is there.",
		Why:   "A condition on a feature that nobody can choose never holds, and the flow would silently be missing.",
		Fix:   "Correct the name, or add the feature under features.",
		Wrong: `when: fsat: ["on"]`,
		Right: `when: fast: ["on"]`,
	},
	{
		Code: UnknownValue, Severity: Error,
		Title: "A value that a condition or a default names is one of the feature.",
		Why:   "As with a feature that is not there, the condition would never hold.",
		Fix:   "A switch has the values on and off, a choice those under choices.",
		Wrong: `when: fast: ["yes"]`,
		Right: `when: fast: ["on"]`,
	},
	{
		Code: UnknownRow, Severity: Error,
		Title: "A row that is cited is in a source of the product.",
		Why:   "A citation that leads nowhere is not a reason.",
		Fix:   "Correct the row, or list it under the tables of the source, with its port cell as printed.",
		Wrong: `cite: ["tool/ports/7"]`,
		Right: `cite: ["tool/ports/1"]`,
	},
	{
		Code: NotOffered, Severity: Error,
		Title: "A flow's transports are ones that its listeners offer.",
		Why:   "A rule for a transport on which nobody listens opens something for nothing.",
		Fix:   "Remove the transport from the flow, or add it to the listener if the vendor says that it listens there.",
		Wrong: `transports: ["sctp"], purpose: "Look up users"`,
		Right: `transports: ["tcp"], purpose: "Look up users"`,
	},
	{
		Code: UnknownFlow, Severity: Error,
		Title: "A flow or rule that is named is there.",
		Why:   "Readers of a flow meet its errata and what is used in its place; what names another flow is never met.",
		Fix:   "Correct the name.",
		Wrong: `flows: ["reprot"]`,
		Right: `flows: ["report"]`,
	},
	{
		Code: OutsideRule, Severity: Error,
		Title: "A rule moves, closes and shares ports of its own components only.",
		Why:   "A rule holds on hosts that run all components under together; of another component nobody knows whether it is there.",
		Fix:   "Add the component to together, or remove it from move, close or share.",
		Wrong: `move: directory: ldap: 3890`,
		Right: `move: server: api: 7444`,
	},
	{
		Code: PortStatements, Severity: Error,
		Title: "A listener says its port, and in one way only.",
		Why:   "Two statements may contradict each other; none leaves whoever writes the rule to guess.",
		Fix:   "Use one of port, ports with ranges, one_of, offset, dynamic, count or undocumented. Protocols other than tcp, udp and sctp have none.",
		Wrong: `port: 7443, ports: [7444]`,
		Right: `ports: [7443, 7444]`,
	},
	{
		Code: Contradiction, Severity: Error,
		Title: "Products agree on the services that they share.",
		Why:   "Two products that put one service on two ports cannot both be right, and a rule made from either breaks the other.",
		Fix:   "The finding names both lines. Fix the one that is wrong, or make two services of what is not one.",
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
		Title: "A product is what the schema calls one.",
		Why:   "Nothing checks a struct that does not use the schema.",
		Fix:   "Write product: schema.#Product & {…}, with an import of github.com/portspec/portspec/schema.",
		Files: `-- plain/plain.cue --
package plain

product: {id: "plain", name: "Plain"}
`,
	},
	{
		Code: StandsForItself, Severity: Error,
		Title: "Nothing stands in for itself.",
		Why:   "A flow that is used only where it does not work is never used, and a port that is counted from itself has no number.",
		Fix:   "Name the flow that is tried first, or the listener whose port is known, or remove the field.",
		Wrong: `instead_of: ["login"], purpose: "Look up users"`,
		Right: `purpose: "Look up users"`,
	},
	{
		Code: SameTable, Severity: Error,
		Title: "The tables of a product have different ids, whichever source they are in.",
		Why:   "A citation is product/table/row, without the source; with two tables of one id it would mean either.",
		Fix:   "Give one of the tables another id, and change the citations of its rows.",
		Wrong: `rows: {"1": "TCP 7443", "2": "389"}}}, sources: more: {title: "More", tables: ports: {title: "Ports", rows: {"1": "TCP 7443"}}}`,
		Right: `rows: {"1": "TCP 7443", "2": "389"}}}`,
	},
	{
		Code: OtherSystem, Severity: Error,
		Title: "Releases are those of an operating system on which it holds.",
		Why:   "Releases of a system on which nothing holds are a mistake in one of the two fields.",
		Fix:   "Name the system under os as well, or remove its releases.",
		Wrong: `os: ["linux"], os_versions: windows: before: "10.0.17763", scope: "same-host", when: fast: ["on"]`,
		Right: `scope: "same-host", when: fast: ["on"]`,
	},
	{
		Code: NoBase, Severity: Error,
		Title: "A port is counted from a listener that has one port.",
		Why:   "A list, a range or a port that is chosen at run time leaves open which number to count from.",
		Fix:   "Name a listener with a port, or give setting and base instead of of.",
		Wrong: `api: {purpose: "Measurements", transports: ["tcp"], offset: {of: "bulk", plus: 1}}`,
		Right: `api: {purpose: "Measurements", transports: ["tcp"], port: 7443}`,
	},
	{
		Code: Meaningless, Severity: Error,
		Title: "What is said together means something together.",
		Why:   "TCP is not broadcast, ICMP has no source port, and a list that names one thing twice may have been meant to name another.",
		Fix:   "Remove one of the two fields, or fix the one that is wrong.",
		Wrong: `report: {from: ["agent"], to: server: ["api"], delivery: "broadcast"`,
		Right: `report: {from: ["agent"], to: server: ["api"]`,
	},
	{
		Code: Unreachable, Severity: Error,
		Title: "A flow over the network talks to listeners that other hosts can reach.",
		Why:   "A listener that is bound to loopback answers its own host only: no firewall rule makes the flow work.",
		Fix:   "If the flow stays on one host, add scope: \"same-host\". If the listener is open to the network, take bind: \"loopback\" out.",
		Wrong: `to: server: ["bulk"], when: fast: ["on"]`,
		Right: `to: server: ["bulk"], scope: "same-host", when: fast: ["on"]`,
	},
	{
		Code: UnusableAddress, Severity: Error,
		Title: "An address is one that a host can have, and a network is written by its first address.",
		Why:   "A firewall that is told 10.1.0.11/16 opens the whole of 10.1.0.0/16, and 0.0.0.0 and 127.0.0.1 are no other host's.",
		Fix:   "The finding names what was probably meant: the address, or the network around it.",
		Wrong: "active-directory: {addresses: [10.1.0.5], networks: [10.1.0.5/16]}",
		Right: "active-directory: {addresses: [10.1.0.5]}",
	},
}
