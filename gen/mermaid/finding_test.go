package mermaid

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

func TestFindings(t *testing.T) {
	at := func(line int) diag.Position { return diag.Position{File: "spec.cue", Line: line, Column: 1} }
	for _, c := range []struct {
		name   string
		change func(p *model.Product, l *model.Listener, f *model.Flow)
		want   []string
	}{
		{"nothing", func(*model.Product, *model.Listener, *model.Flow) {}, nil},
		{"contradiction", func(_ *model.Product, l *model.Listener, f *model.Flow) {
			l.When, f.When = model.When{"mail": {{"on"}}}, model.When{"mail": {{"off"}}}
		}, []string{"warning spec.cue:5:1 product.flows.use: use to web of server is in no diagram: its conditions contradict each other"}},
		{"contradiction through a need", func(p *model.Product, _ *model.Listener, f *model.Flow) {
			p.Features[0].Needs = model.When{"store": {{"cloud"}}}
			f.When = model.When{"mail": {{"on"}}, "store": {{"disk"}}}
		}, []string{"warning spec.cue:5:1 product.flows.use: use to web of server is in no diagram: its conditions contradict each other"}},
		{"a need that can be met", func(p *model.Product, _ *model.Listener, f *model.Flow) {
			p.Features[0].Needs = model.When{"store": {{"cloud"}}}
			f.When = model.When{"mail": {{"on", "off"}}, "store": {{"disk"}}}
		}, nil},
		{
			"long name", func(p *model.Product, _ *model.Listener, _ *model.Flow) {
				p.Components[1].Name = strings.Repeat("x", 101)
			},
			[]string{"info spec.cue:6:1 product.components.server.name: diagrams show the first 100 characters of the name of server"},
		},
		{"rules", func(p *model.Product, _ *model.Listener, _ *model.Flow) {
			both := []string{"client", "server"}
			p.Rules = []*model.Rule{
				{ID: "moved", Together: both, Move: map[string]map[string]int{"server": {"web": 444}}},
				{ID: "apart", Together: both, Forbid: true},
				{ID: "closed", Together: both, Close: map[string][]string{"server": {"web"}}},
				{ID: "shared", Together: both, Share: map[string]map[string]string{"web": {"server": "web"}}},
			}
		}, []string{
			"info spec.cue:1:1 product.rules.apart: diagrams show components, not hosts: rule apart about client and server on one host is in none",
			"info spec.cue:1:1 product.rules.closed: diagrams show components, not hosts: rule closed about client and server on one host is in none",
			"info spec.cue:1:1 product.rules.moved: diagrams show components, not hosts: rule moved about client and server on one host is in none",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := small(c.change)
			p.Positions = model.NewPositions(maps.All(map[model.Path]diag.Position{"": at(1), "flows.use": at(5), "components.server": at(6)}))
			_, list := Generate(&model.Catalog{Products: []*model.Product{p}})
			var got []string
			for _, f := range list {
				if f.Code != "PS4401" {
					t.Errorf("code %s", f.Code)
				}
				got = append(got, fmt.Sprintf("%s %s %s: %s", f.Severity, f.Position, f.Path, f.Message))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestEmbeddedProductsAreDrawnWhole(t *testing.T) {
	_, list := Generate(realCatalog(t))
	for _, f := range list {
		if f.Severity != diag.Info {
			t.Errorf("%s: %s", f.Position, f.Message)
		}
		if !f.Position.IsValid() || f.Position.Line == 0 {
			t.Errorf("no position: %s", f.Message)
		}
	}
}
