package gen

import (
	"math"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

func TestPortText(t *testing.T) {
	one := []model.PortRange{{From: 443, To: 443}}
	high := model.DynamicRange{PortRange: model.PortRange{From: 49152, To: 65535}}
	for want, s := range map[string]model.PortStatement{
		"443":                   {Ports: one},
		"443, 5000-5010":        {Ports: append(one, model.PortRange{From: 5000, To: 5010})},
		"one of 443, 8443":      {Ports: append(one, model.PortRange{From: 8443, To: 8443}), OneOf: true},
		"443, else 80":          {Ports: one, Fallback: []model.PortRange{{From: 80, To: 80}}},
		"dynamic":               {Dynamic: &model.Dynamic{}},
		"49152-65535 (dynamic)": {Dynamic: &model.Dynamic{Ranges: []model.DynamicRange{high, high}}},
		"3 of unknown number":   {Count: 3},
		"not documented":        {Unknown: model.Unknown{model.AspectPort: "nobody says"}},
		"":                      {},
	} {
		l := &model.Listener{PortStatement: s}
		if got := PortText(l); got != want {
			t.Errorf("PortText(%+v) = %q, want %q", s, got, want)
		}
		plain := PlainPorts(l)
		if is := want == "443" || want == "443, 5000-5010"; is && model.FormatPorts(plain) != want || !is && len(plain) > 0 {
			t.Errorf("PlainPorts(%+v) = %v", s, plain)
		}
		first := math.MaxUint16 + 1
		if strings.Contains(want, "443") {
			first = 443
		}
		if got := FirstPort(l); got != first {
			t.Errorf("FirstPort(%+v) = %d, want %d", s, got, first)
		}
	}
}

func TestConditionText(t *testing.T) {
	flow := &model.Flow{Conditions: model.Conditions{
		OS:       []string{"windows", "linux"},
		Versions: &model.Versions{From: "2", Before: "3"},
	}}
	when := model.When{"high-availability": {{"on"}}, "database": {{"oracle", "postgresql"}}}
	for want, c := range map[string]*model.Connection{
		"":      {Flow: &model.Flow{}},
		"never": {Flow: &model.Flow{}, When: model.When{"database": {{}}}},
		"database is oracle or postgresql, high-availability is on; on windows or linux; from release 2; before release 3; during installation only": {
			Flow: flow, When: when, Phase: "installation",
		},
	} {
		if got := ConditionText(c); got != want {
			t.Errorf("ConditionText = %q, want %q", got, want)
		}
	}
}
