package describe

import (
	"github.com/portspec/portspec/internal/model"
)

// An ErrataGroup is errata of one kind, in the order of the product.
type ErrataGroup struct {
	Kind   string
	Words  string // what the kind means
	All    int    // how many errata of the kind the product has
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
	{"wrong", "the document says something that is not true", true},
	{"shifted", "cells of the document are in the wrong columns or rows", true},
	{"contradiction", "the document contradicts itself", true},
	{"ambiguous", "the document can be read in several ways", false},
	{"silent", "the document does not say", false},
}

// ErrataByKind groups errata of a product: all, or those on one page. Kinds of which the product
// has none are left out.
func ErrataByKind(p *model.Product, errata []*model.Erratum) []*ErrataGroup {
	all := make(map[string]int)
	for _, e := range p.Errata {
		all[e.Kind]++
	}
	var groups []*ErrataGroup
	for _, k := range erratumKinds {
		if all[k.kind] == 0 {
			continue
		}
		g := &ErrataGroup{Kind: k.kind, Words: k.words, All: all[k.kind]}
		faulty := make(map[string]bool)
		for _, e := range errata {
			if e.Kind != k.kind {
				continue
			}
			g.Errata = append(g.Errata, e)
			for _, id := range e.Cite {
				faulty[id] = k.faulty
			}
		}
		g.Rows = inOrder(p.Sources, faulty)
		groups = append(groups, g)
	}
	return groups
}

// inOrder returns the picked rows in the order of the documents.
func inOrder(sources []*model.Source, picked map[string]bool) []string {
	var ids []string
	for _, s := range sources {
		for _, t := range s.Tables {
			for _, r := range t.Rows {
				if picked[r.ID] {
					ids = append(ids, r.ID)
				}
			}
		}
	}
	return ids
}
