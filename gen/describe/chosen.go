package describe

import "github.com/portspec/portspec/internal/model"

// A Choice is what a site chose for a product.
type Choice struct {
	Features []ChosenFeature
	Defaults []*model.Feature // with a default, which the site did not change
	Ports    []ChosenPort
	Without  []string // ids of excluded components
}

// A ChosenFeature is a feature with the values that the site chose.
type ChosenFeature struct {
	*model.Feature
	Values []string
}

// A ChosenPort is a listener with the port that the site sets it to on all hosts.
type ChosenPort struct {
	Component *model.Component
	Listener  *model.Listener
	Port      model.PortRange
}

// Chosen returns what a site chose for a product, in the product's order.
func Chosen(s *model.Site, p *model.Product) Choice {
	use := s.Use(p.ID)
	if use == nil {
		use = &model.Use{}
	}
	c := Choice{Without: use.Without}
	for _, f := range p.Features {
		if values, ok := use.Features[f.ID]; ok {
			c.Features = append(c.Features, ChosenFeature{f, values})
		} else if f.Default != "" {
			c.Defaults = append(c.Defaults, f)
		}
	}
	for _, component := range p.Components {
		for _, l := range component.Listeners {
			if port, ok := use.Ports[component.ID][l.ID]; ok {
				c.Ports = append(c.Ports, ChosenPort{component, l, port})
			}
		}
	}
	return c
}
