package ansible

import (
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// A setup has choices with which a product can run, and components that share a host.
type setup struct {
	choices map[string][]string
	runs    []string
}

// setups returns all components with the defaults, and with as much and as little as possible; for
// each option of a choice the components that listen only with it or only without it, which keeps
// the number of rules small; and the components of each rule's together.
func setups(p *model.Product) []setup {
	base := map[string][]string{}
	for _, f := range p.Features {
		base[f.ID] = []string{f.Default}
		if f.Default == "" {
			base[f.ID] = f.Values()[:1]
		}
	}
	var all []setup
	for _, choices := range []map[string][]string{base, prefer(p, base, "on", ""), prefer(p, base, "off", "")} {
		all = append(all, setup{choices, compatible(p, choices, func(*model.Component) bool { return true })})
	}
	for _, f := range p.Features {
		for _, c := range f.Choices {
			choices := prefer(p, base, "on", f.ID+"="+c.ID)
			all = append(all, setup{choices, compatible(p, choices, func(x *model.Component) bool { return dependsOn(p, x, f.ID) })})
		}
	}
	for _, r := range p.Rules {
		if choices, ok := permit(p, require(p, base, r.When), r); ok {
			all = append(all, setup{choices, r.Together})
		}
	}
	return all
}

// permit changes an option so that no rule forbids what another rule is about. It returns false if
// that rule forbids it itself, or no option helps.
func permit(p *model.Product, chosen map[string][]string, r *model.Rule) (map[string][]string, bool) {
	if r.Forbid {
		return nil, false
	}
	for _, other := range p.Rules {
		apart := other.Forbid && !slices.ContainsFunc(other.Together, func(c string) bool { return !slices.Contains(r.Together, c) })
		if !apart || !other.When.Holds(chosen) {
			continue
		}
		found := false
		for id, values := range other.When.Lists() {
			for _, v := range p.Feature(id).Values() {
				changed := maps.Clone(chosen)
				changed[id] = []string{v}
				if !found && !slices.Contains(values, v) && valid(p, changed) && r.When.Holds(changed) {
					chosen, found = changed, true
				}
			}
		}
		if !found {
			return nil, false
		}
	}
	return chosen, true
}

// require changes choices so that the condition and what it needs hold.
func require(p *model.Product, base map[string][]string, w model.When) map[string][]string {
	chosen := maps.Clone(base)
	for id, values := range w.Lists() {
		if !model.Intersect(values, chosen[id]) {
			chosen[id] = values[:1]
			maps.Copy(chosen, require(p, chosen, p.Feature(id).Needs))
		}
	}
	return chosen
}

// dependsOn reports whether connections to the component depend on the feature.
func dependsOn(p *model.Product, x *model.Component, feature string) bool {
	return slices.ContainsFunc(p.Connections(), func(c *model.Connection) bool { return c.To == x && len(c.When[feature]) > 0 })
}

// prefer sets every switch to the value, and every other feature to its last choice or to that of
// the fact, as far as the features' needs allow.
func prefer(p *model.Product, base map[string][]string, value, fact string) map[string][]string {
	chosen := maps.Clone(base)
	for range p.Features { // as often as one may wait for another
		for _, f := range p.Features {
			values := f.Values()
			wanted := [][]string{{value}}
			if len(f.Choices) > 0 {
				wanted = [][]string{values[len(values)-1:]}
				if f.Several && value == "on" {
					wanted = append(wanted, values)
				}
				for _, v := range values {
					if fact == f.ID+"="+v {
						wanted = [][]string{{v}}
					}
				}
			}
			for _, w := range wanted {
				changed := maps.Clone(chosen)
				changed[f.ID] = w
				if valid(p, changed) {
					chosen = changed
				}
			}
		}
	}
	return chosen
}

func valid(p *model.Product, chosen map[string][]string) bool {
	for _, f := range p.Features {
		if !slices.Contains(chosen[f.ID], "off") && !f.Needs.Holds(chosen) {
			return false
		}
	}
	return true
}

// compatible lists components that may share a host, of those that are wanted.
func compatible(p *model.Product, choices map[string][]string, wanted func(*model.Component) bool) []string {
	var runs []string
	for _, c := range p.Components {
		if !wanted(c) {
			continue
		}
		with := append(slices.Clone(runs), c.ID)
		if !slices.ContainsFunc(p.Rules, func(r *model.Rule) bool {
			return r.Forbid && r.When.Holds(choices) && len(without(r.Together, with)) == 0
		}) {
			runs = with
		}
	}
	return runs
}

// asChoices returns the choices that differ from the defaults, as a site has them.
func asChoices(p *model.Product, chosen map[string][]string) map[string]any {
	choices := map[string]any{}
	for _, f := range p.Features {
		switch {
		case slices.Equal(chosen[f.ID], []string{f.Default}):
		case f.Several:
			choices[key(f.ID)] = underscore(chosen[f.ID])
		default:
			choices[key(f.ID)] = key(chosen[f.ID][0])
		}
	}
	return choices
}
