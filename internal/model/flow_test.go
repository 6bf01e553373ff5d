package model

import (
	"reflect"
	"testing"
)

// TestConnectionWhen has a flow whose condition combines those of its ends.
func TestConnectionWhen(t *testing.T) {
	component := func(id string, when When) *Component {
		return &Component{ID: id, Conditions: Conditions{When: when}}
	}
	server := component("server", When{"server": {{"on"}}})
	server.Listeners = []*Listener{{ID: "api", Transports: []string{"tcp", "udp"}, Conditions: Conditions{When: When{"mode": {{"a", "b"}}}}}}
	p := &Product{
		Components: []*Component{
			server,
			component("x", When{"mode": {{"b"}}, "only-x": {{"on"}}}),
			component("y", When{"mode": {{"c"}}}),
		},
		Flows: []*Flow{{
			ID: "f", From: []string{"x", "y"}, To: []Target{{"server", []string{"api"}}},
			Transports: []string{"udp"}, Conditions: Conditions{When: When{"flow": {{"on"}}}},
		}},
	}
	all := p.Connections()
	if len(all) != 1 || all[0].Transport != "udp" {
		t.Fatalf("%d connections", len(all))
	}
	// only-x applies to one talker of two; the listener does not have mode c.
	want := When{"server": {{"on"}}, "mode": {{"b"}}, "flow": {{"on"}}}
	if got := all[0].When; !reflect.DeepEqual(got, want) {
		t.Errorf("when %v, want %v", got, want)
	}
}
