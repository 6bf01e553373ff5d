package gen

// Diagrams are the Mermaid diagrams of a product or a site on pages.
type Diagrams struct {
	Overview string // "" if it would be too large to read
	// Parts are the diagrams of components with connections, or of groups of hosts, each
	// with its neighbours.
	Parts []Part
}

// A Part is the diagram of one component or group of hosts.
type Part struct {
	ID      string // of the component, or of the first host
	Name    string // text of the spec or of the site
	Diagram string // "" if it would be too large to read
}

// Part returns the part with an id; nil if there is none.
func (d *Diagrams) Part(id string) *Part {
	for i := range d.Parts {
		if d.Parts[i].ID == id {
			return &d.Parts[i]
		}
	}
	return nil
}

// Of returns the part about a group of alike hosts; nil if there is none, for instance because
// they are drawn together with others.
func (d *Diagrams) Of(g *Group) *Part {
	if d == nil {
		return nil
	}
	if part := d.Part(g.Hosts[0].ID); part != nil && part.Name == g.Names() {
		return part
	}
	return nil
}

// Roles returns the parts that are not about any of the groups.
func (d *Diagrams) Roles(groups []*Group) []Part {
	if d == nil {
		return nil
	}
	own := make(map[*Part]bool)
	for _, g := range groups {
		own[d.Of(g)] = true
	}
	var all []Part
	for i := range d.Parts {
		if !own[&d.Parts[i]] {
			all = append(all, d.Parts[i])
		}
	}
	return all
}
