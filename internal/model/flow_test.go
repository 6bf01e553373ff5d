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
	server := component("server", When{"server": {"on"}})
	server.Listeners = []*Listener{{ID: "api", Transports: []string{"tcp", "udp"}, Conditions: Conditions{When: When{"mode": {"a", "b"}}}}}
	p := &Product{
		Components: []*Component{
			server,
			component("x", When{"mode": {"b"}, "only-x": {"on"}}),
			component("y", When{"mode": {"c"}}),
		},
		Flows: []*Flow{{
			ID: "f", From: []string{"x", "y"}, To: []Target{{"server", []string{"api"}}},
			Transports: []string{"udp"}, Conditions: Conditions{When: When{"flow": {"on"}}},
		}},
	}
	all := p.Connections()
	if len(all) != 1 || all[0].Transport != "udp" {
		t.Fatalf("%d connections", len(all))
	}
	// only-x applies to one talker of two; the listener does not have mode c.
	want := When{"server": {"on"}, "mode": {"b"}, "flow": {"on"}}
	if got := all[0].When; !reflect.DeepEqual(got, want) {
		t.Errorf("when %v, want %v", got, want)
	}
}

// TestAnd combines conditions, and does not change its arguments.
func TestAnd(t *testing.T) {
	a, b, c := When{"x": {"1", "2"}}, When{"x": {"2", "3"}, "y": {"1"}}, When{"x": {"3"}}
	for _, want := range []struct {
		of   []When
		is   When
		what string
	}{
		{nil, When{}, "nothing"},
		{[]When{nil, {}, nil}, When{}, "no conditions"},
		{[]When{nil, a, {}}, a, "one"},
		{[]When{a, nil, b}, When{"x": {"2"}, "y": {"1"}}, "two"},
		{[]When{a, b, c}, When{"x": {}, "y": {"1"}}, "three"},
		{[]When{b, c, c}, When{"x": {"3"}, "y": {"1"}}, "one twice"},
	} {
		if got := And(want.of...); !reflect.DeepEqual(got, want.is) {
			t.Errorf("%s: %v, want %v", want.what, got, want.is)
		}
	}
	if len(a["x"]) != 2 || len(b) != 2 || len(b["x"]) != 2 || len(c) != 1 {
		t.Errorf("the arguments were changed: %v, %v, %v", a, b, c)
	}
}
