package mermaid

import (
	"context"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

// embedded returns the three products that come with portspec.
var embedded = sync.OnceValues(func() (*load.Result, error) { return load.Embedded(context.Background()) })

func realCatalog(t *testing.T) *model.Catalog {
	t.Helper()
	result, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	if result.Findings.HasErrors() {
		t.Fatal(result.Findings)
	}
	return result.Catalog
}

func ports(numbers ...int) model.PortStatement {
	var s model.PortStatement
	for _, n := range numbers {
		s.Ports = append(s.Ports, model.PortRange{From: n, To: n})
	}
	return s
}

func listener(id, transport string, s model.PortStatement) *model.Listener {
	return &model.Listener{ID: id, Transports: strings.Split(transport, "+"), PortStatement: s, Bind: "any"}
}

func component(id string, kind model.Kind, listeners ...*model.Listener) *model.Component {
	return &model.Component{ID: id, Name: "The " + id, Kind: kind, Listeners: listeners}
}

func flow(id, from, to string, listeners ...string) *model.Flow {
	return &model.Flow{
		ID: id, From: strings.Fields(from), To: []model.Target{{Component: to, Listeners: listeners}},
		Scope: "network", Delivery: "unicast",
	}
}

// small returns a product with a client that talks to the only listener of a server, after a
// change by the test.
func small(change func(p *model.Product, l *model.Listener, f *model.Flow)) *model.Product {
	l := listener("web", "tcp", ports(443))
	f := flow("use", "client", "server", "web")
	p := &model.Product{
		ID: "shop", Name: "Shop", Version: "1",
		Components: []*model.Component{component("client", model.Software), component("server", model.Software, l)},
		Flows:      []*model.Flow{f},
		Features: []*model.Feature{
			{ID: "mail", Name: "Mail", Default: "off"},
			{ID: "plain", Name: "Plain text", Default: "on"},
			{ID: "store", Name: "Store", Default: "disk", Choices: []model.Choice{{ID: "disk", Name: "Disk"}, {ID: "cloud", Name: "Cloud"}}},
		},
	}
	change(p, l, f)
	return p
}

// everyShape has everything that the schema can express about ports, talkers and conditions.
func everyShape() *model.Catalog {
	on := func(l *model.Listener, change func(*model.Listener)) *model.Listener { change(l); return l }
	eight, zero := 8, 0
	directory := listener("ldap", "tcp+udp", ports(389))
	server := component("server", model.Software,
		listener("web", "tcp", ports(443, 80)),
		listener("range", "udp", model.PortStatement{Ports: []model.PortRange{{From: 5000, To: 5010}, {From: 6000, To: 6000}}}),
		listener("dynamic", "tcp", model.PortStatement{Dynamic: &model.Dynamic{Mapper: "web"}}),
		listener("dynamic-range", "tcp", model.PortStatement{Dynamic: &model.Dynamic{Ranges: []model.DynamicRange{
			{PortRange: model.PortRange{From: 49152, To: 65535}}, {PortRange: model.PortRange{From: 1025, To: 5000}, OS: []string{"windows"}},
		}}}),
		listener("fallback", "tcp", model.PortStatement{Ports: ports(8443).Ports, Fallback: ports(8080, 9090).Ports}),
		listener("one-of", "tcp", model.PortStatement{Ports: ports(7001, 7002).Ports, OneOf: true}),
		listener("offset", "tcp", model.PortStatement{Ports: ports(10010).Ports, Offset: &model.Offset{Setting: "base", Base: 10000, Plus: 10}}),
		listener("count", "tcp", model.PortStatement{Count: 3}),
		listener("undocumented", "udp", model.PortStatement{Unknown: model.Unknown{model.AspectPort: "The vendor names none."}}),
		on(listener("ping", "icmp", model.PortStatement{}), func(l *model.Listener) {
			l.ICMP = []model.ICMP{{Type: eight, Code: &zero}, {Type: 13}}
		}),
		listener("esp", "esp", model.PortStatement{}),
		listener("signalling", "sctp", ports(2905)),
		on(listener("loop", "tcp", ports(9000)), func(l *model.Listener) { l.Bind = "loopback" }),
		on(listener("hidden", "tcp", ports(8081)), func(l *model.Listener) { l.OffUntil = "somebody asks" }),
		on(listener("linux-only", "tcp", ports(22)), func(l *model.Listener) { l.OS = []string{"linux"} }),
	)
	listening := component("end", model.Device, listener("agent", "udp", ports(161)), listener("trap", "udp", ports(162)))
	listening.At = &model.Endpoints{Names: []string{"*.example.com", "a.example.com"}, Addresses: []string{"192.0.2.1"}, Networks: []string{"2001:db8::/32"}}
	p := &model.Product{
		ID: "every-shape", Name: "Every shape", Version: "2.0",
		Features: []*model.Feature{
			{ID: "gateway", Name: "Gateway", Default: "off"},
			{ID: "gateway-only", Name: "Gateway only", Default: "off", Needs: model.When{"gateway": {{"on"}}}},
			{ID: "tls", Name: "TLS", Default: "on"},
			{ID: "store", Name: "Store", Choices: []model.Choice{{ID: "disk", Name: "Disk"}, {ID: "cloud", Name: "Cloud"}, {ID: "tape", Name: "Tape"}}},
			{ID: "theme", Name: "Theme", Default: "dark", Choices: []model.Choice{{ID: "dark", Name: "Dark"}, {ID: "light", Name: "Light"}}},
		},
		Components: []*model.Component{
			server, component("default", model.Software, listener("class", "tcp", ports(1))),
			listening, component("proxy", model.Software, listener("web", "tcp", ports(3128))),
			component("admin", model.External), component("cloud", model.External, listener("web", "tcp", ports(443))),
			{ID: "directory", Name: "Directory", Kind: model.External, Service: "directory", Listeners: []*model.Listener{directory}},
			{ID: "database", Name: "Database", Kind: model.External, Service: "sql", Listeners: []*model.Listener{{ID: "tds", Transports: []string{"tcp"}, PortStatement: ports(1433), App: "tds"}}},
			component("dmz", model.Zone), component("anyone", model.Any), component("nobody", model.UnknownKind, listener("web", "tcp", ports(8))),
			component("alone", model.Software),
			{ID: "bundled", Name: "The bundled", Version: "3.8", Kind: model.Software},
		},
		Rules: []*model.Rule{
			{ID: "moved", Together: []string{"server", "default"}, Move: map[string]map[string]int{"default": {"class": 2}}},
			{ID: "apart", Together: []string{"server", "proxy"}, Forbid: true},
			{ID: "shared", Together: []string{"server", "proxy"}, Share: map[string]map[string]string{"web": {"server": "web", "proxy": "web"}}, Provided: []string{"One program serves both."}},
		},
		Errata:    []*model.Erratum{{ID: "wrong", Kind: "wrong", Says: "a", Encoded: "b", Why: "c"}},
		Positions: model.NewPositions(maps.All(map[model.Path]diag.Position{"rules.moved": {File: "rules.cue", Line: 3, Column: 5}})),
	}
	add := func(f *model.Flow, change func(*model.Flow)) {
		if change != nil {
			change(f)
		}
		p.Flows = append(p.Flows, f)
	}
	add(flow("plain", "default admin", "server", "web", "range", "dynamic", "dynamic-range", "fallback", "one-of", "offset", "count", "undocumented"), nil)
	add(flow("without-ports", "default", "server", "ping", "esp", "signalling"), nil)
	add(flow("loop", "default", "server", "loop"), nil)
	add(flow("hidden", "default", "server", "hidden", "linux-only"), nil)
	add(flow("nodes", "server", "server", "web"), func(f *model.Flow) { f.Scope = "nodes" })
	add(flow("same-host", "proxy", "server", "web"), func(f *model.Flow) { f.Scope = "same-host" })
	add(flow("both-ways", "server", "end", "trap"), func(f *model.Flow) { f.BothWays = true })
	add(flow("one-way", "server", "end", "agent"), func(f *model.Flow) { f.Persistent = true })
	add(flow("reply", "end", "server", "range"), func(f *model.Flow) {
		f.Reply = &model.Reply{Transport: "udp", Ports: ports(4000).Ports}
		f.Source = &model.SourcePorts{Ports: ports(68).Ports}
	})
	add(flow("same-port", "end", "server", "range"), func(f *model.Flow) {
		f.Reply = &model.Reply{Transport: "tcp", Dynamic: &model.Dynamic{}}
		f.Source = &model.SourcePorts{Same: true}
	})
	add(flow("via", "server", "cloud", "web"), func(f *model.Flow) { f.Via = []string{"proxy"} })
	add(flow("multicast", "dmz", "end", "agent"), func(f *model.Flow) {
		f.Delivery, f.Groups, f.Family = "multicast", []string{"ff02::fb"}, "ipv6"
	})
	add(flow("broadcast", "anyone", "end", "agent"), func(f *model.Flow) { f.Delivery, f.Family = "broadcast", "ipv4" })
	add(flow("unknown", "nobody", "directory", "ldap"), func(f *model.Flow) { f.Transports = []string{"udp"} })
	add(flow("towards-unknown", "server", "nobody", "web"), nil)
	add(flow("service", "server proxy", "directory", "ldap"), nil)
	add(flow("back", "directory", "server", "web"), func(f *model.Flow) { f.Optional = true })
	add(flow("sql", "server", "database", "tds"), func(f *model.Flow) { f.When = model.When{"store": {{"cloud", "tape"}}} })
	add(flow("two-values", "server", "default", "class"), func(f *model.Flow) { f.When = model.When{"store": {{"disk", "cloud", "tape"}}} })
	for _, id := range []string{"one", "two", "three"} {
		p.Components = append(p.Components, component("gateway-"+id, model.Software, listener("web", "tcp", ports(8443))))
		add(flow("through-"+id, "end", "gateway-"+id, "web"), func(f *model.Flow) { f.When = model.When{"gateway": {{"on"}}} })
	}
	add(flow("direct", "admin", "default", "class"), func(f *model.Flow) { f.When = model.When{"gateway-only": {{"off"}}, "tls": {{"off"}}} })
	add(flow("limits", "admin", "proxy", "web"), func(f *model.Flow) {
		f.OS, f.Phase, f.Versions = []string{"windows", "linux"}, "installation", &model.Versions{From: "1.5", Before: "3"}
	})
	return &model.Catalog{
		Products: []*model.Product{p},
		Services: []*model.Service{
			{ID: "directory", Name: "Directory service", Listeners: []*model.Listener{directory}},
			{ID: "sql", Name: "SQL database", Listeners: []*model.Listener{{ID: "tds", App: "tds"}}},
			{ID: "unused", Name: "Unused"},
		},
	}
}

// hostileTexts contain the syntax of Mermaid, of the program that generates it, and of the
// formats in which it is embedded.
var hostileTexts = []string{
	"<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	`<a href="javascript:alert(1)">link</a>`,
	"javascript:alert(1)",
	"quote \" and ' and `tick`",
	"\"`**markdown**`\"",
	"1. list",
	"- [link](https://example.com) **bold** _em_ ~~no~~",
	"# heading",
	"a\nend\nclick c_server call alert()",
	"a\r\n%%{init: {\"securityLevel\": \"loose\"}}%%",
	"%% comment",
	"---\ntitle: x\n---",
	`"] --> evil["`,
	"c_a --> c_b; c_b --> c_a",
	"pipe | and }} and ]] and ))",
	"direction TB",
	"style x fill:#f00;",
	"classDef x fill:#f00;",
	":::software",
	"#quot; #35; &amp; &lt;b&gt; &#60;",
	"ﬂ°°60¶ß ﬂ°lt¶ß",
	`C:\new\table`,
	"$$x^2$$",
	"fa:fa-user fab:fa-github",
	"<br/>",
	"```\n~~~",
	"{{ lookup('pipe', 'id') }} ${HOME} $(id)",
	"!!python/object *anchor &anchor",
	"*/ --> ]]> <!-- -->",
	"abc\u202edef\u202c \u2066x\u2069 \u200f",
	"nul \x00 escape \x1b[31m delete \x7f",
	"bad \xff\xfe bytes",
	"\u2028line\u2029paragraph\u0085next",
	"Zürich 東京 عربى 👩\u200d💻",
	"accTitle: x",
	"x@{ shape: rect }",
	strings.Repeat("long ", 2000),
	strings.Repeat("W", 3000),
}

// hostile has hostile texts wherever a diagram shows text, and ids that are keywords of Mermaid.
func hostile() *model.Catalog {
	c := &model.Catalog{}
	p := &model.Product{ID: "catalog", Name: `Evil "<b>Suite</b>`, Version: "1.0\nend"}
	words := []string{"end", "default", "graph", "subgraph", "class", "style", "click", "call", "href", "direction", "legend", "linkstyle", "o", "x", "v", "1", "tb", "a_b", "a-b", "A;B", "_", "../up"}
	kinds := []model.Kind{model.Software, model.Device, model.External, model.Zone, model.Any, model.UnknownKind}
	p.Features = []*model.Feature{
		{ID: "on-off", Name: "$$x$$ fa:fa-user", Default: "off"},
		{ID: "pick", Name: "%%{init}%% <i>", Default: "end", Choices: []model.Choice{{ID: "end", Name: `"] --> x["`}, {ID: "x", Name: "`md`\u202e"}}},
		{ID: "a", Name: "A", Choices: []model.Choice{{ID: "b-c", Name: "B"}}},
		{ID: "a-b", Name: "AB", Choices: []model.Choice{{ID: "c", Name: "C"}}},
	}
	for i, s := range hostileTexts {
		id := strings.Repeat("z", i+1)
		if i < len(words) {
			id = words[i]
		}
		x := component(id, kinds[i%len(kinds)], listener("web", "tcp", ports(1000+i)))
		x.Name = s
		if i%5 == 0 {
			x.Service = "service-" + id
			c.Services = append(c.Services, &model.Service{ID: x.Service, Name: s})
		}
		if i%2 == 0 {
			x.At = &model.Endpoints{Names: []string{s, "*.example.com"}}
		}
		f := flow("flow-"+id, "first", id, "web")
		switch i % 4 {
		case 1:
			f.When = model.When{"on-off": {{"on"}}}
		case 2:
			f.When = model.When{"pick": {{"x"}}}
		case 3:
			f.When = model.When{"a": {{"b-c"}}, "a-b": {{"c"}}}
		}
		if i < len(words) {
			f.Via = []string{id}
		}
		p.Components, p.Flows = append(p.Components, x), append(p.Flows, f)
	}
	p.Components = append(p.Components, component("first", model.Software))
	c.Products = []*model.Product{p}
	return c
}
