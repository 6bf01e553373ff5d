package diag

const (
	AgainstRule    Code = "PS2104"
	UnknownProduct Code = "PS2201"
	Absent         Code = "PS2203"
	FeatureNeeds   Code = "PS2204"
	FeatureValue   Code = "PS2205"
	FixedPort      Code = "PS2206"
	UnfitPort      Code = "PS2207"
	Nowhere        Code = "PS2213"
	UnknownZone    Code = "PS2216"
	UnknownService Code = "PS2220"
	NotCarried     Code = "PS2222"
	NoPlace        Code = "PS2223"
	UnknownRelease Code = "PS2228"
	OneRelease     Code = "PS2229"
	Undecided      Code = "PS2230"
	Decided        Code = "PS2231"
	UnfitSetting   Code = "PS2234"
)

var conflictCodes = []Explanation{
	{
		Code: AgainstRule, Severity: Error,
		Title: "A rule and the site agree about a port.",
		Why:   "When these components share a host, the vendor says which port works; with another one, they break each other.",
		Fix:   "Remove the port from the site, or run one of the rule's components on another host.",
		Wrong: "device: 30001",
		Right: "web: 9443",
	},
}

// siteCodes are about what a site names and chooses. Their examples are pieces of a site in YAML.
var siteCodes = []Explanation{
	{
		Code: UnknownProduct, Severity: Error,
		Title: "A site uses only known products.",
		Why:   "Nothing is known about the ports of an unknown product.",
		Fix:   "Correct the id, or write a spec for the product. For a site in CUE, the product has to be in its catalog.",
		Wrong: "shoping/client",
		Right: "shopping/client",
	},
	{
		Code: Absent, Severity: Error,
		Title: "The components that a host runs exist with the chosen features, and are not listed under without.",
		Why:   "The component exists only with the feature, so either the host or the choice of features is wrong.",
		Fix:   "Choose the feature, or remove the component from the host; if the site lists the component under without, remove it from one of the two.",
		Wrong: "high-availability: false",
		Right: "high-availability: true",
	},
	{
		Code: FeatureNeeds, Severity: Error,
		Title: "Features that need each other are chosen together.",
		Why:   "The vendor does not support one without the other.",
		Fix:   "Choose what the feature needs, or switch the feature off.",
		Wrong: "database: embedded",
		Right: "database: postgresql",
	},
	{
		Code: FeatureValue, Severity: Error,
		Title: "A feature has one value, or several if it allows several.",
		Why:   "The listeners and flows of the site depend on it.",
		Fix:   "Choose a value. If a feature has no default, every site has to choose.",
		Wrong: "database: [postgresql, oracle]",
		Right: "database: postgresql",
	},
	{
		Code: FixedPort, Severity: Error,
		Title: "A site does not change a port that the vendor fixes.",
		Why:   "The program has no setting for it: the site would permit a port on which nothing listens.",
		Fix:   "Remove the port from the site.",
		Wrong: "ports: {appclarity: {integration: 8336}}",
		Right: "ports: {client: {loopback: 8001}}",
	},
	{
		Code: UnfitPort, Severity: Error,
		Title: "The site's port fits its listener.",
		Why:   "A listener with one port takes a number, a listener with a range takes a range, and a protocol without ports takes neither.",
		Fix:   "The message says what the listener takes.",
		Wrong: "web: {from: 9443, to: 9444}",
		Right: "web: 9443",
	},
	{
		Code: Nowhere, Severity: Warning,
		Title: "A site gives the location of everything that its flows need.",
		Why:   "A flow cannot be permitted if one of its ends has no location: whatever uses it will fail behind a firewall.",
		Fix:   "Let a host run the component, give its location under services, or list it under without if the site does not have it.",
		Wrong: "without: [admin-console, receiver, website, browser]",
		Right: "without: [admin-console, receiver, central-service, website, browser]",
	},
	{
		Code: UnknownZone, Severity: Error,
		Title: "Every zone that a host or a location names is defined by the site.",
		Why:   "Most often the name is misspelt.",
		Fix:   "Correct the name, or add the zone.",
		Wrong: "zone: dmx",
		Right: "zone: dmz",
	},
	{
		Code: UnknownService, Severity: Error,
		Title: "A location is given for a known shared service or component.",
		Why:   "Most often the name is misspelt, and the service meant has no location.",
		Fix:   "Correct the id: write that of a shared service, or product/component.",
		Wrong: "active-directry: {",
		Right: "active-directory: {",
	},
	{
		Code: NotCarried, Severity: Error,
		Title: "Everything that talks to a changed port can be configured to use it.",
		Why:   "According to the vendor, the component that connects has no setting for the port: it continues to use the old one.",
		Fix:   "Remove the port from the site.",
		Wrong: "ports: {active-directory: {ldap: 1389}}",
		Right: "ports: {client: {loopback: 8001}}",
	},
	{
		Code: NoPlace, Severity: Error,
		Title: "A location has an address, a name or a network.",
		Why:   "Without any of them, no flow to the location can be permitted.",
		Fix:   "Add one, or remove the location.",
		Wrong: "active-directory: {zone: dmz}",
		Right: "active-directory: {addresses: [10.1.0.5]}",
	},
	{
		Code: UnknownRelease, Severity: Error,
		Title: "A site runs a release that exists, and names it where there are several.",
		Why:   "Releases of a product have different ports, so a site has to say which one its hosts run.",
		Fix:   "Name one of the releases in the catalogue under products, and for a host that has another one, as during an upgrade, under its releases. Write versions in quotes.",
		Wrong: `release: "12.40"`,
		Right: `release: "12.04"`,
	},
	{
		Code: OneRelease, Severity: Warning,
		Title: "Hosts that run different releases have their flows in common.",
		Why:   "While a product is being upgraded, hosts of both releases talk to each other. A flow that only one of the releases has does not work between them, and is not permitted.",
		Fix:   "Upgrade both ends in one step if the flow is needed in the meantime. Otherwise accept the finding until the upgrade is done.",
		Files: `-- tool.cue --
package tool

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "tool", name: "Tool", vendor: "Example", version: "1", description: "A tool."
	sources: page: {title: "Ports", tables: ports: {title: "Ports", rows: "1": "TCP 7443"}}
	components: {
		agent: name: "Agent"
		server: {name: "Server", listeners: api: {purpose: "Measurements", transports: ["tcp"], port: 7443}}
	}
	flows: report: {from: ["agent"], to: server: ["api"], cite: ["tool/ports/1"], purpose: "Agents report"}
}
-- next/next.cue --
package next

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "tool", name: "Tool", vendor: "Example", version: "2", after: "1", description: "The next release."
	sources: page: {title: "Ports", tables: ports: {title: "Ports", rows: "1": "TCP 7444"}}
	components: {
		agent: name: "Agent"
		server: {name: "Server", listeners: stream: {purpose: "Measurements", transports: ["tcp"], port: 7444}}
	}
	flows: stream: {from: ["agent"], to: server: ["stream"], cite: ["tool/ports/1"], purpose: "Agents report"}
}
-- acme.yaml --
site: acme
products: {tool: {release: "2"}}
hosts:
  server: {addresses: [192.0.2.1], runs: [tool/server]}
  desk: {addresses: [192.0.2.2], runs: [tool/agent], releases: {tool: "1"}}
`,
		Command: "resolve --site acme.yaml",
	},
	{
		Code: Undecided, Severity: Warning,
		Title:   "A site chooses what the vendor does not document.",
		Why:     "A rule for a transport, a direction or a choice that nobody knows would be a guess: nothing is permitted for the flow.",
		Fix:     "Find out from the installation, and set it in the site, under transports, directions or suffices of the product. If the site does not need the flow, suppress the finding.",
		Command: "resolve --site acme.yaml",
		Files: `-- probe.cue --
package tool

product: {
	components: probe: {name: "Probe", listeners: status: {purpose: "Status", port: 7445, unknown: transport: "The row has a number only."}}
	flows: probe: {from: ["agent"], to: probe: ["status"], purpose: "Ask for the status", cite: ["tool/ports/1"]}
}
-- acme.yaml --
site: acme
hosts:
  probe1: {os: linux, addresses: [10.1.0.21], runs: [tool/probe]}
  agent1: {os: linux, addresses: [10.1.0.22], runs: [tool/agent]}
`,
	},
	{
		Code: UnfitSetting, Severity: Error,
		Title:   "A site sets only settings that the product has, and only to values that the product accepts.",
		Why:     "Ports depend on settings: with a misspelt name they stay at their defaults, and with a value that the product does not accept, nothing listens on the ports that follow from it.",
		Fix:     "Correct the name or the value. For a single host, only products that it runs can be set.",
		Command: "resolve --site acme.yaml",
		Files: `-- acme.yaml --
site: acme
products: {tool: {settings: {instance: 1}}}
hosts:
  agent1: {os: linux, addresses: [10.1.0.22], runs: [tool/agent]}
`,
	},
	{
		Code: Decided, Severity: Error,
		Title: "A site chooses only what the specs leave open, and only what is possible.",
		Why:   "A site cannot change what the vendor documents.",
		Fix:   "Remove the choice, or choose what the message asks for.",
		Wrong: "transports: {client: {loopback: [udp]}}",
		Right: "ports: {client: {loopback: 8001}}",
	},
}
