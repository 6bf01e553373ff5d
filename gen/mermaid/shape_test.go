package mermaid

import (
	"regexp"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// Each shape of a port, a flow and a condition, and the arrow that is drawn of
// it.
func TestArrows(t *testing.T) {
	type (
		product  = model.Product
		socket   = model.Listener
		conn     = model.Flow
		dynamics = []model.DynamicRange
	)
	wide := model.PortRange{From: 49152, To: 65535}
	zero := 0
	for _, c := range []struct {
		name   string
		change func(p *product, l *socket, f *conn)
		want   string
	}{
		{"port", func(*product, *socket, *conn) {}, `c_client -->|"tcp/443"| c_server`},
		{"list", func(_ *product, l *socket, _ *conn) { l.PortStatement = ports(902, 443) }, `c_client -->|"tcp/443, 902"| c_server`},
		{
			"long list", func(_ *product, l *socket, _ *conn) { l.PortStatement = ports(1001, 1002, 1003, 1004, 1005) },
			`c_client -->|"tcp/1001, 1002, 1003,<br/>1004, 1005"| c_server`,
		},
		{
			"ranges", func(_ *product, l *socket, _ *conn) {
				l.Ports = []model.PortRange{{From: 5000, To: 5010}, {From: 80, To: 80}}
			},
			`c_client -->|"tcp/80, 5000-5010"| c_server`,
		},
		{
			"dynamic", func(_ *product, l *socket, _ *conn) { l.PortStatement = model.PortStatement{Dynamic: &model.Dynamic{}} },
			`c_client -->|"tcp/dynamic"| c_server`,
		},
		{"dynamic range", func(_ *product, l *socket, _ *conn) {
			l.PortStatement = model.PortStatement{Dynamic: &model.Dynamic{Ranges: dynamics{{PortRange: wide}}}}
		}, `c_client -->|"tcp/dynamic 49152-65535"| c_server`},
		{"dynamic ranges by system", func(_ *product, l *socket, _ *conn) {
			l.PortStatement = model.PortStatement{Dynamic: &model.Dynamic{Ranges: dynamics{
				{PortRange: wide, OS: []string{"windows"}}, {PortRange: model.PortRange{From: 1025, To: 5000}}, {PortRange: wide, OS: []string{"linux"}},
			}}}
		}, `c_client -->|"tcp/dynamic 1025-5000 or<br/>49152-65535"| c_server`},
		{"fallback", func(_ *product, l *socket, _ *conn) { l.Fallback = ports(80, 8080).Ports }, `c_client -->|"tcp/443 else 80 or 8080"| c_server`},
		{"one of", func(_ *product, l *socket, _ *conn) { l.PortStatement, l.OneOf = ports(8080, 443), true }, `c_client -->|"tcp/443 or 8080"| c_server`},
		{"offset", func(_ *product, l *socket, _ *conn) {
			l.PortStatement = ports(10010)
			l.Offset = &model.Offset{Setting: "base", Base: 10000, Plus: 10}
		}, `c_client -->|"tcp/10010"| c_server`},
		{
			"count", func(_ *product, l *socket, _ *conn) { l.PortStatement = model.PortStatement{Count: 2} },
			`c_client -->|"tcp/2 unknown ports"| c_server`,
		},
		{
			"undocumented", func(_ *product, l *socket, _ *conn) {
				l.PortStatement = model.PortStatement{Unknown: model.Unknown{model.AspectPort: "why"}}
			},
			`c_client -->|"tcp/port not documented"| c_server`,
		},

		{"several transports", func(_ *product, l *socket, _ *conn) { l.Transports = []string{"udp", "tcp"} }, `c_client -->|"tcp+udp/443"| c_server`},
		{"one of the transports", func(_ *product, l *socket, f *conn) {
			l.Transports, f.Transports = []string{"udp", "tcp"}, []string{"udp"}
		}, `c_client -->|"udp/443"| c_server`},
		{"icmp", func(_ *product, l *socket, _ *conn) { l.Transports, l.Ports = []string{"icmp"}, nil }, `c_client -->|"icmp"| c_server`},
		{"icmp messages", func(_ *product, l *socket, _ *conn) {
			l.Transports, l.Ports, l.ICMP = []string{"icmpv6"}, nil, []model.ICMP{{Type: 8, Code: &zero}, {Type: 13}}
		}, `c_client -->|"icmpv6<br/>(type 8 code 0, type 13)"| c_server`},
		{"ip protocol", func(_ *product, l *socket, _ *conn) { l.Transports, l.Ports = []string{"esp"}, nil }, `c_client -->|"esp"| c_server`},
		{"sctp", func(_ *product, l *socket, _ *conn) { l.Transports = []string{"sctp"} }, `c_client -->|"sctp/443"| c_server`},

		{"loopback", func(_ *product, l *socket, _ *conn) { l.Bind = "loopback" }, `c_client -->|"tcp/443 (same host)"| c_server`},
		{"same host", func(_ *product, _ *socket, f *conn) { f.Scope = "same-host" }, `c_client -->|"tcp/443 (same host)"| c_server`},
		{"nodes", func(_ *product, _ *socket, f *conn) { f.From, f.Scope = []string{"server"}, "nodes" }, `c_server -->|"tcp/443"| c_server`},
		{"several talkers", func(_ *product, _ *socket, f *conn) { f.From = []string{"client", "server"} }, `c_client -->|"tcp/443"| c_server
c_server -->|"tcp/443"| c_server`},
		{"both ways", func(_ *product, _ *socket, f *conn) { f.BothWays = true }, `c_client <-->|"tcp/443"| c_server`},
		{"both ways and optional", func(_ *product, _ *socket, f *conn) { f.BothWays, f.Optional = true, true }, `c_client <-.->|"tcp/443"| c_server`},
		{"both ways beside one way", func(p *product, _ *socket, f *conn) {
			other := *f
			other.BothWays = true
			p.Flows = append(p.Flows, &other)
		}, `c_client -->|"tcp/443"| c_server
c_client <-->|"tcp/443"| c_server`},
		{"reply", func(_ *product, _ *socket, f *conn) {
			f.Reply = &model.Reply{Transport: "udp", Ports: ports(5000).Ports}
		}, `c_client -->|"tcp/443<br/>(answered to udp/5000)"| c_server`},
		{"dynamic reply", func(_ *product, _ *socket, f *conn) {
			f.Reply = &model.Reply{Transport: "udp", Dynamic: &model.Dynamic{Ranges: dynamics{{PortRange: wide}}}}
		}, `c_client -->|"tcp/443 (answered to<br/>udp/dynamic 49152-65535)"| c_server`},
		{"via", func(p *product, _ *socket, f *conn) {
			p.Components = append(p.Components, component("proxy", model.Software))
			f.Via = []string{"proxy"}
		}, `c_client -->|"tcp/443 (via The proxy)"| c_server`},
		{
			"source port", func(_ *product, _ *socket, f *conn) { f.Source = &model.SourcePorts{Ports: ports(68).Ports} },
			`c_client -->|"tcp/443 (from 68)"| c_server`,
		},
		{
			"same source port", func(_ *product, _ *socket, f *conn) { f.Source = &model.SourcePorts{Same: true} },
			`c_client -->|"tcp/443<br/>(from the same port)"| c_server`,
		},
		{
			"multicast", func(_ *product, _ *socket, f *conn) { f.Delivery, f.Groups = "multicast", []string{"224.0.0.251"} },
			`c_client -->|"tcp/443<br/>(multicast, 224.0.0.251)"| c_server`,
		},
		{
			"broadcast", func(_ *product, _ *socket, f *conn) { f.Delivery, f.Family = "broadcast", "ipv4" },
			`c_client -->|"tcp/443 (broadcast, IPv4)"| c_server`,
		},
		{
			"one is enough", func(_ *product, l *socket, f *conn) { f.Suffices, l.Transports = "one", []string{"tcp", "udp"} },
			`c_client -->|"tcp+udp/443<br/>(one is enough for use)"| c_server`,
		},
		{
			"instead of another", func(_ *product, _ *socket, f *conn) { f.InsteadOf = []string{"first"} },
			`c_client -->|"tcp/443<br/>(instead of first)"| c_server`,
		},
		{"persistent, noted, configurable", func(_ *product, l *socket, f *conn) {
			f.Persistent, f.Note, l.Configurable = true, "note", &model.Configurable{Allowed: true, How: "how"}
		}, `c_client -->|"tcp/443"| c_server`},

		{"optional", func(_ *product, _ *socket, f *conn) { f.Optional = true }, `c_client -.->|"tcp/443"| c_server`},
		{"needs what is off", func(_ *product, _ *socket, f *conn) { f.When = model.When{"mail": {"on"}} }, `c_client -.->|"tcp/443 if Mail"| c_server`},
		{"needs what is on", func(_ *product, _ *socket, f *conn) { f.When = model.When{"plain": {"on"}} }, `c_client -->|"tcp/443"| c_server`},
		{"needs off what is on", func(_ *product, l *socket, _ *conn) { l.When = model.When{"plain": {"off"}} }, `c_client -.->|"tcp/443 if not Plain text"| c_server`},
		{"needs a choice", func(_ *product, _ *socket, f *conn) { f.When = model.When{"store": {"cloud"}} }, `c_client -.->|"tcp/443 if Store is Cloud"| c_server`},
		{"needs any choice", func(_ *product, _ *socket, f *conn) { f.When = model.When{"store": {"disk", "cloud"}} }, `c_client -->|"tcp/443"| c_server`},
		{"needs two features", func(_ *product, _ *socket, f *conn) {
			f.When = model.When{"store": {"cloud"}, "mail": {"on"}}
		}, `c_client -.->|"tcp/443<br/>if Mail, Store is Cloud"| c_server`},
		{"needs too much to say", func(p *product, _ *socket, f *conn) {
			p.Features[0].Name = strings.Repeat("Mail ", 10)
			f.When = model.When{"mail": {"on"}}
		}, `c_client -.->|"tcp/443"| c_server`},
		{
			"condition of the listening component", func(p *product, _ *socket, _ *conn) { p.Components[1].When = model.When{"mail": {"on"}} },
			`c_client -.->|"tcp/443"| c_server`,
		},
		{
			"condition of the talker", func(p *product, _ *socket, _ *conn) { p.Components[0].When = model.When{"mail": {"on"}} },
			`c_client -.->|"tcp/443"| c_server`,
		},
		{"system", func(_ *product, _ *socket, f *conn) { f.OS = []string{"windows", "linux"} }, `c_client -.->|"tcp/443<br/>on windows or linux"| c_server`},
		{"system of the listener", func(_ *product, l *socket, _ *conn) { l.OS = []string{"linux"} }, `c_client -.->|"tcp/443 to linux"| c_server`},
		{
			"releases", func(_ *product, _ *socket, f *conn) { f.Versions = &model.Versions{From: "12.1", Before: "13"} },
			`c_client -.->|"tcp/443 from release<br/>12.1, before release 13"| c_server`,
		},
		{"releases of systems", func(_ *product, l *socket, f *conn) {
			f.OSVersions = map[string]*model.Versions{"windows": {Before: "10"}}
			l.OSVersions = map[string]*model.Versions{"linux": {From: "5"}}
		}, `c_client -.->|"tcp/443 on windows before<br/>release 10, to linux from<br/>release 5"| c_server`},
		{"phase", func(_ *product, _ *socket, f *conn) { f.Phase = "installation" }, `c_client -.->|"tcp/443<br/>during installation"| c_server`},
		{
			"feature and phase", func(_ *product, _ *socket, f *conn) { f.When, f.Phase = model.When{"mail": {"on"}}, "upgrade" },
			`c_client -.->|"tcp/443<br/>if Mail, during upgrade"| c_server`,
		},
		{"off until", func(_ *product, l *socket, _ *conn) { l.OffUntil = "asked" }, `c_client -.->|"tcp/443 once switched on"| c_server`},

		{"merged", func(p *product, _ *socket, f *conn) {
			p.Components[1].Listeners = append(p.Components[1].Listeners, listener("ldap", "tcp+udp", ports(389)), listener("alt", "tcp", ports(80)))
			p.Flows = append(p.Flows, flow("again", "client", "server", "ldap", "alt", "web"))
		}, `c_client -->|"tcp/80, 443<br/>tcp+udp/389"| c_server`},
		{"merged with what is not always there", func(p *product, _ *socket, _ *conn) {
			p.Components[1].Listeners = append(p.Components[1].Listeners, listener("alt", "tcp+udp", ports(80)), listener("other", "tcp", ports(81)))
			some := flow("some", "client", "server", "alt")
			some.When = model.When{"mail": {"on"}}
			more := flow("more", "client", "server", "other", "web")
			more.Optional = true
			p.Flows = append(p.Flows, some, more)
		}, `c_client -->|"tcp/443<br/>[tcp/81]<br/>[tcp+udp/80 if Mail]"| c_server`},
		{"two conditions", func(p *product, _ *socket, f *conn) {
			other := *f
			f.When, other.When = model.When{"mail": {"on"}}, model.When{"store": {"cloud"}}
			p.Flows = append(p.Flows, &other)
		}, `c_client -.->|"tcp/443"| c_server`},
		{"a condition and a stricter one", func(p *product, _ *socket, f *conn) {
			other := *f
			f.When, other.When = model.When{"mail": {"on"}, "store": {"cloud"}}, model.When{"mail": {"on"}}
			p.Flows = append(p.Flows, &other)
		}, `c_client -.->|"tcp/443 if Mail"| c_server`},
		{"conditions that contradict", func(p *product, l *socket, f *conn) {
			l.When, f.When = model.When{"mail": {"on"}}, model.When{"mail": {"off"}}
		}, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := arrowsOf(Product(small(c.change))); got != c.want {
				t.Errorf("drew\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func arrowsOf(file string) string {
	var lines []string
	for _, line := range strings.Split(file, "\n") {
		if arrowLine.MatchString(line) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines, "\n")
}

func TestBoxes(t *testing.T) {
	file := Product(everyShape().Products[0])
	for _, want := range []string{
		`  subgraph g_clients["Clients"]
    c_admin("The admin"):::external
  end
`,
		`  subgraph g_devices["Devices"]
    c_end(["The end<br/>#42;.example.com<br/>a.example.com<br/>192.0.2.1<br/>and more"]):::device
  end
`,
		`  subgraph g_product["Every shape 2.0"]
    c_server["<br/><br/><br/>The server<br/><br/><br/><br/>"]:::software
    c_default["The default"]:::software
    c_proxy["The proxy"]:::software
    c_alone["The alone"]:::software
    c_bundled["The bundled 3.8"]:::software
`,
		`  subgraph g_services["Shared services"]
    c_directory[["Directory"]]:::service
    c_database[("Database")]:::database
  end
`,
		`  subgraph g_external["External systems"]
    c_cloud("The cloud"):::external
  end
`,
		`  subgraph g_zones["Zones"]
    c_dmz[/"The dmz"/]:::zone
  end
`,
		`  subgraph g_elsewhere["Anywhere or not named"]
    c_anyone{{"The anyone"}}:::anybody
    c_nobody>"The nobody"]:::unknown
  end
`,
	} {
		if !strings.Contains(file, want) {
			t.Errorf("lacks\n%s\nin\n%s", want, file)
		}
	}
}

func TestLegend(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(p *model.Product, l *model.Listener, f *model.Flow)
		want   string
	}{
		{"nothing to explain", func(*model.Product, *model.Listener, *model.Flow) {}, ""},
		{
			"all dotted", func(_ *model.Product, _ *model.Listener, f *model.Flow) { f.Optional = true },
			"dotted or [in brackets]:|only with other settings,|or optional",
		},
		{"dashed box", func(p *model.Product, _ *model.Listener, _ *model.Flow) {
			x := component("x", model.Software)
			x.When = model.When{"mail": {"on"}}
			p.Components = append(p.Components, x)
		}, "solid: by default|dotted or [in brackets]:|only with other settings,|or optional"},
		{"in brackets", func(p *model.Product, _ *model.Listener, f *model.Flow) {
			p.Components[1].Listeners = append(p.Components[1].Listeners, listener("alt", "tcp", ports(80)))
			some := flow("some", "client", "server", "alt")
			some.Optional = true
			p.Flows = append(p.Flows, some)
		}, "solid: by default|dotted or [in brackets]:|only with other settings,|or optional"},
		{"both ways", func(_ *model.Product, _ *model.Listener, f *model.Flow) { f.BothWays = true }, "two heads:|either side may start"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := Product(small(c.change))
			got := ""
			if m := regexp.MustCompile(`(?m)^  legend\["(.*)"\]:::legend$`).FindStringSubmatch(file); m != nil {
				got = strings.ReplaceAll(decode(m[1]), lineBreak, "|")
			}
			if got != c.want {
				t.Errorf("legend is %q, want %q\n%s", got, c.want, file)
			}
			if strings.Contains(file, "classDef legend") != (c.want != "") {
				t.Errorf("style of the legend without one, or none with one:\n%s", file)
			}
		})
	}
}
