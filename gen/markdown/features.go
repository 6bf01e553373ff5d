package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// features writes the features and, for each value, the connections that depend on it.
func (v *view) features(p *page) {
	if len(v.Features) == 0 {
		return
	}
	p.heading(2, "features", "Features and conditions")
	p.paragraph("What a site switches or chooses. The tables list the connections that depend on a feature; all others hold whatever is chosen.")
	var rows [][]md
	for _, f := range v.Features {
		rows = append(rows, []md{v.featureLink(f.ID), text(f.Name), v.words.Values(nil, f.Values()), defaultValue(f)})
	}
	p.table([]md{"Feature", "Name", "Values", "Default"}, rows)
	for _, f := range v.Features {
		v.feature(p, f)
	}
}

// feature writes one feature:
//
//	### Feature database: Database
func (v *view) feature(p *page, f *model.Feature) {
	p.heading(3, anchorID("feature", f.ID), "Feature "+text(f.ID)+": "+text(f.Name))
	p.paragraph(text(f.Description))
	p.list(v.featureFacts(f))
	for _, c := range f.Choices {
		v.value(p, f, c.ID, choiceWords(f, c))
	}
	if len(f.Choices) == 0 {
		v.switched(p, f)
	}
}

// switched writes the connections that a switch adds when it is changed from its default, and
// names the flows that it ends.
//
//	Turned on, it adds these connections.
//	Turned on, it ends connections of these flows: [os12-websocket](#flow-os12-websocket).
func (v *view) switched(p *page, f *model.Feature) {
	other, stays := "on", "off"
	if f.Default == "on" {
		other, stays = stays, other
	}
	if len(describe.ConditionedBy(v.lines, f, other)) > 0 {
		v.value(p, f, other, "Turned **"+text(other)+"**, it adds these connections.")
	}
	var gone []md
	for _, l := range describe.ConditionedBy(v.lines, f, stays) {
		if flow := v.flowLink(l.Flow.ID); !slices.Contains(gone, flow) {
			gone = append(gone, flow)
		}
	}
	if len(gone) > 0 {
		p.paragraph(anchor(anchorID("feature", f.ID, stays)) + "Turned **" + text(other) + "**, it ends connections of these flows: " + join(", ", gone...) + ".")
	}
}

// choiceWords introduces a choice: "**Oracle Database** (oracle)".
func choiceWords(f *model.Feature, c model.Choice) md {
	words := "**" + text(c.Name) + "** (" + text(c.ID)
	if f.Default == c.ID {
		words += ", default"
	}
	words += ")"
	if c.Description != "" {
		words += ": " + text(c.Description)
	} else {
		words += "."
	}
	return words
}

// value writes the connections that depend on one value. A choice is named even
// if it needs none.
func (v *view) value(p *page, f *model.Feature, value string, words md) {
	list := describe.ConditionedBy(v.lines, f, value)
	if len(list) == 0 {
		words += " No connection over the network depends on it."
	}
	for _, c := range f.Choices {
		if c.ID == value && len(c.Cite) > 0 {
			words += " Rows: " + v.evidence(c.Cite, nil) + "."
		}
	}
	p.paragraph(anchor(anchorID("feature", f.ID, value)) + words)
	if len(list) > 0 {
		v.lineTable(p, list, nil, f.ID)
	}
}

func defaultValue(f *model.Feature) md {
	if f.Default == "" {
		return "none: every site decides"
	}
	return text(f.Default)
}

// featureFacts lists the default, what the feature needs, and what it conditions
// besides the connections in its tables.
func (v *view) featureFacts(f *model.Feature) []md {
	facts := []md{"Default: " + defaultValue(f)}
	if f.Several {
		facts = append(facts, "Several choices can be in use at once.")
	}
	fact := func(name, words md) {
		if words != "" {
			facts = append(facts, name+": "+words)
		}
	}
	fact("Needs", v.words.Condition(f.Needs, ""))
	fact("Conditions components", v.conditionedComponents(f))
	fact("Conditions listeners", v.conditionedListeners(f))
	var flows, rules, neededBy []md
	for _, x := range v.Flows {
		if _, depends := x.When[f.ID]; depends && x.Scope == "same-host" {
			flows = append(flows, v.flowLink(x.ID))
		}
	}
	for _, r := range v.Rules {
		if _, depends := r.When[f.ID]; depends {
			rules = append(rules, v.ruleLink(r.ID))
		}
	}
	for _, other := range v.Features {
		if _, depends := other.Needs[f.ID]; depends {
			neededBy = append(neededBy, v.featureLink(other.ID))
		}
	}
	fact("Conditions flows inside one host", join(", ", flows...))
	fact("Conditions rules", join(", ", rules...))
	fact("Needed by", join(", ", neededBy...))
	fact("Rows", v.evidence(f.Cite, nil))
	return facts
}

func (v *view) conditionedComponents(f *model.Feature) md {
	var all []md
	for _, c := range v.Components {
		if _, depends := c.When[f.ID]; depends {
			all = append(all, v.componentLink(c))
		}
	}
	return join(", ", all...)
}

func (v *view) conditionedListeners(f *model.Feature) md {
	var all []md
	for _, c := range v.Components {
		for _, l := range c.Listeners {
			if _, depends := l.When[f.ID]; depends && v.shows(c, l) {
				all = append(all, v.listenerLink(c, l, text(c.ID+" "+l.ID)))
			}
		}
	}
	return join(", ", all...)
}
