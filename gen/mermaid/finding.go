package mermaid

import (
	"fmt"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// What Mermaid refuses to draw unless the page that shows the diagram allows
// more: maxEdges, and maxTextSize in UTF-16 units.
const (
	mostArrows = 500
	mostText   = 50_000
)

// inexpressible reports what the diagrams of a product cannot show.
func (s *sketch) inexpressible() diag.List {
	p := s.Product
	var list diag.List
	report := func(severity diag.Severity, path []string, message, hint string) {
		list = append(list, diag.Finding{
			Code: diag.NotInDiagram, Severity: severity, Position: p.Positions.At(path...),
			Path: model.PathOf("product").Below(path...), Message: message, Hint: hint,
		})
	}
	for _, l := range s.links {
		if !(gen.Setting{}).Admits(l.needs) {
			report(diag.Warning, []string{"flows", l.Flow.ID},
				fmt.Sprintf("%s to %s of %s is in no diagram: its conditions contradict each other", l.Flow.ID, l.Listener.ID, l.To.ID),
				"compare the conditions of the flow, its components and the listener, and what the features need")
		}
	}
	for _, c := range p.Components {
		if isCut(strings.TrimSpace(c.Name + " " + c.Version)) {
			report(diag.Info, []string{"components", c.ID, "name"},
				fmt.Sprintf("diagrams show the first %d characters of the name of %s", nameLength, c.ID), "")
		}
		if n := len(c.At.All()); n > placesShown {
			report(diag.Info, []string{"components", c.ID, "at"},
				fmt.Sprintf("diagrams show %d of the %d places of %s", placesShown, n, c.ID), "")
		}
	}
	for _, r := range p.Rules {
		if len(r.Move) > 0 || len(r.Close) > 0 || r.Forbid {
			report(diag.Info, []string{"rules", r.ID},
				fmt.Sprintf("diagrams show components, not hosts: not what rule %s says of %s on one host", r.ID, strings.Join(r.Together, " and ")), "")
		}
	}
	return list
}

// tooLarge reports a file that Mermaid does not draw as it comes.
func tooLarge(f gen.File, arrows int, p *model.Product) diag.List {
	var why string
	text := utf16Length(f.Data)
	switch {
	case arrows > mostArrows:
		why = fmt.Sprintf("%d arrows, and Mermaid draws %d; set maxEdges where it is shown", arrows, mostArrows)
	case text > mostText:
		why = fmt.Sprintf("%d characters, and Mermaid reads %d; set maxTextSize where it is shown", text, mostText)
	default:
		return nil
	}
	finding := diag.Finding{Code: diag.NotInDiagram, Severity: diag.Warning, Message: f.Path + " has " + why}
	if p != nil {
		finding.Position, finding.Path = p.Positions.At(), "product"
	}
	return diag.List{finding}
}
