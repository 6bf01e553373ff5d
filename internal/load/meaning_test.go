package load

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/workspace"
)

// productTemplate is a product to which a test adds a statement. The id is replaced.
const productTemplate = `package tool

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "tool", name: "Tool", vendor: "Example", version: "1", description: "A tool."
	sources: page: {title: "Ports", tables: ports: {title: "Ports", rows: "1": "389"}}
	features: fast: {name: "Fast", description: "Quicker."}
	settings: instance: {name: "Instance", default: 0, max: 97}
	features: store: {name: "Store", description: "Where data is.", default: "x", choices: {x: name: "X", y: name: "Y"}}
	components: {
		a: name: "A"
		b: {name: "B", listeners: {
			tcp: {purpose: "T", transports: ["tcp"], port: 1}
			udp: {purpose: "U", transports: ["udp"], port: 2}
			both: {purpose: "B", transports: ["tcp", "udp"], port: 3}
			sctp: {purpose: "S", transports: ["sctp"], port: 4}
			ping: {purpose: "P", transports: ["icmp"]}
			ping6: {purpose: "P", transports: ["icmpv6"]}
			esp: {purpose: "E", transports: ["esp"]}
			loop: {purpose: "L", transports: ["tcp"], port: 5, bind: "loopback"}
			setup: {purpose: "I", transports: ["tcp"], port: 6, phase: "installation"}
			after: {purpose: "O", transports: ["tcp"], offset: {of: "tcp", plus: 6}}
		}}
		c: {name: "C", listeners: udp: {purpose: "U", transports: ["udp"], port: 2}}
		cloud: {name: "Cloud", kind: "external", at: addresses: ["192.0.2.7"], listeners: tcp: {purpose: "T", transports: ["tcp"], port: 1}}
		lan: {name: "LAN", kind: "zone"}
	}
	%s
}
`

// A meaning is a combination of fields, and what is reported about it: "" if it has a meaning.
type meaning struct{ form, text, want string }

// TestMeaning adds meaningless combinations of fields to a product, and similar ones that have a
// meaning. All products are in one workspace, for which the schema is read once.
func TestMeaning(t *testing.T) {
	const flow = `flows: f: {from: ["a"], to: b: ["%s"], purpose: "P", cite: ["tool/ports/1"], %s}`
	const listener = `components: d: {name: "D", os: ["linux"], listeners: l: {purpose: "P", %s}}`
	const component = `components: d: {name: "D", %s}`
	const rule = `rules: r: {reason: "R", cite: ["tool/ports/1"], %s}`
	const feature = `features: f: {name: "F", description: "F", %s}`
	cases := []meaning{
		// Two fields of a listener.
		{listener, `transports: ["tcp", "tcp"], port: 1`, "transports lists a transport twice"},
		{listener, `transports: ["ip/6"]`, "ip/6 has a name: write tcp"},
		{listener, `transports: ["ip/58"]`, "ip/58 has a name: write icmpv6"},
		{listener, `transports: ["vrrp", "ip/50"]`, "ip/50 has a name: write esp"},
		{listener, `transports: ["ip/60"]`, ""},
		{listener, `transports: ["vrrp", "l2tp"]`, ""},
		{listener, `transports: ["ESP"]`, `"ESP" is not a value for transports`},
		{listener, `transports: ["tcp", "esp"], port: 5`, "use separate listeners for protocols with and without ports"},
		{listener, `transports: ["esp"], port: 50`, "only tcp, udp and sctp have ports"},
		{listener, `transports: ["tcp"], one_of: [105, 105]`, "one_of lists a port twice"},
		{listener, `transports: ["tcp"], one_of: [105, 106]`, ""},
		{listener, `transports: ["tcp"], ports: [5, 5]`, "port 5 is listed twice"},
		{listener, `transports: ["tcp"], ports: [5, 6], ranges: [{from: 4, to: 5}]`, ""},
		{listener, `transports: ["tcp"], ranges: [{from: 1, to: 9}, {from: 8, to: 10}]`, "port 8 is listed twice"},
		{listener, `transports: ["tcp"], ports: [5, 7], ranges: [{from: 1, to: 4}, {from: 8, to: 10}]`, ""},
		{listener, `transports: ["tcp"], ports: [5], fallback: [6]`, "a fallback needs a port"},
		{listener, `transports: ["tcp"], dynamic: {}, fallback: [6]`, "a fallback needs a port"},
		{listener, `transports: ["tcp"], one_of: [4, 5], fallback: [6]`, "a fallback needs a port"},
		{listener, `transports: ["tcp"], port: 5, fallback: [6, 5]`, "5 is tried first, so it cannot be the fallback"},
		{listener, `transports: ["tcp"], port: 5, fallback: [6, 6]`, "fallback lists a port twice"},
		{listener, `transports: ["tcp"], port: 5, fallback: [6, 7]`, ""},
		{listener, `transports: ["tcp"], count: 70000`, "70000 is not a value for count"},
		{listener, `transports: ["tcp"], offset: {setting: "instance", plus: 3200}`, ""},
		{listener, `transports: ["tcp"], offset: {setting: "instance", times: 100, plus: 50013, plus_to: 50014}`, ""},
		{listener, `transports: ["tcp"], offset: {setting: "display number", base: 0, plus: 5900}`, ""},
		{listener, `transports: ["tcp"], offset: {setting: "instanse", plus: 3200}`, "no setting instanse in tool; define it, or give base"},
		{listener, `transports: ["tcp"], offset: {setting: "instance", base: 1, plus: 3200}`, "conflicting values 0 and 1"},
		{listener, `transports: ["tcp"], offset: {setting: "instance", plus: 0}`, "0"},
		{listener, `transports: ["tcp"], offset: {setting: "instance", plus: 65536}`, "65536"},
		{listener, `transports: ["tcp"], offset: {setting: "instance", plus: 65530, plus_to: 65536}`, "65536"},
		{listener, `transports: ["tcp"], offset: {setting: "instance", plus: 20, plus_to: 10}`, "plus_to must be greater than plus; got 10 and 20"},
		{listener, `transports: ["tcp"], offset: {setting: "instance", plus: 20}, ports: [5]`, "a listener specifies its port in only one way"},
		{listener, `transports: ["tcp"], offset: {setting: "instance", plus: 20}, ranges: [{from: 5, to: 6}]`, "a listener specifies its port in only one way"},
		{listener, `transports: ["tcp"], one_of: [{from: 5, to: 9}]`, ""},
		{listener, `transports: ["tcp"], one_of: [5, {from: 7, to: 9}], any_other: true`, ""},
		{listener, `transports: ["tcp"], one_of: [5, {from: 9, to: 7}]`, "a port, or a range as in {from: 5000, to: 5010}"},
		{listener, `transports: ["tcp"], one_of: [{from: 9}]`, "a port, or a range as in {from: 5000, to: 5010}"},
		{listener, `transports: ["tcp"], port: 5, often: [{from: 9, to: 70000}]`, "a port, or a range as in {from: 5000, to: 5010}"},
		{listener, `transports: ["tcp"], one_of: [{from: 9, to: 10, also: 12}]`, "a port, or a range as in {from: 5000, to: 5010}"},
		{listener, `transports: ["tcp"], one_of: [5, 70000]`, "70000"},
		{listener, `transports: ["tcp"], one_of: [5]`, "one_of needs at least two ports or a range; for a single port, use port"},
		{listener, `transports: ["tcp"], one_of: [5, {from: 4, to: 9}]`, "one_of lists a port twice"},
		{listener, `transports: ["tcp"], port: 443, often: [6443, {from: 7000, to: 7010}]`, ""},
		{listener, `transports: ["tcp"], port: 443, any_other: true`, ""},
		{listener, `transports: ["tcp"], port: 443, often: [443]`, "often repeats 443, the usual port"},
		{listener, `transports: ["tcp"], port: 443, often: [6443, 6443]`, "often lists a port twice"},
		{listener, `transports: ["tcp"], ports: [5, 6], often: [6443]`, "often needs port"},
		{listener, `transports: ["tcp"], ports: [5, 6], any_other: true`, "any_other needs port or one_of"},
		{listener, `transports: ["tcp"], port: 443, often: [6443], configurable: allowed: false`, "often contradicts configurable: the port cannot be changed"},
		{listener, `transports: ["tcp"], port: 443, any_other: true, configurable: allowed: false`, "any_other contradicts configurable: the port cannot be changed"},
		{listener, `transports: ["tcp"], port: 5900, per: "display"`, ""},
		{listener, `transports: ["tcp"], count: 2, per: "task"`, ""},
		{listener, `transports: ["tcp"], dynamic: {}, per: "task"`, ""},
		{listener, `transports: ["tcp"], ports: [5, 6], per: "task"`, "per can be combined only with port, ranges, count or dynamic"},
		{listener, `transports: ["tcp"], offset: {setting: "instance", plus: 3200}, per: "task"`, "per can be combined only with port, ranges, count or dynamic"},
		{listener, `transports: ["esp"], per: "task"`, "per needs port, ranges, count or dynamic"},
		{listener, `transports: ["tcp"], dynamic: ranges: [{from: 1024}]`, ""},
		{listener, `transports: ["tcp"], dynamic: {upward: true, ranges: [{from: 1024}]}`, ""},
		{listener, `transports: ["tcp"], dynamic: upward: true`, "upward needs ranges, as in ranges: [{from: 5000}]"},
		{listener, `transports: ["tcp"], dynamic: ranges: [{from: 9, to: 8}]`, "8"},
		{flow, `tcp|no_rule: "Inside the tunnel."`, ""},
		{flow, `tcp|no_rule: ""`, "no_rule"},
		{listener, `port: 5, unknown: transport: "?"`, ""},
		{listener, `unknown: {port: "?", transport: "?"}`, ""},
		{listener, `transports: ["tcp"], unknown: {port: "?", configurable: "?"}`, ""},
		{listener, `transports: ["tcp"], port: 5, unknown: port: "?"`, "a listener specifies its port in only one way"},
		{listener, `transports: ["tcp"], undocumented: "?", unknown: port: "?"`, "a listener specifies its port in only one way"},
		{listener, `transports: ["tcp"], port: 5, unknown: transport: "?"`, "transports contradicts unknown: transport"},
		{listener, `transports: [], port: 5`, "transports needs at least one entry; if the document does not say, leave it out and give unknown: transport"},
		{listener, `transports: ["tcp"], port: 5, unknown: direction: "?"`, "a listener can have unknown transport, port and configurable, not direction"},
		{listener, `transports: ["tcp"], port: 5, unknown: speed: "?"`, "speed"},
		{listener, `transports: ["tcp"], port: 5, configurable: {}, unknown: configurable: "?"`, "configurable contradicts unknown: configurable"},
		{component, `unknown: identity: "?"`, ""},
		{component, `kind: "unknown", unknown: identity: "?"`, ""},
		{component, `kind: "device", unknown: identity: "?"`, "kind"},
		{component, `unknown: port: "?"`, "only the identity of a component can be unknown, not its port"},
		{flow, `tcp|unknown: direction: "?"`, ""},
		{flow, `both|unknown: suffices: "?"`, ""},
		{flow, `tcp|both_ways: true, unknown: direction: "?"`, "both_ways contradicts unknown: direction"},
		{flow, `both|suffices: "one", unknown: suffices: "?"`, "suffices contradicts unknown: suffices"},
		{flow, `tcp|unknown: suffices: "?"`, "there is only one listener and one transport, so there is no choice"},
		{flow, `tcp|configurable: {}, unknown: configurable: "?"`, "configurable contradicts unknown: configurable"},
		{flow, `tcp|unknown: identity: "?"`, "a flow can have unknown direction, suffices and configurable, not identity"},
		{listener, `transports: ["tcp"], dynamic: ranges: [{from: 5, to: 6}, {from: 5, to: 6}]`, "ranges lists a range twice"},
		{listener, `transports: ["tcp"], dynamic: ranges: [{from: 5, to: 6, versions: from: "6"}]`, "name it under os"},
		{listener, `transports: ["tcp"], dynamic: ranges: [{from: 5, to: 6, os: ["windows", "linux"], versions: from: "6"}]`, ""},
		{listener, `transports: ["tcp"], dynamic: ranges: [{from: 5, to: 6, os: ["windows"], versions: {}}]`, "a range of releases needs from or before"},
		{listener, `transports: ["tcp"], dynamic: ranges: [{from: 5, to: 6, os: ["windows"], versions: from: "6"}]`, ""},
		{listener, `transports: ["tcp"], dynamic: mapper: "l"`, "listener l cannot be found through itself"},
		{listener, `transports: ["tcp"], port: 5, bind: "loopback-by-default", network: "the cluster network", same_on_peers: true`, ""},
		{listener, `transports: ["icmp"], bind: "loopback-by-default"`, "only tcp, udp and sctp can be bound to loopback"},
		{listener, `transports: ["icmp"], same_on_peers: true`, "only a port can be the same on all peers, and there is none"},
		{listener, `transports: ["tcp"], port: 5, bind: "cluster"`, `"cluster" is not a value for bind`},
		{listener, `transports: ["icmp"], bind: "loopback"`, "only tcp, udp and sctp can be bound to loopback"},
		{listener, `transports: ["icmp"], configurable: {}`, "only a port can be changed, and there is none"},
		{listener, `transports: ["tcp"], port: 5, configurable: {allowed: false, how: "H"}`, "a port that cannot be changed cannot have how"},
		{listener, `transports: ["tcp"], port: 5, configurable: {allowed: false, at: "installation"}`, "a port that cannot be changed cannot have at"},
		{listener, `transports: ["tcp"], port: 5, configurable: {how: "H", at: "installation"}`, ""},
		{listener, `transports: ["tcp"], port: 5, configurable: {allowed: false, since: "2"}`, "a port that cannot be changed cannot have since"},
		{listener, `transports: ["tcp"], port: 5, configurable: since: "2"`, ""},
		{listener, `transports: ["tcp"], dynamic: drawn: "session"`, ""},
		{listener, `transports: ["tcp"], dynamic: drawn: "connection"`, `"connection" is not a value for drawn`},
		{listener, `transports: ["tcp"], port: 5, opened_by_installer: "yes"`, `"yes" is not a value for opened_by_installer`},
		{listener, `transports: ["tcp"], port: 5, phase: "disaster-recovery"`, ""},
		{listener, `transports: ["tcp"], port: 5, phase: "disaster"`, `"disaster" is not a value for phase`},
		{listener, `transports: ["icmp"], icmp: [{type: 8}, {type: 8}]`, "icmp lists a message twice"},
		{listener, `transports: ["icmp", "icmpv6"], icmp: [{type: 8}]`, "icmp and icmpv6 have different message types"},
		{listener, `transports: ["icmp"], icmp: [{type: 8}, {type: 0}]`, ""},
		{listener, `transports: ["tcp"], port: 5, os: ["linux", "linux"]`, "os lists a system twice"},
		{listener, `transports: ["tcp"], port: 5, os: ["linux"], processes: windows: ["l.exe"]`, "processes on windows, which is not among the operating systems here"},
		{listener, `transports: ["tcp"], port: 5, versions: {}`, "a range of releases needs from or before"},
		{listener, `transports: ["tcp"], port: 5, os_versions: linux: {}`, "a range of releases needs from or before"},
		{listener, `transports: ["tcp"], port: 5, versions: {from: "2", before: "3"}`, ""},

		// Of a component.
		{component, `kind: "any", at: names: ["a.example.com"]`, "a component of kind any has no fixed location"},
		{component, `kind: "external", at: names: ["a.example.com"]`, ""},
		{component, `os: ["linux"], processes: windows: ["d.exe"]`, "processes on windows, which is not among the operating systems here"},

		{component, `kind: "external", at: names: ["*eh.servicebus.windows.net", "gcs*.example.com", "a*b.c-*.example.com", "*.local"]`, ""},
		{component, `kind: "external", at: names: ["a.*.com"]`, `"a.*.com" is not a value for names`},
		{component, `kind: "external", at: names: ["*com.example"]`, `"*com.example" is not a value for names`},
		{component, `kind: "external", at: names: ["**.example.com"]`, `"**.example.com" is not a value for names`},
		{component, `kind: "external", at: service_tags: ["AzureCloud", "AzureCloud.WestEurope", "EC2"]`, ""},
		{component, `kind: "external", at: service_tags: ["Azure Cloud"]`, `"Azure Cloud" is not a value for service_tags`},
		{component, `kind: "external", at: service_tags: ["10.0.0.0/8"]`, `"10.0.0.0/8" is not a value for service_tags`},
		{component, `kind: "external", at: service_tags: ["Sql", "Sql"]`, "service_tags lists a tag twice"},
		{component, `kind: "external", at: urls: ["https://example.com/a/b?c"]`, ""},
		{component, `kind: "external", at: urls: ["https://example.com"]`, `"https://example.com" is not a value for urls`},
		{component, `kind: "external", at: urls: ["https://example.com:8443/a"]`, `"https://example.com:8443/a" is not a value for urls`},
		{component, `kind: "external", at: urls: ["https://10.0.0.1/a"]`, `"https://10.0.0.1/a" is not a value for urls`},

		// Of a flow.
		{flow, `tcp|tls_inspection: "forbidden"`, ""},
		{flow, `tcp|tls_inspection: "no"`, `"no" is not a value for tls_inspection`},
		{flow, `ping|tls_inspection: "forbidden"`, "icmp does not carry TLS"},
		{flow, `tcp|transports: ["tcp", "tcp"]`, "transports lists a transport twice"},
		{flow, `tcp", "tcp|`, "to lists a listener of b twice"},
		{flow, `tcp|via: ["c", "c"]`, "via lists a component twice"},
		{flow, `tcp|via: ["a"]`, "a is an end of the flow, not on its way"},
		{flow, `tcp|via: ["b"]`, "b is an end of the flow, not on its way"},
		{flow, `tcp|via: ["c"]`, ""},
		{flow, `tcp|via: ["c"], scope: "same-host"`, "cannot go via another component"},
		{flow, `tcp|passes: ["c", "c"]`, "passes lists a component twice"},
		{flow, `tcp|passes: ["d"]`, "no component d in tool"},
		{flow, `tcp|passes: ["a"]`, "a is an end of the flow, not on its way"},
		{flow, `tcp|passes: ["c"], via: ["c"]`, "c is already listed under via"},
		{flow, `tcp|passes: ["c"], scope: "same-host"`, "passes no other component"},
		{flow, `tcp|passes: ["c"]`, ""},
		{flow, `tcp|scope: "nodes"`, "scope nodes needs the same component"},
		{flow, `tcp|delivery: "broadcast"`, "tcp cannot be broadcast"},
		{flow, `tcp|delivery: "multicast", groups: ["239.1.1.1"]`, "tcp cannot be multicast"},
		{flow, `both|delivery: "broadcast"`, "tcp cannot be broadcast"},
		{flow, `both|delivery: "broadcast", transports: ["udp"]`, ""},
		{flow, `sctp|delivery: "broadcast"`, "sctp cannot be broadcast"},
		{flow, `udp|delivery: "broadcast", scope: "same-host"`, "broadcast is for other hosts"},
		{flow, `udp|delivery: "multicast", persistent: true`, "multicast cannot keep a connection open"},
		{flow, `udp|delivery: "broadcast", family: "ipv6"`, "IPv6 has no broadcast"},
		{flow, `udp|delivery: "multicast", groups: ["239.1.1.1", "239.1.1.1"]`, "groups lists a group twice"},
		{flow, `udp|groups: ["239.1.1.1"]`, "only multicast has groups"},
		{flow, `udp|delivery: "multicast", groups: ["239.1.1.1"], family: "ipv4"`, ""},
		{flow, `ping|delivery: "broadcast"`, ""},
		{flow, `ping|source: port: 5`, "icmp has no ports, and so no source port"},
		{flow, `esp|source: same: true`, "esp has no ports, and so no source port"},
		{flow, `esp|transports: ["ip/50"]`, "ip/50 has a name: write esp"},
		{flow, `udp|source: {port: 5, ports: [6]}`, "source specifies its ports in one way"},
		{flow, `udp|source: {ports: [6, 6]}`, "port 6 is listed twice"},
		{flow, `udp|source: {}`, "source needs either same: true or ports"},
		{flow, `udp|source: same: true`, ""},
		{flow, `udp|reply: {transport: "udp", ports: [6, 6]}`, "port 6 is listed twice"},
		{flow, `udp|reply: {transport: "udp", port: 6}`, ""},
		{flow, `udp|reply: {transport: "udp", to_source: true, from: dynamic: ranges: [{from: 1024, to: 65535}]}`, ""},
		{flow, `udp|reply: {transport: "udp", to_source: true}`, ""},
		{flow, `udp|reply: {transport: "udp", to_source: true, port: 6}`, "a reply specifies its port in one way"},
		{flow, `udp|reply: {transport: "udp"}`, "a reply specifies its port in one way"},
		{flow, `udp|reply: {transport: "udp", port: 6, from: {port: 7, dynamic: {}}}`, "from specifies its port in one way"},
		{flow, `udp|source: same: true, reply: {transport: "udp", to_source: true}`, "the source port is the one that the request goes to"},
		{flow, `ping|family: "ipv6"`, "icmp is not sent over ipv6"},
		{flow, `ping6|family: "ipv4"`, "icmpv6 is not sent over ipv4"},
		{flow, `ping6|family: "ipv6"`, ""},
		{flow, `ping|persistent: true`, "icmp cannot keep a connection open"},
		{flow, `tcp|persistent: true`, ""},
		{flow, `tcp|suffices: "one"`, "there is no choice"},
		{flow, `both|suffices: "one", transports: ["tcp"]`, "there is no choice"},
		{flow, `both|suffices: "one"`, ""},
		{flow, `tcp", "udp|suffices: "one"`, ""},
		{flow, `setup|phase: "upgrade"`, "listener setup exists only in the phase installation, but the flow in the phase upgrade"},
		{flow, `setup|phase: "installation"`, ""},
		{flow, `tcp|configurable: {allowed: false, how: "H"}`, "a port that cannot be changed cannot have how"},
		{flow, `loop|`, "listener loop of b is bound to loopback, so other hosts cannot reach it"},
		{flow, `loop|scope: "same-host"`, ""},
		{flow, `tcp|both_ways_when: fast: ["on"]`, "both_ways_when needs both_ways: true"},
		{flow, `tcp|both_ways: true, both_ways_when: fats: ["on"]`, "no feature fats in tool"},
		{flow, `tcp|both_ways: true, both_ways_when: fast: ["yes"]`, "feature fast of tool has no value yes"},
		{flow, `tcp|both_ways: true, both_ways_when: fast: ["on"]`, ""},
		{flow, `tcp|talker_os: ["linux", "linux"]`, "talker_os lists a system twice"},
		{flow, `tcp|talker_os: ["linus"]`, `"linus" is not a value for talker_os`},
		{flow, `tcp|talker_os: ["linux"], os: ["linux"]`, "os is a former name of talker_os: use only one of them"},
		{flow, `tcp|talker_os: ["linux"], os_versions: linux: from: "5"`, "os is a former name of talker_os: use only one of them"},
		{flow, `tcp|talker_os: ["linux"], talker_os_versions: windows: from: "5"`, "releases of windows, which is not among the operating systems here"},
		{flow, `tcp|talker_os_versions: windows: {}`, "a range of releases needs from or before"},
		{flow, `tcp|talker_os: ["linux"], talker_os_versions: linux: from: "5"`, ""},
		{flow, `tcp|os: ["linux"], os_versions: linux: from: "5"`, ""},
		{"%s", `flows: f: {from: ["a", "a"], to: b: ["tcp"], purpose: "P", cite: ["tool/ports/1"]}`, "from lists a component twice"},
		{"%s", `flows: f: {from: ["b"], to: b: ["loop"], scope: "nodes", purpose: "P", cite: ["tool/ports/1"]}`, "bound to loopback"},
		{"%s", `flows: f: {from: ["b"], to: b: ["tcp"], scope: "nodes", purpose: "P", cite: ["tool/ports/1"]}`, ""},
		{"%s", `flows: f: {from: ["b"], to: {b: ["tcp"], c: ["udp"]}, scope: "nodes", purpose: "P", cite: ["tool/ports/1"]}`, "scope nodes needs the same component"},
		{"%s", `flows: f: {from: ["lan"], to: b: ["tcp"], scope: "same-host", purpose: "P", cite: ["tool/ports/1"]}`, "lan is a part of the network and cannot share a host"},
		{"%s", `flows: f: {from: ["a"], to: cloud: ["tcp"], family: "ipv6", purpose: "P", cite: ["tool/ports/1"]}`, "cloud has no ipv6 address"},
		{"%s", `flows: f: {from: ["a"], to: cloud: ["tcp"], family: "ipv4", purpose: "P", cite: ["tool/ports/1"]}`, ""},

		// Of a feature.
		{feature, `several: true`, "a switch is on or off"},
		{feature, `choices: {}`, "a choice needs values"},
		{feature, `needs: f: ["on"]`, "feature f cannot need itself"},
		{feature, `choices: {x: name: "X", y: name: "Y"}, several: true`, ""},

		// Of a rule.
		{rule, `together: ["a", "a"], forbid: true`, "together lists a component twice"},
		{rule, `together: ["a", "b"]`, "a rule needs at least one of"},
		{rule, `together: ["a", "b"], forbid: true`, ""},
		{rule, `together: ["a", "b"], provided: ["They agree."]`, ""},
		{rule, `together: ["a", "b"], forbid: true, move: b: tcp: 7`, "cannot change ports"},
		{rule, `together: ["a", "b"], move: b: tcp: 7`, ""},
		{rule, `together: ["a", "b"], move: b: ping: 7`, "listener ping of b has no port that can be moved"},
		{rule, `together: ["a", "b"], move: b: after: 7`, "the port of after is an offset from that of tcp"},
		{rule, `together: ["a", "b"], close: b: ["tcp", "tcp"]`, "close lists a listener of b twice"},
		{rule, `together: ["a", "b"], close: b: ["tcp"], move: b: tcp: 7`, "b.tcp is closed, so its port cannot be moved"},
		{rule, `together: ["b", "c"], close: b: ["udp"], share: u: {b: "udp", c: "udp"}`, "b.udp is closed, so it cannot share a socket"},
		{rule, `together: ["b", "c"], share: u: {b: "udp"}`, "a socket is shared by at least two components"},
		{rule, `together: ["b", "c"], share: u: {b: "tcp", c: "udp"}`, "listeners without a common transport cannot share a socket"},
		{rule, `together: ["b", "c"], share: u: {b: "udp", c: "udp"}`, ""},
	}
	files := schemaFiles(t)
	texts, dirs := make([]string, len(cases)), make([]string, len(cases))
	for i, c := range cases {
		args := []any{c.text}
		if c.form == flow {
			listener, rest, _ := strings.Cut(c.text, "|")
			args = []any{listener, rest}
		}
		texts[i] = fmt.Sprintf(c.form, args...)
		dirs[i] = "./" + toolID(i)
		product := strings.ReplaceAll(fmt.Sprintf(productTemplate, texts[i]), `"tool`, `"`+toolID(i))
		files[toolID(i)+"/tool.cue"] = &fstest.MapFile{Data: []byte(product)}
	}
	r, err := loadDirs(t.Context(), files, dirs)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]diag.List)
	for _, f := range r.Findings {
		found[f.Position.File] = append(found[f.Position.File], f)
	}
	for i, c := range cases {
		name := toolID(i) + "/tool.cue"
		var got []string
		for _, f := range found[name] {
			line := strings.Split(string(files[name].Data), "\n")[f.Position.Line-1]
			if want := strings.ReplaceAll(texts[i], `"tool`, `"`+toolID(i)); strings.TrimSpace(line) != want {
				t.Errorf("%s: found in line %d, %s: %s", texts[i], f.Position.Line, line, f.Message)
			}
			got = append(got, strings.ReplaceAll(f.Message, toolID(i), "tool"))
		}
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%s: %q", texts[i], got)
		case c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)):
			t.Errorf("%s: %q, want %q", texts[i], got, c.want)
		}
		delete(found, name)
	}
	for name, list := range found {
		t.Errorf("in no product: %s: %v", name, list)
	}
}

// toolID returns the id of the product with a statement.
func toolID(i int) string { return fmt.Sprint("tool-", i) }

// schemaFiles returns the schema and the module file of the repository.
func schemaFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := make(fstest.MapFS)
	for _, pattern := range []string{"schema/*.cue", "cue.mod/module.cue"} {
		names, err := fs.Glob(workspace.Bundle(), pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			data, err := fs.ReadFile(workspace.Bundle(), name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: data}
		}
	}
	return files
}
