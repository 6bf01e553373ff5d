package diff

import (
	"reflect"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// TestAdded lists, for each field of traffic, what setting it requires of firewalls. For most
// fields that is nothing, since the spec only describes the same traffic in more detail.
func TestAdded(t *testing.T) {
	const nothing = Class("")
	want := map[string]struct {
		value any
		class Class
	}{
		"Ports":         {[]model.PortRange{{From: 1, To: 2}}, Moved},
		"Dynamic":       {true, Condition},
		"OneOf":         {true, Condition},
		"ICMP":          {[]model.ICMP{{Type: 8}}, MayClose},
		"SourcePorts":   {&model.SourcePorts{Same: true}, MayClose},
		"Family":        {"ipv4", MayClose},
		"Delivery":      {"multicast", Moved},
		"Groups":        {[]string{"239.1.1.1"}, MayClose},
		"Via":           {[]string{"proxy"}, Moved},
		"Optional":      {true, MayClose},
		"When":          {model.When{"tls": {{"on"}}}, Condition},
		"Phase":         {"install", Condition},
		"On":            {[]string{"flow: linux"}, Condition},
		"OffUntil":      {"switched on", Condition},
		"Suffices":      {"one", Condition},
		"InsteadOf":     {[]string{"other"}, Condition},
		"FromAt":        {[]string{"updates.example.com"}, nothing},
		"ToAt":          {[]string{"*.example.com"}, nothing},
		"Ends":          {[]string{"software", "device"}, nothing},
		"Persistent":    {true, nothing},
		"Unknown":       {[]model.Aspect{model.AspectDirection}, Condition},
		"TLSInspection": {"forbidden", Condition},
		"App":           {"https", nothing},
		"Purpose":       {"Agents report", nothing},
	}
	key := map[string]bool{"Flow": true, "From": true, "To": true, "Listener": true, "Transport": true, "Back": true}
	of := reflect.TypeFor[Traffic]()
	for i := range of.NumField() {
		name := of.Field(i).Name
		if key[name] {
			continue
		}
		w, ok := want[name]
		if !ok {
			t.Errorf("no test for %s: does a firewall see it?", name)
			continue
		}
		old, new := &Traffic{From: []string{"a"}, Ends: []string{"software", "software"}}, &Traffic{From: []string{"a"}, Ends: []string{"software", "software"}}
		reflect.ValueOf(new).Elem().Field(i).Set(reflect.ValueOf(w.value))
		for _, way := range []struct {
			name     string
			old, new *Traffic
			want     Class
		}{{"added", old, new, w.class}, {"removed", new, old, w.class.Mirror()}} {
			got := nothing
			if list := differences(way.old, way.old, way.new); len(list) > 0 {
				got = list[0].Class
			}
			if got != way.want {
				t.Errorf("%s %s: %q, want %q", name, way.name, got, way.want)
			}
		}
	}
}

// TestPlaced compares the locations that a product defines for a component.
func TestPlaced(t *testing.T) {
	list := func(s ...string) []string { return s }
	for _, c := range []struct {
		old, new []string
		want     Class
	}{
		{nil, list("a.example"), ""},
		{list("a.example"), nil, ""},
		{nil, list("10.0.0.1"), MayClose},
		{list("10.0.0.0/8"), nil, MustOpen},
		{list("a.example"), list("b.example"), Moved},
		{list("a.example"), list("a.example", "b.example"), MustOpen},
		{list("a.example"), list("10.0.0.1"), Moved},
		{list("a.example"), list("a.example", "10.0.0.1"), MayClose},
		{list("a.example", "2001:db8::1"), list("b.example", "2001:db8::1"), ""},
		{list("10.0.0.1"), list("10.0.0.1", "10.0.0.2"), MustOpen},
	} {
		if got := placed(c.old, c.new); got != c.want {
			t.Errorf("%v → %v: %q, want %q", c.old, c.new, got, c.want)
		}
		if got := placed(c.new, c.old); got != c.want.Mirror() {
			t.Errorf("%v → %v: %q, want %q", c.new, c.old, got, c.want.Mirror())
		}
	}
}

// TestNodesBothWays compares flows between nodes of one component: a flow that either side may
// start is reported once.
func TestNodesBothWays(t *testing.T) {
	nodes := &model.Component{ID: "node", Listeners: []*model.Listener{{ID: "peers", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 5, To: 5}}}, Transports: []string{"tcp"}}}}
	client := &model.Component{ID: "client"}
	p := &model.Product{Components: []*model.Component{nodes, client}, Flows: []*model.Flow{{
		ID: "sync", Scope: "network", BothWays: true, From: []string{"node", "client"},
		To: []model.Target{{Component: "node", Listeners: []string{"peers"}}},
	}}}
	var got []string
	for _, x := range trafficOf(p) {
		got = append(got, x.From[0]+" "+x.Back)
	}
	if want := []string{"node ", "client ", "client both-ways"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
