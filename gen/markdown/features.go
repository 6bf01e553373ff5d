package markdown

import (
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// features writes a line for each feature; their page has the connections that depend on
// them.
func (v *view) features(p *page) {
	if len(v.Features) == 0 {
		return
	}
	p.heading(2, "features", "Features")
	p.long(table{
		id: "features", title: "Features", words: "What a site can choose, and how many connections depend on it. The other connections do not depend on any choice.",
		head: []md{"Feature", "Description", "Values", "Default", "Connections"},
		rows: len(v.Features), row: func(cells []md, i int) []md {
			f := v.Features[i]
			depend := md("")
			if n := v.dependent(f); n > 0 {
				depend = number(n)
			}
			return append(cells, v.featureLink(f.ID), text(f.Name), v.words.Values(nil, f.Values()), defaultValue(f), depend)
		},
	})
}

// featuresPage writes what depends on each feature.
func (v *view) featuresPage(p *page, n int, back md) {
	p.paragraph("What a site can choose, and the connections that depend on it. " + back)
	for _, f := range v.Features {
		if max(1, v.layout.later[anchorID("feature", f.ID)]) == n {
			v.feature(p, f)
		}
	}
	if n == v.layout.pages[featuresPart] {
		v.settings(p)
	}
}

// feature writes one feature:
//
//	## Feature database: Database
func (v *view) feature(p *page, f *model.Feature) {
	p.heading(2, anchorID("feature", f.ID), "Feature "+text(f.ID)+": "+text(f.Name))
	p.paragraph(text(f.Description))
	p.list(v.featureFacts(f))
	for _, c := range f.Choices {
		v.choiceOf(p, f, c)
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
	v.value(p, anchorID("feature", f.ID), f, other, "Turned **"+text(other)+"**, it adds these connections.")
	var gone []md
	for _, l := range describe.ConditionedBy(v.lines, f, stays) {
		if flow := v.flowLink(l.Flow.ID); !slices.Contains(gone, flow) {
			gone = append(gone, flow)
		}
	}
	if len(gone) > 0 {
		p.paragraph("Turned **" + text(other) + "**, it ends connections of these flows: " + join(", ", gone...) + ".")
	}
}

// choiceOf writes a choice, even if no connection depends on it:
//
//	### Oracle Database (oracle)
func (v *view) choiceOf(p *page, f *model.Feature, c model.Choice) {
	id := anchorWithin("feature", f.ID, c.ID)
	title := text(c.Name) + " (" + text(c.ID)
	if f.Default == c.ID {
		title += ", default"
	}
	p.heading(3, id, title+")")
	words := text(c.Description)
	if len(c.Cite) > 0 {
		words = join(" ", sentence(c.Description), "Rows: "+v.evidence(c.Cite, "")+".")
	}
	p.paragraph(words)
	if len(describe.ConditionedBy(v.lines, f, c.ID)) == 0 {
		p.paragraph("No connection over the network depends on it.")
	}
	v.value(p, id, f, c.ID, "")
}

// value writes the connections that depend on one value.
func (v *view) value(p *page, id md, f *model.Feature, value string, words md) {
	v.lineTable(p, table{id: id, title: "feature " + f.ID, words: words}, describe.ConditionedBy(v.lines, f, value), f.ID)
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
	fact("Rows", v.evidence(f.Cite, ""))
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
