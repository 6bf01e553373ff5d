package markdown

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/model"
)

// layoutOf returns where the pages of a product are, if they are made together with those
// of the site; nil if they are not, and nothing can link to them.
func (s *siteView) layoutOf(p *model.Product) *layout {
	if p == nil || s.beside == nil || !slices.ContainsFunc(s.beside.Products, func(made *model.Product) bool { return made.Ref() == p.Ref() }) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.layouts[p] == nil {
		s.layouts[p] = newLayout(p)
	}
	return s.layouts[p]
}

// componentLink returns a link to the page of a component that a host runs.
func (s *siteView) componentLink(at model.Place, h *model.Host) md {
	p := s.Product(at.Product(), h)
	words := s.componentName(at, h)
	if l := s.layoutOf(p); l != nil && p.Component(at.Component()) != nil {
		return link(place{page: l.component(at.Component())}, words)
	}
	return words
}

// purposeLink returns the purpose of a flow, as a link to what else is known about the flow.
func (s *siteView) purposeLink(u *request.Use) md {
	c := u.Permit.Connection
	if l := s.layoutOf(c.Product); l != nil {
		anchor := anchorID("flow", c.Flow.ID)
		return link(place{l.page(flowsPart, anchor), anchor}, text(u.Purpose()))
	}
	return text(u.Purpose()) + " (" + text(c.Flow.ID) + ")"
}

// rowLinks cites rows of a product.
func (s *siteView) rowLinks(p *model.Product, cite []string) md {
	l := s.layoutOf(p)
	var all []md
	for _, id := range cite {
		words := text(id)
		if l != nil && strings.HasPrefix(id, p.ID+"/") {
			anchor := rowAnchor(id)
			words = link(place{l.page(sourcesPart, anchor), anchor}, text(strings.TrimPrefix(id, p.ID+"/")))
		}
		all = append(all, words)
	}
	return join(", ", all...)
}
