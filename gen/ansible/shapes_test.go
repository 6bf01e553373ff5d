package ansible

import (
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// A shape is a statement that a vendor's table can contain, and the rules for it.
type shape struct {
	name     string
	product  *model.Product
	rules    []string // as rulesText shows them
	findings []string // severity and the end of the message
}

// pair returns a rule as it is in the lists of both ends.
func pair(rule string) []string {
	return []string{"server in " + rule, "client out " + rule}
}

var tcp8443 = model.Listener{PortStatement: model.PortStatement{Ports: single(8443)}}

func TestPortShapes(t *testing.T) {
	runShapes(t, []shape{
		{name: "one port", product: talk(tcp8443, model.Flow{}), rules: pair("tcp 8443 client>server")},
		{
			name: "list", product: talk(model.Listener{PortStatement: model.PortStatement{Ports: single(389, 636)}}, model.Flow{}),
			rules: []string{
				"server in tcp 389 client>server", "server in tcp 636 client>server",
				"client out tcp 389 client>server", "client out tcp 636 client>server",
			},
		},
		{
			name: "range", product: talk(model.Listener{
				Transports: []string{"udp"}, PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 20, To: 21}}},
			}, model.Flow{}),
			rules: pair("udp 20-21 client>server"),
		},
		{
			name: "two transports, one used", product: talk(model.Listener{
				Transports: []string{"tcp", "udp"}, PortStatement: model.PortStatement{Ports: single(53)},
			}, model.Flow{Transports: []string{"udp"}}),
			rules: pair("udp 53 client>server"),
		},
		{
			name: "one of several", product: talk(model.Listener{PortStatement: model.PortStatement{Ports: single(80, 8080), OneOf: true}}, model.Flow{}),
			rules: []string{
				"server in tcp 80 client>server one_of=[80 8080]", "server in tcp 8080 client>server one_of=[80 8080]",
				"client out tcp 80 client>server one_of=[80 8080]", "client out tcp 8080 client>server one_of=[80 8080]",
			},
			findings: []string{"warning no rule until the site chooses one of 80, 8080"},
		},
		{
			name: "fallback", product: talk(model.Listener{PortStatement: model.PortStatement{Ports: single(8443), Fallback: single(443)}}, model.Flow{}),
			rules: []string{
				"server in tcp 8443 client>server", "server in tcp 443 client>server fallback",
				"client out tcp 8443 client>server", "client out tcp 443 client>server fallback",
			},
		},
		{
			name: "offset", product: talk(model.Listener{PortStatement: model.PortStatement{
				Ports: single(5002), Offset: &model.Offset{Setting: "base port", Base: 5000, Plus: 2},
			}}, model.Flow{}),
			rules: pair("tcp 5002 client>server"),
		},
		{
			name: "offset from a listener", product: talk(model.Listener{PortStatement: model.PortStatement{
				Ports: single(4998), Offset: &model.Offset{Of: "other", Base: 5000, Plus: -2},
			}}, model.Flow{}),
			rules:    pair("tcp 4998 client>server"),
			findings: []string{"info the port follows from that of other, but the rule does not"},
		},
		{
			name: "dynamic", product: talk(model.Listener{PortStatement: model.PortStatement{Dynamic: &model.Dynamic{}}}, model.Flow{}),
			rules:    pair("tcp client>server"),
			findings: []string{"warning no rule, as its port is chosen at run time, from an unknown range"},
		},
		{
			name: "count", product: talk(model.Listener{PortStatement: model.PortStatement{Count: 3}}, model.Flow{}),
			rules:    pair("tcp client>server"),
			findings: []string{"warning no rule, as only the number of its ports, 3, is known"},
		},
		{
			name: "undocumented", product: talk(model.Listener{PortStatement: model.PortStatement{Unknown: model.Unknown{model.AspectPort: "Never said"}}}, model.Flow{}),
			rules:    pair("tcp client>server"),
			findings: []string{"warning no rule, as its port is not documented"},
		},
	})
}

func TestDynamicRanges(t *testing.T) {
	windows := []string{"windows"}
	ranges := []model.DynamicRange{
		{PortRange: model.PortRange{From: 49152, To: 65535}, OS: windows, Versions: &model.Versions{From: "6.0"}},
		{PortRange: model.PortRange{From: 1025, To: 5000}, OS: windows, Versions: &model.Versions{Before: "6.0"}},
		{PortRange: model.PortRange{From: 32768, To: 60999}, OS: []string{"linux"}},
	}
	odd := []model.DynamicRange{{PortRange: model.PortRange{From: 49152, To: 65535}, Versions: &model.Versions{From: "Vista"}}}
	statement := func(ranges []model.DynamicRange) model.PortStatement {
		return model.PortStatement{Dynamic: &model.Dynamic{Mapper: "mapper", Ranges: ranges}}
	}
	runShapes(t, []shape{
		{
			name: "by operating system", product: talk(model.Listener{PortStatement: statement(ranges)}, model.Flow{}),
			rules: []string{
				"server in tcp 49152-65535 client>server when=[on windows os from 6.0]",
				"server in tcp 1025-5000 client>server when=[on windows os before 6.0]",
				"server in tcp 32768-60999 client>server when=[on linux]",
				"client out tcp 49152-65535 client>server when=[peer on windows peer os from 6.0]",
				"client out tcp 1025-5000 client>server when=[peer on windows peer os before 6.0]",
				"client out tcp 32768-60999 client>server when=[peer on linux]",
			},
		},
		{
			// The ports of the way back are opened at the talker, and its system decides.
			name: "both ways", product: talk(model.Listener{
				PortStatement: statement(ranges), Conditions: model.Conditions{OS: []string{"linux", "windows"}},
			}, model.Flow{BothWays: true, Conditions: model.Conditions{OS: windows, OSVersions: map[string]*model.Versions{"windows": {From: "10"}}}}),
			rules: []string{
				"client in tcp 1025-5000 server>client way=reverse both_ways when=[peer on linux|windows on windows os before 6.0 windows from 10]",
				"client in tcp 49152-65535 server>client way=reverse both_ways when=[peer on linux|windows on windows os from 6.0 windows from 10]",
				"client out tcp 1025-5000 client>server both_ways when=[on windows peer on windows peer os before 6.0 windows from 10]",
				"client out tcp 32768-60999 client>server both_ways when=[on windows peer on linux windows from 10]",
				"client out tcp 49152-65535 client>server both_ways when=[on windows peer on windows peer os from 6.0 windows from 10]",
				"server in tcp 1025-5000 client>server both_ways when=[peer on windows on windows os before 6.0 peer windows from 10]",
				"server in tcp 32768-60999 client>server both_ways when=[peer on windows on linux peer windows from 10]",
				"server in tcp 49152-65535 client>server both_ways when=[peer on windows on windows os from 6.0 peer windows from 10]",
				"server out tcp 1025-5000 server>client way=reverse both_ways when=[on linux|windows peer on windows peer os before 6.0 peer windows from 10]",
				"server out tcp 49152-65535 server>client way=reverse both_ways when=[on linux|windows peer on windows peer os from 6.0 peer windows from 10]",
			},
		},
		{
			name: "on a listener of one system", product: talk(model.Listener{
				PortStatement: statement(ranges), Conditions: model.Conditions{OS: []string{"linux"}},
			}, model.Flow{}),
			rules: []string{
				"server in tcp 32768-60999 client>server when=[on linux]",
				"client out tcp 32768-60999 client>server when=[peer on linux]",
			},
		},
		{
			name: "releases that are names", product: talk(model.Listener{PortStatement: statement(odd)}, model.Flow{}),
			rules:    pair("tcp 49152-65535 client>server"),
			findings: []string{`info the rule for 49152-65535 is for all releases of the operating system, as Ansible cannot compare "Vista"`},
		},
	})
}

func TestProtocolShapes(t *testing.T) {
	code := 0
	runShapes(t, []shape{
		{
			name: "icmp, one type", product: talk(model.Listener{Transports: []string{"icmp"}, ICMP: []model.ICMP{{Type: 8, Code: &code}}}, model.Flow{}),
			rules:    pair("icmp client>server icmp_type=8 icmp_code=0 family=ipv4"),
			findings: []string{"info ufw cannot permit ICMP messages, and firewalld only all of them"},
		},
		{
			name: "icmpv6, two types", product: talk(model.Listener{Transports: []string{"icmpv6"}, ICMP: []model.ICMP{{Type: 128}, {Type: 129}}}, model.Flow{}),
			rules: []string{
				"server in icmpv6 client>server icmp_type=128 family=ipv6", "server in icmpv6 client>server icmp_type=129 family=ipv6",
				"client out icmpv6 client>server icmp_type=128 family=ipv6", "client out icmpv6 client>server icmp_type=129 family=ipv6",
			},
			findings: []string{"info ufw cannot permit ICMP messages, and firewalld only all of them"},
		},
		{
			name: "icmp, all of it", product: talk(model.Listener{Transports: []string{"icmp"}}, model.Flow{}),
			rules:    pair("icmp client>server family=ipv4"),
			findings: []string{"info ufw cannot permit ICMP messages, and firewalld only all of them"},
		},
		{name: "esp", product: talk(model.Listener{Transports: []string{"esp"}}, model.Flow{}), rules: pair("50 client>server")},
		{
			name: "vrrp", product: talk(model.Listener{Transports: []string{"vrrp"}}, model.Flow{}),
			rules:    pair("112 client>server"),
			findings: []string{"info ufw cannot permit IP protocol 112"},
		},
		{
			name: "sctp", product: talk(model.Listener{Transports: []string{"sctp"}, PortStatement: model.PortStatement{Ports: single(3868)}}, model.Flow{}),
			rules:    pair("sctp 3868 client>server"),
			findings: []string{"info ufw cannot permit SCTP, and Windows only all ports of it"},
		},
	})
}

func TestFlowShapes(t *testing.T) {
	nodes := talk(tcp8443, model.Flow{Scope: "nodes", BothWays: true})
	nodes.Flows[0].From = []string{"server"}
	runShapes(t, []shape{
		{name: "same host", product: talk(tcp8443, model.Flow{Scope: "same-host"})},
		{name: "loopback", product: talk(model.Listener{Bind: "loopback", PortStatement: model.PortStatement{Ports: single(8000)}}, model.Flow{})},
		{name: "same host, no port", product: talk(model.Listener{PortStatement: model.PortStatement{Count: 2}}, model.Flow{Scope: "same-host"})},
		{
			name: "nodes", product: nodes,
			rules: []string{"server in tcp 8443 server>server both_ways", "server out tcp 8443 server>server both_ways"},
		},
		{
			name: "both ways", product: talk(tcp8443, model.Flow{BothWays: true}),
			rules: []string{
				"client in tcp 8443 server>client way=reverse both_ways", "server in tcp 8443 client>server both_ways",
				"client out tcp 8443 client>server both_ways", "server out tcp 8443 server>client way=reverse both_ways",
			},
		},
		{name: "persistent", product: talk(tcp8443, model.Flow{Persistent: true, Optional: true}), rules: pair("tcp 8443 client>server optional")},
		{
			name: "reply", product: talk(tcp8443, model.Flow{Reply: &model.Reply{Transport: "udp", Ports: single(68)}}),
			rules: []string{
				"client in udp 68 server>client way=reply", "server in tcp 8443 client>server",
				"client out tcp 8443 client>server", "server out udp 68 server>client way=reply",
			},
		},
		{
			name: "reply to a dynamic port", product: talk(tcp8443, model.Flow{Reply: &model.Reply{Transport: "udp", Dynamic: &model.Dynamic{}}}),
			rules: []string{
				"server in tcp 8443 client>server", "client out tcp 8443 client>server",
				"client in udp server>client way=reply", "server out udp server>client way=reply",
			},
			findings: []string{"warning no rule for the reply, as its port is chosen at run time, from an unknown range"},
		},
		{
			name: "via", product: talk(tcp8443, model.Flow{Via: []string{"proxy"}}), rules: pair("tcp 8443 client>server via=[proxy]"),
			findings: []string{"info its ends may also talk to proxy, which carries it; the rules of that host itself are not included"},
		},
		{
			name: "source ports", product: talk(tcp8443, model.Flow{Source: &model.SourcePorts{Ports: []model.PortRange{{From: 1024, To: 65535}}}}),
			rules:    pair("tcp 8443 client>server source_ports=[1024-65535]"),
			findings: []string{"info firewalld ignores source ports, and permits all of them"},
		},
		{
			name: "the same source port", product: talk(tcp8443, model.Flow{Source: &model.SourcePorts{Same: true}}),
			rules:    pair("tcp 8443 client>server source_ports=[8443]"),
			findings: []string{"info firewalld ignores source ports, and permits all of them"},
		},
		{
			name: "one is enough, after others", product: talk(tcp8443, model.Flow{Suffices: "one", InsteadOf: []string{"first-try"}}),
			rules:    pair("tcp 8443 client>server suffices=one instead_of=[first_try]"),
			findings: []string{"info all connections of the flow get rules, although one of them is enough"},
		},
		{name: "ipv6", product: talk(tcp8443, model.Flow{Family: "ipv6"}), rules: pair("tcp 8443 client>server family=ipv6")},
		{
			name: "broadcast", product: talk(tcp8443, model.Flow{Delivery: "broadcast"}), rules: pair("tcp 8443 client>server delivery=broadcast"),
			findings: []string{"warning no rule lets it out, as the broadcast address depends on the sender's network"},
		},
		{
			name: "multicast", product: talk(tcp8443, model.Flow{Delivery: "multicast", Groups: []string{"224.0.0.251", "ff02::fb"}}),
			rules: pair("tcp 8443 client>server delivery=multicast groups=[224.0.0.251 ff02::fb]"),
		},
		{
			name: "any, zone and unknown", product: edit(talk(tcp8443, model.Flow{}), func(p *model.Product) {
				p.Components[1].Kind = model.Any
				p.Components = append(p.Components, &model.Component{ID: "dmz", Kind: model.Zone}, &model.Component{ID: "whoever", Kind: model.UnknownKind})
				p.Flows[0].From = []string{"client", "dmz", "whoever"}
			}),
			rules: []string{
				"server in tcp 8443 client+dmz+whoever>server", "client out tcp 8443 client+dmz+whoever>server",
				"dmz out tcp 8443 client+dmz+whoever>server", "whoever out tcp 8443 client+dmz+whoever>server",
			},
		},
	})
}

func TestConditionShapes(t *testing.T) {
	windows, linux := []string{"windows"}, []string{"linux"}
	runShapes(t, []shape{
		{
			name: "features of flow and listener", product: talk(
				model.Listener{PortStatement: tcp8443.PortStatement, Conditions: model.Conditions{When: model.When{"cache": {{"on"}}}}},
				model.Flow{Conditions: model.Conditions{When: model.When{"database": {{"own", "sql-server"}}}}},
			),
			rules: pair("tcp 8443 client>server when=[cache=on database=own|sql_server]"),
		},
		{
			name: "operating systems and phase", product: talk(
				model.Listener{PortStatement: tcp8443.PortStatement, Conditions: model.Conditions{OS: linux}},
				model.Flow{Conditions: model.Conditions{OS: windows, Phase: "installation"}},
			),
			rules: []string{
				"server in tcp 8443 client>server when=[peer on windows on linux during installation]",
				"client out tcp 8443 client>server when=[on windows peer on linux during installation]",
			},
		},
		{
			name: "releases of systems", product: talk(
				model.Listener{PortStatement: tcp8443.PortStatement, Conditions: model.Conditions{OSVersions: map[string]*model.Versions{"unix": {From: "6"}}}},
				model.Flow{Conditions: model.Conditions{OSVersions: map[string]*model.Versions{"windows": {From: "6.1", Before: "10.0.17763"}, "linux": {Before: "R2"}}}},
			),
			rules: []string{
				"server in tcp 8443 client>server when=[peer windows from 6.1 peer windows before 10.0.17763 unix from 6]",
				"client out tcp 8443 client>server when=[windows from 6.1 windows before 10.0.17763 peer unix from 6]",
			},
			findings: []string{`info the rule is for all releases of linux, as Ansible cannot compare "R2"`},
		},
		{
			name: "releases", product: talk(
				model.Listener{PortStatement: tcp8443.PortStatement, Conditions: model.Conditions{Versions: &model.Versions{From: "12.2", Before: "14"}}},
				model.Flow{Conditions: model.Conditions{Versions: &model.Versions{From: "12.10", Before: "13.5"}}},
			),
			rules: pair("tcp 8443 client>server when=[from 12.10 before 13.5]"),
		},
		{
			name: "releases that are names", product: talk(tcp8443, model.Flow{Conditions: model.Conditions{Versions: &model.Versions{From: "R2"}}}),
			rules:    pair("tcp 8443 client>server"),
			findings: []string{`info the rule is for all releases, as Ansible cannot compare "R2", "12.04"`},
		},
		{
			name: "a talker with a condition of its own", product: edit(talk(tcp8443, model.Flow{}), func(p *model.Product) {
				p.Components[2].When = model.When{"cache": {{"on"}}}
				p.Flows[0].From = []string{"client", "proxy"}
			}),
			rules: []string{
				"server in tcp 8443 client>server", "server in tcp 8443 proxy>server when=[cache=on]",
				"client out tcp 8443 client>server", "proxy out tcp 8443 proxy>server when=[cache=on]",
			},
		},
		{
			name: "nothing in common", product: edit(talk(tcp8443, model.Flow{Conditions: model.Conditions{OS: windows}}), func(p *model.Product) {
				p.Components[1].OS = linux
			}),
			findings: []string{"warning no rule for client, as no operating system is both windows and linux"},
		},
		{
			name: "features with nothing in common", product: talk(
				model.Listener{PortStatement: tcp8443.PortStatement, Conditions: model.Conditions{When: model.When{"cache": {{"on"}}}}},
				model.Flow{Conditions: model.Conditions{When: model.When{"cache": {{"off"}}}}},
			),
			findings: []string{"warning no rule for client, as no value of cache suits all of its parts"},
		},
	})
}

func runShapes(t *testing.T, shapes []shape) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			vars := varsOf(t, s.product)
			want := s.rules
			got := rulesText(vars, "demo")
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("rules\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
			if names := ruleNames(vars, "demo"); len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
				t.Errorf("names are not unique: %q", names)
			}
			_, findings := Generate(&model.Catalog{Products: []*model.Product{s.product}})
			if !slices.Equal(findingTexts(findings), s.findings) {
				t.Errorf("findings %q, want %q", findingTexts(findings), s.findings)
			}
			for _, f := range findings {
				if f.Code != "PS4301" || f.Position.Line != 7 || f.Path != "product.flows.f" {
					t.Errorf("%s at %s, path %s; want PS4301 at line 7", f.Code, f.Position, f.Path)
				}
			}
		})
	}
}
