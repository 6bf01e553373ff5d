package golang

import (
	"maps"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// shapesProduct has all shapes, and a flow of every kind.
func shapesProduct() *model.Product {
	server := &model.Component{
		ID: "server", Name: "The Server", Kind: model.Software,
		At:        &model.Endpoints{Names: []string{"a.example.com", "b.example.com"}, Addresses: []string{"192.0.2.1"}, Networks: []string{"10.0.0.0/8", "2001:db8::/32"}},
		Processes: map[string][]string{"windows": {"Server Service", "Helper"}, "linux": {"serverd"}},
	}
	for _, s := range shapes() {
		l := *s.listener
		l.Purpose = "Purpose of " + l.ID
		if l.Transports == nil {
			l.Transports = []string{"tcp"}
		}
		if l.Bind == "" {
			l.Bind = "any"
		}
		server.Listeners = append(server.Listeners, &l)
	}
	directory := &model.Component{ID: "active-directory", Name: "Active Directory", Kind: model.External, Service: "active-directory", Listeners: []*model.Listener{
		{ID: "ldap", Purpose: "Queries", Transports: []string{"tcp", "udp"}, Bind: "any", App: "ldap", PortStatement: stated{Ports: ports(389)}},
		{ID: "epm", Purpose: "Mapper", Transports: []string{"tcp"}, Bind: "any", PortStatement: stated{Ports: ports(135)}},
		{ID: "rpc", Purpose: "Calls", Transports: []string{"tcp"}, Bind: "any", PortStatement: stated{Dynamic: &model.Dynamic{Mapper: "epm", Ranges: []model.DynamicRange{{PortRange: span(49152, 65535)}}}}},
		{ID: "unused", Purpose: "Not for this product", Transports: []string{"tcp"}, Bind: "any", PortStatement: stated{Ports: ports(9389)}},
	}}
	p := &model.Product{
		ID: "shapes", Name: "Shapes", Vendor: "V", Version: "1", Description: "All there is.",
		Sources: []*model.Source{{ID: "s", Title: "Ports", Edition: "2", Publisher: "P", URL: "https://example.com/", Tables: []*model.Table{
			{ID: "t", Title: "T", Rows: []model.Row{{ID: "shapes/t/1"}, {ID: "shapes/t/2"}, {ID: "shapes/t/10"}}}, {ID: "u", Title: "U", Rows: []model.Row{{ID: "shapes/u/1"}}},
		}}},
		Features: []*model.Feature{
			{ID: "tls", Name: "TLS", Description: "Encrypts", Default: "on"},
			{ID: "mode", Name: "Mode", Description: "How it runs", Several: true, Choices: []model.Choice{{ID: "a", Name: "A", Description: "First", Cite: []string{"shapes/t/1"}}, {ID: "b", Name: "B"}}, Needs: model.When{"tls": {{"on"}}}, Cite: []string{"shapes/t/1"}},
		},
		Components: []*model.Component{
			server, directory,
			{ID: "client", Name: "Client", Description: "Talks", Version: "4.5", Kind: model.Device, Conditions: model.Conditions{When: model.When{"tls": {{"on"}}}}, Cite: []string{"shapes/t/1"}},
			{ID: "other", Name: "Other", Kind: model.Software},
			{ID: "wild", Name: "Wild", Kind: model.External, At: &model.Endpoints{Names: []string{"*.example.com"}}},
			{ID: "exact", Name: "Exact", Kind: model.External, At: &model.Endpoints{Names: []string{"www.example.com"}, Networks: []string{"192.0.2.0/24"}}},
			{ID: "dmz", Name: "DMZ", Kind: model.Zone},
			{ID: "anybody", Name: "Anybody", Kind: model.Any},
			{ID: "somebody", Name: "Somebody", Kind: model.UnknownKind},
		},
		Rules: []*model.Rule{
			{
				ID: "same-host", Together: []string{"server", "other"}, When: model.When{"tls": {{"on"}}}, Reason: "Both want 30001", Move: map[string]map[string]int{"server": {"moved": 30002, "moved-dynamic": 30003}},
				Close: map[string][]string{"server": {"off", "fixed"}},
				Share: map[string]map[string]string{"b": {"server": "one"}, "a": {"server": "list"}}, Provided: []string{"luck"}, Cite: []string{"shapes/t/2"},
			},
			{ID: "never", Together: []string{"server", "client"}, Reason: "Clash", Forbid: true, Cite: []string{"shapes/t/1"}},
		},
		Errata: []*model.Erratum{{ID: "odd", Kind: "wrong", Says: "X", Encoded: "Y", Why: "Z", Flows: []string{"plain"}, Rules: []string{"never"}, Listeners: map[string][]string{"server": {"one", "list"}}, Cite: []string{"shapes/t/1"}}},
		Positions: model.NewPositions(maps.All(map[model.Path]diag.Position{
			"components.server.listeners.dynamic": {File: "shapes.cue", Line: 7, Column: 2},
		})),
	}
	p.Flows = shapeFlows()
	return p
}

// shapeFlows returns flows of every kind, including one to each listener of the server.
func shapeFlows() []*model.Flow {
	to := func(c string, listeners ...string) []model.Target {
		return []model.Target{{Component: c, Listeners: listeners}}
	}
	flows := []*model.Flow{
		{ID: "plain", From: []string{"client", "other"}, To: to("server", "one"), Cite: []string{"shapes/t/1"}},
		{ID: "same-host", Scope: "same-host", To: to("server", "loopback")},
		{ID: "nodes", Scope: "nodes", From: []string{"server"}, To: to("server", "one", "list"), BothWays: true, Optional: true},
		{ID: "persistent", Persistent: true, To: to("server", "one"), Note: "Stays open", Configurable: &model.Configurable{Allowed: true, How: "client.conf", At: "installation"}},
		{ID: "reply", To: to("server", "list"), Transports: []string{"udp"}, Reply: &model.Reply{Transport: "udp", Ports: ports(68)}},
		{ID: "reply-dynamic", To: to("server", "one"), Reply: &model.Reply{Transport: "udp", Dynamic: &model.Dynamic{Ranges: []model.DynamicRange{{PortRange: span(1024, 2048)}}}}},
		{ID: "via", To: to("server", "one"), Via: []string{"other", "dmz"}, Family: "ipv6"},
		{ID: "source", To: to("server", "one"), Source: &model.SourcePorts{Ports: []model.PortRange{span(500, 600)}}},
		{ID: "source-same", To: to("server", "one"), Source: &model.SourcePorts{Same: true}},
		{ID: "multicast", To: to("server", "list"), Delivery: "multicast", Groups: []string{"224.0.0.251", "ff02::fb"}, Family: "ipv4"},
		{ID: "broadcast", To: to("server", "list"), Delivery: "broadcast"},
		{ID: "fallback", To: to("server", "one", "list"), InsteadOf: []string{"plain", "via"}, Suffices: "one"},
		{ID: "wide", From: []string{"dmz", "anybody", "somebody"}, To: append(to("server", "one"), to("active-directory", "ldap")...), Transports: []string{"tcp"}},
		{ID: "rpc", From: []string{"server"}, To: to("active-directory", "rpc")},
		{ID: "setup", To: to("server", "one"), Conditions: model.Conditions{When: model.When{"mode": {{"a"}}}, OS: []string{"macos"}, OSVersions: map[string]*model.Versions{"macos": {From: "14"}}, Versions: &model.Versions{From: "3"}, Phase: "upgrade"}},
		{ID: "never", To: to("server", "conditioned"), Conditions: model.Conditions{When: model.When{"tls": {{"off"}}}}},
	}
	for _, s := range shapes() {
		flows = append(flows, &model.Flow{ID: "to-" + s.listener.ID, To: to("server", s.listener.ID)})
	}
	for _, f := range flows {
		f.Purpose = "Purpose of " + f.ID
		if f.From == nil {
			f.From = []string{"client"}
		}
		if f.Scope == "" {
			f.Scope = "network"
		}
		if f.Delivery == "" {
			f.Delivery = "unicast"
		}
	}
	return flows
}
