package html

import (
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// features adds an overview of the features to the product's first page.
func (v *view) features() {
	if len(v.Features) == 0 {
		return
	}
	v.heading(2, "features", "Scenarios")
	t := table{title: "Features that a site can choose, and the connections that depend on them", head: []hyper{"Feature", "Values", "Default", "Connections", "Needs"}}
	for _, f := range v.Features {
		n := 0
		for _, value := range f.Values() {
			n += len(describe.ConditionedBy(v.lines, f, value))
		}
		t.rows = append(t.rows, row{cells: []hyper{
			syntax{v}.FeatureLink(f.ID), v.words.Values(nil, f.Values()), defaultValue(f), number(n), v.words.Condition(f.Needs, ""),
		}})
	}
	v.table(t)
}

func defaultValue(f *model.Feature) hyper {
	if f.Default == "" {
		return "none: every site decides"
	}
	return text(f.Default)
}

// scenario returns the page of a feature: what each of its values adds.
func (b *book) scenario(f *model.Feature) *page {
	v := b.page(scenarioName(f.ID), f.Name)
	v.paragraph(text(f.Description))
	var components, listeners, flows, rules, neededBy []hyper
	for _, c := range v.Components {
		if _, depends := c.When[f.ID]; depends {
			components = append(components, syntax{v}.ComponentLink(c))
		}
		for _, l := range c.Listeners {
			if _, depends := l.When[f.ID]; depends && (c.Service == "" || v.used[l]) {
				listeners = append(listeners, syntax{v}.ListenerLink(c, l, text(c.Name+" "+l.ID)))
			}
		}
	}
	for _, x := range v.Flows {
		if _, depends := x.When[f.ID]; depends && x.Scope == "same-host" {
			flows = append(flows, syntax{v}.FlowLink(x.ID))
		}
	}
	for _, r := range v.Rules {
		if _, depends := r.When[f.ID]; depends {
			rules = append(rules, syntax{v}.RuleLink(r.ID))
		}
	}
	for _, other := range v.Features {
		if _, depends := other.Needs[f.ID]; depends {
			neededBy = append(neededBy, syntax{v}.FeatureLink(other.ID))
		}
	}
	several := hyper("")
	if f.Several {
		several = "several at once"
	}
	v.facts("Id", text(f.ID), "Default", defaultValue(f), "Choices", several, "Needs", v.words.Condition(f.Needs, ""),
		"Needed by", describe.Join(", ", neededBy...), "Components that depend on it", describe.Join(", ", components...),
		"Listeners that depend on it", describe.Join(", ", listeners...), "Flows inside one host", describe.Join(", ", flows...),
		"Rules", describe.Join(", ", rules...), "Source", v.rowsBeside(f.Cite))
	if len(f.Choices) == 0 {
		for _, value := range f.Values() {
			words := hyper("")
			if value == f.Default {
				words = "This is the default."
			}
			v.value(f, value, "When "+text(value), words, nil)
		}
	}
	for _, c := range f.Choices {
		words := text(c.Description)
		if c.ID == f.Default {
			words = describe.Join(" ", words, "This is the default.")
		}
		v.value(f, c.ID, text(c.Name), words, c.Cite)
	}
	return v.page
}

// value adds the connections that depend on a value.
func (v *view) value(f *model.Feature, value string, title, words hyper, cite []string) {
	v.heading(2, anchor("value", value), title)
	v.paragraph(words)
	if len(cite) > 0 {
		v.paragraph("Source: " + v.rowsBeside(cite))
	}
	lines := describe.ConditionedBy(v.lines, f, value)
	if len(lines) == 0 {
		v.paragraph("No connection over the network depends on it.")
		return
	}
	// With the value, a condition on it alone always holds.
	v.lineTable("Connections that depend on it", v.together(slices.Clone(lines), f.ID), f.ID)
}
