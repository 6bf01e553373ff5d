package request

import (
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// TestAdvice checks that advice does not contradict what the product says about the flow.
func TestAdvice(t *testing.T) {
	const upwards = "ermit the ports from 1024 up between these two sides."
	for _, x := range []struct {
		name      string
		listener  model.Listener
		groups    []string
		has, lack []string
	}{
		{
			"a port that can be fixed",
			model.Listener{PortStatement: model.PortStatement{Dynamic: &model.Dynamic{}}, Configurable: &model.Configurable{Allowed: true, How: "Settings"}},
			nil,
			[]string{"Fix it (Settings) and permit that one", upwards},
			[]string{"follow"},
		},
		{
			"a port that a mapper tells",
			model.Listener{PortStatement: model.PortStatement{Dynamic: &model.Dynamic{Mapper: "epmap"}}},
			nil,
			[]string{"follow the connection to the port mapper", upwards},
			nil,
		},
		{
			"a port that nobody can fix",
			model.Listener{PortStatement: model.PortStatement{Dynamic: &model.Dynamic{}}, Configurable: &model.Configurable{}},
			nil,
			[]string{"P" + upwards},
			[]string{"follow", "Fix it"},
		},
		{
			"a broadcast",
			model.Listener{PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 9, To: 9}}}},
			[]string{"broadcast"},
			[]string{"routers do not pass it on", "A note."},
			[]string{"have the router forward it"},
		},
	} {
		c := &model.Connection{Flow: &model.Flow{Note: "A note."}, Listener: &x.listener, Transport: "udp"}
		a := What{Transport: "udp", Ports: x.listener.Ports, Dynamic: x.listener.Dynamic != nil, Groups: x.groups}
		got := strings.Join(a.todo([]*Use{UseOf(&model.Permit{Connection: c, To: []*model.End{{}}})}), " ")
		for _, want := range x.has {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in %q", x.name, want, got)
			}
		}
		if slices.ContainsFunc(x.lack, func(s string) bool { return strings.Contains(got, s) }) {
			t.Errorf("%s: %q", x.name, got)
		}
	}
}
