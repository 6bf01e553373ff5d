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
)

// siteFileCodes are what is wrong with the file of a site, and siteCodes with
// what it says. Their pieces are of a site in YAML.
var siteFileCodes = []Explanation{
	{
		Code: NoFields, Severity: Error,
		Title: "The file of a site or a configuration parses.",
		Why:   "A file that does not parse says nothing, and half a site must not become half a set of firewall rules.",
		Fix:   "Look at the marked line and the one above: most often a colon, a bracket or a quote is missing there, or there is a tab where YAML takes spaces.",
		Wrong: "site: [acme",
		Right: "site: acme",
	},
	{
		Code: NotPlainYAML, Severity: Error,
		Title: "The YAML of a site or a configuration is plain data.",
		Why:   "Anchors let a few lines stand for billions, tags make texts of numbers, and of two equal keys YAML programs keep one without a word. Without quotes, 0443 is 291 to some programs and 443 to others, 12.10 is 12.1, and on is true.",
		Fix:   "Write out what an alias stands for, remove tags and second documents, and say every key once. Write whole numbers in plain digits, and put what looks like a number and is a text in quotes.",
		Wrong: "desktops: &d {",
		Right: "desktops: {",
	},
}

var conflictCodes = []Explanation{
	{
		Code: AgainstRule, Severity: Error,
		Title: "A rule and the site agree about a port.",
		Why:   "On a host that the rule speaks of, the vendor says which number works; with another one, components that share the host fail each other.",
		Fix:   "Take the site's port out, or run one of the rule's components on another host.",
		Wrong: "device: 30001",
		Right: "web: 9443",
	},
}

var siteCodes = []Explanation{
	{
		Code: UnknownProduct, Severity: Error,
		Title: "A site uses products that there are.",
		Why:   "Nothing is known of the ports of another one.",
		Fix:   "Correct the id, or write a spec for the product. A site in CUE has them in its catalog.",
		Wrong: "shoping/client",
		Right: "shopping/client",
	},
	{
		Code: Collision, Severity: Error,
		Title: "A socket of a host has one owner.",
		Why:   "Of two programs that listen on one port of one host, the second does not start.",
		Fix:   "Run one of them on another host, or give one that can be changed another port; the hint names ways out that were tried.",
		Wrong: "web: 61616",
		Right: "web: 9443",
	},
	{
		Code: Absent, Severity: Error,
		Title: "What a host runs exists with the chosen features, and is not something that the site is without.",
		Why:   "The vendor has the component only with the feature, so either the host or the feature is not as the site says.",
		Fix:   "Choose the feature, or remove the component; where the site lists the component under without, remove it from one of the two.",
		Wrong: "high-availability: false",
		Right: "high-availability: true",
	},
	{
		Code: FeatureNeeds, Severity: Error,
		Title: "Features that need each other are chosen together.",
		Why:   "The vendor does not support the one without the other.",
		Fix:   "Choose what the feature needs, or do without it.",
		Wrong: "database: embedded",
		Right: "database: postgresql",
	},
	{
		Code: FeatureValue, Severity: Error,
		Title: "A feature has one value, or several where it may have several.",
		Why:   "Which listeners and flows there are depends on it.",
		Fix:   "Choose one. A choice without a default has to be made by every site.",
		Wrong: "database: [postgresql, oracle]",
		Right: "database: postgresql",
	},
	{
		Code: FixedPort, Severity: Error,
		Title: "A port that the vendor fixes stays as it is.",
		Why:   "The program has no setting for it: the site would permit a port at which nothing answers.",
		Fix:   "Remove the port from the site.",
		Wrong: "ports: {appclarity: {integration: 8336}}",
		Right: "ports: {client: {loopback: 8001}}",
	},
	{
		Code: UnfitPort, Severity: Error,
		Title: "The site's port fits its listener.",
		Why:   "A listener of one port takes a number, one of a range a range, and a protocol without ports neither.",
		Fix:   "Give what the message asks for.",
		Wrong: "web: {from: 9443, to: 9444}",
		Right: "web: 9443",
	},
	{
		Code: Forbidden, Severity: Error,
		Title:   "Components that a rule keeps apart have hosts of their own.",
		Why:     "The vendor says that they do not work on one host.",
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
		Title: "An address and a name are of one host.",
		Why:   "A firewall that is told the address would permit it for both.",
		Fix:   "Give each host its own; machines that are alike are one host with a count.",
		Wrong: "addresses: [10.1.0.11], zone: dmz",
		Right: "addresses: [192.0.2.1], zone: dmz",
	},
	{
		Code: NetworksOverlap, Severity: Warning,
		Title: "Networks of different hosts do not overlap.",
		Why:   "What is permitted to the one network is permitted to machines of the other as well.",
		Fix:   "Give each group a network of its own, or make them one group.",
		Wrong: "addresses: [10.20.3.0/24], zone: dmz",
		Right: "addresses: [192.0.2.1], zone: dmz",
	},
	{
		Code: NoSystem, Severity: Error,
		Title:   "A host says its operating system where that matters.",
		Why:     "Some components, listeners and flows are of one operating system only, and so are the rules about loopback.",
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
		Why:     "Without one there is nothing to decide.",
		Fix:     "List what runs where: hosts: server1: runs: [product/component].",
		Command: "resolve --site acme.yaml",
		Files: `-- acme.yaml --
site: acme
hosts: {}
`,
	},
	{
		Code: Nowhere, Severity: Warning,
		Title: "The site says where everything is that its flows need.",
		Why:   "A flow one end of which is nowhere cannot be permitted: what uses it will fail behind a firewall.",
		Fix:   "Let a host run the component, say where it is under services, or say under without that the site has none.",
		Wrong: "without: [admin-console, receiver, website, browser]",
		Right: "without: [admin-console, receiver, central-service, website, browser]",
	},
	{
		Code: BesideLoopback, Severity: Warning,
		Title: "Nothing on Windows listens on any address beside a loopback listener.",
		Why:   "Windows opens both sockets and gives connections to 127.0.0.1 to the loopback one: who dials the other program by that address reaches the wrong one. Linux does not open the second at all.",
		Fix:   "Give one of them another port or another host, unless nobody dials 127.0.0.1.",
		Wrong: "runs: [shopping/client, profileunity/server], ports: {shopping/client: {loopback: 8000}}",
		Right: "runs: [shopping/client]",
	},
	{
		Code: InPool, Severity: Warning,
		Title: "A fixed port is outside the range of dynamic ones.",
		Why:   "The operating system may hand the number to another program first; then the one that needs it does not start, now and then.",
		Fix:   "Reserve the port in the operating system, as the hint says, or change it.",
		Wrong: "[igel-ums/ums-server, igel-ums/ha-load-balancer, shopping/configuration-manager]",
		Right: "[igel-ums/ums-server, igel-ums/ha-load-balancer]",
	},
	{
		Code: UnknownZone, Severity: Error,
		Title: "A zone that a host or a location names is among the site's zones.",
		Why:   "Most often the name is misspelt.",
		Fix:   "Correct the name, or add the zone.",
		Wrong: "zone: dmx",
		Right: "zone: dmz",
	},
	{
		Code: OutsideZone, Severity: Warning,
		Title: "A host's addresses are in its zone.",
		Why:   "Rules between zones would not hold for the host.",
		Fix:   "Add the network to the zone, or correct the address or the zone.",
		Wrong: "addresses: [198.51.100.1], zone: dmz",
		Right: "addresses: [192.0.2.1], zone: dmz",
	},
	{
		Code: Proviso, Severity: Info,
		Title:   "What a rule or a shared service takes for granted on a host is so.",
		Why:     "The components can share the host provided that something holds that no port shows: two databases, for instance, that they are in one instance. Of a shared service it is a warning, as two instances collide.",
		Fix:     "Read it, and make sure that it holds.",
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
		Title:   "A component runs on an operating system that is its own.",
		Why:     "The vendor has it for others only.",
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
		Title: "A location is that of a shared service or a component that there is.",
		Why:   "Most often the name is misspelt, and the service is nowhere.",
		Fix:   "Correct the id: a shared service's, or product/component.",
		Wrong: "active-directry: {",
		Right: "active-directory: {",
	},
	{
		Code: NoAddress, Severity: Warning,
		Title: "A host with flows across the network has an address or a name.",
		Why:   "A firewall cannot be told of it otherwise.",
		Fix:   "Add addresses: or names: to the host.",
		Wrong: "{os: windows, count",
		Right: "{os: windows, addresses: [10.20.0.0/16], count",
	},
	{
		Code: NotCarried, Severity: Error,
		Title: "A changed port can be told to everybody who talks to it.",
		Why:   "The vendor says that the talker has no setting for the number: it goes on using the old one.",
		Fix:   "Remove the port from the site.",
		Wrong: "ports: {active-directory: {ldap: 1389}}",
		Right: "ports: {client: {loopback: 8001}}",
	},
	{
		Code: NoPlace, Severity: Error,
		Title: "A location says where it is.",
		Why:   "Without names, addresses or networks no flow to it can be permitted.",
		Fix:   "Add them, or remove the location.",
		Wrong: "active-directory: {zone: dmz}",
		Right: "active-directory: {addresses: [10.1.0.5]}",
	},
	{
		Code: RunsTwice, Severity: Error,
		Title: "A host lists each component once.",
		Why:   "One of them was most likely meant to be another.",
		Fix:   "Remove one. Several instances of one component on a host cannot have the same ports anyway.",
		Wrong: "runs: [shopping/client, shopping/client]",
		Right: "runs: [shopping/client]",
	},
	{
		Code: NetworkEdge, Severity: Warning,
		Title: "A host has neither the first nor the last address of its network.",
		Why:   "The first address of an IPv4 network names the network, and the last is for broadcasts to it: a rule with either permits nobody.",
		Fix:   "Give the address of the host or, of a group, its network. Accept it where the network is divided into networks of two addresses.",
		Wrong: "addresses: [192.0.2.0], zone: dmz",
		Right: "addresses: [192.0.2.1], zone: dmz",
	},
	{
		Code: TwoZones, Severity: Error,
		Title: "A network is one zone's.",
		Why:   "The zone of a host follows from its address, and here it would be either.",
		Fix:   "Leave the network to one of them. A zone inside another is fine: the smaller network counts.",
		Wrong: "networks: [192.0.2.0/24, 192.0.2.0/24]",
		Right: "networks: [192.0.2.0/24]",
	},
	{
		Code: Crowded, Severity: Warning,
		Title: "A group has as many addresses as machines.",
		Why:   "Rules name addresses: the machines without one are shut out.",
		Fix:   "Add the other addresses, or the network that the machines are in; or correct the count.",
		Wrong: "addresses: [10.20.0.0/30], count: 5000",
		Right: "addresses: [10.20.0.0/16], count: 5000",
	},
}
