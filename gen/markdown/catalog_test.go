package markdown

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

// catalogs returns the catalogues for the tests of whole pages.
func catalogs(t *testing.T) map[string]*model.Catalog {
	t.Helper()
	return map[string]*model.Catalog{"embedded": embedded(t), "shapes": shapes(), "hostile": hostile(), "empty": {}}
}

var loadEmbedded = sync.OnceValues(func() (*load.Result, error) { return load.Embedded(context.Background()) })

// embedded returns the catalogue that comes with portspec, which tests do not change.
func embedded(t *testing.T) *model.Catalog {
	t.Helper()
	r, err := loadEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	if r.Findings.HasErrors() || len(r.Catalog.Products) < 3 {
		t.Fatalf("%d products, findings: %v", len(r.Catalog.Products), r.Findings)
	}
	return r.Catalog
}

func write(t *testing.T, dir string, files []gen.File) {
	t.Helper()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func port(n int) model.PortStatement {
	return model.PortStatement{Ports: []model.PortRange{{From: n, To: n}}}
}

func ports(list ...model.PortRange) model.PortStatement { return model.PortStatement{Ports: list} }

func listener(id string, p model.PortStatement, transports ...string) *model.Listener {
	return &model.Listener{ID: id, Purpose: "Offers " + id, Transports: transports, PortStatement: p, Bind: "any"}
}

func flow(id, to, listener string, from ...string) *model.Flow {
	return &model.Flow{
		ID: id, From: from, To: []model.Target{{Component: to, Listeners: []string{listener}}},
		Purpose: "Does " + id, Scope: "network", Delivery: "unicast", Cite: []string{"shapes/main/1"},
	}
}

// with changes what a constructor made.
func with[T any](x *T, change func(*T)) *T {
	change(x)
	return x
}

// shapes returns a catalogue with everything that vendors' tables contain.
func shapes() *model.Catalog {
	return &model.Catalog{
		Products: []*model.Product{
			{
				ID: "shapes", Name: "Shapes", Vendor: "Vendor", Version: "1.0", Description: "Everything at once.",
				Sources: shapeSources(), Features: shapeFeatures(), Components: shapeComponents(), Flows: shapeFlows(),
				Rules: shapeRules(), Errata: shapeErrata(), Suppress: shapeSuppressions(),
			},
			{
				ID: "small", Name: "Small", Vendor: "Vendor", Version: "2", Description: "Talks to the same service.",
				Components: []*model.Component{
					{ID: "agent", Name: "Agent", Kind: model.Software},
					{ID: "directory", Name: "Our directory", Kind: model.External, Service: "directory", Listeners: shapeService().Listeners},
				},
				Flows: []*model.Flow{with(flow("lookup", "directory", "ldap", "agent"), func(f *model.Flow) { f.Transports, f.Cite = []string{"tcp"}, nil })},
			},
		},
		Services: []*model.Service{shapeService(), {ID: "unused", Name: "Unused"}},
	}
}

func shapeService() *model.Service {
	return &model.Service{
		ID: "directory", Name: "Directory", Description: "Knows everybody.",
		Listeners: []*model.Listener{
			with(listener("ldap", port(389), "tcp", "udp"), func(l *model.Listener) { l.App = "ldap" }),
			listener("unused", port(3268), "tcp"),
			listener("mapper", port(135), "tcp"),
			listener("rpc", model.PortStatement{Dynamic: &model.Dynamic{Mapper: "mapper"}}, "tcp"),
		},
		References: []model.Reference{{Title: "A registry", URL: "https://example.com/registry?a=1&b=2"}, {Title: "A book"}},
	}
}

func shapeSources() []*model.Source {
	return []*model.Source{
		{
			ID: "doc", Title: "Ports", Publisher: "Vendor", URL: "https://example.com/ports", Edition: "3",
			Tables: []*model.Table{
				{ID: "main", Title: "Main", Rows: []model.Row{{ID: "shapes/main/1", Cell: "TCP 443"}, {ID: "shapes/main/fn-1", Cell: ""}, {ID: "shapes/main/1.a_b", Cell: "a | b"}}},
				{ID: "other", Title: "Other", Rows: []model.Row{{ID: "shapes/other/1", Cell: "ICMP"}}},
			},
		},
		{ID: "leaflet", Title: "Leaflet", Tables: []*model.Table{{ID: "third", Title: "Third", Rows: []model.Row{{ID: "shapes/third/1", Cell: "not cited"}}}}},
	}
}

func shapeFeatures() []*model.Feature {
	return []*model.Feature{
		{ID: "tls", Name: "TLS", Description: "Encrypts.", Default: "on", Cite: []string{"shapes/main/1"}},
		{ID: "cluster", Name: "Cluster", Description: "Several nodes.", Default: "off", Needs: model.When{"database": {{"big", "bigger"}}}},
		{ID: "database", Name: "Database", Description: "Where data are.", Choices: []model.Choice{
			{ID: "small", Name: "Small"},
			{ID: "big", Name: "Big", Description: "A big one", Cite: []string{"shapes/other/1"}},
			{ID: "bigger", Name: "Bigger"},
			{ID: "biggest", Name: "Biggest"},
		}, Default: "small"},
		{ID: "site", Name: "Site", Description: "Where it is.", Several: true, Choices: []model.Choice{{ID: "here", Name: "Here"}, {ID: "there", Name: "There"}}},
	}
}

func shapeComponents() []*model.Component {
	code := 4
	return []*model.Component{
		{ID: "web", Name: "Web", Description: "The server.", Kind: model.Software, Processes: map[string][]string{"windows": {"websvc"}, "linux": {"webd", "webworker"}}, Cite: []string{"shapes/main/1"}, Listeners: []*model.Listener{
			with(listener("https", port(443), "tcp"), func(l *model.Listener) {
				l.App, l.Cite = "https", []string{"shapes/main/1"}
				l.Configurable = &model.Configurable{Allowed: true, How: "Settings, port", At: "any-time"}
			}),
			with(listener("http", port(80), "tcp"), func(l *model.Listener) {
				l.When, l.Configurable = model.When{"tls": {{"off"}}}, &model.Configurable{Allowed: false}
			}),
			listener("list", ports(model.PortRange{From: 443, To: 443}, model.PortRange{From: 902, To: 902}), "tcp", "udp"),
			listener("ranges", ports(model.PortRange{From: 5000, To: 5010}, model.PortRange{From: 6000, To: 6010}), "udp"),
			listener("dynamic", model.PortStatement{Dynamic: &model.Dynamic{}}, "udp"),
			listener("mapper", port(111), "tcp", "udp"),
			with(listener("mapped", model.PortStatement{Dynamic: &model.Dynamic{Mapper: "mapper", Ranges: []model.DynamicRange{
				{PortRange: model.PortRange{From: 49152, To: 65535}, OS: []string{"windows"}, Versions: &model.Versions{From: "6.0"}, Cite: []string{"shapes/main/fn-1"}},
				{PortRange: model.PortRange{From: 32768, To: 60999}, OS: []string{"linux", "unix"}},
			}}}, "tcp"), func(l *model.Listener) { l.App = "rpc" }),
			listener("fallback", model.PortStatement{Ports: []model.PortRange{{From: 8080, To: 8080}}, Fallback: []model.PortRange{{From: 8081, To: 8081}}}, "tcp"),
			listener("one-of", model.PortStatement{Ports: []model.PortRange{{From: 1, To: 1}, {From: 2, To: 2}}, OneOf: true}, "tcp"),
			listener("offset", model.PortStatement{Ports: []model.PortRange{{From: 9443, To: 9443}}, Offset: &model.Offset{Setting: "base port", Base: 9000, Plus: 443}}, "tcp"),
			listener("count", model.PortStatement{Count: 3}, "udp"),
			listener("undocumented", model.PortStatement{Unknown: model.Unknown{model.AspectPort: "The vendor is silent."}}, "tcp"),
			with(listener("ping", model.PortStatement{}, "icmp", "icmpv6"), func(l *model.Listener) { l.ICMP = []model.ICMP{{Type: 8}, {Type: 3, Code: &code}} }),
			listener("esp", model.PortStatement{}, "esp", "ip/99"),
			listener("sctp", port(36412), "sctp"),
			with(listener("loopback", port(6000), "tcp"), func(l *model.Listener) { l.Bind = "loopback" }),
			with(listener("off", port(7000), "tcp"), func(l *model.Listener) {
				l.OffUntil, l.OS, l.Phase = "somebody runs setup", []string{"windows"}, "upgrade"
				l.Processes = map[string][]string{"windows": {"setup"}}
				l.Versions = &model.Versions{Before: "2.0"}
			}),
			with(listener("at-install", port(7001), "tcp"), func(l *model.Listener) { l.Configurable = &model.Configurable{Allowed: true, At: "installation"} }),
		}},
		{ID: "node", Name: "Node", Version: "5 #2", Kind: model.Software, Conditions: model.Conditions{When: model.When{"cluster": {{"on"}}}, OS: []string{"linux"}}, Listeners: []*model.Listener{listener("gossip", port(7946), "tcp", "udp")}},
		{ID: "device", Name: "Device", Kind: model.Device, At: &model.Endpoints{Networks: []string{"10.0.0.0/8"}}, Listeners: []*model.Listener{listener("dhcp", port(68), "udp"), listener("mdns", port(5353), "udp")}},
		{ID: "cloud", Name: "Cloud", Kind: model.External, At: &model.Endpoints{Names: []string{"*.example.com", "a.example.com"}, Addresses: []string{"192.0.2.1", "2001:db8::1"}}, Listeners: []*model.Listener{listener("https", port(443), "tcp")}},
		{ID: "zone", Name: "Office", Kind: model.Zone},
		{ID: "any", Name: "Anybody", Kind: model.Any},
		{ID: "unknown", Name: "Somebody", Kind: model.UnknownKind},
		{ID: "proxy", Name: "Proxy", Kind: model.Software},
		{ID: "directory", Name: "Directory server", Kind: model.External, Service: "directory", Listeners: shapeService().Listeners},
		{ID: "web-2", Name: "Web", Kind: model.Software},
	}
}

func shapeFlows() []*model.Flow {
	flows := []*model.Flow{
		with(flow("web", "web", "https", "zone", "any", "unknown"), func(f *model.Flow) {
			f.Note, f.Persistent, f.Cite = "Stays open!", true, []string{"shapes/main/1", "shapes/main/1.a_b"}
		}),
		with(flow("plain", "web", "http", "device"), func(f *model.Flow) {
			f.Optional, f.When = true, model.When{"database": {{"big", "bigger", "biggest"}}, "site": {{"here", "there"}}}
		}),
		with(flow("both", "web", "list", "device"), func(f *model.Flow) { f.BothWays = true }),
		with(flow("reply", "web", "ranges", "device"), func(f *model.Flow) {
			f.Reply = &model.Reply{Transport: "udp", Ports: []model.PortRange{{From: 1234, To: 1234}}}
		}),
		with(flow("reply-dynamic", "device", "dhcp", "web"), func(f *model.Flow) {
			f.Reply = &model.Reply{Transport: "udp", Dynamic: &model.Dynamic{Ranges: []model.DynamicRange{{PortRange: model.PortRange{From: 1024, To: 2047}, OS: []string{"windows"}}}}}
		}),
		with(flow("nodes", "node", "gossip", "node"), func(f *model.Flow) { f.Scope = "nodes" }),
		with(flow("nodes-two", "web", "fallback", "node", "web"), func(f *model.Flow) { f.Scope, f.BothWays = "nodes", true }),
		with(flow("self", "web", "one-of", "web", "node"), func(f *model.Flow) { f.BothWays = true }),
		with(flow("local", "web", "loopback", "web"), func(f *model.Flow) { f.Scope, f.When = "same-host", model.When{"tls": {{"on"}}} }),
		with(flow("cloud", "cloud", "https", "web", "node"), func(f *model.Flow) {
			f.Via, f.Configurable = []string{"proxy"}, &model.Configurable{Allowed: true, How: "Proxy settings", At: "installation"}
		}),
		with(flow("lookup", "directory", "ldap", "web"), func(f *model.Flow) {
			f.Transports, f.When, f.OS = []string{"udp"}, model.When{"database": {{"small"}}, "cluster": {{"off"}}}, []string{"windows", "ios"}
		}),
		with(flow("from-directory", "web", "offset", "directory"), func(f *model.Flow) { f.Configurable = &model.Configurable{Allowed: false} }),
		with(flow("dhcp", "device", "dhcp", "web"), func(f *model.Flow) {
			f.Delivery, f.Family, f.Source = "broadcast", "ipv4", &model.SourcePorts{Ports: []model.PortRange{{From: 67, To: 67}}}
		}),
		with(flow("mdns", "device", "mdns", "device"), func(f *model.Flow) {
			f.Delivery, f.Groups, f.Family, f.Source = "multicast", []string{"224.0.0.251", "ff02::fb"}, "ipv6", &model.SourcePorts{Same: true}
		}),
		with(flow("both-sides", "node", "gossip", "device"), func(f *model.Flow) {
			f.BothWays, f.OS, f.Source = true, []string{"windows"}, &model.SourcePorts{Same: true}
			f.Via, f.Reply = []string{"proxy"}, &model.Reply{Transport: "icmp"}
		}),
		with(flow("last", "web", "list", "device"), func(f *model.Flow) {
			f.Suffices, f.InsteadOf, f.Optional = "one", []string{"both", "plain"}, true
		}),
		with(flow("setup", "web", "off", "device"), func(f *model.Flow) {
			f.OSVersions = map[string]*model.Versions{"windows": {Before: "10"}, "linux": {From: "4", Before: "6"}}
			f.Phase, f.Versions = "installation", &model.Versions{From: "1.0", Before: "3.0"}
		}),
	}
	for _, id := range []string{"dynamic", "mapper", "mapped", "count", "undocumented", "ping", "esp", "sctp", "at-install"} {
		flows = append(flows, flow("to-"+id, "web", id, "device"))
	}
	return flows
}

func shapeRules() []*model.Rule {
	return []*model.Rule{
		{
			ID: "move", Together: []string{"web", "node"}, When: model.When{"cluster": {{"on"}}}, Reason: "One port, two owners.", Cite: []string{"shapes/main/1"},
			Move:     map[string]map[string]int{"web": {"https": 444, "http": 80}, "node": {"gossip": 7947}},
			Close:    map[string][]string{"web": {"list", "fallback"}},
			Share:    map[string]map[string]string{"socket": {"web": "list", "node": "gossip"}},
			Provided: []string{"Somebody | cares.", "Twice."},
		},
		{ID: "forbid", Together: []string{"web", "device"}, Forbid: true, Reason: "Cannot be.", Cite: []string{"shapes/other/1"}},
	}
}

func shapeSuppressions() []*model.Suppression {
	return []*model.Suppression{
		{ID: "all", Code: "PS3004", Reason: "Nobody looks at it."},
		{ID: "later", Code: "PS3005", At: "components.any", Reason: "Its flows come | later.", Until: "2999-12-31"},
	}
}

func shapeErrata() []*model.Erratum {
	return []*model.Erratum{
		{ID: "first", Kind: "wrong", Says: "This.", Encoded: "That.", Why: "Because.", Flows: []string{"web", "plain"}, Listeners: map[string][]string{"web": {"https"}, "directory": {"unused"}}, Rules: []string{"move"}, Cite: []string{"shapes/main/1"}},
		{ID: "second", Kind: "silent", Says: "Nothing.", Encoded: "Something.", Why: "Somehow.", Cite: []string{"shapes/other/1"}},
	}
}
