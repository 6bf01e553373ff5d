package model

import (
	"testing"
)

func TestOtherPorts(t *testing.T) {
	at := func(n int) PortStatement { return PortStatement{Ports: []PortRange{{n, n}}} }
	server := &Component{ID: "server", Listeners: []*Listener{
		{ID: "web", PortStatement: at(443)},
		{ID: "next", PortStatement: PortStatement{Ports: []PortRange{{444, 444}}, Offset: &Offset{Of: "web", Base: 443, Plus: 1}}},
		{ID: "mail", PortStatement: PortStatement{Ports: []PortRange{{25, 25}}, Fallback: []PortRange{{587, 587}}}},
	}}
	p := &Product{
		Features:   []*Feature{{ID: "ha", Default: "off"}},
		Components: []*Component{server, {ID: "balancer", Conditions: Conditions{When: When{"ha": {{"on"}}}}}},
		Rules: []*Rule{
			{ID: "moves", Together: []string{"server", "balancer"}, Move: map[string]map[string]int{"server": {"web": 8443}}},
			{ID: "keeps", Together: []string{"server", "balancer"}, Move: map[string]map[string]int{"server": {"web": 443}}},
		},
	}
	for _, x := range []struct {
		listener string
		when     When
		want     string
	}{
		{"web", nil, "8443 moves"},
		{"web", When{"ha": {{"on"}}}, "8443 moves"},
		{"web", When{"ha": {{"off"}}}, ""},
		{"next", nil, "8444 moves"},
		{"mail", nil, "587 "},
	} {
		got := ""
		for _, other := range p.OtherPorts(server, server.Listener(x.listener), x.when) {
			got += FormatPorts(other.Ports) + " "
			if other.Rule != nil {
				got += other.Rule.ID
			}
		}
		if got != x.want {
			t.Errorf("%s under %v: %q, want %q", x.listener, x.when, got, x.want)
		}
	}
}
