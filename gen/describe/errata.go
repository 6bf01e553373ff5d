package describe

import (
	"github.com/portspec/portspec/internal/model"
)

// An ErrataGroup is the errata of one kind, in the order of the product.
type ErrataGroup struct {
	Kind   string
	Words  string // what the kind means
	Errata []*model.Erratum
	// Rows are the faulty rows of the document, by id and in its order. There are none of
	// kinds about what the document leaves open.
	Rows []string
}

// erratumKinds are all kinds, the plainest faults first.
var erratumKinds = []struct {
	kind, words string
	faulty      bool
}{
	{"wrong", "what the document says is not so", true},
	{"shifted", "cells of the document are in the wrong columns or rows", true},
	{"contradiction", "the document contradicts itself", true},
	{"ambiguous", "the document can be read in several ways", false},
	{"silent", "the document does not say", false},
}

// ErrataByKind groups the errata of a product. Kinds without errata are left out.
func ErrataByKind(p *model.Product) []*ErrataGroup {
	var groups []*ErrataGroup
	for _, k := range erratumKinds {
		g := &ErrataGroup{Kind: k.kind, Words: k.words}
		cited := make(map[string]bool)
		for _, e := range p.Errata {
			if e.Kind != k.kind {
				continue
			}
			g.Errata = append(g.Errata, e)
			for _, id := range e.Cite {
				cited[id] = k.faulty
			}
		}
		for _, s := range p.Sources {
			for _, t := range s.Tables {
				for _, r := range t.Rows {
					if cited[r.ID] {
						g.Rows = append(g.Rows, r.ID)
					}
				}
			}
		}
		if len(g.Errata) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
