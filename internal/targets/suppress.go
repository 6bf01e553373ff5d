package targets

import (
	"slices"

	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// judges reports whether the target looks for findings with a code.
func (t Target) judges(code diag.Code) bool { return t.codes != "" && code.In(t.codes) }

// accepted marks those findings about what the target cannot express that are in the files of
// the product and that the product suppresses.
func (t Target) accepted(p *model.Product, found diag.List, o check.Options) diag.List {
	if !slices.ContainsFunc(p.Suppress, func(s *model.Suppression) bool { return t.judges(s.Code) || s.Code == diag.LongPath }) {
		return found
	}
	files := make(map[string]bool)
	for _, at := range p.Positions.All() {
		files[at.File] = true
	}
	var own, rest diag.List
	for _, f := range found {
		if files[f.Position.File] {
			own = append(own, f)
		} else {
			rest = append(rest, f)
		}
	}
	return append(rest, check.SuppressProduct(p, own, o, t.judges)...)
}
