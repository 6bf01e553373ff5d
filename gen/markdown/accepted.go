package markdown

import (
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// accepted writes the findings that a product or a site accepts, so that readers of the page
// know about them.
//
//	| Finding | At | Why it is accepted | Until |
//	| --- | --- | --- | --- |
//	| PS3005: A component takes part in a flow | components.printer | … | 2027-01-31 |
func accepted(p *page, list []*model.Suppression) {
	if len(list) == 0 {
		return
	}
	p.heading(2, "accepted", "Accepted findings")
	p.paragraph("Findings of portspec that the authors have accepted.")
	var rows [][]md
	for _, s := range list {
		finding := text(string(s.Code))
		if c, ok := diag.Lookup(s.Code); ok {
			finding += ": " + text(c.Title)
		}
		at, until := text(s.At), text(s.Until)
		if at == "" {
			at = "everywhere"
		}
		if until == "" {
			until = "no end"
		}
		rows = append(rows, []md{finding, at, text(s.Reason), until})
	}
	p.table([]md{"Finding", "At", "Why it is accepted", "Until"}, rows)
}
