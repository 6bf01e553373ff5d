package markdown

import (
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// rules writes what changes where components share a host.
func (v *view) rules(p *page) {
	if len(v.Rules) == 0 {
		return
	}
	p.heading(2, "rules", "Rules for shared hosts")
	for _, r := range v.Rules {
		p.heading(3, anchorID("rule", r.ID), "Rule "+text(r.ID))
		p.paragraph(text(r.Reason))
		facts := v.words.RuleFacts(r)
		p.list(append(facts, "Rows: "+v.evidence(r.Cite, v.errata(func(e *model.Erratum) bool { return slices.Contains(e.Rules, r.ID) }))))
	}
}
