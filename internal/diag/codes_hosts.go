package diag

const (
	Collision       Code = "PS2202"
	Forbidden       Code = "PS2208"
	AddressTwice    Code = "PS2209"
	NetworksOverlap Code = "PS2210"
	NoSystem        Code = "PS2211"
	NoHosts         Code = "PS2212"
	BesideLoopback  Code = "PS2214"
	InPool          Code = "PS2215"
	OutsideZone     Code = "PS2217"
	Proviso         Code = "PS2218"
	NotItsSystem    Code = "PS2219"
	NoAddress       Code = "PS2221"
	RunsTwice       Code = "PS2224"
	NetworkEdge     Code = "PS2225"
	TwoZones        Code = "PS2226"
	Crowded         Code = "PS2227"
	OnLoopback      Code = "PS2232"
	UnequalPeers    Code = "PS2233"
)

// hostCodes are about the hosts of a site: what they run, their sockets and their addresses. Their
// examples are pieces of a site in YAML.
var hostCodes = []Explanation{
	{
		Code: Collision, Severity: Error,
		Title: "Each socket of a host has one owner.",
		Why:   "If two programs listen on the same port of a host, the second does not start.",
		Fix:   "Run one of them on another host, or change the port of one of them if the vendor allows it; the hint suggests changes that are known to work.",
		Wrong: "web: 61616",
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
		Code: NoAddress, Severity: Warning,
		Title: "A host with flows across the network has an address or a name.",
		Why:   "Without one, no firewall rule can name the host.",
		Fix:   "Add addresses: or names: to the host.",
		Wrong: "{os: windows, count",
		Right: "{os: windows, addresses: [10.20.0.0/16], count",
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
		Code: OnLoopback, Severity: Warning,
		Title:   "A listener that other hosts use is not bound to loopback.",
		Why:     "A listener that is bound to loopback by default accepts connections only from its own host: a rule for it would open a port on which nothing listens.",
		Fix:     "Bind it to the network, and record that in the site, under bind of the product. If the site does not need the flow, suppress the finding.",
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
		Title:   "Peers that have to use the same port do.",
		Why:     "The nodes of such a component cannot find each other if their ports differ.",
		Fix:     "Set the port for all hosts at once, under ports of the product.",
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
