package model

// Coverage lists what cites each row of a product's sources.
type Coverage struct {
	Rows []Row               // of all sources, in order
	By   map[string][]Citing // what cites a row, by row id
}

// Citing is a statement that cites a row.
type Citing struct {
	Kind string `json:"kind"` // flow, listener, component, feature, rule or erratum
	// ID identifies it within its kind; for a listener, it is "component.listener".
	ID string `json:"id"`
}

// Missing lists the rows that nothing cites.
func (c *Coverage) Missing() []Row {
	var missing []Row
	for _, row := range c.Rows {
		if len(c.By[row.ID]) == 0 {
			missing = append(missing, row)
		}
	}
	return missing
}

// Cited returns the number of rows that are cited.
func (c *Coverage) Cited() int { return len(c.Rows) - len(c.Missing()) }

// Coverage collects the citations of every row.
func (p *Product) Coverage() *Coverage {
	c := &Coverage{By: make(map[string][]Citing)}
	for _, s := range p.Sources {
		for _, t := range s.Tables {
			c.Rows = append(c.Rows, t.Rows...)
		}
	}
	cite := func(kind, id string, rows []string) {
		for _, row := range rows {
			c.By[row] = append(c.By[row], Citing{Kind: kind, ID: id})
		}
	}
	for _, f := range p.Flows {
		cite("flow", f.ID, f.Cite)
	}
	for _, x := range p.Components {
		cite("component", x.ID, x.Cite)
		for _, l := range x.Listeners {
			cite("listener", x.ID+"."+l.ID, l.Cite)
			if l.Dynamic != nil {
				for _, r := range l.Dynamic.Ranges {
					cite("listener", x.ID+"."+l.ID, r.Cite)
				}
			}
		}
	}
	for _, f := range p.Features {
		cite("feature", f.ID, f.Cite)
		for _, choice := range f.Choices {
			cite("feature", f.ID, choice.Cite)
		}
	}
	for _, s := range p.Settings {
		cite("setting", s.ID, s.Cite)
	}
	for _, r := range p.Rules {
		cite("rule", r.ID, r.Cite)
	}
	for _, e := range p.Errata {
		cite("erratum", e.ID, e.Cite)
	}
	return c
}
