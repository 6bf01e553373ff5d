package markdown

import "github.com/portspec/portspec/gen"

// diagramWords say how to read a diagram.
const diagramWords = "Arrows lead from the side that connects to the side that listens; boxes contain the ports. Dotted or in brackets: only with some settings, or optional."

// overview shows the diagram of a product or a site, or says why there is none, and where
// there are others.
func (p *page) overview(d *gen.Diagrams, others md) {
	if d == nil || len(d.Parts) == 0 { // there are no connections
		return
	}
	p.heading(2, "diagram", "Diagram")
	if d.Overview == "" {
		p.paragraph("A diagram of everything would be too large to read. " + others)
		return
	}
	p.diagram(d.Overview)
	p.paragraph(join(" ", diagramWords, others))
}

// around shows the diagram of a part, or says why there is none.
func (p *page) around(part *gen.Part) {
	switch {
	case part == nil:
	case part.Diagram == "":
		p.paragraph("A diagram would be too large to read. The tables have all of it.")
	default:
		p.diagram(part.Diagram)
	}
}

const rolesLabel = "Roles"

// rolesPage shows the diagrams of roles.
func rolesPage(s *siteView, roles []gen.Part) gen.File {
	p := s.flavor.newPage(s.path("roles.md"), "Roles: "+s.title())
	p.label = rolesLabel
	p.paragraph("There are many hosts: those of a zone with the same products are combined. Each diagram shows them with those that they reach and that reach them. " + diagramWords)
	for _, part := range roles {
		p.heading(2, anchorID("role", part.ID), text(part.Name))
		p.around(&part)
	}
	return p.file()
}
