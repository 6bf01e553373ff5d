package mermaid

import (
	"fmt"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// inexpressible reports what the diagrams of a product cannot show.
func inexpressible(s *matrix.Sketch, d *gen.Diagrams) diag.List {
	p := s.Product
	var list diag.List
	report := func(severity diag.Severity, path []string, message, hint string) {
		list = append(list, diag.Finding{
			Code: diag.NotInDiagram, Severity: severity, Position: p.Positions.At(path...),
			Path: model.PathOf("product").Below(path...), Message: message, Hint: hint,
		})
	}
	for _, c := range s.Impossible() {
		report(diag.Warning, []string{"flows", c.Flow.ID},
			fmt.Sprintf("%s to %s of %s is in no diagram: its conditions contradict each other", c.Flow.ID, c.Listener.ID, c.To.ID),
			"compare the conditions of the flow, its components and the listener, and what the features need")
	}
	if d.Overview == "" {
		report(diag.Info, nil, p.ID+" has no overview diagram, which would be too large to read: see its matrix", "")
	}
	for _, c := range p.Components {
		if isCut(componentName(c)) {
			report(diag.Info, []string{"components", c.ID, "name"},
				fmt.Sprintf("diagrams show the first %d characters of the name of %s", nameLength, c.ID), "")
		}
		if part := d.Part(c.ID); part != nil && part.Diagram == "" {
			report(diag.Info, []string{"components", c.ID},
				fmt.Sprintf("%s has no diagram, which would be too large to read: see its tables", c.ID), "")
		}
	}
	for _, r := range p.Rules {
		if len(r.Move) > 0 || len(r.Close) > 0 || r.Forbid {
			report(diag.Info, []string{"rules", r.ID},
				fmt.Sprintf("diagrams show components, not hosts: rule %s about %s on one host is in none", r.ID, strings.Join(r.Together, " and ")), "")
		}
	}
	return list
}
