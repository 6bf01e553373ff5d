package targets

import (
	"slices"

	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// judges reports whether the target looks for findings with a code.
func (t Target) judges(code diag.Code) bool { return t.codes != "" && code.In(t.codes) }

// accepted marks findings about what the target cannot express that products accept. A
// finding belongs to the product in whose files it is.
func (t Target) accepted(catalog *model.Catalog, found diag.List, o check.Options) diag.List {
	for _, p := range catalog.Products {
		if !slices.ContainsFunc(p.Suppress, func(s *model.Suppression) bool { return t.judges(s.Code) }) {
			continue
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
		found = append(rest, check.SuppressProduct(p, own, o, t.judges)...)
	}
	return found
}
