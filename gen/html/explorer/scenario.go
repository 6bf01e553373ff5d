package explorer

import (
	"iter"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A scenario is an installation: the default one, or one with a different value of one feature.
// Its flows are numbers in the order of the product.
type scenario struct {
	id, name string // the id is "default" or feature=value
	flows    ranges
}

// scenarios returns the default installation of a product and, for each feature on which a flow
// depends, those with other values of the feature.
func scenarios(p *model.Product, all []*model.Connection) []scenario {
	needs := make([]model.When, len(all))
	matters := make(map[string]bool)
	for i, c := range all {
		needs[i] = p.Needs(c.When)
		for f := range needs[i] {
			matters[f] = true
		}
	}
	if len(matters) == 0 {
		return nil
	}
	of := func(id, name string, s gen.Setting) scenario {
		var list ranges
		for i := range all {
			if s.Admits(needs[i]) {
				list.add(i)
			}
		}
		return scenario{id, name, list}
	}
	defaults := gen.Defaults(p)
	made := []scenario{of("default", "as installed by default", defaults)}
	for _, f := range p.Features {
		if !matters[f.ID] {
			continue
		}
		for _, v := range f.Values() {
			if v != f.Default {
				made = append(made, of(f.ID+"="+v, gen.Visible(f.Name)+": "+valueName(f, v), defaults.With(p, f.ID, v)))
			}
		}
	}
	return made
}

// ranges are ascending numbers as pairs: how many to skip, and how many to take.
//
//	3 4 5 9  →  3 3 3 1
type ranges struct {
	pairs []uint32
	next  int // the number after the last one
}

func (r *ranges) add(n int) {
	if n == r.next && len(r.pairs) > 0 {
		r.pairs[len(r.pairs)-1]++
	} else {
		r.pairs = append(r.pairs, uint32(n-r.next), 1)
	}
	r.next = n + 1
}

// list returns the pairs; not nil, which would be null in JSON.
func (r *ranges) list() []uint32 { return append([]uint32{}, r.pairs...) }

// all returns the numbers.
func (r *ranges) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		n := 0
		for pair := range slices.Chunk(r.pairs, 2) {
			n += int(pair[0])
			for range pair[1] {
				if !yield(n) {
					return
				}
				n++
			}
		}
	}
}
