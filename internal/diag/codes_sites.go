package diag

const (
	NoFields        Code = "PS1009"
	NotPlainYAML    Code = "PS1010"
	AgainstRule     Code = "PS2104"
	UnknownProduct  Code = "PS2201"
	Collision       Code = "PS2202"
	Absent          Code = "PS2203"
	FeatureNeeds    Code = "PS2204"
	FeatureValue    Code = "PS2205"
	FixedPort       Code = "PS2206"
	UnfitPort       Code = "PS2207"
	Forbidden       Code = "PS2208"
	AddressTwice    Code = "PS2209"
	NetworksOverlap Code = "PS2210"
	NoSystem        Code = "PS2211"
	NoHosts         Code = "PS2212"
	Nowhere         Code = "PS2213"
	BesideLoopback  Code = "PS2214"
	InPool          Code = "PS2215"
	UnknownZone     Code = "PS2216"
	OutsideZone     Code = "PS2217"
	Proviso         Code = "PS2218"
	NotItsSystem    Code = "PS2219"
	UnknownService  Code = "PS2220"
	NoAddress       Code = "PS2221"
	NotCarried      Code = "PS2222"
	NoPlace         Code = "PS2223"
	RunsTwice       Code = "PS2224"
	NetworkEdge     Code = "PS2225"
	TwoZones        Code = "PS2226"
	Crowded         Code = "PS2227"
	UnknownRelease  Code = "PS2228"
	OneRelease      Code = "PS2229"
	Undecided       Code = "PS2230"
	Decided         Code = "PS2231"
	OnLoopback      Code = "PS2232"
	UnequalPeers    Code = "PS2233"
	UnfitSetting    Code = "PS2234"
)

// siteFileCodes are about the syntax of a site's file, siteCodes about its content.
// Their examples are pieces of a site in YAML.
var siteFileCodes = []Explanation{
	{
		Code: NoFields, Severity: Error,
		Title: "A site's or configuration's file parses.",
		Why:   "A file that does not parse contributes nothing, and half a site must not become half a set of firewall rules.",
		Fix:   "Look at the marked line and the one above: most often a colon, a bracket or a quote is missing, or there is a tab where YAML requires spaces.",
		Wrong: "site: [acme",
		Right: "site: acme",
	},
	{
		Code: NotPlainYAML, Severity: Error,
		Title: "The YAML of a site or a configuration is plain data.",
		Why:   "With anchors, a few lines can expand to billions; tags turn numbers into strings; and of two duplicate keys, YAML programs silently keep one. Without quotes, 0443 is 291 to some programs and 443 to others, 12.10 is 12.1, and on is true.",
		Fix:   "Write out what an alias stands for, remove tags and second documents, and write each key once. Write integers in plain digits, and quote strings that look like numbers.",
		Wrong: "desktops: &d {",
		Right: "desktops: {",
	},
}

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
		Code: Collision, Severity: Error,
		Title: "Each socket of a host has one owner.",
		Why:   "If two programs listen on the same port of a host, the second does not start.",
		Fix:   "Run one of them on another host, or change the port of one of them if the vendor allows it; the hint suggests changes that are known to work.",
		Wrong: "web: 61616",
		Right: "web: 9443",
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
		Code: Forbidden, Severity: Error,
		Title:   "Components that a rule keeps apart run on different hosts.",
		Why:     "According to the vendor, they do not work on the same host.",
		Fix:     "Run one of them on another host.",
		Command: "resolve --site acme.yaml",
		Files: `-- acme.yaml --
site: acme
products:
  igel-ums:
    features: {database: postgresql, high-availability: true, network-registration: true}
hosts:
  ums1: {os: windows, addresses: [10.1.0.11], runs: [igel-ums/ums-server, igel-ums/ha-load-balancer]}
`,
	},
	{
		Code: AddressTwice, Severity: Error,
		Title: "Addresses and names belong to one host each.",
		Why:   "A firewall rule with the address would apply to both hosts.",
		Fix:   "Give each host its own; write identical machines as one host with a count.",
		Wrong: "addresses: [10.1.0.11], zone: dmz",
		Right: "addresses: [192.0.2.1], zone: dmz",
	},
	{
		Code: NetworksOverlap, Severity: Warning,
		Title: "Networks of different hosts do not overlap.",
		Why:   "A rule for one network also applies to machines of the other.",
		Fix:   "Give each group a network of its own, or make them one group.",
		Wrong: "addresses: [10.20.3.0/24], zone: dmz",
		Right: "addresses: [192.0.2.1], zone: dmz",
	},
	{
		Code: NoSystem, Severity: Error,
		Title:   "A host specifies its operating system if that makes a difference.",
		Why:     "Some components, listeners and flows exist on one operating system only, and systems treat loopback differently.",
		Fix:     "Add os: windows, os: linux or another to the host.",
		Command: "resolve --site acme.yaml",
		Files: `-- gadget.cue --
package tool

product: components: gadget: {name: "Gadget", os: ["windows"]}
-- acme.yaml --
site: acme
hosts:
  desktop1: {addresses: [10.1.0.21], runs: [tool/gadget]}
`,
	},
	{
		Code: NoHosts, Severity: Error,
		Title:   "A site has hosts.",
		Why:     "Without hosts there is nothing to resolve.",
		Fix:     "List what runs where: hosts: server1: runs: [product/component].",
		Command: "resolve --site acme.yaml",
		Files: `-- acme.yaml --
site: acme
hosts: {}
`,
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
		Code: BesideLoopback, Severity: Warning,
		Title: "On Windows, a program does not listen on all addresses at a port where another listens on loopback.",
		Why:   "Windows opens both sockets and hands connections to 127.0.0.1 to the loopback one, so clients that expect the other program there reach the wrong one. Linux refuses to open the second socket at all.",
		Fix:   "Give one of them another port or another host, unless nothing connects to 127.0.0.1.",
		Wrong: "runs: [shopping/client, profileunity/server], ports: {shopping/client: {loopback: 8000}}",
		Right: "runs: [shopping/client]",
	},
	{
		Code: InPool, Severity: Warning,
		Title: "A fixed port is outside the range of dynamic ports.",
		Why:   "The operating system may give the port to another program first; then, now and then, the program that needs it does not start.",
		Fix:   "Reserve the port in the operating system, as the hint says, or change it.",
		Wrong: "[igel-ums/ums-server, igel-ums/ha-load-balancer, shopping/configuration-manager]",
		Right: "[igel-ums/ums-server, igel-ums/ha-load-balancer]",
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
		Code: OutsideZone, Severity: Warning,
		Title: "The addresses of a host are in its zone.",
		Why:   "Rules between zones would not apply to the host.",
		Fix:   "Add the network to the zone, or correct the address or the zone.",
		Wrong: "addresses: [198.51.100.1], zone: dmz",
		Right: "addresses: [192.0.2.1], zone: dmz",
	},
	{
		Code: Proviso, Severity: Info,
		Title:   "The assumptions of a rule or a shared service hold on each host.",
		Why:     "The components can share the host only under a condition that cannot be checked from their ports: that two databases are in one instance, for example. For a shared service it is a warning, because two instances would collide.",
		Fix:     "Read the condition, and make sure that it holds.",
		Command: "resolve --site acme.yaml --level info",
		Files: `-- acme.yaml --
site: acme
products:
  igel-ums:
    features: {database: postgresql, high-availability: true, network-registration: false}
hosts:
  ums1: {os: windows, addresses: [10.1.0.11], runs: [igel-ums/ums-server, igel-ums/ha-load-balancer]}
`,
	},
	{
		Code: NotItsSystem, Severity: Error,
		Title:   "A component runs on an operating system that it supports.",
		Why:     "The vendor offers it for other systems only.",
		Fix:     "Run it on another host, or correct the host's os.",
		Command: "resolve --site acme.yaml",
		Files: `-- gadget.cue --
package tool

product: components: gadget: {name: "Gadget", os: ["windows"]}
-- acme.yaml --
site: acme
hosts:
  desktop1: {os: linux, addresses: [10.1.0.21], runs: [tool/gadget]}
`,
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
		Code: NoAddress, Severity: Warning,
		Title: "A host with flows across the network has an address or a name.",
		Why:   "Without one, no firewall rule can name the host.",
		Fix:   "Add addresses: or names: to the host.",
		Wrong: "{os: windows, count",
		Right: "{os: windows, addresses: [10.20.0.0/16], count",
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
		Code: RunsTwice, Severity: Error,
		Title: "A host lists each component once.",
		Why:   "One of the two was most likely meant to be another component.",
		Fix:   "Remove one of the two. Several instances of a component on one host could not use the same ports anyway.",
		Wrong: "runs: [shopping/client, shopping/client]",
		Right: "runs: [shopping/client]",
	},
	{
		Code: NetworkEdge, Severity: Warning,
		Title: "A host does not have the first or last address of its network.",
		Why:   "The first address of an IPv4 network stands for the network, and the last is its broadcast address: a rule with either of them matches no host.",
		Fix:   "Give the address of the host or, for a group, its network. Accept the finding if the network is divided into point-to-point links of two addresses.",
		Wrong: "addresses: [192.0.2.0], zone: dmz",
		Right: "addresses: [192.0.2.1], zone: dmz",
	},
	{
		Code: TwoZones, Severity: Error,
		Title: "A network belongs to one zone.",
		Why:   "The zone of a host follows from its address, and would be ambiguous.",
		Fix:   "Remove the network from one of them. Networks may be nested: the smaller one decides.",
		Wrong: "networks: [192.0.2.0/24, 192.0.2.0/24]",
		Right: "networks: [192.0.2.0/24]",
	},
	{
		Code: Crowded, Severity: Warning,
		Title: "A group has at least as many addresses as machines.",
		Why:   "Rules name addresses: machines without one are shut out.",
		Fix:   "Add the missing addresses or the network of the machines, or correct the count.",
		Wrong: "addresses: [10.20.0.0/30], count: 5000",
		Right: "addresses: [10.20.0.0/16], count: 5000",
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
		Title: "Hosts of two releases use the same flows.",
		Why:   "While a product is being upgraded, hosts of both releases talk to each other. What only one release knows does not work between them, and is not permitted.",
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
		Fix:     "Find out at the installation, and say it in the site: transports, directions or suffices of the product. A suppression says that the site does without the flow.",
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
		Title:   "A setting that a site gives a value is one of its product, and has that value.",
		Why:     "Ports follow from it: a misspelt name leaves them at the default, and a value that the product does not take gives ports at which nothing answers.",
		Fix:     "Correct the name or the value; on one host, of a product that it runs.",
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
		Title: "A site chooses only what the specs do not know, and what fits.",
		Why:   "What the vendor documents is so whatever the site says.",
		Fix:   "Remove the choice, or choose what the message asks for.",
		Wrong: "transports: {client: {loopback: [udp]}}",
		Right: "ports: {client: {loopback: 8001}}",
	},
	{
		Code: OnLoopback, Severity: Warning,
		Title:   "What other hosts reach is not bound to loopback.",
		Why:     "A listener that is on loopback by default answers nobody else: a rule for it would open a port on which nothing listens.",
		Fix:     "Bind it to the network and say so in the site, under bind of the product; a suppression says that the site does without the flow.",
		Command: "resolve --site acme.yaml",
		Files: `-- probe.cue --
package tool

product: {
	components: probe: {name: "Probe", listeners: status: {purpose: "Status", transports: ["tcp"], port: 7445, bind: "loopback-by-default"}}
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
		Code: UnequalPeers, Severity: Error,
		Title:   "Peers that need one number have one.",
		Why:     "The nodes of such a component do not find each other at different ports.",
		Fix:     "Give the port for all hosts, under ports of the product.",
		Command: "resolve --site acme.yaml",
		Files: `-- node.cue --
package tool

product: {
	components: node: {name: "Node", listeners: peer: {purpose: "Peers", transports: ["tcp"], port: 7446, same_on_peers: true}}
	flows: peers: {from: ["node"], to: node: ["peer"], scope: "nodes", purpose: "Nodes talk", cite: ["tool/ports/1"]}
}
-- acme.yaml --
site: acme
hosts:
  node1: {os: linux, addresses: [10.1.0.21], runs: [tool/node]}
  node2: {os: linux, addresses: [10.1.0.22], runs: [tool/node], ports: {tool/node: {peer: 7447}}}
`,
	},
}
